package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// What nobody takes stays as it was: a run is halved until halves are done, also
// if it is one scan, which alone is worth a call.
func TestRunsThatNobodyTakesStay(t *testing.T) {
	scan := &Loop{Axis: ir.NewAxis("t", ir.Const(4)), Step: 1}
	carry := &Let{}
	for _, run := range [][]Stmt{{scan}, {carry, scan}, {carry, carry, scan}, {carry, scan, carry, scan}} {
		asked := 0
		out := united(run, func(*Block) bool {
			if asked++; asked > 2*len(run) {
				t.Fatalf("%d statements are asked about again and again", len(run))
			}
			return false
		})
		if len(out) != len(run) {
			t.Fatalf("%d statements became %d", len(run), len(out))
		}
		for i := range out {
			if out[i] != run[i] {
				t.Errorf("statement %d moved", i)
			}
		}
	}
}
