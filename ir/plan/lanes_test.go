package plan

import "testing"

// TestLanesOfNothing: loops in which nothing is left to do have a form for lanes.
func TestLanesOfNothing(t *testing.T) {
	p := lower(t, `func f {
  input x : f64[4]
  at : i32[4]; at[i] = 0
  y : f64[3, 4]; y[2*at[i] - 1,j] += x[j] for i < 4, j < 4 where 2*at[i] >= 1 and 3 >= 2*at[i]
  return y
}`, Options{Lanes: true, Force: Loops})
	asked := false
	Share([]*Program{p}, func(b *Block, _ *Operands) bool {
		if b.Lanes != nil {
			b.Lanes.Body()
			asked = true
		}
		return false
	})
	if !asked {
		t.Errorf("no block has a form for lanes:\n%v", p)
	}
}
