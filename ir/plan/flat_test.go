package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// Small functions are unrolled: places that tables choose are known then, and
// what conditions on places leave out does not count.
func TestUnrolled(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Lowering
		ops        int64
	}{
		{"places written are chosen by a table", `func f {
  input x : f64[3]
  table order : i32[3] = [2, 0, 1]
  y : f64[3]; y[order[i]] += x[i] * x[i] for i < 3
  return y
}`, Flat, 3},
		{"places written are chosen by data", `func f {
  input x : f64[3]
  input order : i32[3]
  y : f64[3]; y[order[i]] += x[i] * x[i] for i < 3
  return y
}`, Loops, 0},
		{"most of it is not there", `func f {
  input x : f64[20]
  y : f64[20, 20]; y[i,j] = (if i = j then x[i] * x[i] else 0)
  return y
}`, Flat, 20},
		{"all of it is there", `func f {
  input x : f64[20]
  y : f64[20, 20]; y[i,j] = x[i] * x[j] + x[i]
  return y
}`, Loops, 0},
	} {
		p := lower(t, c.text, Options{})
		if p.Lowering != c.want {
			t.Errorf("%s: %v (%s), want %v", c.name, p.Lowering, p.Reason, c.want)
		}
		if c.want == Flat && !p.Flops.Equal(ir.Const(c.ops)) {
			t.Errorf("%s: %v operations, want %d", c.name, p.Flops, c.ops)
		}
	}
}

// What straight-line code has no form for is found behind any amount of work, even
// where that form is asked for.
func TestAskedForInVain(t *testing.T) {
	p := lower(t, `func f {
  input x : f64[200]
  input order : i32[3]
  z : f64; z = sum[i < 200, j < 200, k < 200] x[i] * x[j] * x[k]
  y : f64[3]; y[order[i]] += z * x[i] for i < 3
  return y
}`, Options{Force: Flat})
	if p.Lowering != Loops {
		t.Errorf("%v (%s), want loops", p.Lowering, p.Reason)
	}
}
