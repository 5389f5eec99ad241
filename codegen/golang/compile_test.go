package golang

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// TestEmittedFilesCompileVetAndRun prints modules, one a package, and has the
// go command vet them and run the tests in testdata/<package>.
func TestEmittedFilesCompileVetAndRun(t *testing.T) {
	module := scratch.New(t)
	for _, m := range []*ir.Module{classifier("digits"), hostileModule(), sizesModule(), scalarsModule()} {
		text, err := fakeFile(m)
		if err != nil {
			t.Fatal(err)
		}
		module.Write(m.Package+"/x_grad.go", text)
		module.CopyGo(m.Package, "testdata/"+m.Package)
	}
	module.Write("literals/literals.go", literals(t))
	module.CopyGo("literals", "testdata/literals")
	module.VetAndTest()
}

// hostileModule has names and texts that must not reach Go as they are.
func hostileModule() *ir.Module {
	m := newModule("hostile", "hostile.grad")
	model := &ir.Model{Name: "evil", Doc: "*/ //go:linkname a b\n//go:embed x\n+build ignore", DType: ir.F64}
	for _, name := range append([]string{"Data", "data", "views", "Forward", "a.b", "a_b", "A.B", "fc.μ", "fc.µ", "п", "n", "tensors", "p", "runtime", "len"}, hostile...) {
		model.Params = append(model.Params, &ir.Param{Name: name, Shape: []int64{2}, Lo: 0, Hi: 1})
	}
	m.m.Models = []*ir.Model{model}
	B := ir.Of(m.B)
	var args []bound
	for _, name := range append([]string{"w", "p", "g", "type", "len", "nil", "runtime", "math", "B", "b", "float64", "x", "X", "_", "", "п", "key", "evil", "EvilParams", "init", "any"}, hostile...) {
		args = append(args, input(name, typ(ir.F64, B)))
	}
	params := tensorsOf(ir.BindParam, model)
	value := result(ir.BindReturn, "//go:noinline\nvalue", typ(ir.F64))
	for _, name := range []string{"evil", "func", "String", "error", "main", "Func", "a\nb", "*/", "%s"} {
		doc := ""
		for _, h := range hostile {
			doc += h + "\n"
		}
		m.export(&ir.Export{Name: name, Doc: doc, Model: model}, slices.Concat(params, args), []bound{value})
		m.export(&ir.Export{Name: name, Doc: doc, Derives: "grad", By: hostile, Model: model}, slices.Concat(params, args),
			append([]bound{value}, tensorsOf(ir.BindGrad, model)...))
		m.export(&ir.Export{Name: name, Doc: doc, Derives: "grad", By: hostile, Model: model}, slices.Concat(params, args),
			[]bound{value, result(ir.BindDest, "type", typ(ir.F64, B))})
		m.export(&ir.Export{Name: name, Derives: "*/", Model: model}, args, []bound{value})
	}
	trainer := &ir.Trainer{Name: "evil", Doc: "//go:x", Models: []*ir.Model{model}, Hyper: []ir.Hyper{{Name: "Step"}, {Name: "params", Default: posInf}, {Name: "*/"}}}
	m.export(&ir.Export{Kind: ir.ExportStep, Name: "evil", Trainer: trainer}, slices.Concat(params, args), append([]bound{value}, params...))
	return m.m
}

// sizesModule has signatures whose sizes are found in different ways.
func sizesModule() *ir.Module {
	m := newModule("sizes", "sizes.grad")
	B, T, N := ir.Of(m.B), ir.Of(&ir.Dim{Name: "T"}), ir.Of(&ir.Dim{Name: "N"})
	f := func(name string, results []bound, args ...bound) { m.export(&ir.Export{Name: name}, args, results) }
	one := []bound{result(ir.BindReturn, "v", typ(ir.F64))}
	f("two", one, input("xs", typ(ir.F64, T, B, c(8))), input("h", typ(ir.F64, B, c(3))))
	f("trailing", one, input("x", typ(ir.F64, B, T, c(4))))
	f("square", one, input("a", typ(ir.F64, N, N)))
	f("affine", one, input("x", typ(ir.F64, N.MulConst(2).AddConst(1), c(3))), input("y", typ(ir.F64, N.AddConst(-1))))
	f("triangle", one, input("l", typ(ir.F64, N.Mul(N.AddConst(1)).FloorDiv(2))), input("d", typ(ir.F64, N)))
	f("made", []bound{result(ir.BindDest, "out", typ(ir.F64, N))}, input("k", typ(ir.F64)))
	f("returned", []bound{result(ir.BindReturn, "y", typ(ir.F64, N)), result(ir.BindReturn, "s", typ(ir.F64))}, input("k", typ(ir.F64)))
	f("harmonic", one, input("x", typ(ir.F64)))
	last := m.m.Exports[len(m.m.Exports)-1]
	i := ir.NewAxis("i", N)
	last.Func.Results[0] = m.b.Map("v", 0, &ir.Map{Axes: []*ir.Axis{i}, Reduce: ir.Sum, Body: ir.IndexValue(ir.F64, ir.Of(i))})
	f("tokens", []bound{result(ir.BindReturn, "y", typ(ir.F64, B, T)), result(ir.BindReturn, "ok", typ(ir.Bool, B)), result(ir.BindReturn, "i", typ(ir.I32, B))},
		input("tok", typ(ir.I32, B, T)), input("mask", typ(ir.Bool, T)))
	return m.m
}

// scalarsModule has functions without run-time sizes, and so without a
// workspace.
func scalarsModule() *ir.Module {
	m := newModule("scalars", "scalars.grad")
	v := typ(ir.F64, c(3))
	s := func(kind ir.BindKind, names ...string) []bound {
		var out []bound
		for _, n := range names {
			out = append(out, result(kind, n, typ(ir.F64)))
		}
		return out
	}
	xy := []bound{input("x", typ(ir.F64)), input("y", typ(ir.F64))}
	m.export(&ir.Export{Name: "f"}, xy, s(ir.BindReturn, "f"))
	m.export(&ir.Export{Name: "f", Derives: "grad", By: []string{"x", "y"}}, xy, append(s(ir.BindReturn, "f"), s(ir.BindDest, "dx", "dy")...))
	m.export(&ir.Export{Name: "norm"}, []bound{input("x", v)}, s(ir.BindReturn, "n"))
	m.export(&ir.Export{Name: "norm", Derives: "grad"}, []bound{input("x", v)}, append(s(ir.BindReturn, "n"), result(ir.BindDest, "grad", v)))
	m.export(&ir.Export{Name: "turn"}, []bound{input("x", v), input("k", typ(ir.I32))}, []bound{result(ir.BindReturn, "y", v)})
	table := m.b.Table("at", v, []float64{negInf, -0.5, posInf})
	e := m.export(&ir.Export{Name: "noisy"}, []bound{input("x", v)}, nil)
	e.Results = []ir.Binding{{Kind: ir.BindReturn, Name: "y"}}
	e.Func.Results = []*ir.Value{m.b.Elementwise("y", v.Shape, func(at []ir.Int) *ir.Expr {
		return ir.Apply(ir.OpAdd, ir.Random(ir.F64, 1, at[0]), ir.Read(table, at...))
	})}
	plant := &ir.Model{Name: "Plant", DType: ir.F64, Params: []*ir.Param{{Name: "w", Shape: []int64{3}, Lo: negInf, Hi: posInf}}}
	rival := &ir.Model{Name: "Rival", DType: ir.F64, Params: []*ir.Param{{Name: "w", Shape: []int64{3}, Lo: negInf, Hi: posInf}}}
	m.m.Models = []*ir.Model{plant, rival}
	m.export(&ir.Export{Kind: ir.ExportForward, Name: "Plant", Model: plant}, append(tensorsOf(ir.BindParam, plant), input("x", v)), []bound{result(ir.BindReturn, "y", v)})
	both := slices.Concat(tensorsOf(ir.BindParam, plant), tensorsOf(ir.BindParam, rival))
	acc := bound{ir.Binding{Kind: ir.BindAccumulate}, typ(ir.Bool)}
	m.export(&ir.Export{Name: "duel", Derives: "grad", By: []string{"Plant", "Rival"}}, slices.Concat(both, []bound{acc, input("x", v)}),
		slices.Concat(s(ir.BindReturn, "d"), tensorsOf(ir.BindGrad, plant), tensorsOf(ir.BindGrad, rival)))
	m.export(&ir.Export{Name: "duel", Derives: "grad", By: []string{"Plant"}}, slices.Concat(both, []bound{acc, input("x", v)}),
		slices.Concat(s(ir.BindReturn, "d"), tensorsOf(ir.BindGrad, plant)))
	m.export(&ir.Export{Name: "duel", Derives: "hvp", By: []string{"Plant"}}, slices.Concat(both, tensorsOf(ir.BindTangent, plant), []bound{input("x", v)}),
		tensorsOf(ir.BindGrad, plant))
	trainer := &ir.Trainer{Name: "duel", Models: []*ir.Model{plant}}
	m.export(&ir.Export{Kind: ir.ExportStep, Name: "duel", Trainer: trainer}, append(slices.Clone(both), input("x", v)),
		slices.Concat(s(ir.BindReturn, "d"), tensorsOf(ir.BindParam, plant)))
	return m.m
}

// literals is a file with every number of the tests, and what its bits are.
func literals(t *testing.T) []byte {
	t.Helper()
	file, err := newSource("literals")
	if err != nil {
		t.Fatal(err)
	}
	var a, b []code
	for _, v := range numbers {
		a, b = append(a, number(ir.F32, ir.F32.Round(v))), append(b, number(ir.F64, v))
	}
	var bits []code
	for _, v := range numbers {
		bits = append(bits, str(fmt.Sprintf("%x %x", ir.F32.Round(v), v)))
	}
	file.add("x", variable("narrow", compositeLines(arrayOf(nil, id("float32")), a...)),
		variable("wide", compositeLines(arrayOf(nil, id("float64")), b...)),
		variable("want", compositeLines(arrayOf(nil, id("string")), bits...)))
	var strs, quoted []code
	for _, s := range hostile {
		strs, quoted = append(strs, str(s)), append(quoted, str(fmt.Sprintf("%x", s)))
	}
	file.add("x", variable("texts", compositeLines(arrayOf(nil, id("string")), strs...)), variable("hexes", compositeLines(arrayOf(nil, id("string")), quoted...)))
	out, err := file.Text()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFaultsNameTheFunction(t *testing.T) {
	m := classifier("digits")
	programs := make([]*plan.Program, len(m.Exports))
	for i, e := range m.Exports {
		programs[i] = fakeProgram(e)
	}
	file, _, err := printFile(m, programs, Apart{}, func(p *plan.Program, n *bodyNames) []anyCode {
		if len(p.Params) > 3 && p.Params[3].Name == "a3" && len(p.Results) == 4 {
			return []anyCode{op(id("x"), "+ ]", id("y"))} // the gradient has four results
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.Text()
	var fault *Fault
	if !errors.As(err, &fault) || fault.Export != "XEntGrad" || !strings.Contains(fault.Error(), "+ ]") || strings.Contains(fault.Error(), "NewMLPParams") {
		t.Errorf("%v", err)
	}
}

func TestSameBytesEveryTime(t *testing.T) {
	for _, make := range []func() *ir.Module{func() *ir.Module { return classifier("digits") }, hostileModule, sizesModule, scalarsModule} {
		first, err := fakeFile(make())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			again, err := fakeFile(make())
			if err != nil || !bytes.Equal(first, again) {
				t.Fatalf("printed differently, %v", err)
			}
		}
	}
}
