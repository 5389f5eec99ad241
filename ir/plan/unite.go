package plan

import "slices"

// Blocks of little work, one after the other, are one function where a back end
// takes all of them: the calls would cost as much as the work. A network of
// constant size with a few dozen units is all of it one function then, and so is
// a scan with all its steps, if their number is constant; of a longer one, or of
// one whose length the run decides, so are the steps of a chunk (chunk.go).
const (
	uniteFlops = 1 << 14 // of one block: a microsecond or so
	uniteSteps = 1 << 20 // of a scan: no goroutine is preempted in assembly
	uniteStmts = 160     // of the whole, so that functions stay readable
)

// Several is the form of a block that was made of others.
const Several = "several"

// unite replaces runs of small blocks and scans at the top of a program by one
// block each, where take accepts it. The order of the work stays as it was, and
// so do lifetimes.
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

// united tries a run as a whole, then its halves. What begins a scan stays with
// it.
func united(run []Stmt, take func(*Block) bool) []Stmt {
	if work(run) < 2 {
		return run
	}
	if b := together(run); laneStmts(b.Lanes.Body()) <= uniteStmts && take(b) {
		return []Stmt{b}
	}
	half := len(run) / 2
	for half < len(run) && half > 0 && begins(run[half-1]) {
		half++
	}
	if half == 0 || half == len(run) {
		return run
	}
	return append(united(run[:half:half], take), united(run[half:], take)...)
}

// work counts the blocks and scans of a list; a scan is worth a call alone.
func work(list []Stmt) int {
	n := 0
	for _, s := range list {
		switch s.(type) {
		case *Block:
			n++
		case *Loop:
			n += 2
		}
	}
	return n
}

// laneStmts counts what lanes do.
func laneStmts(list []Stmt) int {
	n := 0
	for _, s := range list {
		n++
		if b, ok := s.(*Block); ok {
			n += laneStmts(b.Lanes.Body())
			continue
		}
		for _, inner := range bodies(s) {
			n += laneStmts(*inner)
		}
	}
	return n
}

// begins tells what stands before the loop of a scan: where its carries start.
func begins(s Stmt) bool {
	switch s := s.(type) {
	case *Let, *Copy, *Fill, *View:
		return true
	case *Rebind:
		return s.Declare
	}
	return false
}

// small tells statements of constant size with little work, that lanes may take.
func small(s Stmt) bool {
	switch s := s.(type) {
	case *Block:
		n, isConst := s.Flops.IsConst()
		return s.Lanes != nil && s.Rows == nil && isConst && n <= uniteFlops && !setsVariable(s.Body)
	case *Loop:
		steps := flops(s.Body).Mul(s.Axis.Extent)
		n, isConst := steps.IsConst()
		return isConst && n <= uniteSteps && !slices.ContainsFunc(s.Body, func(t Stmt) bool {
			switch t := t.(type) {
			case *Set, *Store, *Rebind, *Swap:
				return false
			default:
				return !small(t)
			}
		})
	}
	return begins(s)
}

// setsVariable tells blocks that set a result which is a variable of the
// function around.
func setsVariable(list []Stmt) bool {
	return slices.ContainsFunc(list, func(t Stmt) bool {
		st, ok := t.(*Store)
		return ok && st.Buffer.Rank == 0
	})
}

// together is one block of several.
func together(run []Stmt) *Block {
	u := &Block{Form: Several, Body: slices.Clone(run), Lanes: &Lanes{run, func() ([]Stmt, map[*Reg]*Reg) { return run, nil }}, Flops: flops(run)}
	first := true
	eachStmt(run, func(s Stmt) {
		b, ok := s.(*Block)
		if !ok {
			return
		}
		if first {
			u.Place, u.First, first = b.Place, b.First, false
		}
		u.Values, u.Last = append(u.Values, b.Values...), b.Last
	})
	return u
}

// aliasesOf lists what stands for other arrays in turn.
func aliasesOf(s Stmt) []*Buffer {
	var out []*Buffer
	eachBuffer(s, func(b *Buffer, _ bool) {
		if b.Class == Alias {
			out = append(out, b)
		}
	})
	return out
}
