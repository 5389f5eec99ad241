package vec

import (
	"strings"
	"testing"
)

func TestVerifyRefuses(t *testing.T) {
	at := func(f *Func) Addr { return Addr{Base: f.Param("x")} }
	for _, c := range []struct {
		want  string
		build func(f *Func)
	}{
		{"read and may not have been assigned", func(f *Func) { f.Add(Vec{f.reg(Vector)}, f.Const(1)) }},
		{"i3 is read and may not", func(f *Func) {
			v := Int{}
			f.Loop(Number(0), To(f.Param("n")), 1, func(i Int) { v = f.CopyInt(i) })
			f.GAddI(v, 1)
		}},
		{"read and may not", func(f *Func) {
			v, n := Int{f.reg(General)}, f.Param("n")
			f.If(Cond{EQ, To(n), Number(1)}, func() { f.SetInt(v, n) }, nil)
			f.GAddI(v, 1)
		}},
		{"is not a vector", func(f *Func) { f.Emit(Inst{Op: OpAdd, Args: []Reg{f.Const(1).Reg, f.Param("n").Reg}}) }},
		{"has 1 operands, not 2", func(f *Func) { f.Emit(Inst{Op: OpAdd, Args: []Reg{f.Const(1).Reg}}) }},
		{"its result is not a mask", func(f *Func) {
			c := f.Const(1).Reg
			f.Emit(Inst{Op: OpCmp, Dst: c, Args: []Reg{c, c}})
		}},
		{"no register: 99", func(f *Func) { f.Emit(Inst{Op: OpSqrt, Args: []Reg{99}}) }},
		{"no register", func(f *Func) { f.At(OpLoad, Addr{}) }},
		{"scale is not", func(f *Func) {
			a := at(f)
			a.Index, a.Scale = f.Param("n"), 3
			f.At(OpLoad, a)
		}},
		{"more than 32 bits", func(f *Func) { a := at(f); a.Disp = 1 << 31; f.At(OpLoad, a) }},
		{"index of a gather is in lanes", func(f *Func) {
			a := at(f)
			a.Index, a.Scale = f.Param("n"), 4
			f.At(OpGather, a, f.Bits(0).Reg, f.MaskSet(true).Reg)
		}},
		{"no such parameter that is an integer", func(f *Func) { f.Param("missing") }},
		{"no such parameter of type float32", func(f *Func) { f.ParamFloat("n") }},
		{"no such parameter that is an integer", func(f *Func) { f.Param("y") }},
		{"no such result", func(f *Func) { f.Result("x", f.Const(1)) }},
		{"out of range", func(f *Func) { f.GDivI(f.Param("n"), 0) }},
		{"out of range", func(f *Func) { f.Shl(f.Const(1), 33) }},
		{"out of range", func(f *Func) { f.Bits(1 << 32) }},
		{"out of range", func(f *Func) { f.CmpInt(Unordered, f.Const(1), f.Const(1)) }},
		{"assigns the counter", func(f *Func) { f.Loop(Number(0), Number(2), 1, func(i Int) { f.SetInt(i, i) }) }},
		{"assigns a bound", func(f *Func) {
			n := f.CopyInt(f.Param("n"))
			f.Loop(Number(0), To(n), 1, func(i Int) { f.SetInt(n, i) })
		}},
		{"step is 0", func(f *Func) { f.Loop(Number(0), Number(2), 0, func(Int) {}) }},
		{"runs down by 2", func(f *Func) { f.Loop(Number(0), Number(2), 2, func(Int) {}).Down = true }},
		{"not of integers", func(f *Func) { f.If(Cond{Op: Unordered}, func() {}, nil) }},
		{"does not set its result r", func(f *Func) { f.Results = []Param{{"r", "float32"}} }},
		{"has no layout", func(f *Func) { f.Params = append(f.Params, Param{"z", "complex64"}) }},
		{"two parameters x", func(f *Func) { f.Params = append(f.Params, Param{"x", "int"}) }},
		{"no name of a parameter", func(f *Func) { f.Params = append(f.Params, Param{"", "int"}) }},
		{"for F32 only", func(f *Func) { f.Elem, f.Lanes = F64, 4; f.Recip(f.Const(1)) }},
		{"vectors of no machine", func(f *Func) { f.Lanes = 3 }},
		{"no name of a table", func(f *Func) { f.Table("a b") }},
	} {
		f := New("bad", AVX2, F32)
		f.Params = []Param{{"x", "[]float32"}, {"n", "int"}, {"y", "float32"}}
		c.build(f)
		_, err := Emit([]*Func{f}, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "vec: function bad: ") {
			t.Errorf("got %v, not %s\n%s", err, c.want, f)
		}
	}
	f := New("twice", AVX2, F32)
	if _, err := Emit([]*Func{f, f}, Options{}); err == nil || !strings.Contains(err.Error(), "two functions twice") {
		t.Errorf("got %v", err)
	}
}

// What is assigned on both ways, or in a loop that runs, has a value.
func TestVerifyAccepts(t *testing.T) {
	f := New("good", AVX2, F32)
	f.Params, f.Results = []Param{{"n", "int"}}, []Param{{"r", "int"}}
	v, n, w, u := Int{f.reg(General)}, f.Param("n"), Int{f.reg(General)}, Int{f.reg(General)}
	f.If(Cond{EQ, To(n), Number(1)}, func() { f.SetInt(v, n) }, func() { f.SetInt(v, f.IConst(2)) })
	f.Loop(Number(0), Number(3), 1, func(i Int) { f.SetInt(w, i) })
	f.Loop(Number(0), To(n), 1, func(i Int) { f.SetInt(u, i) }).Once = true
	f.ResultInt("r", f.GAdd(f.GAdd(v, w), u))
	if _, err := Emit([]*Func{f}, Options{}); err != nil {
		t.Error(err)
	}
}
