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

// Arrays that follow each other in a whole are one operand, if they do so wherever
// the block is.
func TestOperandsThatFollowEachOther(t *testing.T) {
	text := layer("w", "x", "y", "relu(s[b,o] + z[b,o])")
	text = strings.ReplaceAll(text, "B", "16")
	text = strings.Replace(text, "dim 16\n", "", 1)
	model, other := &Whole{"params"}, &Whole{"params"}
	parts := func(w, x, z Part) Options { return Options{Params: []Part{w, x, z}} }
	dense, gap := parts(Part{model, 0}, Part{model, 320}, Part{model, 640}), parts(Part{model, 0}, Part{model, 321}, Part{model, 641})
	for _, c := range []struct {
		name          string
		first, second Options
		want          string
	}{
		{"the same", dense, dense, "[w x z]"},
		{"room for another", gap, gap, "[x z]"},
		{"a later layer", dense, parts(Part{model, 896}, Part{model, 1216}, Part{model, 1536}), "[w x z]"},
		{"of another model", dense, parts(Part{other, 3}, Part{other, 323}, Part{other, 643}), "[w x z]"},
		{"another distance", dense, gap, "[x z]"},
		{"another order", dense, parts(Part{model, 320}, Part{model, 0}, Part{model, 640}), ""},
		{"two models", dense, parts(Part{model, 0}, Part{model, 320}, Part{other, 640}), "[w x]"},
		{"an array of its own", dense, parts(Part{model, 0}, Part{}, Part{model, 640}), ""},
	} {
		all := Share([]*Program{lower(t, text, c.first), lower(t, text, c.second)}, func(*Block, *Operands) bool { return true })
		if len(all) != 1 || len(all[0].Sites) != 2 {
			t.Fatalf("%s: not one function of two sites", c.name)
		}
		for i, o := range []Options{c.first, c.second} {
			ops := all[0].Sites[i].Operands
			got := ""
			for _, j := range ops.Joined {
				got += fmt.Sprint(j.Parts)
				if at := o.Params[strings.Index("wxz", j.Parts[0].Name)].At; j.Buffer.Part.At != at {
					t.Errorf("%s: site %d begins at %d, not %d", c.name, i, j.Buffer.Part.At, at)
				}
			}
			if got != c.want {
				t.Errorf("%s: site %d has %q joined, not %q", c.name, i, got, c.want)
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
