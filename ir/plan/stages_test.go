package plan

import (
	"slices"
	"strings"
	"testing"
)

// A sum down an array that workers make is shared like the array: its partial sums
// are made with it, and their sum is a loop of its own. Sums of products, short
// ones, and those along rows remain as they are.
func TestStages(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"down an array", `dim B, T
func f {
  input x : f32[B, T, 128]
  y : f32[B, T, 128]; y[b,t,i] = x[b,t,i] * x[b,t,i]
  s : f32[128]; s[i] = sum[b < B, t < T] y[b,t,i]
  return y, s
}`, "s_part y shared, s"},
		{"of everything", `dim B, T
func f {
  input x : f32[B, T, 128]
  s : f32; s = sum[b < B, t < T, i < 128] x[b,t,i]
  return s
}`, "s_part shared, s, s"},
		{"into part of a parameter", `dim B, T
func f {
  input x : f32[B, T, 128]
  y : f32[B, T, 128]; y[b,t,i] = x[b,t,i] * x[b,t,i]
  s : f32[3, 128]; s[k,i] = sum[b < B, t < T where k = 1] y[b,t,i]
  return y, s
}`, "s_part y shared, s"},
		{"under a condition on what is summed", `dim B, T
func f {
  input x : f32[B, T, 128]
  s : f32[128]; s[i] = sum[b < B, t < T where t <= i] x[b,t,i]
  return s
}`, "s"},
		{"of products", `dim B, T
func f {
  input x : f32[B, T, 128]
  input y : f32[B, T, 64]
  s : f32[128, 64]; s[i,j] = sum[b < B, t < T] x[b,t,i] * y[b,t,j]
  return s
}`, "s"},
		{"of few terms", `dim B
func f {
  input x : f32[B, 4, 1024]
  s : f32[1024]; s[i] = sum[b < B, t < 4] x[b,t,i]
  return s
}`, "s"},
		{"along rows", `dim B, T
func f {
  input x : f32[B, T, 8, 128]
  s : f32[B]; s[b] = sum[t < T, k < 8, i < 128] x[b,t,k,i]
  return s
}`, "s shared"},
	} {
		p := lower(t, c.text, Options{Engine: WorthEngine, Rows: WorthRows, Force: Loops})
		if err := Verify(p); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []string
		for _, s := range p.Body {
			b, ok := s.(*Block)
			if !ok {
				continue
			}
			var names []string
			for _, v := range b.Values {
				names = append(names, v.Name)
			}
			slices.Sort(names)
			if b.Rows != nil {
				names = append(names, "shared")
			}
			got = append(got, strings.Join(names, " "))
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: %s, want %s\n%v", c.name, got, c.want, p)
		}
	}
}
