package codegen

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
)

// net is a module made by hand, with all that a front end would make: a model
// y = W2·tanh(W1·x) for a batch, its squared loss, the gradient, and a trainer
// that descends along it with momentum.
func net(t *testing.T) *ir.Module {
	t.Helper()
	b := ir.NewBuilder()
	B := ir.Of(&ir.Dim{Name: "B"})
	place := ir.Place{File: "net.grad", Line: 1}
	model := &ir.Model{Name: "Net", DType: ir.F64, Place: place}
	shapes := [][]ir.Int{ir.Ints(5, 3), ir.Ints(2, 5), nil}
	for i, name := range []string{"fc1.weight", "fc2.weight", "gain"} {
		var shape []int64
		for _, n := range shapes[i] {
			k, _ := n.IsConst()
			shape = append(shape, k)
		}
		model.Params = append(model.Params, &ir.Param{Name: name, Shape: shape, Lo: math.Inf(-1), Hi: math.Inf(1)})
	}
	m := &ir.Module{Package: "net", File: "net.grad", Models: []*ir.Model{model}}

	f64 := func(shape ...ir.Int) ir.Type { return ir.Type{DType: ir.F64, Shape: shape} }
	w1, w2, gain := b.Input("w1", f64(shapes[0]...)), b.Input("w2", f64(shapes[1]...)), b.Input("gain", f64())
	x, y := b.Input("x", f64(B, ir.Const(3))), b.Input("y", f64(B, ir.Const(2)))
	product := func(name string, w, x *ir.Value) *ir.Value {
		axes := ir.Axes([]ir.Int{x.Type.Shape[0], w.Type.Shape[0], w.Type.Shape[1]})
		n, o, i := ir.Of(axes[0]), ir.Of(axes[1]), ir.Of(axes[2])
		return b.Map(name, 2, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: ir.Apply(ir.OpMul, ir.Read(w, o, i), ir.Read(x, n, i))})
	}
	h := product("a1", w1, x)
	h = b.Elementwise("h1", h.Type.Shape, func(at []ir.Int) *ir.Expr { return ir.Apply(ir.OpByName("tanh"), ir.Read(h, at...)) })
	out := product("a2", w2, h)
	out = b.Elementwise("out", out.Type.Shape, func(at []ir.Int) *ir.Expr { return ir.Apply(ir.OpMul, ir.Read(out, at...), ir.Read(gain)) })
	axes := ir.Axes(out.Type.Shape)
	e := ir.Apply(ir.OpSub, ir.Read(out, ir.AxisInts(axes)...), ir.Read(y, ir.AxisInts(axes)...))
	loss := b.Map("loss", 0, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: ir.Apply(ir.OpMul, e, e)})

	bind := func(kind ir.BindKind) []ir.Binding {
		var out []ir.Binding
		for i := range model.Params {
			out = append(out, ir.Binding{Kind: kind, Model: model, Index: i})
		}
		return out
	}
	input := func(name string) ir.Binding { return ir.Binding{Kind: ir.BindInput, Name: name} }
	ret := func(name string) ir.Binding { return ir.Binding{Kind: ir.BindReturn, Name: name} }
	export := func(e *ir.Export, params, results []*ir.Value) {
		f, err := pass.Optimize(b, &ir.Func{Name: e.Name, Place: place, Params: params, Results: results}, pass.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e.Func, e.Model = f, model
		m.Exports = append(m.Exports, e)
	}
	random := func(site uint32, shape []ir.Int) *ir.Value {
		return b.Elementwise("w", shape, func(at []ir.Int) *ir.Expr {
			i := ir.Const(0)
			if len(at) > 0 {
				i = at[0].Mul(shape[1]).Add(at[1])
			}
			return ir.Apply(ir.OpSub, ir.Random(ir.F64, site, i), ir.Lit(ir.F64, 0.25))
		})
	}
	export(&ir.Export{Kind: ir.ExportInit, Name: "Net", Results: bind(ir.BindParam)}, nil,
		[]*ir.Value{random(1, shapes[0]), random(2, shapes[1]), random(3, nil)})
	export(&ir.Export{Kind: ir.ExportForward, Name: "Net", Args: append(bind(ir.BindParam), input("x")), Results: []ir.Binding{ret("out")}},
		[]*ir.Value{w1, w2, gain, x}, []*ir.Value{out})
	params := []*ir.Value{w1, w2, gain, x, y}
	args := append(bind(ir.BindParam), input("x"), input("y"))
	export(&ir.Export{Name: "Loss", Args: args, Results: []ir.Binding{ret("loss")}}, params, []*ir.Value{loss})

	grad, err := autodiff.Grad(b, &ir.Func{Name: "Loss", Params: params, Results: []*ir.Value{loss}}, []int{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	accumulate := b.Input("accumulate", ir.Type{DType: ir.Bool})
	gradParams, gradResults := slices.Clone(params), []*ir.Value{grad.Results[0]}
	for i, d := range grad.Results[1:] {
		old := b.Input("g", d.Type)
		gradParams = append(gradParams, old)
		gradResults = append(gradResults, b.Elementwise("d"+params[i].Name, d.Type.Shape, func(at []ir.Int) *ir.Expr {
			return ir.Apply(ir.OpAdd, ir.Read(d, at...), ir.Select(ir.Read(accumulate), ir.Read(old, at...), ir.Lit(ir.F64, 0)))
		}))
	}
	export(&ir.Export{Name: "Loss", Derives: "grad", By: []string{"Net"}, Args: slices.Concat(args, bind(ir.BindGrad), []ir.Binding{{Kind: ir.BindAccumulate}}),
		Results: append([]ir.Binding{ret("loss")}, bind(ir.BindGrad)...)}, append(gradParams, accumulate), gradResults)

	trainer := &ir.Trainer{Name: "Loss", Models: []*ir.Model{model}, Hyper: []ir.Hyper{{Name: "lr", Default: 0.01}}}
	lr, step := b.Input("lr", f64()), b.Input("t", f64())
	stepParams, stepResults := append(slices.Clone(params), lr, step), []*ir.Value{grad.Results[0]}
	stepArgs := append(slices.Clone(args), ir.Binding{Kind: ir.BindHyper, Name: "lr"}, ir.Binding{Kind: ir.BindStep})
	var moments []*ir.Value
	for i, d := range grad.Results[1:] {
		v := b.Input("v", d.Type)
		stepParams = append(stepParams, v)
		stepArgs = append(stepArgs, ir.Binding{Kind: ir.BindOpt, Index: i})
		trainer.State = append(trainer.State, &ir.Param{Name: "v." + model.Params[i].Name, Shape: model.Params[i].Shape, Lo: math.Inf(-1), Hi: math.Inf(1)})
		next := b.Elementwise("v", d.Type.Shape, func(at []ir.Int) *ir.Expr {
			return ir.Apply(ir.OpAdd, ir.Apply(ir.OpMul, ir.Lit(ir.F64, 0.5), ir.Read(v, at...)), ir.Read(d, at...))
		})
		stepResults = append(stepResults, b.Elementwise("w", d.Type.Shape, func(at []ir.Int) *ir.Expr {
			return ir.Apply(ir.OpSub, ir.Read(params[i], at...), ir.Apply(ir.OpMul, ir.Read(lr), ir.Read(next, at...)))
		}))
		moments = append(moments, next)
	}
	stepBinds := append([]ir.Binding{ret("loss")}, bind(ir.BindParam)...)
	for i := range moments {
		stepBinds = append(stepBinds, ir.Binding{Kind: ir.BindOpt, Index: i})
	}
	export(&ir.Export{Kind: ir.ExportStep, Name: "Loss", Trainer: trainer, Args: stepArgs, Results: stepBinds}, stepParams, append(stepResults, moments...))
	return m
}

func TestGeneratedNetTrains(t *testing.T) {
	files, err := Generate(net(t), Options{Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	module := scratch.New(t)
	for _, f := range files {
		module.Write("net/"+f.Name, f.Data)
		if testing.Verbose() {
			t.Logf("%s", f.Data)
		}
	}
	module.CopyGo("net", "testdata/net")
	module.VetAndTest()
}

func TestWorkersDoNotChangeFiles(t *testing.T) {
	var first []byte
	for _, workers := range []int{1, 2, 8, 0} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(1, workers)))
		files, err := Generate(net(t), Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = files[0].Data
		} else if !bytes.Equal(first, files[0].Data) {
			t.Errorf("other bytes with %d workers", workers)
		}
	}
}

func TestGenerateSaysWhatIsWrong(t *testing.T) {
	m := net(t)
	m.Package = "x_test"
	if _, err := Generate(m, Options{}); err == nil || !strings.Contains(err.Error(), "_test") {
		t.Errorf("%v", err)
	}
	m = net(t)
	m.File = "a/b.grad"
	if _, err := Generate(m, Options{}); err == nil {
		t.Error("a file name with a directory")
	}
}

// TestTooMuchForTheStack: a function without run-time sizes has no workspace.
func TestTooMuchForTheStack(t *testing.T) {
	b := ir.NewBuilder()
	n := ir.Const(200)
	x := b.Input("x", ir.Type{DType: ir.F64, Shape: []ir.Int{n, n}})
	square := func(name string, x *ir.Value) *ir.Value {
		axes := ir.Axes([]ir.Int{n, n, n})
		i, j, k := ir.Of(axes[0]), ir.Of(axes[1]), ir.Of(axes[2])
		return b.Map(name, 2, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: ir.Apply(ir.OpMul, ir.Read(x, i, k), ir.Read(x, k, j))})
	}
	f := &ir.Func{Name: "f", Params: []*ir.Value{x}, Results: []*ir.Value{square("y", square("square", x))}, Place: ir.Place{File: "f.grad", Line: 3}}
	m := &ir.Module{Package: "f", File: "f.grad", Exports: []*ir.Export{{Name: "f", Func: f,
		Args: []ir.Binding{{Kind: ir.BindInput, Name: "x"}}, Results: []ir.Binding{{Kind: ir.BindReturn, Name: "y"}}}}}
	_, err := Generate(m, Options{})
	if err == nil || !strings.Contains(err.Error(), "f.grad:3: F needs 320000 bytes for square") {
		t.Errorf("%v", err)
	}
}

// TestAlways: otherwise tests of small sizes would run Go alone.
func TestAlways(t *testing.T) {
	for _, always := range []bool{true, false} {
		files, err := Generate(net(t), Options{Always: always})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(f File) bool { return f.Name == "net"+mark+endAssembly }) {
			t.Fatal("no kernels")
		}
		if few := bytes.Contains(files[0].Data, []byte("do not pay")); few == always {
			t.Errorf("always %v, and few operations taken apart %v", always, few)
		}
	}
}
