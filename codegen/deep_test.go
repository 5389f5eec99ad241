package codegen

import (
	"fmt"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// deep is a model of many layers, all alike.
func deep(layers int) *ir.Module {
	b := ir.NewBuilder()
	width := ir.Const(64)
	model := &ir.Model{Name: "Deep", DType: ir.F64}
	h := b.Input("x", ir.Type{DType: ir.F64, Shape: []ir.Int{ir.Of(&ir.Dim{Name: "B"}), width}})
	e := &ir.Export{Kind: ir.ExportForward, Name: "Deep", Model: model, Func: &ir.Func{Name: "Deep", Params: []*ir.Value{h}},
		Args: []ir.Binding{{Kind: ir.BindInput, Name: "x"}}, Results: []ir.Binding{{Kind: ir.BindReturn, Name: "y"}}}
	for i := range layers {
		model.Params = append(model.Params, &ir.Param{Name: fmt.Sprintf("layers.%d.weight", i), Shape: []int64{64, 64}})
		w := b.Input("w", ir.Type{DType: ir.F64, Shape: []ir.Int{width, width}})
		e.Func.Params = append(e.Func.Params, w)
		e.Args = append(e.Args, ir.Binding{Kind: ir.BindParam, Model: model, Index: i})
		axes := ir.Axes([]ir.Int{h.Type.Shape[0], width, width})
		n, o, k := ir.Of(axes[0]), ir.Of(axes[1]), ir.Of(axes[2])
		a := b.Map("a", 2, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: ir.Apply(ir.OpMul, ir.Read(w, o, k), ir.Read(h, n, k))})
		h = b.Elementwise("h", a.Type.Shape, func(at []ir.Int) *ir.Expr { return ir.Apply(ir.OpByName("tanh"), ir.Read(a, at...)) })
	}
	e.Func.Results = []*ir.Value{h}
	return &ir.Module{Package: "deep", File: "deep.grad", Models: []*ir.Model{model}, Exports: []*ir.Export{e}}
}

func TestOutputGrowsLinearly(t *testing.T) {
	size := func(layers int) int {
		files, err := Generate(deep(layers), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return len(files[0].Data)
	}
	if a, b := size(50), size(200); float64(b) > 4.4*float64(a) {
		t.Errorf("four times the layers take %d bytes, not four times %d", b, a)
	}
}

func BenchmarkGenerateDeep(b *testing.B) {
	for _, layers := range []int{25, 100} {
		m := deep(layers)
		b.Run(fmt.Sprint(layers), func(b *testing.B) {
			for b.Loop() {
				if _, err := Generate(m, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
