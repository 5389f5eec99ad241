package golden_test

import (
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

// The tests of this package ask one question of several ways to run a program:
// the interpreter on the function as it was differentiated, the interpreter on
// the optimised function, and the emitted Go.

// program is a compiled text.
type program struct {
	name    string // of the Go package, too
	module  *ir.Module
	written map[*ir.Export]*ir.Func // before the passes
}

// compile takes a text through the front end and the passes.
func compile(t *testing.T, name, text string) *program {
	t.Helper()
	b := ir.NewBuilder()
	m, found := dsl.CompileIn(b, diag.NewSource(name+".grad", []byte(text)), nil)
	if m == nil {
		t.Fatalf("%s: %s", name, found.Text())
	}
	m.Package = name
	p := &program{name, m, map[*ir.Export]*ir.Func{}}
	for _, e := range m.Exports {
		if err := ir.Verify(e.Func); err != nil {
			t.Fatalf("%s %s %s: %v", name, e.Name, e.Derives, err)
		}
		p.written[e] = e.Func
		f, err := pass.Optimize(b, e.Func, pass.Options{Check: true})
		if err != nil {
			t.Fatalf("%s %s %s: %v", name, e.Name, e.Derives, err)
		}
		e.Func = f
	}
	return p
}

// in32 is a text in single precision.
func in32(text string) string { return strings.ReplaceAll(text, "f64", "f32") }

// request is one call.
type request struct {
	fn, derives string
	kind        ir.ExportKind
	dims        map[string]int
	args        map[string][]float64 // inputs and directions by name, parameters by their names in files
	steps       int                  // of a trainer
	work        string               // calls with equal names share a workspace
}

// results are by name: what is returned or written to a slice by the name of
// the result, a gradient as "d" and the name of the parameter, a changed
// parameter or state by its name. The losses of steps are "losses".
type results map[string][]float64

func (p *program) export(t *testing.T, q request) *ir.Export {
	t.Helper()
	for _, e := range p.module.Exports {
		if e.Name == q.fn && e.Derives == q.derives && e.Kind == q.kind {
			return e
		}
	}
	t.Fatalf("%s has no %s %s of kind %d", p.name, q.fn, q.derives, q.kind)
	return nil
}

// key names the number behind a binding.
func key(e *ir.Export, b ir.Binding) string {
	switch b.Kind {
	case ir.BindParam:
		return b.Model.Params[b.Index].Name
	case ir.BindState:
		return b.Model.State[b.Index].Name
	case ir.BindGrad:
		return "d" + b.Model.Params[b.Index].Name
	case ir.BindTangent:
		return "v" + b.Model.Params[b.Index].Name
	case ir.BindOpt:
		return e.Trainer.State[b.Index].Name
	}
	return b.Name
}
