package vec

// general selects the operations on integers in general registers.
func (s *selector) general(i *Inst, dst Reg) {
	to := arg{reg: dst}
	c := code{dst: to, n: int8(len(i.Args)), imm: int64(i.Imm)}
	for k, a := range i.Args {
		c.src[k].reg = a
	}
	switch i.Op {
	case OpIConst:
		if s.defs[i.Dst] == 1 && s.counts[i.Dst] == s.uses[i.Dst] {
			return // masks of known numbers of lanes are constants
		}
		c.kind = kindInt
	case OpIMove:
		if s.alias[i.Args[0]] != None {
			return
		}
		c.kind = kindMove
	case OpGAdd:
		c.kind = kindAdd
	case OpGSub:
		c.kind = kindSub
	case OpGMul:
		c.kind = kindMul
	case OpGMin:
		c.kind = kindMin
	case OpGMax:
		c.kind = kindMax
	case OpGAddI:
		s.immediate(c, kindAdd, kindAddImm)
		return
	case OpGMulI:
		s.immediate(c, kindMul, kindMulImm)
		return
	case OpGDivI:
		c.kind = kindDivImm
	case OpParam:
		s.param(i, to)
		return
	case OpLocal:
		c.kind = kindLocal
	case OpTable:
		name := "·" + i.Param
		if s.file.tables[i.Param] {
			name = i.Param + "<>"
		}
		c.kind, c.mem = kindData, mem{kind: memTable, name: name}
	case OpResInt:
		c.name, c.dst, c.mem = "MOVQ", arg{reg: inMem}, s.args[i.Param].operand(0)
		switch {
		case s.args[i.Param].Type == "bool":
			c.name = "MOVB"
		case !s.args[i.Param].words():
			c.name = "MOVL"
		}
	case OpLane:
		a := s.vec(i.Args[0])
		s.plain("VMOV"+s.lane, to, arg{a.reg, xmm})
		if s.f.Elem == F32 {
			s.plain("MOVLQSX", to, to)
		}
		return
	case OpAny:
		s.any(i, to)
		return
	}
	s.emit(c)
}

// immediate selects an operation with a constant, which may be too large for an
// instruction.
func (s *selector) immediate(c code, general, short kind) {
	c.kind = short
	if c.imm != int64(int32(c.imm)) {
		k := s.temp(generalBank)
		s.integer(k, c.imm)
		c.kind, c.src[1].reg, c.n = general, k, 2
	}
	s.emit(c)
}

// param reads an integer, or an address. If it fills a register, memory can be
// read again at any time.
func (s *selector) param(i *Inst, to arg) {
	p := s.args[i.Param]
	c := code{kind: kindData, dst: to, mem: p.operand(i.Imm)}
	switch {
	case p.words():
	case p.Type == "bool":
		c.kind, c.name = kindPlain, "MOVBQZX"
	case p.Type == "int32":
		c.kind, c.name = kindPlain, "MOVLQSX"
	default:
		c.kind, c.name = kindPlain, "MOVL"
	}
	if c.kind == kindPlain {
		c.src[0].reg, c.n = inMem, 1
	}
	s.emit(c)
}

// any tells whether a lane holds. Where nothing else is asked, the bits of all
// lanes tell as well.
func (s *selector) any(i *Inst, to arg) {
	bits := arg{reg: s.temp(generalBank)}
	tested := s.tests[i.Dst] == s.uses[i.Dst]
	if tested {
		bits = to
	}
	mask := arg{i.Args[0], s.full}
	switch {
	case s.f.ISA == AVX2:
		s.plain("VMOVMSK"+s.suffix, bits, mask)
	case s.f.Lanes == 8:
		s.plain("KMOVB", bits, mask)
	default:
		s.plain("KMOVW", bits, mask)
	}
	if !tested {
		s.emit(code{kind: kindBool, dst: to, src: [3]arg{bits}, n: 1})
	}
}
