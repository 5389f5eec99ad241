package vec

// memory selects the operations that read and write memory.
func (s *selector) memory(i *Inst, dst Reg) {
	if !i.Op.HasDst {
		s.flush()
	}
	switch {
	case truth(i.Op):
		s.truths(i, dst)
		return
	case !i.Op.HasDst:
		s.store(i)
		return
	}
	wide, m := s.f.ISA == AVX512, s.at(i.Addr)
	to := arg{dst, s.full}
	ints := s.f.Elem == F64 // elements of 32 bits are made wider
	switch i.Op {
	case OpLoad, OpBroadcast:
		if !s.wait(i) {
			s.loadInto(dst, i)
		}
	case OpLoadInt:
		if ints {
			s.read("VPMOVSXDQ", to, m)
		} else {
			s.read("VMOVDQU"+s.wideName(), to, m)
		}
	case OpBcastInt:
		if ints {
			t := s.short(s.full - 1)
			s.read("VPBROADCASTD", t, m)
			s.plain("VPMOVSXDQ", to, t)
		} else {
			s.read("VPBROADCASTD", to, m)
		}
	case OpLoadMask, OpLoadIntM:
		ints := ints && i.Op == OpLoadIntM
		switch {
		case wide && ints:
			s.masked(code{name: "VPMOVSXDQ", dst: to, mem: m, zero: true}, i.Args[0])
		case wide:
			s.masked(code{name: "VMOVU" + s.suffix, dst: to, mem: m, zero: true}, i.Args[0])
		case ints:
			t := s.short(xmm)
			mask := s.narrow(arg{i.Args[0], ymm})
			s.emit(code{name: "VMASKMOVPS", dst: t, src: [3]arg{mask, {reg: inMem}}, n: 2, mem: m})
			s.plain("VPMOVSXDQ", to, t)
		default:
			s.emit(code{name: "VMASKMOV" + s.suffix, dst: to, src: [3]arg{{i.Args[0], ymm}, {reg: inMem}}, n: 2, mem: m})
		}
	case OpGather, OpGatherInt:
		s.gather(i, to)
	case OpILoad:
		s.read("MOVLQSX", arg{reg: dst}, m)
	}
}

// wideName tells how a move of bits is spelled.
func (s *selector) wideName() string {
	if s.f.ISA == AVX512 {
		return "32"
	}
	return ""
}

func (s *selector) read(name string, to arg, m mem) {
	s.emit(code{name: name, dst: to, src: [3]arg{{reg: inMem}}, n: 1, mem: m})
}

func (s *selector) masked(c code, mask Reg) {
	c.src[0], c.n, c.pred = arg{reg: inMem}, 1, mask
	s.emit(c)
}

func (s *selector) write(name string, m mem, src ...arg) {
	c := code{name: name, dst: arg{reg: inMem}, n: int8(len(src)), mem: m}
	copy(c.src[:], src)
	s.emit(c)
}

// narrow makes lanes of 64 bits lanes of 32, in AVX2.
func (s *selector) narrow(a arg) arg {
	high, all := s.short(xmm), s.short(xmm)
	s.imm("VEXTRACTF128", 1, high, a)
	s.imm("VSHUFPS", lowHalves, all, arg{a.reg, xmm}, high)
	return all
}

const (
	lowHalves  = 0x88 // of VSHUFPS: the low halves of 64 bit lanes of both sources
	highHalves = 0xdd // the high ones
)

func (s *selector) store(i *Inst) {
	wide, m := s.f.ISA == AVX512, s.at(i.Addr)
	a := s.vec(i.Args[0])
	low := arg{a.reg, xmm}
	ints := s.f.Elem == F64 && (i.Op == OpStoreInt || i.Op == OpStoreIntM)
	switch i.Op {
	case OpStoreFirst:
		s.write("VMOVS"+s.suffix[1:], m, low)
	case OpStoreInt1:
		s.write("VMOVSS", m, low)
	case OpStore, OpStoreInt:
		switch {
		case wide && ints:
			s.write("VPMOVQD", m, a)
		case ints:
			s.write("VMOVUPS", m, s.narrow(a))
		default:
			s.write("VMOVU"+s.suffix, m, a)
		}
	case OpStoreMask, OpStoreIntM:
		mask := i.Args[1]
		switch {
		case wide:
			name := "VMOVU" + s.suffix
			if ints {
				name = "VPMOVQD"
			}
			s.write(name, m, a)
			s.codes[len(s.codes)-1].pred = mask
		case ints:
			s.write("VMASKMOVPS", m, s.narrow(arg{mask, ymm}), s.narrow(a))
		default:
			s.write("VMASKMOV"+s.suffix, m, arg{mask, ymm}, a)
		}
	}
}

// gather reads one lane after the other; the instruction needs a mask, which it
// clears, and leaves lanes as they are where that does not hold.
func (s *selector) gather(i *Inst, to arg) {
	index := s.vec(i.Args[0])
	m := s.at(i.Addr)
	m.index, m.indexWidth, m.scale = index.reg, s.full, uint8(s.f.Elem.Size())
	name, w := "VGATHERDPS", s.full
	if s.f.Elem == F64 {
		name = "VGATHERQPD"
	}
	if i.Op == OpGatherInt {
		m.scale = 4
		if name = "VPGATHERDD"; s.f.Elem == F64 {
			name, w = "VPGATHERQD", s.full-1
		}
	}
	out := s.short(w)
	s.emit(code{kind: kindSame, name: "VXORPS", dst: out})
	c := code{name: name, dst: out, inout: true, src: [3]arg{{reg: inMem}}, n: 1, mem: m}
	if s.f.ISA == AVX512 {
		k := s.brief(maskBank)
		s.emit(code{kind: kindMove, dst: arg{reg: k}, src: [3]arg{{reg: i.Args[1]}}, n: 1})
		c.pred = k
	} else {
		mask := arg{i.Args[1], ymm}
		if w == xmm {
			mask = s.narrow(mask)
		} else {
			t := s.short(ymm)
			s.emit(code{kind: kindMove, dst: t, src: [3]arg{mask}, n: 1})
			mask = t
		}
		c.src[1], c.n = mask, 2
	}
	s.emit(c)
	if w < s.full {
		s.plain("VPMOVSXDQ", to, out)
	} else {
		s.emit(code{kind: kindMove, dst: to, src: [3]arg{out}, n: 1})
	}
}
