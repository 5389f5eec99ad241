package vec

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/gradgen/gradgen/runtime"
)

func machineHas(isa ISA) bool {
	if isa == AVX512 {
		return runtime.Vectors() >= runtime.AVX512
	}
	return runtime.Vectors() >= runtime.AVX2
}

// interpreter runs a function slowly, by the words of the table.
type interpreter struct {
	f       *Func
	v       [][]uint64 // lanes, as bits
	m       [][]bool
	g       []int64
	args    map[string]any
	memory  []any
	places  map[uint64][]uint64 // shared with routines
	results map[string]any
}

// interpret returns the slices among the arguments as the function leaves them,
// and its results.
func interpret(f *Func, args []any) (out []any, err error) {
	in := &interpreter{f: f, v: make([][]uint64, f.Regs()), m: make([][]bool, f.Regs()), g: make([]int64, f.Regs()),
		args: map[string]any{}, results: map[string]any{}, places: map[uint64][]uint64{}}
	for k, p := range f.Params {
		a := args[k]
		if v := reflect.ValueOf(a); v.Kind() == reflect.Slice {
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(c, v)
			in.memory = append(in.memory, c.Interface())
			a = int64(len(in.memory)) << 32
		}
		in.args[p.Name] = a
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("interpreting %s: %v", f.Name, r)
		}
	}()
	in.list(f.Body)
	for _, r := range f.Results {
		out = append(out, in.results[r.Name])
	}
	return append(out, in.memory[:slicesOf(f)]...), nil
}

// slicesOf counts the parameters that are slices.
func slicesOf(f *Func) (n int) {
	for _, p := range f.Params {
		if p.slice() {
			n++
		}
	}
	return n
}

func (in *interpreter) list(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			in.inst(n)
		case *Loop:
			var values []int64
			to := in.bound(n.To)
			for i := in.bound(n.From); i < to; i += n.Step {
				values = append(values, i)
			}
			if n.Down {
				slices.Reverse(values)
			}
			for _, i := range values {
				in.g[n.Counter.Reg] = i
				in.list(n.Body)
			}
		case *If:
			if n.Cond.Op.holds(in.bound(n.Cond.A), in.bound(n.Cond.B)) {
				in.list(n.Then)
			} else {
				in.list(n.Else)
			}
		}
	}
}

func (in *interpreter) bound(b Bound) int64 {
	if b.Int.Reg == None {
		return b.Const
	}
	return in.g[b.Int.Reg]
}

// at is the element of so many bytes at an address.
func (in *interpreter) at(address int64) reflect.Value {
	s := reflect.ValueOf(in.memory[address>>32-1])
	size := int64(s.Type().Elem().Size())
	off := address & (1<<32 - 1)
	if off%size != 0 {
		panic("an address between elements")
	}
	return s.Index(int(off / size))
}

func (in *interpreter) address(a Addr) int64 {
	at := in.g[a.Base.Reg] + a.Disp
	if a.Index.Reg != None {
		at += in.g[a.Index.Reg] * int64(a.Scale)
	}
	return at
}

func (in *interpreter) number(address int64) uint64 {
	switch x := in.at(address).Interface().(type) {
	case float32:
		return uint64(math.Float32bits(x))
	case float64:
		return math.Float64bits(x)
	default:
		panic("no number there")
	}
}

func (in *interpreter) setNumber(address int64, bits uint64) {
	in.at(address).SetFloat(in.float(bits))
}

func (in *interpreter) float(bits uint64) float64 {
	if in.f.Elem == F32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// bits rounds x, which may be wider than the function's type.
func (in *interpreter) bits(x float64) uint64 {
	if in.f.Elem == F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// lane is an integer as wide as a lane.
func (in *interpreter) lane(x int64) uint64 {
	if in.f.Elem == F32 {
		return uint64(uint32(x))
	}
	return uint64(x)
}

func (in *interpreter) signed(x uint64) int64 {
	if in.f.Elem == F32 {
		return int64(int32(x))
	}
	return int64(x)
}

// fma is a*b + c. Float64 has room for the product of float32; the sum is
// rounded to odd first, so that it can be rounded once more.
func (in *interpreter) fma(a, b, c float64) float64 {
	if in.f.Elem == F64 {
		return math.FMA(a, b, c)
	}
	p := a * b
	s := p + c
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return s
	}
	t := s - p
	rest := (p - (s - t)) + (c - t)
	if bits := math.Float64bits(s); rest != 0 && bits&1 == 0 {
		if (rest > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return s
}

func (in *interpreter) inst(i *Inst) {
	o := i.Op
	arg := func(k int) Reg { return i.Args[k] }
	n := in.f.Lanes
	switch {
	case o.HasDst && o.Dst == Vector:
		out := make([]uint64, n)
		if fold, ok := folds[o]; ok {
			all := slices.Clone(in.v[arg(0)])
			for w := int(i.Imm) / 2; w > 0; w /= 2 {
				for k := range w {
					all[k] = in.bits(fold(in.float(all[k]), in.float(all[k+w])))
				}
			}
			for k := range out {
				out[k] = all[0]
			}
		} else {
			for k := range out {
				out[k] = in.vector(i, k)
			}
		}
		in.v[i.Dst] = out
	case o.HasDst && o.Dst == Masks:
		out := make([]bool, n)
		for k := range out {
			out[k] = in.mask(i, k)
		}
		in.m[i.Dst] = out
	case o.HasDst:
		in.g[i.Dst] = in.general(i)
	default:
		in.effect(i)
	}
}
