package vec

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"golang.org/x/sys/cpu"
)

func machineHas(isa ISA) bool {
	if isa == AVX512 {
		return cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL
	}
	return cpu.X86.HasAVX2 && cpu.X86.HasFMA
}

// interpreter runs a function slowly, by the words of the table.
type interpreter struct {
	f       *Func
	v       [][]uint64 // lanes, as bits
	m       [][]bool
	g       []int64
	args    map[string]any
	memory  []any
	results map[string]any
}

// interpret returns the slices among the arguments as the function leaves them,
// and its results.
func interpret(f *Func, args []any) (out []any, err error) {
	in := &interpreter{f: f, v: make([][]uint64, f.Regs()), m: make([][]bool, f.Regs()), g: make([]int64, f.Regs()),
		args: map[string]any{}, results: map[string]any{}}
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
			for w := n / 2; w > 0; w /= 2 {
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

var folds = map[*Op]func(a, b float64) float64{
	OpSum:     func(a, b float64) float64 { return a + b },
	OpProduct: func(a, b float64) float64 { return a * b },
	OpLeast:   minx,
	OpMost:    maxx,
}

func minx(a, b float64) float64 {
	if a < b {
		return a
	}
	return b
}

func maxx(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

func (in *interpreter) vector(i *Inst, k int) uint64 {
	raw := func(j int) uint64 { return in.v[i.Args[j]][k] }
	x := func(j int) float64 { return in.float(raw(j)) }
	whole := func(j int) int64 { return in.signed(raw(j)) }
	size := int64(in.f.Elem.Size())
	switch i.Op {
	case OpConst:
		return i.Imm
	case OpMove:
		return raw(0)
	case OpAdd:
		return in.bits(x(0) + x(1))
	case OpSub:
		return in.bits(x(0) - x(1))
	case OpMul:
		return in.bits(x(0) * x(1))
	case OpDiv:
		return in.bits(x(0) / x(1))
	case OpSqrt:
		return in.bits(math.Sqrt(x(0)))
	case OpFMA:
		return in.bits(in.fma(x(0), x(1), x(2)))
	case OpFMS:
		return in.bits(in.fma(x(0), x(1), -x(2)))
	case OpFNMA:
		return in.bits(in.fma(-x(0), x(1), x(2)))
	case OpMinX:
		return in.bits(minx(x(0), x(1)))
	case OpMaxX:
		return in.bits(maxx(x(0), x(1)))
	case OpRound:
		return in.bits([...]func(float64) float64{math.RoundToEven, math.Floor, math.Ceil, math.Trunc}[i.Imm](x(0)))
	case OpRecip:
		return in.bits(1 / x(0))
	case OpRSqrt:
		return in.bits(1 / math.Sqrt(x(0)))
	case OpAnd:
		return raw(0) & raw(1)
	case OpOr:
		return raw(0) | raw(1)
	case OpXor:
		return raw(0) ^ raw(1)
	case OpAndNot:
		return raw(1) &^ raw(0)
	case OpIAdd:
		return in.lane(whole(0) + whole(1))
	case OpISub:
		return in.lane(whole(0) - whole(1))
	case OpIMul:
		return in.lane(whole(0) * whole(1))
	case OpShl:
		return in.lane(whole(0) << i.Imm)
	case OpShr:
		return raw(0) >> i.Imm
	case OpSar:
		return in.lane(whole(0) >> i.Imm)
	case OpToInt:
		return in.lane(int64(math.RoundToEven(x(0))))
	case OpToFloat:
		return in.bits(float64(whole(0)))
	case OpSteps:
		return in.lane(int64(i.Imm) * int64(k))
	case OpSplat:
		return in.lane(in.g[i.Args[0]])
	case OpFirst:
		return in.v[i.Args[0]][0]
	case OpLoad:
		return in.number(in.address(i.Addr) + int64(k)*size)
	case OpBroadcast:
		return in.number(in.address(i.Addr))
	case OpLoadInt:
		return in.lane(in.at(in.address(i.Addr) + int64(4*k)).Int())
	case OpBcastInt:
		return in.lane(in.at(in.address(i.Addr)).Int())
	case OpLoadMask:
		if in.m[i.Args[0]][k] {
			return in.number(in.address(i.Addr) + int64(k)*size)
		}
		return 0
	case OpLoadIntM:
		if in.m[i.Args[0]][k] {
			return in.lane(in.at(in.address(i.Addr) + int64(4*k)).Int())
		}
		return 0
	case OpGather:
		if in.m[i.Args[1]][k] {
			return in.number(in.address(i.Addr) + whole(0)*size)
		}
		return 0
	case OpGatherInt:
		if in.m[i.Args[1]][k] {
			return in.lane(in.at(in.address(i.Addr) + whole(0)*4).Int())
		}
		return 0
	case OpSelect:
		if in.m[i.Args[0]][k] {
			return raw(1)
		}
		return raw(2)
	case OpParamF:
		return in.bits(reflect.ValueOf(in.args[i.Param]).Float())
	}
	panic("no meaning of " + i.Op.Name)
}

func (in *interpreter) mask(i *Inst, k int) bool {
	m := func(j int) bool { return in.m[i.Args[j]][k] }
	switch i.Op {
	case OpCmp:
		a, b := in.float(in.v[i.Args[0]][k]), in.float(in.v[i.Args[1]][k])
		return [...]bool{a == b, a != b, a < b, a <= b, a > b, a >= b, a != a || b != b}[i.Imm]
	case OpCmpInt:
		return Pred(i.Imm).holds(in.signed(in.v[i.Args[0]][k]), in.signed(in.v[i.Args[1]][k]))
	case OpMaskAnd:
		return m(0) && m(1)
	case OpMaskOr:
		return m(0) || m(1)
	case OpMaskNot:
		return !m(0)
	case OpMaskSet:
		return i.Imm == 1
	case OpMaskMov:
		return m(0)
	case OpFirstN:
		return int64(k) < in.g[i.Args[0]]
	}
	panic("no meaning of " + i.Op.Name)
}

func (in *interpreter) general(i *Inst) int64 {
	g := func(j int) int64 { return in.g[i.Args[j]] }
	k := int64(i.Imm)
	switch i.Op {
	case OpAny:
		if slices.Contains(in.m[i.Args[0]], true) {
			return 1
		}
		return 0
	case OpParam:
		v := reflect.ValueOf(in.args[i.Param])
		if v.CanUint() {
			return int64(v.Uint())
		}
		return v.Int()
	case OpIConst:
		return k
	case OpIMove:
		return g(0)
	case OpGAdd:
		return g(0) + g(1)
	case OpGSub:
		return g(0) - g(1)
	case OpGMul:
		return g(0) * g(1)
	case OpGAddI:
		return g(0) + k
	case OpGMulI:
		return g(0) * k
	case OpGDivI:
		q := g(0) / k
		if g(0)%k < 0 {
			q--
		}
		return q
	case OpGMin:
		return min(g(0), g(1))
	case OpGMax:
		return max(g(0), g(1))
	case OpILoad:
		return in.at(in.address(i.Addr)).Int()
	case OpLane:
		return in.signed(in.v[i.Args[0]][0])
	case OpTable:
		in.memory = append(in.memory, tables[i.Param])
		return int64(len(in.memory)) << 32
	}
	panic("no meaning of " + i.Op.Name)
}

// tables are what the tests' functions read by OpTable.
var tables = map[string]any{
	"table32": []float32{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3},
	"table64": []float64{3, 1, 4, 1, 5, 9, 2, 6},
}

func (in *interpreter) effect(i *Inst) {
	size := int64(in.f.Elem.Size())
	at := in.address(i.Addr)
	for k := range in.f.Lanes {
		whether := len(i.Args) < 2 || in.m[i.Args[1]][k]
		switch i.Op {
		case OpStore, OpStoreMask:
			if whether {
				in.setNumber(at+int64(k)*size, in.v[i.Args[0]][k])
			}
		case OpStoreInt, OpStoreIntM:
			if whether {
				in.at(at + int64(4*k)).SetInt(int64(int32(in.v[i.Args[0]][k])))
			}
		}
	}
	switch i.Op {
	case OpStoreFirst:
		in.setNumber(at, in.v[i.Args[0]][0])
	case OpStoreInt1:
		in.at(at).SetInt(int64(int32(in.v[i.Args[0]][0])))
	case OpResult:
		x := in.float(in.v[i.Args[0]][0])
		if in.results[i.Param] = x; in.f.Elem == F32 {
			in.results[i.Param] = float32(x)
		}
	case OpResInt:
		in.results[i.Param] = in.g[i.Args[0]]
	case OpStore, OpStoreMask, OpStoreInt, OpStoreIntM:
	default:
		panic("no meaning of " + i.Op.Name)
	}
}
