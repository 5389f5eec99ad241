package vec

import (
	"math"
	"reflect"
	"slices"
)

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

// sums is the sum of a run of lanes, or of the products with those of another
// vector unless it is nil, in the order that the row says.
func (in *interpreter) sums(v, with []uint64) uint64 {
	x := make([]float64, len(v))
	for k := range v {
		x[k] = in.float(v[k])
	}
	add := func(a, b float64) float64 { return in.float(in.bits(a + b)) }
	n := min(16/in.f.Elem.Size(), len(x))
	for k := range len(x) / n {
		b := x[k*n:]
		first := func(i, j int) float64 {
			if with == nil {
				return add(b[i], b[j])
			}
			y := func(i int) float64 { return in.float(with[k*n+i]) }
			return in.float(in.bits(in.fma(b[i], y(i), in.float(in.bits(b[j]*y(j)+0)))))
		}
		switch n {
		case 4:
			x[k] = add(first(0, 2), first(1, 3))
		default:
			x[k] = first(0, 1)
		}
	}
	for m := len(x) / n; m > 1; m /= 2 {
		for k := range m / 2 {
			x[k] = add(x[2*k], x[2*k+1])
		}
	}
	return in.bits(x[0])
}

func (in *interpreter) vector(i *Inst, k int) uint64 {
	raw := func(j int) uint64 { return in.v[i.Args[j]][k] }
	x := func(j int) float64 { return in.float(raw(j)) }
	whole := func(j int) int64 { return in.signed(raw(j)) }
	size := int64(in.f.Elem.Size())
	switch i.Op {
	case OpSums:
		n := int(i.Imm)
		all := slices.Repeat(in.v[i.Args[len(i.Args)-1]], n)
		for j, r := range i.Args {
			copy(all[j*in.f.Lanes:], in.v[r])
		}
		return in.sums(all[k*n:(k+1)*n], nil)
	case OpDots:
		n := int(i.Imm)
		rows := i.Args[1:]
		all := slices.Repeat(in.v[rows[len(rows)-1]], n)
		for j, r := range rows {
			copy(all[j*in.f.Lanes:], in.v[r])
		}
		return in.sums(all[k*n:(k+1)*n], in.v[i.Args[0]][k*n%in.f.Lanes:])
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
	case OpLogEnd:
		switch b := x(1); {
		case b < 0:
			return in.bits(math.NaN())
		case b == 0:
			return in.bits(math.Inf(-1))
		case b <= math.MaxFloat64:
			return raw(0)
		}
		return raw(1)
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
		return in.lane(int64(int32(whole(0))) * int64(int32(whole(1))))
	case OpMulHi:
		return uint64(uint32(raw(0))) * uint64(uint32(raw(1))) >> 32
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
	case OpEvens:
		n := in.f.Lanes
		return in.v[i.Args[2*k/n]][2*k%n]
	case OpPermute:
		return in.v[i.Args[0]][i.Imm>>(4*k)&15]
	case OpPick:
		return in.v[i.Args[0]][whole(1)]
	case OpTwice:
		return in.v[i.Args[0]][k/2]
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
	case OpTake:
		return in.places[i.Imm][k]
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
	case OpLoadBool:
		return in.at(in.address(i.Addr) + int64(k)).Bool()
	case OpLoadBoolM:
		return m(0) && in.at(in.address(i.Addr)+int64(k)).Bool()
	case OpBcastBool:
		return in.at(in.address(i.Addr)).Bool()
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
	case OpLocal:
		if in.f.Elem == F32 {
			in.memory = append(in.memory, make([]float32, in.f.Local/4))
		} else {
			in.memory = append(in.memory, make([]float64, in.f.Local/8))
		}
		return int64(len(in.memory))<<32 + k
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
	at := int64(0)
	if i.Op.HasAddr {
		at = in.address(i.Addr)
	}
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
		case OpStoreBool, OpStoreBoolM:
			if whether {
				in.at(at + int64(k)).SetBool(in.m[i.Args[0]][k])
			}
		}
	}
	switch i.Op {
	case OpStoreFirst:
		in.setNumber(at, in.v[i.Args[0]][0])
	case OpStoreBool1:
		in.at(at).SetBool(in.m[i.Args[0]][0])
	case OpStoreInt1:
		in.at(at).SetInt(int64(int32(in.v[i.Args[0]][0])))
	case OpResult:
		x := in.float(in.v[i.Args[0]][0])
		if in.results[i.Param] = x; in.f.Elem == F32 {
			in.results[i.Param] = float32(x)
		}
	case OpResInt:
		in.results[i.Param] = in.g[i.Args[0]]
		if slices.Contains(in.f.Results, Param{i.Param, "bool"}) {
			in.results[i.Param] = in.g[i.Args[0]] == 1
		}
	case OpPass:
		in.places[i.Imm] = in.v[i.Args[0]]
	case OpCall:
		r := in.f.Routines[slices.IndexFunc(in.f.Routines, func(r *Func) bool { return r.Name == i.Param })]
		(&interpreter{f: r, v: make([][]uint64, r.Regs()), m: make([][]bool, r.Regs()), places: in.places}).list(r.Body)
	case OpStore, OpStoreMask, OpStoreInt, OpStoreIntM, OpStoreBool, OpStoreBoolM:
	default:
		panic("no meaning of " + i.Op.Name)
	}
}
