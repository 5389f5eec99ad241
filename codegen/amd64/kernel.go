package amd64

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Kernel is a block as functions of assembly, one for each set of instructions,
// with the parameters of the Go function that does the same.
type Kernel struct {
	Funcs []*vec.Func
	forms []string // how the loops of each are made
}

// ISAs are the sets of instructions that kernels are made for, the best last.
var ISAs = []vec.ISA{vec.AVX2, vec.AVX512}

// Param is how a kernel calls the k-th parameter of its block, in the order of
// [plan.Operands.Each]; Result the k-th result.
func Param(k int) string  { return fmt.Sprintf("p%d", k) }
func Result(k int) string { return fmt.Sprintf("r%d", k) }

// unsupported is why a block stays in Go.
type unsupported struct{ reason string }

func (u unsupported) Error() string { return u.reason }

func refuse(format string, args ...any) { panic(unsupported{fmt.Sprintf(format, args...)}) }

// Lower makes the kernel of a block. The error tells why a block stays in Go:
// it does something that lanes cannot, or, unless always, too little to pay for
// a call.
func Lower(b *plan.Block, ops *plan.Operands, always bool) (k *Kernel, err error) {
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(unsupported)
			if !ok {
				panic(r)
			}
			k, err = nil, u
		}
	}()
	if b.Lanes == nil {
		return nil, errors.New("not made of loops over numbers")
	}
	elem := elemOf(b.Lanes.Body())
	k = &Kernel{}
	for _, isa := range ISAs {
		f, form := lower(b, ops, isa, elem, always)
		k.Funcs, k.forms = append(k.Funcs, f), append(k.forms, form)
	}
	return k, nil
}

// elemOf is the one type of numbers that statements work on.
func elemOf(list []plan.Stmt) vec.Elem {
	types := [2]bool{}
	note := func(t ir.DType) {
		switch t {
		case ir.F32:
			types[vec.F32] = true
		case ir.F64:
			types[vec.F64] = true
		}
	}
	plan.Each(list, func(s plan.Stmt) {
		switch s := s.(type) {
		case *plan.Store:
			note(s.Buffer.DType)
		case *plan.Fill:
			note(s.Buffer.DType)
		case *plan.Copy:
			note(s.To.DType)
		}
		plan.EachExpr(s, func(e *plan.Expr) { e.Walk(func(e *plan.Expr) { note(e.Type) }) })
	})
	switch {
	case types[vec.F32] && types[vec.F64]:
		refuse("two types of numbers")
	case types[vec.F64]:
		return vec.F64
	}
	return vec.F32
}

// lower makes one function, and tells how.
func lower(b *plan.Block, ops *plan.Operands, isa vec.ISA, elem vec.Elem, always bool) (f *vec.Func, form string) {
	l := newLowerer(vec.New("", isa, elem))
	l.choices = choose(b.Lanes.Body(), l.f, always)
	l.exact = plan.Compared(b.Lanes.Body(), func(b *plan.Block) []plan.Stmt { return b.Lanes.Body() })
	l.here(func() {
		l.declare(b, ops)
		if b.Form == plan.Several {
			l.list(b.Lanes.Body())
		} else {
			l.block(b)
		}
		for k, r := range ops.Results {
			l.result(k, r)
		}
	})
	l.f.Body = append(l.f.Body, l.close()...)
	l.placeOwn(ops.Own)
	l.f.Reuse()
	l.f.Dots()
	if n := l.f.Size(); n > mostOps {
		refuse("a function of %d operations, which is too much code", n)
	}
	return l.f, formText(b.Lanes.Body(), l.choices)
}

// declare reads the parameters.
func (l *lowerer) declare(b *plan.Block, ops *plan.Operands) {
	k, moves := 0, moved(b.Lanes.Body())
	param := func(goType string) string {
		l.f.Params = append(l.f.Params, vec.Param{Name: Param(k), Type: goType})
		k++
		return Param(k - 1)
	}
	for _, buf := range ops.Own {
		l.owned[buf] = &own{}
	}
	ops.Each(plan.OperandVisitor{
		Array: func(buf *plan.Buffer) {
			name := param("[]" + goTypes[buf.DType])
			if moves[buf] {
				l.aliases[buf] = &integer{l.f.CopyInt(l.f.Param(name)), 0}
				return
			}
			l.buffers[buf] = name
		},
		Joined: func(j *plan.Joined) {
			l.buffers[j.Buffer] = param("[]" + goTypes[j.Buffer.DType])
			for _, buf := range j.Parts {
				l.joined[buf] = j
			}
		},
		Scalar: func(buf *plan.Buffer) {
			name := param(goTypes[buf.DType])
			if buf.DType == ir.I32 {
				l.indices[buf] = l.f.Param(name)
				l.scalars[buf] = value{v: l.f.Splat(l.indices[buf])}
				return
			}
			l.scalars[buf] = l.scalar(name, buf.DType)
		},
		Reg: func(r *plan.Reg) {
			v := l.scalar(param(goTypes[r.Type]), r.Type)
			carried := slices.Contains(ops.Results, r)
			if carried {
				v = l.fresh(v)
			}
			l.regs[r] = &slot{mutable: carried, vals: map[lane]value{{}: v}}
		},
		Int:  func(x *ir.Axis) { l.ints[x] = &integer{l.f.Param(param("int")), 0} },
		Dim:  func(d *ir.Dim) { l.dims[d] = l.f.Param(param("int")) },
		Draw: func(site uint32) { l.sites[site] = l.f.Param(param("uint32")) },
		Key: func() {
			name := param("runtime.Key")
			for k := range l.key {
				l.key[k] = l.f.ParamWord(name, k)
			}
		},
	})
}

var goTypes = [...]string{ir.Bool: "bool", ir.I32: "int32", ir.F32: "float32", ir.F64: "float64"}

// scalar reads a parameter that is one number.
func (l *lowerer) scalar(name string, t ir.DType) value {
	switch t {
	case ir.Bool:
		return value{m: l.f.CmpInt(vec.NE, l.f.Splat(l.f.Param(name)), l.f.Bits(0))}
	case ir.I32:
		return value{v: l.f.Splat(l.f.Param(name))}
	}
	return value{v: l.f.ParamFloat(name)}
}

// result returns a register of the block.
func (l *lowerer) result(k int, r *plan.Reg) {
	l.f.Results = append(l.f.Results, vec.Param{Name: Result(k), Type: goTypes[r.Type]})
	s := l.register(r)
	if s == nil {
		refuse("a result that another way of computing left out")
	}
	v := s.vals[lane{}]
	l.ready(v.v)
	switch r.Type {
	case ir.Bool:
		l.f.ResultInt(Result(k), l.f.Any(v.m))
	case ir.I32:
		l.f.ResultInt(Result(k), l.f.Lane(v.v))
	default:
		l.f.Result(Result(k), v.v)
	}
}
