package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// The accumulators of a sum are added up once, also where a short inner loop
// was written out and every step adds several times.
func TestAccumulatorsAreAddedUpOnce(t *testing.T) {
	p := lower(t, `dim N
func f {
  input x : f64[N, 2]
  y : f64; y = sum[i < N, j < 2] (if j >= 1 then x[i,j] else 0.5)
  return y
}`, Options{Force: Loops})
	combined := 0
	eachStmt(p.Body, func(s Stmt) {
		if s, ok := s.(*Set); ok && s.Op == Assign {
			combined++
		}
	})
	if combined != 1 {
		t.Errorf("added up %d times:\n%v", combined, p)
	}
}

// Memory that iterations use in turn keeps them apart.
func TestRowsUsedInTurnAreNotJammed(t *testing.T) {
	p := lower(t, `func f {
  input x : f64[2, 3, 4]
  input s : f64[4]
  e : f64[4, 2, 4]; e[i,j,k] = sigmoid(if k <= 2 then x[j,k,i] else 0.25)
  y : f64[4, 2]; y[i,j] = sum[r < 4, k < 4] (e[i,j,k] - (if r <= 1 then s[r] else 0.25))
  return y
}`, Options{Force: Loops})
	stores := map[*Buffer]map[int64]int{}
	eachStmt(p.Body, func(s Stmt) {
		st, ok := s.(*Store)
		if !ok || st.Buffer.Class != Arena {
			return
		}
		if k, ok := st.At.IsConst(); ok {
			if stores[st.Buffer] == nil {
				stores[st.Buffer] = map[int64]int{}
			}
			if stores[st.Buffer][k]++; stores[st.Buffer][k] > 1 {
				t.Errorf("several iterations store to %s[%d]:\n%v", st.Buffer, k, p)
			}
		}
	})
	if len(stores) == 0 {
		t.Errorf("no row is used in turn:\n%v", p)
	}
}

// Derived functions share axes: sharing a loop must not capture one.
func TestRenamedAxesCaptureNone(t *testing.T) {
	b := ir.NewBuilder()
	n := ir.Const(5)
	x := b.Input("x", ir.Type{DType: ir.F64, Shape: []ir.Int{n, n}})
	i, r := ir.NewAxis("i", n), ir.NewAxis("r", n)
	v := b.Map("y", 1, &ir.Map{Axes: []*ir.Axis{i, r}, Reduce: ir.Sum, Body: ir.Read(x, ir.Of(i), ir.Of(r))})
	m := newMember(v)
	m.rename(map[*ir.Axis]ir.Int{i: ir.Of(r)})
	if m.free[0] != r || m.pieces[0].axes[0] == r {
		t.Errorf("free %v, reduced %v", m.free, m.pieces[0].axes)
	}
	if e := m.pieces[0].body; e.Index[0].Equal(e.Index[1]) {
		t.Errorf("the body reads %v", e.Index)
	}
}
