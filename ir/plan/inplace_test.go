package plan

import (
	"strings"
	"testing"
)

// An array takes the place of another one if each element is written where that one
// is read for the last time, and only then.
func TestInPlace(t *testing.T) {
	for _, c := range []struct {
		name, y string
		want    bool
	}{
		{"element by element", "exp(s[b,o] - m[o])", true},
		{"an element read twice", "s[b,o] * exp(s[b,o] - m[o])", true},
		{"in another order", "exp(s[b,19-o] - m[o])", false},
		{"with one element of the row", "exp(s[b,o] - s[b,0])", false},
		{"with the sum of the row", "exp(s[b,o] - n[b])", false},
		{"in another order, too", "exp(s[b,o] - m[o]) + s[b,19-o]", false},
	} {
		for _, lanes := range []bool{false, true} {
			p := lower(t, `dim B
func f {
  input W : f32[20, 20]
  input x : f32[B, 20]
  s : f32[B, 20]; s[b,o] = sum[i < 20] W[o,i] * x[b,i]
  m : f32[20]; m[o] = max[b < B] s[b,o]
  n : f32[B]; n[b] = sum[i < 20] s[b,i]
  y : f32[B, 20]; y[b,o] = `+c.y+`
  r : f32[20, 20]; r[i,o] = sum[b < B] y[b,i] * y[b,o]
  return r
}`, Options{Lanes: lanes})
			text := p.String()
			shared := false
			for _, s := range p.Slots {
				shared = shared || strings.Contains(s.Buffers[0].Name+" "+s.Buffers[len(s.Buffers)-1].Name, "s y")
			}
			if shared != c.want {
				t.Errorf("%s, lanes %v: shared %v\n%s", c.name, lanes, shared, text)
			}
		}
	}
}
