package vec

// truths selects the operations on truth values in memory, which are bytes there,
// 0 or 1, and masks here.
func (s *selector) truths(i *Inst, dst Reg) {
	if s.f.ISA == AVX512 {
		s.truths512(i, arg{reg: dst})
		return
	}
	m, wide := s.at(i.Addr), s.short(ymm)
	zeros := func() arg {
		z := s.short(ymm)
		s.emit(code{kind: kindSame, name: "VXORPS", dst: z})
		return z
	}
	extend := [...]string{"VPMOVZXBD", "VPMOVZXBQ"}[s.f.Elem]
	switch i.Op {
	case OpLoadBool:
		s.read(extend, wide, m)
		s.plain("VPCMPGT"+s.lane, arg{dst, ymm}, wide, zeros())
	case OpBcastBool:
		s.read("VPBROADCASTB", wide, m)
		s.plain("VPCMPGTB", arg{dst, ymm}, wide, zeros())
	case OpLoadBoolM:
		bytes := zeros()
		bytes.width = xmm
		s.eachLane(i.Args[0], m, func(k int64, m mem) {
			s.emit(code{kind: kindImm, name: "VPINSRB", imm: k, dst: bytes, src: [3]arg{bytes, {reg: inMem}}, n: 2, mem: m})
		})
		s.plain(extend, wide, bytes)
		s.plain("VPCMPGT"+s.lane, arg{dst, ymm}, wide, zeros())
	default:
		bytes := s.bytes(arg{i.Args[0], ymm})
		first := func(k int64, m mem) {
			s.emit(code{kind: kindImm, name: "VPEXTRB", imm: k, dst: arg{reg: inMem}, src: [3]arg{bytes}, n: 1, mem: m})
		}
		switch i.Op {
		case OpStoreBool:
			s.write([...]string{"VMOVSD", "VMOVSS"}[s.f.Elem], m, bytes)
		case OpStoreBoolM:
			s.eachLane(i.Args[1], m, first)
		case OpStoreBool1:
			first(0, m)
		}
	}
}

// bytes makes the lanes of a mask bytes, 0 or 1, with AVX2.
func (s *selector) bytes(mask arg) arg {
	words, bytes, out := s.short(xmm), s.short(xmm), s.short(xmm)
	low := arg{mask.reg, xmm}
	if s.f.Elem == F64 {
		n := s.narrow(mask)
		s.plain("VPACKSSDW", words, n, n)
	} else {
		high := s.short(xmm)
		s.imm("VEXTRACTF128", 1, high, mask)
		s.plain("VPACKSSDW", words, low, high)
	}
	s.plain("VPACKSSWB", bytes, words, words)
	s.plain("VPABSB", out, bytes)
	return out
}

// eachLane does something with the byte of each lane in which a mask holds, with
// AVX2, which has no masks for bytes.
func (s *selector) eachLane(mask Reg, m mem, do func(k int64, m mem)) {
	bits := arg{reg: s.temp(generalBank)}
	s.plain("VMOVMSK"+s.suffix, bits, arg{mask, ymm})
	for k := range int64(s.f.Lanes) {
		at, next := m, s.label()
		at.disp += k
		s.emit(code{kind: kindBit, src: [3]arg{bits}, n: 1, imm: k, label: next})
		do(k, at)
		s.emit(code{kind: kindLabel, label: next})
	}
}

// truths512 does the same where masks have registers of their own.
func (s *selector) truths512(i *Inst, to arg) {
	m, bytes := s.at(i.Addr), s.short(xmm)
	// As many bytes as there are lanes.
	move := [...]string{"VMOVDQU8", "VMOVSD"}[s.f.Elem]
	switch i.Op {
	case OpLoadBool:
		s.read(move, bytes, m)
		s.plain("VPTESTMB", to, bytes, bytes)
		return
	case OpLoadBoolM:
		s.masked(code{name: "VMOVDQU8", dst: bytes, mem: m, zero: true}, i.Args[0])
		s.plain("VPTESTMB", to, bytes, bytes)
		return
	case OpBcastBool:
		all := s.short(zmm)
		s.read("VPBROADCASTB", all, m)
		s.plain("VPTESTM"+s.lane, to, all, all)
		return
	}
	signs := s.short(xmm)
	s.plain("VPMOVM2B", signs, arg{reg: i.Args[0]})
	s.plain("VPABSB", bytes, signs)
	switch i.Op {
	case OpStoreBool:
		s.write(move, m, bytes)
	case OpStoreBoolM:
		s.write("VMOVDQU8", m, bytes)
		s.codes[len(s.codes)-1].pred = i.Args[1]
	case OpStoreBool1:
		s.emit(code{kind: kindImm, name: "VPEXTRB", dst: arg{reg: inMem}, src: [3]arg{bytes}, n: 1, mem: m})
	}
}

// truth tells the rows of truth values in memory.
func truth(o *Op) bool {
	switch o {
	case OpLoadBool, OpLoadBoolM, OpBcastBool, OpStoreBool, OpStoreBoolM, OpStoreBool1:
		return true
	}
	return false
}
