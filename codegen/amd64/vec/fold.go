package vec

// Operands of vector instructions: constants and loads go where they are used,
// if the instruction can read memory there.

// load is the code that reads an operation's memory operand into r.
func (s *selector) loadInto(r Reg, i *Inst) {
	c := code{dst: arg{r, s.full}, src: [3]arg{{reg: inMem}}, n: 1, mem: s.at(i.Addr)}
	if i.Op == OpBroadcast {
		c.name = broadcastName[s.f.Elem]
	} else {
		c.name = "VMOVU" + s.suffix
	}
	s.emit(c)
}

var broadcastName = [...]string{"VBROADCASTSS", "VBROADCASTSD"}

func (s *selector) at(a Addr) mem {
	return mem{kind: memAddr, base: a.Base.Reg, index: a.Index.Reg, scale: uint8(a.Scale), disp: a.Disp}
}

// wait puts a load off until its only use.
func (s *selector) wait(i *Inst) bool {
	r := i.Dst
	if s.uses[r] != 1 || s.defs[r] != 1 || s.alias[r] != None {
		return false
	}
	s.waits[r] = true
	s.pending = append(s.pending, i)
	return true
}

// flush makes the loads that wait.
func (s *selector) flush() { s.flushIf(func(*Inst) bool { return true }) }

// moved makes the loads whose address an assignment is about to change.
func (s *selector) moved(r Reg) {
	s.flushIf(func(i *Inst) bool { return i.Addr.Base.Reg == r || i.Addr.Index.Reg == r })
}

func (s *selector) flushIf(must func(*Inst) bool) {
	rest := s.pending[:0]
	for _, i := range s.pending {
		switch {
		case !s.waits[i.Dst]:
		case must(i):
			s.waits[i.Dst] = false
			s.loadInto(i.Dst, i)
		default:
			rest = append(rest, i)
		}
	}
	s.pending = rest
}

// vec is an operand in a register.
func (s *selector) vec(r Reg) arg {
	switch {
	case s.constantAt(r).kind != noMem:
		return arg{s.datum(s.constantAt(r)), s.full}
	case s.waits[r]:
		s.waits[r] = false
		s.loadInto(r, s.def[r])
	}
	return arg{r, s.full}
}

// constantAt is the datum of a register that is a constant, and nothing else.
func (s *selector) constantAt(r Reg) mem {
	d := s.def[r]
	switch {
	case d == nil || s.defs[r] != 1:
	case d.Op == OpConst:
		return s.file.data.constant(s.f.ISA, s.f.Elem, d.Imm)
	case d.Op == OpSteps:
		return s.file.data.steps(s.f.ISA, s.f.Elem, int64(d.Imm))
	}
	return mem{}
}

// bits is the operand of a constant that only the machine needs.
func (s *selector) bits(b uint64) mem { return s.file.data.constant(s.f.ISA, s.f.Elem, b) }

// datum is a register that holds a datum: within loops the one that has been
// filled before the outermost.
func (s *selector) datum(m mem) Reg {
	if s.depth == 0 {
		r := s.temp(vectorBank)
		s.emit(code{kind: kindData, dst: arg{r, s.full}, mem: m})
		return r
	}
	r, ok := s.hoisted[m.disp]
	if !ok {
		r = s.temp(vectorBank)
		s.hoisted[m.disp] = r
		s.hoist = append(s.hoist, code{kind: kindData, dst: arg{r, s.full}, mem: m})
	}
	return r
}

// foldable is the memory operand that r can be read as right here, in an
// instruction that can repeat one number, or cannot. Within loops constants are
// registers, and it is allocation that leaves them in memory.
func (s *selector) foldable(r Reg, bcst bool) (mem, bool) {
	if s.waits[r] {
		i := s.def[r]
		m := s.at(i.Addr)
		m.bcst = i.Op == OpBroadcast
		return m, !m.bcst || bcst && s.f.ISA == AVX512
	}
	if s.depth > 0 {
		return mem{}, false
	}
	m := s.constantAt(r)
	return m, m.kind != noMem && (!m.bcst || bcst)
}

// apply emits an instruction of which the last source, if it can be, is in
// memory; the first of two as well if they commute.
func (s *selector) apply(c code, sources ...Reg) {
	n := len(sources)
	c.n, c.dst.width = int8(n), s.full
	c.fold = int8(n)
	last := sources[n-1]
	if c.comm {
		if _, ok := s.foldable(last, c.bcst); !ok {
			if _, ok := s.foldable(sources[0], c.bcst); ok {
				sources = []Reg{last, sources[0]}
				last = sources[1]
			}
		}
	}
	for k, r := range sources[:n-1] {
		c.src[k] = s.vec(r)
	}
	c.src[n-1] = s.operand(&c, last)
	s.emit(c)
}

// operand is a source in memory if it can be, of which a code has none yet.
func (s *selector) operand(c *code, r Reg) arg {
	m, ok := s.foldable(r, c.bcst)
	if !ok {
		return s.vec(r)
	}
	s.waits[r] = false
	c.mem = m
	return arg{inMem, s.full}
}

// with is apply whose last source is a constant of the machine.
func (s *selector) with(c code, a arg, bits uint64) {
	c.n, c.fold, c.bcst, c.dst.width = 2, 2, true, s.full
	c.src[0] = a
	if m := s.bits(bits); s.depth == 0 {
		c.src[1], c.mem = arg{inMem, s.full}, m
	} else {
		c.src[1] = arg{s.datum(m), s.full}
	}
	s.emit(c)
}
