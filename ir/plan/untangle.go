package plan

import "github.com/gradgen/gradgen/ir"

// maxUnfolded is the number of operations from which on an expression is
// untangled, if so many would be printed for a part of them.
const (
	maxUnfolded = 256
	maxRepeated = 4 // as many times its own size
)

// untangled gives what an expression uses more than once, and which holds
// selections, a variable first, if it would otherwise be printed many times:
// each side of a selection is code of its own, and a chain of selections that
// use the one before more than once would double with every link. Only what may
// be evaluated early gets one: all it reads exists, whatever a condition says.
func (l *lowerer) untangled(e *Expr, before *[]Stmt) *Expr {
	if !l.branchy(e) {
		return e
	}
	t := tangle{uses: map[*Expr]int{}, size: map[*Expr]float64{}, forks: map[*Expr]bool{}, early: map[*Expr]bool{}}
	t.measure(l, e)
	if all := t.size[e]; all <= maxUnfolded || all <= maxRepeated*float64(len(t.size)) {
		return e
	}
	done := map[*Expr]*Expr{}
	var rec func(e *Expr) *Expr
	rec = func(x *Expr) *Expr {
		if r, ok := done[x]; ok || !t.forks[x] {
			if ok {
				return r
			}
			return x
		}
		args := make([]*Expr, len(x.Args))
		for i, a := range x.Args {
			args[i] = rec(a)
		}
		r := l.x.rebuild(x, args)
		if x != e && t.uses[x] > 1 && t.early[x] {
			reg := l.x.reg(nameFor(x), x.Type)
			*before = append(*before, l.branch(&Let{Reg: reg, Value: r})...)
			r = l.x.use(reg)
		}
		done[x] = r
		return r
	}
	return rec(e)
}

// tangle is what is known of the parts of an expression.
type tangle struct {
	uses  map[*Expr]int
	size  map[*Expr]float64 // of what would be printed
	forks map[*Expr]bool    // holds a selection
	early map[*Expr]bool    // may be evaluated before a condition allows it
}

func (t *tangle) measure(l *lowerer, e *Expr) {
	if t.uses[e]++; t.uses[e] > 1 {
		return
	}
	size, forks, early := 1.0, e.Op == ir.OpSelect || e.Op == ir.OpMulZ, true
	if e.Op == ir.OpRead && e.Buffer.Rank > 0 {
		early = l.inside(e.Int, ir.Const(1), e.Buffer)
	}
	for _, a := range e.Args {
		t.measure(l, a)
		size, forks, early = size+t.size[a], forks || t.forks[a], early && t.early[a]
	}
	t.size[e], t.forks[e], t.early[e] = size, forks, early
}
