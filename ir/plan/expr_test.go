package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// Selections of selections of one node do not take twice as long at every level, and what
// is known where a node stands is what the selections around it say.
func TestEachUnder(t *testing.T) {
	x, j := newExprs(), ir.NewAxis("j", ir.Const(100))
	leaf := x.read(&Buffer{Rank: 1, DType: ir.F64, Len: ir.Const(100)}, ir.Of(j))
	e := leaf
	for k := range int64(60) {
		e = x.apply(ir.OpSelect, x.test([]ir.Pred{ir.Lt(ir.Of(j), ir.Const(k+1))}), x.apply(ir.OpNeg, e), x.apply(ir.OpAdd, e, x.lit(ir.F64, 1)))
	}
	visits, known := 0, 0
	e.eachUnder(func(e *Expr, preds []ir.Pred) {
		if visits++; e == leaf && ir.Proves(preds, ir.Lt(ir.Of(j), ir.Const(1))) {
			known++
		}
	})
	if visits > 4*maxUnder {
		t.Errorf("%d visits", visits)
	}
	if known == 0 {
		t.Error("nothing is known of an element that selections choose")
	}
}
