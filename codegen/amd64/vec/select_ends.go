package vec

import "math"

// logEnds chooses by what b is, in one instruction that has a table of what to do,
// or by three comparisons.
func (s *selector) logEnds(to arg, a, b Reg) {
	if s.f.ISA == AVX512 {
		out := s.short(s.full) // the instruction overwrites it
		s.emit(code{kind: kindMove, dst: out, src: [3]arg{s.vec(a)}, n: 1})
		c := code{kind: kindImm, name: "VFIXUPIMM" + s.suffix, dst: out, inout: true, n: 2, fold: 2, bcst: true}
		c.src[0] = s.vec(b)
		if m := s.bits(logEndsTable); s.depth == 0 {
			c.src[1], c.mem = arg{inMem, s.full}, m
		} else {
			c.src[1] = arg{s.datum(m), s.full}
		}
		s.emit(c)
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{out}, n: 1})
		return
	}
	x, now := s.vec(b), s.vec(a)
	choose := func(dst arg, p Pred, limit float64, then, other arg) {
		mask := s.short(ymm)
		s.with(code{kind: kindImm, name: "VCMP" + s.suffix, dst: mask, imm: cmpImm[p]}, x, s.bitsOf(limit))
		s.plain("VBLENDV"+s.suffix, dst, other, then, mask)
	}
	number := func(v float64) arg { return arg{s.datum(s.bits(s.bitsOf(v))), s.full} }
	finite, positive := s.wide(), s.wide()
	choose(finite, LT, math.Inf(1), now, x)
	choose(positive, LT, 0, number(math.NaN()), finite)
	choose(to, EQ, 0, number(math.Inf(-1)), positive)
}

// logEndsTable is what an instruction that mends numbers does, four bits for each
// of these from the lowest on: quiet NaN and signaling NaN become quiet, 0 -Inf; 1
// stays; -Inf becomes NaN, +Inf stays infinite, negative numbers become NaN, and
// positive ones stay.
const logEndsTable = 0x03530422

// bitsOf is the bits of a number of the function's type.
func (s *selector) bitsOf(x float64) uint64 {
	if s.f.Elem == F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}
