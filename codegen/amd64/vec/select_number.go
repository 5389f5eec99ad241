package vec

import (
	"math"
)

// lanewise is an operation that one instruction computes from vectors, in each
// lane.
type lanewise struct {
	name  string
	typed byte // what follows the name: 'p' for PS or PD, 'i' for D or Q, 0 for nothing
	comm  bool
}

var lanewises = map[*Op]lanewise{
	OpAdd: {"VADD", 'p', true}, OpSub: {"VSUB", 'p', false}, OpMul: {"VMUL", 'p', true}, OpDiv: {"VDIV", 'p', false},
	OpSqrt: {"VSQRT", 'p', false},
	OpMinX: {"VMIN", 'p', false}, OpMaxX: {"VMAX", 'p', false},
	OpAnd: {"VAND", 'p', true}, OpOr: {"VOR", 'p', true}, OpXor: {"VXOR", 'p', true}, OpAndNot: {"VANDN", 'p', false},
	OpIAdd: {"VPADD", 'i', true}, OpISub: {"VPSUB", 'i', false},
}

var fmaNames = map[*Op]string{OpFMA: "VFMADD", OpFMS: "VFMSUB", OpFNMA: "VFNMADD"}

// typed are the mnemonics of an element type, by stem.
func (s *selector) typed(stem string) string { return names[stem][s.f.Elem] }

// names are spelled once: a function has thousands of instructions.
var names = func() map[string][2]string {
	m := map[string][2]string{}
	for _, l := range lanewises {
		if l.typed == 'p' {
			m[l.name] = [2]string{l.name + "PS", l.name + "PD"}
		} else {
			m[l.name] = [2]string{l.name + "D", l.name + "Q"}
		}
	}
	return m
}()

// inst selects the codes of an operation.
func (s *selector) inst(i *Inst) {
	o := i.Op
	if o.HasDst && s.uses[i.Dst] == 0 && s.defs[i.Dst] == 1 || constant(o) && s.defs[i.Dst] == 1 {
		return
	}
	dst := s.dst(i)
	if o.HasDst && o.Dst == General && s.defs[dst] > 1 {
		s.moved(dst)
	}
	if l, ok := lanewises[o]; ok {
		s.apply(code{name: s.typed(l.name), dst: arg{reg: dst}, comm: l.comm, bcst: true}, i.Args...)
		return
	}
	if name, ok := fmaNames[o]; ok {
		s.fma(name, dst, i.Args)
		return
	}
	switch {
	case o == OpPass:
		s.write("VMOVUPS", s.place(i), s.vec(i.Args[0]))
	case o == OpTake:
		s.read("VMOVUPS", arg{dst, s.full}, s.place(i))
	case o == OpCall:
		s.emit(code{kind: kindCall, name: i.Param})
	case o.HasAddr:
		s.memory(i, dst)
	case o.HasDst && o.Dst == General || o == OpResInt:
		s.general(i, dst)
	case o.HasDst && o.Dst == Masks || o == OpSelect:
		s.masks(i, dst)
	default:
		s.number(i, dst)
	}
}

// fma folds what can be of its operands; which order the instruction has is
// decided when the registers are known.
func (s *selector) fma(name string, dst Reg, args []Reg) {
	c := code{kind: kindFMA, name: name, dst: arg{dst, s.full}, n: 3, bcst: true}
	folded := -1
	for _, k := range []int{1, 0, 2} {
		if _, ok := s.foldable(args[k], true); ok && (folded < 0 || !s.waits[args[folded]]) {
			folded = k
		}
	}
	for k, r := range args {
		if k != folded {
			c.src[k] = s.vec(r)
		}
	}
	if folded >= 0 {
		c.src[folded] = s.operand(&c, args[folded])
	}
	s.emit(c)
}

// number selects the operations on vectors that are not as simple.
func (s *selector) number(i *Inst, dst Reg) {
	wide := s.f.ISA == AVX512
	to := arg{dst, s.full}
	switch i.Op {
	case OpConst:
		s.emit(code{kind: kindData, dst: to, mem: s.bits(i.Imm)})
	case OpSteps:
		s.emit(code{kind: kindData, dst: to, mem: s.file.data.steps(s.f.ISA, s.f.Elem, int64(i.Imm))})
	case OpMove:
		s.copy(dst, i.Args[0])
	case OpRound:
		name := "VROUND"
		if wide {
			name = "VRNDSCALE"
		}
		// Bit 3 says that an inexact result is none to report.
		s.apply(code{kind: kindImm, name: name + s.suffix, dst: to, imm: int64(i.Imm) | 8, bcst: true}, i.Args[0])
	case OpRecip, OpRSqrt:
		name := "VRCP"
		if i.Op == OpRSqrt {
			name = "VRSQRT"
		}
		if wide {
			name += "14"
		}
		s.apply(code{name: name + s.suffix, dst: to, bcst: true}, i.Args[0])
	case OpLogEnd:
		s.logEnds(to, i.Args[0], i.Args[1])
	case OpIMul:
		name := "VPMULDQ"
		if s.f.Elem == F32 {
			name = "VPMULLD"
		}
		s.apply(code{name: name, dst: to, comm: true, bcst: true}, i.Args...)
	case OpMulHi:
		s.mulHigh(i.Args[0], i.Args[1], to)
	case OpShl, OpShr, OpSar:
		s.shift(i, to)
	case OpToInt, OpToFloat:
		s.convert(i, to)
	case OpSplat:
		s.splat(dst, arg{reg: i.Args[0]})
	case OpSum:
		s.across("VADD", dst, i)
	case OpSums, OpDots:
		s.sums(to, i)
	case OpProduct:
		s.across("VMUL", dst, i)
	case OpLeast:
		s.across("VMIN", dst, i)
	case OpMost:
		s.across("VMAX", dst, i)
	case OpEvens:
		s.evens(to, i)
	case OpPermute:
		s.permuteBy(to, s.vec(i.Args[0]), i.Imm)
	case OpPick:
		s.pick(to, s.vec(i.Args[0]), i.Args[1])
	case OpTwice:
		s.twice(to, i)
	case OpFirst:
		a := s.vec(i.Args[0])
		s.plain(broadcastName[s.f.Elem], to, arg{a.reg, xmm})
	case OpParamF:
		m := s.args[i.Param].operand(0)
		m.bcst = true
		s.emit(code{kind: kindData, dst: to, mem: m})
	case OpResult:
		a := s.vec(i.Args[0])
		s.emit(code{name: "VMOVS" + s.suffix[1:], dst: arg{reg: inMem}, src: [3]arg{{a.reg, xmm}}, n: 1, mem: s.args[i.Param].operand(0)})
	}
}

// copy moves a vector, or makes it where it is wanted.
func (s *selector) copy(dst, from Reg) {
	if s.alias[from] != None {
		return // it has been made there
	}
	to := arg{dst, s.full}
	switch m := s.constantAt(from); {
	case m.kind != noMem && s.depth == 0:
		s.emit(code{kind: kindData, dst: to, mem: m})
	case s.waits[from]:
		s.waits[from] = false
		s.loadInto(dst, s.def[from])
	default:
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{s.vec(from)}, n: 1})
	}
}

// plain emits an instruction of registers.
func (s *selector) plain(name string, dst arg, src ...arg) {
	c := code{name: name, dst: dst, n: int8(len(src))}
	copy(c.src[:], src)
	s.emit(c)
}

// imm emits an instruction of registers and an immediate.
func (s *selector) imm(name string, imm int64, dst arg, src ...arg) {
	s.plain(name, dst, src...)
	c := &s.codes[len(s.codes)-1]
	c.kind, c.imm = kindImm, imm
}

// short is a new vector that is used right away.
func (s *selector) short(w width) arg { return arg{s.brief(vectorBank), w} }

func (s *selector) shift(i *Inst, to arg) {
	a, n := s.vec(i.Args[0]), int64(i.Imm)
	switch {
	case i.Op == OpShl:
		s.imm("VPSLL"+s.lane, n, to, a)
	case i.Op == OpShr:
		s.imm("VPSRL"+s.lane, n, to, a)
	case s.f.Elem == F32 || s.f.ISA == AVX512:
		s.imm("VPSRA"+s.lane, n, to, a)
	case n == 0:
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{a}, n: 1})
	case n < 32:
		// The high halves come from a shift of halves, the low ones from one of
		// the whole.
		low, high := s.short(ymm), s.short(ymm)
		s.imm("VPSRLQ", n, low, a)
		s.imm("VPSRAD", n, high, a)
		s.imm("VPBLENDD", oddHalves, to, low, high)
	default:
		// The low halves are what the high ones were; these are signs.
		low, high := s.short(ymm), s.short(ymm)
		s.imm("VPSRAD", min(n-32, 31), low, a)
		s.imm("VPSHUFD", highTwice, low, low)
		s.imm("VPSRAD", 31, high, a)
		s.imm("VPBLENDD", oddHalves, to, low, high)
	}
}

// mulHigh makes the high halves of products of 32 bits. The instruction takes
// every second number of 32 bits.
func (s *selector) mulHigh(a, b Reg, to arg) {
	x, y := s.vec(a), s.vec(b)
	low := s.short(s.full)
	s.plain("VPMULUDQ", low, x, y)
	if s.f.Elem == F64 {
		s.imm("VPSRLQ", 32, to, low)
		return
	}
	odd := func(r Reg, v arg) arg {
		if s.constantAt(r).bcst { // it is the same number
			return v
		}
		t := s.short(s.full)
		s.imm("VPSRLQ", 32, t, v)
		return t
	}
	high, both := s.short(s.full), s.short(s.full)
	s.plain("VPMULUDQ", high, odd(a, x), odd(b, y))
	s.imm("VSHUFPS", highHalves, both, low, high)
	s.imm("VPSHUFD", interleave, to, both)
}

const (
	oddHalves  = 0xAA // of VPBLENDD: the high halves of 64 bit lanes from the second source
	interleave = 0xD8 // of VPSHUFD: 0, 2, 1, 3
	highTwice  = 0xF5 // of VPSHUFD: the high half of 64 bit lanes in both
)

// magic is 1.5·2^52. A number added to it leaves, rounded, as an integer in the
// low bits of the sum; and the other way round.
const magic = 3 << 51

var magicBits = math.Float64bits(magic)

func (s *selector) convert(i *Inst, to arg) {
	toInt := i.Op == OpToInt
	switch {
	case s.f.Elem == F32 && toInt:
		s.apply(code{name: "VCVTPS2DQ", dst: to, bcst: true}, i.Args[0])
	case s.f.Elem == F32:
		s.apply(code{name: "VCVTDQ2PS", dst: to, bcst: true}, i.Args[0])
	case s.f.ISA == AVX512 && toInt:
		s.apply(code{name: "VCVTPD2QQ", dst: to, bcst: true}, i.Args[0])
	case s.f.ISA == AVX512:
		s.apply(code{name: "VCVTQQ2PD", dst: to, bcst: true}, i.Args[0])
	case toInt:
		t := s.short(ymm)
		s.with(code{name: "VADDPD", dst: t, comm: true}, s.vec(i.Args[0]), magicBits)
		s.with(code{name: "VPSUBQ", dst: to}, t, magicBits)
	default:
		t := s.short(ymm)
		s.with(code{name: "VPADDQ", dst: t, comm: true}, s.vec(i.Args[0]), magicBits)
		s.with(code{name: "VSUBPD", dst: to}, t, magicBits)
	}
}

// splat is an integer in all lanes.
func (s *selector) splat(dst Reg, a arg) {
	if s.f.ISA == AVX512 {
		s.plain("VPBROADCAST"+s.lane, arg{dst, zmm}, a)
		return
	}
	t := s.short(xmm)
	s.plain("VMOV"+s.lane, t, a)
	s.plain("VPBROADCAST"+s.lane, arg{dst, ymm}, t)
}

// across folds the first lanes of a vector to one by halves, and repeats that.
func (s *selector) across(stem string, dst Reg, i *Inst) {
	name := stem + s.suffix
	now, left := s.vec(i.Args[0]), int(i.Imm)
	// half folds what is in n lanes, if so many are left.
	half := func(n int, op string, imm int64, from, w width) {
		if left < n {
			return
		}
		high, both := s.short(w), s.short(w)
		s.imm(op, imm, high, arg{now.reg, from})
		s.plain(name, both, arg{now.reg, w}, high)
		now, left = both, n/2
	}
	block := 16 / s.f.Elem.Size() // lanes in 16 bytes
	if s.f.ISA == AVX512 {
		half(4*block, "VEXTRACTF64X4", 1, zmm, ymm)
		half(2*block, "VEXTRACTF32X4", 1, ymm, xmm)
	} else {
		half(2*block, "VEXTRACTF128", 1, ymm, xmm)
	}
	if s.f.Elem == F32 {
		half(4, "VPERMILPS", 0b1110, xmm, xmm)
	}
	half(2, "VPERMIL"+s.suffix, 1, xmm, xmm)
	s.plain(broadcastName[s.f.Elem], arg{dst, s.full}, arg{now.reg, xmm})
}
