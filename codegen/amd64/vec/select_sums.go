package vec

// exchange names the instructions of a step of a transposition that work on
// blocks of so many bytes, and their immediates: what goes to the one and to the
// other result.
type exchange struct {
	even, odd string
	imms      bool
	one, two  int64
}

// exchanges are the steps that bring the sums of several vectors side by side:
// a step adds what belongs together of a pair of vectors and leaves one.
func (s *selector) exchanges() []exchange {
	var out []exchange
	if s.f.Elem == F32 {
		out = append(out, exchange{even: "VUNPCKLPS", odd: "VUNPCKHPS"})
	}
	out = append(out, exchange{even: "VUNPCKLPD", odd: "VUNPCKHPD"})
	if s.f.ISA == AVX512 {
		// Blocks are gathered instead of interleaved; twice in turn comes to the
		// same.
		blocks := exchange{"VSHUFF64X2", "VSHUFF64X2", true, 0x88, 0xdd}
		return append(out, blocks, blocks)
	}
	return append(out, exchange{"VPERM2F128", "VPERM2F128", true, 0x20, 0x31})
}

// sums adds up the lanes of every operand: a transposition that adds.
func (s *selector) sums(to arg, args []Reg) {
	list := make([]arg, len(args))
	for i, a := range args {
		list[i] = s.vec(a)
	}
	steps := s.exchanges()
	for k, x := range steps {
		next := make([]arg, (len(list)+1)/2)
		for i := range next {
			a, b := list[2*i], list[min(2*i+1, len(list)-1)]
			even, odd := arg{s.temp(vectorBank), s.full}, arg{s.temp(vectorBank), s.full}
			if x.imms {
				s.imm(x.even, x.one, even, a, b)
				s.imm(x.odd, x.two, odd, a, b)
			} else {
				s.plain(x.even, even, a, b)
				s.plain(x.odd, odd, a, b)
			}
			next[i] = arg{s.temp(vectorBank), s.full}
			if k == len(steps)-1 {
				next[i] = to
			}
			s.plain("VADD"+s.suffix, next[i], even, odd)
		}
		list = next
	}
}
