package plan

import "slices"

// Blocks of little work, one after the other, are one function where a back end
// takes all of them: the calls would cost as much as the work. A network of
// constant size with a few dozen units is all of it one function then.
const (
	uniteFlops = 1 << 14 // of one block: a microsecond or so
	uniteStmts = 160     // of the whole, so that functions stay readable
)

// unite replaces runs of small blocks at the top of a program by one block
// each, where take accepts it. The order of the work stays as it was, and so do
// lifetimes.
func (p *Program) unite(take func(*Block) bool) {
	var out []Stmt
	for i := 0; i < len(p.Body); {
		j := i
		for j < len(p.Body) && small(p.Body[j]) {
			j++
		}
		out = append(out, united(p.Body[i:j], take)...)
		if j < len(p.Body) {
			out = append(out, p.Body[j])
			j++
		}
		i = j
	}
	p.Body = out
}

// united tries a run as a whole, then its halves.
func united(run []Stmt, take func(*Block) bool) []Stmt {
	if len(run) < 2 {
		return run
	}
	if b := together(run); b.size() <= uniteStmts && take(b) {
		return []Stmt{b}
	}
	half := len(run) / 2
	return append(united(run[:half:half], take), united(run[half:], take)...)
}

// size counts the statements for lanes in a block of several.
func (b *Block) size() int {
	n := 0
	for _, s := range b.Lanes.Body {
		eachStmt(s.(*Block).Lanes.Body, func(Stmt) { n++ })
	}
	return n
}

// small tells blocks of constant size with little work, that lanes may take.
func small(s Stmt) bool {
	b, ok := s.(*Block)
	if !ok || b.Lanes == nil {
		return false
	}
	for _, t := range b.Body {
		if st, ok := t.(*Store); ok && st.Buffer.Rank == 0 {
			return false // a result that is a variable of the function around
		}
	}
	n, isConst := b.Flops.IsConst()
	return isConst && n <= uniteFlops
}

// together is one block of several.
func together(run []Stmt) *Block {
	first := run[0].(*Block)
	u := &Block{Place: first.Place, Form: "several", Body: slices.Clone(run), Lanes: &Lanes{Body: slices.Clone(run)}, First: first.First}
	for _, s := range run {
		b := s.(*Block)
		u.Values = append(u.Values, b.Values...)
		u.Flops = u.Flops.Add(b.Flops)
		u.Last = b.Last
	}
	return u
}
