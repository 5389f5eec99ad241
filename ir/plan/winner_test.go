package plan

import (
	"strings"
	"testing"
)

// The element that an argmax leads to is the one that it compared; elements
// beside it are read.
func TestWinners(t *testing.T) {
	for where, chosen := range map[string]bool{
		"4*i + a[n,i]": true,
		"4*i + 2*floor(a[n,i]/2) + (a[n,i] - 2*floor(a[n,i]/2))": true,
		"4*i + floor(a[n,i]/2)":                                  false,
		"4*i":                                                    false,
	} {
		p := lower(t, `dim B
func f {
  input x : f32[B, 28]
  a : i32[B, 7]; a[n,i] = argmax[k < 2, l < 2](x[n,4*i + 2*k + l])
  y : f32[B, 7]; y[n,i] = x[n,`+where+`]
  return y
}`, Options{Force: Loops}).String()
		if got := strings.Contains(p, "] = best"); got != chosen {
			t.Errorf("%s: the value compared is used: %v, want %v\n%v", where, got, chosen, p)
		}
	}
}

// Whether a place is the one that was chosen is one equation, if its digits are
// those of a number.
func TestDigits(t *testing.T) {
	for _, c := range []struct{ quotient, remainder, want string }{
		{"floor(k/2) - 2*floor(k/4)", "k - 2*floor(k/2)", "if k = a + 4*floor((k)/4)"},
		{"1", "1", "if a = 3"},
		{"1", "2", " and "}, // never, but as it was said
		{"floor(k/2) - 2*floor(k/4)", "k - 3*floor(k/3)", " and "},
		{"floor(k/2) - 2*floor(k/4)", "k", " and "},
	} {
		p := lower(t, `dim B
func f {
  input a : i32[B, 7]
  input dy : f32[B, 7]
  dx : f32[B, 28]; dx[n,k] = if `+c.quotient+` = floor(a[n,floor(k/4)]/2) and `+c.remainder+` = a[n,floor(k/4)] - 2*floor(a[n,floor(k/4)]/2) then dy[n,floor(k/4)] else 0
  return dx
}`, Options{Force: Loops}).String()
		_, body, _ := strings.Cut(p, "\n    for ")
		if !strings.Contains(body, c.want) {
			t.Errorf("%s and %s: no %q in\n%v", c.quotient, c.remainder, c.want, p)
		}
	}
}
