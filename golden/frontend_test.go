package golden

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// compile checks a program, which imports nothing. Its package is called like
// its file unless it says otherwise.
func compile(t testing.TB, name string, text []byte) (*ir.Builder, *ir.Module) {
	t.Helper()
	b := ir.NewBuilder()
	m, list := dsl.CompileIn(b, diag.NewSource(name, text), nil)
	if len(list) > 0 {
		t.Fatal(list.Text())
	}
	if m.Package == "" {
		m.Package = strings.TrimSuffix(name, ".grad")
	}
	return b, m
}

// frontEnd makes a module of a program, and the sections up to it: what the
// source states, then what is derived from it. That the two together are the
// module keeps an archive half as long.
func (g *golden) frontEnd(t *testing.T, text []byte) (*ir.Builder, *ir.Module) {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(g.path), ".txtar") + ".grad"
	b, m := compile(t, name, text)
	g.add("typed", only(m, func(e *ir.Export) bool { return !derived(e) }).String())
	if part := only(m, derived); len(part.Exports) > 0 {
		g.add("grad", part.String())
	}
	return b, m
}

// derived reports whether a function holds derivatives.
func derived(e *ir.Export) bool { return e.Derives != "" || e.Kind == ir.ExportStep }

// only is the module with some of its exports.
func only(m *ir.Module, keep func(*ir.Export) bool) *ir.Module {
	part := *m
	part.Exports = nil
	for _, e := range m.Exports {
		if keep(e) {
			part.Exports = append(part.Exports, e)
		}
	}
	return &part
}
