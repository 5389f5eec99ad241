package golang

import (
	"fmt"
	"strings"
	"testing"
)

// What decides a comparison is rounded operation by operation: where Go may fuse a
// product and a sum, as it does on arm64, a conversion forbids it. Other products stay
// as they are.
func TestRoundedWhereCompared(t *testing.T) {
	for _, c := range []struct{ name, result, want string }{
		{"an equality", "y[i] = if a[i] * b[i] + c[i] == m then 1 else 0", "if float64(a[i]*b[i])+c[i] == m {"},
		{"an order", "y[i] = if a[i] * b[i] + c[i] < m then 1 else 0", "if a[i]*b[i]+c[i] < m {"},
		{"a sum", "y[i] = a[i] * b[i] + c[i]", "y[i] = a[i]*b[i] + c[i]"},
	} {
		tr := program(t, c.name, fmt.Sprintf(`dim N
func f {
  input a : f64[N]
  input b : f64[N]
  input c : f64[N]
  input m : f64
  y : f64[N]; %s
  return y
}`, c.result), map[string]int{"N": 4})
		tr.lower(t)
		if text := emitTrial(t, tr, 0, nil); !strings.Contains(strings.NewReplacer("Row[", "[").Replace(text), c.want) {
			t.Errorf("%s: no %q in\n%s", c.name, c.want, text)
		}
	}
}
