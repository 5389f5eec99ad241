package amd64_test

import (
	"fmt"
	"strings"
	"testing"
)

// sines is a sum of so many sines along an array.
func sines(n int) []byte {
	var terms []string
	for k := range n {
		terms = append(terms, fmt.Sprintf("sin(a[%d]*x[i])", k))
	}
	return fmt.Appendf(nil, "package size\ndim N\nfn many(x: f64[N], a: f64[%d]) -> f64[N] { y[i] = %s; return y }\n", n, strings.Join(terms, " + "))
}

// A place of a sine costs some dozens of operations, of which there are two, for
// whole vectors and for the lanes that are left; what large arguments need is
// apart. What would still be too much code stays in Go.
func TestKernelsAreOfBoundedSize(t *testing.T) {
	text := string(kernels(t, sines(100)))
	if lines := strings.Count(text, "\n"); strings.Contains(text, "stays in Go") || lines > 15000 {
		t.Errorf("a hundred sines are %d lines: %.200s", lines, text)
	}
	if text := string(kernels(t, sines(150))); !strings.Contains(text, "too much code") {
		t.Errorf("150 sines: %.200s", text)
	}
}
