package vec

// evens brings the lanes of even number of two vectors side by side.
func (s *selector) evens(to arg, i *Inst) {
	a, b := s.vec(i.Args[0]), s.vec(i.Args[1])
	if s.f.ISA == AVX512 {
		// The instruction overwrites the first of them.
		index := arg{s.datum(s.file.data.steps(s.f.ISA, s.f.Elem, 2)), s.full}
		out := s.short(s.full)
		s.emit(code{kind: kindMove, dst: out, src: [3]arg{a}, n: 1})
		s.emit(code{name: "VPERMT2" + s.suffix, dst: out, inout: true, src: [3]arg{index, b}, n: 2})
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{out}, n: 1})
		return
	}
	// Within blocks of 16 bytes first; then the blocks of 8 in the middle change
	// places.
	pairs := s.short(s.full)
	if s.f.Elem == F32 {
		s.imm("VSHUFPS", lowHalves, pairs, a, b)
	} else {
		s.plain("VUNPCKLPD", pairs, a, b)
	}
	s.imm("VPERMPD", 0xd8, to, pairs)
}

// twice makes two lanes of each in the first half of a vector.
func (s *selector) twice(to arg, i *Inst) {
	a := s.vec(i.Args[0])
	switch {
	case s.f.Elem == F32:
		apart := s.short(s.full)
		s.plain("VPMOVZXDQ", apart, arg{a.reg, s.full - 1})
		s.plain("VMOVSLDUP", to, apart)
	case s.f.ISA == AVX512:
		blocks := s.short(s.full)
		s.imm("VSHUFF64X2", 0x50, blocks, a, a)
		s.imm("VPERMILPD", 0xcc, to, blocks)
	default:
		s.imm("VPERMPD", 0x50, to, a)
	}
}
