package vec

// masks selects the operations that make and use masks. With AVX2 they are
// vectors whose lanes have all bits set or none.
func (s *selector) masks(i *Inst, dst Reg) {
	if s.f.ISA == AVX512 {
		s.masks512(i, dst)
		return
	}
	to := arg{dst, ymm}
	mask := func(k int) arg { return arg{i.Args[k], ymm} }
	switch i.Op {
	case OpMaskMov:
		s.copyMask(i, to)
	case OpMaskSet:
		s.setMask(to, i.Imm == 1)
	case OpMaskAnd:
		s.logic("VANDPS", to, mask(0), mask(1))
	case OpMaskOr:
		s.logic("VORPS", to, mask(0), mask(1))
	case OpMaskNot:
		s.not(to, mask(0))
	case OpCmp:
		s.apply(code{kind: kindImm, name: "VCMP" + s.suffix, dst: to, imm: cmpImm[i.Imm]}, i.Args...)
	case OpCmpInt:
		s.compareInts(Pred(i.Imm), to, i.Args)
	case OpFirstN:
		if k, ok := s.count(i.Args[0]); ok {
			s.emit(code{kind: kindData, dst: to, mem: s.file.data.leading(s.f.ISA, s.f.Elem, k)})
			return
		}
		n := s.splatCount(i.Args[0])
		steps := s.datum(s.file.data.steps(s.f.ISA, s.f.Elem, 1))
		s.plain("VPCMPGT"+s.lane, to, n, arg{steps, ymm})
	case OpSelect:
		// The instruction takes its second source where the mask holds.
		c := code{name: "VBLENDV" + s.suffix, dst: to, n: 3, fold: 2}
		c.src[0] = s.vec(i.Args[2])
		c.src[2] = mask(0)
		c.src[1] = s.operand(&c, i.Args[1])
		s.emit(c)
	}
}

func (s *selector) copyMask(i *Inst, to arg) {
	if s.alias[i.Args[0]] == None {
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{{i.Args[0], to.width}}, n: 1})
	}
}

// cmpImm are the comparisons of numbers that instructions have, quiet ones.
var cmpImm = [...]int64{EQ: 0x00, NE: 0x04, LT: 0x11, LE: 0x12, GT: 0x1E, GE: 0x1D, Unordered: 0x03}

// cmpIntImm are those of integers, of AVX-512.
var cmpIntImm = [...]int64{EQ: 0, NE: 4, LT: 1, LE: 2, GT: 6, GE: 5}

func (s *selector) logic(name string, to, a, b arg) {
	s.emit(code{name: name, dst: to, src: [3]arg{a, b}, n: 2, fold: 2, comm: true})
}

func (s *selector) setMask(to arg, holds bool) {
	if holds {
		s.emit(code{kind: kindSame, name: "VPCMPEQD", dst: to})
	} else {
		s.emit(code{kind: kindSame, name: "VXORPS", dst: to})
	}
}

func (s *selector) not(to, a arg) {
	ones := s.short(ymm)
	s.setMask(ones, true)
	s.logic("VXORPS", to, a, ones)
}

// compareInts composes what AVX2 lacks of its two comparisons.
func (s *selector) compareInts(p Pred, to arg, args []Reg) {
	name, a, b := "VPCMPGT", args[0], args[1]
	switch p {
	case EQ, NE:
		name = "VPCMPEQ"
	case LT, GE:
		a, b = b, a
	}
	negate := p == NE || p == LE || p == GE
	out := to
	if negate {
		out = s.short(ymm)
	}
	s.apply(code{name: name + s.lane, dst: out, comm: name == "VPCMPEQ"}, a, b)
	if negate {
		s.not(to, out)
	}
}

// count is a number of lanes that is known.
func (s *selector) count(n Reg) (int64, bool) {
	d := s.def[n]
	if d == nil || d.Op != OpIConst || s.defs[n] != 1 {
		return 0, false
	}
	return min(max(int64(d.Imm), 0), int64(s.f.Lanes)), true
}

// splatCount is a number of lanes in all lanes. Lanes of 32 bits do not hold
// every integer; between none and all nothing else is told apart.
func (s *selector) splatCount(n Reg) arg {
	count := arg{reg: n}
	if s.f.Elem == F32 {
		limit, low, high := s.temp(generalBank), s.temp(generalBank), s.temp(generalBank)
		s.integer(limit, int64(s.f.Lanes))
		s.emit(code{kind: kindMin, dst: arg{reg: high}, src: [3]arg{{reg: n}, {reg: limit}}, n: 2})
		zero := s.temp(generalBank)
		s.integer(zero, 0)
		s.emit(code{kind: kindMax, dst: arg{reg: low}, src: [3]arg{{reg: high}, {reg: zero}}, n: 2})
		count.reg = low
	}
	out := s.short(s.full)
	s.splat(out.reg, count)
	return out
}

// masks512 selects the same where masks have registers of their own.
func (s *selector) masks512(i *Inst, dst Reg) {
	to := arg{reg: dst}
	mask := func(k int) arg { return arg{reg: i.Args[k]} }
	// Of eight lanes the bits above must not become ones.
	size := "W"
	if s.f.Lanes == 8 {
		size = "B"
	}
	switch i.Op {
	case OpMaskMov:
		s.copyMask(i, to)
	case OpMaskSet:
		name := "KXOR"
		if i.Imm == 1 {
			name = "KXNOR"
		}
		s.emit(code{kind: kindSame, name: name + size, dst: to})
	case OpMaskAnd:
		s.plain("KAND"+size, to, mask(0), mask(1))
	case OpMaskOr:
		s.plain("KOR"+size, to, mask(0), mask(1))
	case OpMaskNot:
		s.plain("KNOT"+size, to, mask(0))
	case OpCmp:
		s.apply(code{kind: kindImm, name: "VCMP" + s.suffix, dst: to, imm: cmpImm[i.Imm], bcst: true}, i.Args...)
	case OpCmpInt:
		s.apply(code{kind: kindImm, name: "VPCMP" + s.lane, dst: to, imm: cmpIntImm[i.Imm], bcst: true}, i.Args...)
	case OpFirstN:
		if k, ok := s.count(i.Args[0]); ok {
			bits := arg{reg: s.temp(generalBank)}
			s.integer(bits.reg, 1<<k-1)
			s.plain("KMOV"+size, to, bits)
			return
		}
		n := s.splatCount(i.Args[0])
		steps := s.datum(s.file.data.steps(s.f.ISA, s.f.Elem, 1))
		s.imm("VPCMP"+s.lane, cmpIntImm[GT], to, n, arg{steps, zmm})
	case OpSelect:
		s.apply(code{name: "VBLENDM" + s.suffix, dst: arg{reg: dst}, pred: i.Args[0], bcst: true}, i.Args[2], i.Args[1])
	}
}
