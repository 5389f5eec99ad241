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

// permuteBy brings lanes to places that are known: lane k is that of digit k.
func (s *selector) permuteBy(to, a arg, digits uint64) {
	lanes := s.f.Lanes
	digit := func(k int) int64 { return int64(digits >> (4 * k) & 15) }
	first, same := true, true
	for k := range lanes {
		first, same = first && digit(k) == 0, same && digit(k) == int64(k)
	}
	switch {
	case same:
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{a}, n: 1})
	case first:
		s.plain(broadcastName[s.f.Elem], to, arg{a.reg, xmm})
	case lanes == 4:
		s.imm("VPERMPD", digit(0)|digit(1)<<2|digit(2)<<4|digit(3)<<6, to, a)
	default:
		if lanes == 8 {
			digits &= 1<<32 - 1
		}
		s.plain("VPERM"+s.suffix, to, arg{s.datum(s.file.data.digits(s.f.ISA, s.f.Elem, digits)), s.full}, a)
	}
}

// pick brings lanes to places that only the run knows.
func (s *selector) pick(to, a arg, at Reg) {
	index := s.vec(at)
	if s.f.Lanes > 4 {
		s.plain("VPERM"+s.suffix, to, index, a)
		return
	}
	// Numbers of two halves each: number k is the halves 2k and 2k+1.
	twice, both, halves := s.short(ymm), s.short(ymm), s.short(ymm)
	s.plain("VPADDD", twice, index, index)
	s.imm("VPSHUFD", lowTwice, both, twice)
	s.with(code{name: "VPADDD", dst: halves}, both, 1<<32)
	s.plain("VPERMPS", to, halves, a)
}

// lowTwice is of VPSHUFD: the low half of 64 bit lanes in both.
const lowTwice = 0xA0
