package vec

// exchange names the instructions of a step of a transposition that work on
// parts of so many bytes, and their immediates: what goes to the one and to the
// other result.
type exchange struct {
	even, odd string
	imms      bool
	one, two  int64
}

// exchanges are the steps that bring the sums of runs of n lanes side by side: a
// step adds what belongs together of a pair of vectors and leaves one.
func (s *selector) exchanges(n int) []exchange {
	if s.f.Elem == F32 && n == 2 {
		return []exchange{{"VSHUFPS", "VSHUFPS", true, lowHalves, highHalves}}
	}
	var out []exchange
	if s.f.Elem == F32 {
		out = append(out, exchange{even: "VUNPCKLPS", odd: "VUNPCKHPS"})
	}
	out = append(out, exchange{even: "VUNPCKLPD", odd: "VUNPCKHPD"})
	parts := exchange{"VPERM2F128", "VPERM2F128", true, 0x20, 0x31}
	if s.f.ISA == AVX512 {
		// Parts are gathered instead of interleaved; twice in turn comes to the
		// same.
		parts = exchange{"VSHUFF64X2", "VSHUFF64X2", true, 0x88, 0xdd}
	}
	for 1<<len(out) < n {
		out = append(out, parts)
	}
	return out
}

// sums adds up the runs of lanes of every operand: a transposition that adds, as
// far as runs reach.
func (s *selector) sums(to arg, i *Inst) {
	list := make([]arg, len(i.Args))
	for k, a := range i.Args {
		list[k] = s.vec(a)
	}
	n := int(i.Imm)
	order := s.orderOfSums(n)
	steps := s.exchanges(n)
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
			if k == len(steps)-1 && n == s.f.Lanes {
				next[i] = to
			}
			s.plain("VADD"+s.suffix, next[i], even, odd)
		}
		list = next
	}
	if n < s.f.Lanes {
		s.permuteBy(to, list[0], order)
	}
}

// orderOfSums tells in which lane the steps leave each sum, as digits of 4 bits.
func (s *selector) orderOfSums(n int) uint64 {
	part := 16 / s.f.Elem.Size()
	parts, runs := s.f.Lanes/part, s.f.Lanes/n // of a vector
	var digits uint64
	for at := range s.f.Lanes {
		p, k := at/part, at%part
		var sum int
		switch {
		case n < part: // pairs of each operand, within a part
			sum = k/2*runs + 2*p + k%2
		case n == part:
			sum = k*runs + p
		default: // the parts of the first operands, then those of others
			each := parts * part / n
			sum = (p/each*part+k)*runs + p%each
		}
		digits |= uint64(at) << (4 * sum)
	}
	return digits
}
