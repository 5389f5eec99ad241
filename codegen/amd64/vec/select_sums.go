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

// sums adds up the runs of lanes of every operand, or of its product with the
// first one: a transposition that adds, as far as runs reach.
func (s *selector) sums(to arg, i *Inst) {
	n := int(i.Imm)
	order := s.orderOfSums(n)
	steps := s.exchanges(n)
	result := func(step int) arg {
		if step == len(steps)-1 && n == s.f.Lanes {
			return to
		}
		return s.wide()
	}
	operands := i.Args
	var even, odd, zero arg // of the first operand of products, and what is added to them
	if i.Op == OpDots {
		one := s.vec(operands[0])
		even, odd = s.exchange(steps[0], one, one, mem{})
		operands = operands[1:]
		zero = s.wide()
		s.emit(code{kind: kindSame, name: "VXORPS", dst: zero})
	}
	list := make([]arg, (len(operands)+1)/2)
	for j := range list {
		a, b, at := s.pair(operands[2*j], operands[min(2*j+1, len(operands)-1)])
		a, b = s.exchange(steps[0], a, b, at)
		if list[j] = result(0); i.Op == OpDots {
			half := s.wide()
			s.emit(code{kind: kindFMA, name: "VFMADD", dst: half, src: [3]arg{b, odd, zero}, n: 3})
			s.emit(code{kind: kindFMA, name: "VFMADD", dst: list[j], src: [3]arg{a, even, half}, n: 3})
		} else {
			s.plain("VADD"+s.suffix, list[j], a, b)
		}
	}
	for k := 1; k < len(steps); k++ {
		next := make([]arg, (len(list)+1)/2)
		for j := range next {
			a, b := s.exchange(steps[k], list[2*j], list[min(2*j+1, len(list)-1)], mem{})
			next[j] = result(k)
			s.plain("VADD"+s.suffix, next[j], a, b)
		}
		list = next
	}
	if n < s.f.Lanes {
		s.permuteBy(to, list[0], order)
	}
}

// wide is a new vector.
func (s *selector) wide() arg { return arg{s.temp(vectorBank), s.full} }

// pair is two operands, of which the second may be in memory, for several
// instructions.
func (s *selector) pair(a, b Reg) (first, second arg, at mem) {
	first = s.vec(a)
	if at, ok := s.foldable(b, false); ok && a != b {
		s.waits[b] = false
		return first, arg{inMem, s.full}, at
	}
	return first, s.vec(b), mem{}
}

// exchange is a step on a pair of vectors.
func (s *selector) exchange(x exchange, a, b arg, at mem) (even, odd arg) {
	half := func(name string, imm int64) arg {
		c := code{name: name, dst: s.wide(), src: [3]arg{a, b}, n: 2, imm: imm, mem: at}
		if x.imms {
			c.kind = kindImm
		}
		s.emit(c)
		return c.dst
	}
	return half(x.even, x.one), half(x.odd, x.two)
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
