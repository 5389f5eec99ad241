package plan

import (
	"fmt"
	"strings"
	"testing"
)

// layer is the text of a function whose one block has these names and body.
func layer(w, x, y, body string) string {
	return fmt.Sprintf(`dim B
func f {
  input %[1]s : f32[16, 20]
  input %[2]s : f32[B, 20]
  input z : f32[B, 16]
  s : f32[B, 16]; s[b,o] = sum[i < 20] %[1]s[o,i] * %[2]s[b,i]
  %[3]s : f32[B, 16]; %[3]s[b,o] = %[4]s
  return %[3]s
}`, w, x, y, strings.ReplaceAll(body, "X", x))
}

func TestEqualBlocksAreShared(t *testing.T) {
	first := layer("W", "x", "y", "relu(s[b,o] + 1)")
	for _, c := range []struct {
		name, text string
		shared     bool
	}{
		{"other names", layer("V", "h", "q", "relu(s[b,o] + 1)"), true},
		{"another literal", layer("W", "x", "y", "relu(s[b,o] + 2)"), false},
		{"another operation", layer("W", "x", "y", "tanh(s[b,o] + 1)"), false},
		{"another operand", layer("W", "x", "y", "relu(s[b,o] + z[b,o])"), false},
		{"another size", strings.ReplaceAll(first, "16", "12"), false},
		{"another size at run time", strings.ReplaceAll(first, "B", "C"), false},
		{"another type", strings.ReplaceAll(first, "f32", "f64"), false},
	} {
		a, b := lower(t, first, Options{}), lower(t, c.text, Options{})
		all := Share([]*Program{a, b}, nil)
		if got := len(all) == 1; got != c.shared {
			t.Errorf("%s: shared is %v\n%v\n%v", c.name, got, a, b)
		}
		if !c.shared {
			continue
		}
		for i, want := range []string{"y|x W|B", "q|h V|B"} {
			o := all[0].Sites[i].Operands
			got := fmt.Sprint(o.Written, "|", o.Read, "|", o.Dims)
			if got = strings.NewReplacer("[", "", "]", "").Replace(got); got != want {
				t.Errorf("%s: operands %q, want %q", c.name, got, want)
			}
		}
	}
}

// What a pattern of operands tells apart must not be one function.
func TestOperandsKeepTheirPattern(t *testing.T) {
	text := func(right string) string {
		return `dim N
func f {
  input a : f64[N, N]
  input c : f64[N, N]
  y : f64[N, N]; y[i,j] = sum[k < N] a[i,k] * ` + right + `[j,k]
  return y
}`
	}
	if all := Share([]*Program{lower(t, text("a"), Options{}), lower(t, text("c"), Options{})}, nil); len(all) > 0 {
		t.Error("a·aᵀ and a·cᵀ share a function")
	}
}
