package amd64

import (
	"maps"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

func TestForm(t *testing.T) {
	loop := func(name string, body ...plan.Stmt) *plan.Loop {
		return &plan.Loop{Axis: ir.NewAxis(name, ir.Const(8)), Body: body}
	}
	k, l, c := loop("k"), loop("l"), loop("c")
	j := loop("j", k, l)
	o := loop("o", loop("unknown"), j, &plan.If{Then: []plan.Stmt{c}})
	form := formText([]plan.Stmt{o}, map[*plan.Loop]*choice{
		o: {jam: 4}, j: {vector: true, unroll: 2, jam: 3}, k: {unroll: 8}, l: {}, c: {cross: true, unroll: 8},
	})
	if want := "o 4 abreast, j in 2 vectors of lanes 3 abreast, k written out, c crosswise in lanes"; form != want {
		t.Errorf("%q, not %q", form, want)
	}
	made := &Kernel{forms: []string{"i in lanes", "i in lanes"}}
	for _, isa := range ISAs {
		made.Funcs = append(made.Funcs, vec.New("", isa, vec.F32))
	}
	if got := made.Form(); got != "i in lanes" {
		t.Error(got)
	}
	made.forms[1] = "i in 2 vectors of lanes"
	if got := made.Form(); got != "avx2 i in lanes; avx512 i in 2 vectors of lanes" {
		t.Error(got)
	}
}

func TestPlanNamesAreDistinct(t *testing.T) {
	array := func(name string, rank int) *plan.Buffer { return &plan.Buffer{Name: name, Rank: rank} }
	got := planNames(&plan.Operands{
		Written: []*plan.Buffer{array("dx", 1)},
		Read:    []*plan.Buffer{array("s", 0), array("dx", 1)},
		Dims:    []*ir.Dim{{Name: "N"}},
		Results: []*plan.Reg{{Name: "s", ID: 2}},
	})
	if want := map[string]string{"p0": "dx", "p1": "dx_p1", "p2": "s", "p3": "N", "r0": "s%2"}; !maps.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
