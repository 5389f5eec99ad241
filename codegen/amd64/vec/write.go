package vec

import (
	"errors"
	"strconv"
)

// writer prints codes whose registers have places.
type writer struct {
	*places
	list []code
	isa  ISA
	elem Elem
	data *data
	text []byte
	// used are how many reserved registers of each bank the code being written
	// has taken; short are how many it would have needed, if there were too few.
	used, short [banks]int
	failed      error
}

// function writes what comes after the head of a function.
func (w *writer) function() {
	if w.vectors {
		// The stack is aligned to words only, and a vector that is not within a
		// line of the cache takes twice as long.
		w.op("LEAQ")
		w.text = strconv.AppendInt(w.text, int64(w.words+w.isa.Bytes()-1), 10)
		w.text = append(w.text, "(SP), "...)
		w.end(w.reg(generalBank, alignedBase, 0))
		w.by("ANDQ", int64(-w.isa.Bytes()), operand{phys: alignedBase})
	}
	w.codes()
	w.text = append(w.text, "\tVZEROUPPER\n\tRET\n"...)
}

func (w *writer) codes() {
	for i := range w.list {
		w.used = [banks]int{}
		w.code(&w.list[i])
	}
}

func (w *writer) code(c *code) {
	switch c.kind {
	case kindPlain, kindImm:
		w.plain(c)
	case kindFMA:
		w.fma(c)
	case kindMove:
		w.move(c)
	case kindData:
		w.datum(c)
	case kindSame:
		w.same(c)
	case kindNote:
		w.text = appendComment(w.text, "\t", c.name)
	case kindCall:
		w.op("CALL")
		w.text = append(append(w.text, c.name...), "<>(SB)\n"...)
	case kindGoto:
		w.op("JMP")
		w.end(w.target(c.label))
	case kindLabel, kindHead:
		w.text = append(w.text, '\n')
		if c.imm > 0 {
			w.op("PCALIGN")
			w.end(w.integer(c.imm))
		}
		w.label(c.label)
		w.text = append(w.text, ":\n"...)
	default:
		w.general(c)
	}
}

// Text. An instruction is op, operands, end; the operand methods append.

// printed is what the last operand of an instruction leaves for end.
type printed struct{}

// opWidth is the room for a mnemonic.
const opWidth = 14

func (w *writer) op(name string) {
	w.text = append(append(w.text, '\t'), name...)
	for n := len(name); n < opWidth; n++ {
		w.text = append(w.text, ' ')
	}
	w.text = append(w.text, ' ')
}

func (w *writer) comma() { w.text = append(w.text, ", "...) }

// end ends an instruction after its last operand.
func (w *writer) end(printed) { w.text = append(w.text, '\n') }

func (w *writer) integer(k int64) printed {
	w.text = strconv.AppendInt(append(w.text, '$'), k, 10)
	return printed{}
}

func (w *writer) label(n int32) {
	w.text = strconv.AppendInt(append(w.text, 'l'), int64(n), 10)
}

func (w *writer) target(n int32) printed {
	w.label(n)
	return printed{}
}

var generalNames = [16]string{"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"}

// reg appends a physical register.
func (w *writer) reg(b bank, r int8, size width) printed {
	switch b {
	case generalBank:
		w.text = append(w.text, generalNames[r]...)
	case maskBank:
		w.text = append(w.text, 'K', '0'+byte(r))
	default:
		w.text = strconv.AppendInt(append(w.text, "XYZ"[size]), int64(r), 10)
	}
	return printed{}
}

// physical is a memory operand whose registers are physical.
type physical struct {
	mem
	baseAt, indexAt int8
}

// mem appends a memory operand.
func (w *writer) mem(m physical) printed {
	switch m.kind {
	case memImm:
		return w.integer(m.disp)
	case memTable:
		w.text = append(append(append(w.text, '$'), m.name...), "(SB)"...)
	case memData:
		d := &w.data.list[m.disp]
		d.used = true
		w.text = append(append(w.text, d.name...), "<>(SB)"...)
	case memArg:
		w.text = append(append(w.text, m.name...), '+')
		w.text = append(strconv.AppendInt(w.text, m.disp, 10), "(FP)"...)
	case memSlot:
		w.text = append(strconv.AppendInt(w.text, m.disp, 10), '(')
		if m.vector {
			w.reg(generalBank, alignedBase, 0)
		} else {
			w.text = append(w.text, "SP"...)
		}
		w.text = append(w.text, ')')
	case memAddr:
		if m.disp != 0 {
			w.text = strconv.AppendInt(w.text, m.disp, 10)
		}
		w.text = append(w.text, '(')
		w.reg(generalBank, m.baseAt, 0)
		w.text = append(w.text, ')')
		if m.index != None {
			w.text = append(w.text, '(')
			w.reg(w.bank[m.index], m.indexAt, m.indexWidth)
			w.text = append(strconv.AppendInt(append(w.text, '*'), int64(m.scale), 10), ')')
		}
	}
	return printed{}
}

// Places.

// inRegister is the physical register of a virtual one, or -1.
func (w *writer) inRegister(r Reg) int8 { return w.place[r].phys }

// inMemory is where a register lives otherwise.
func (w *writer) inMemory(r Reg) *mem { return &w.mems[w.place[r].at] }

// spare takes a reserved register for the rest of a code. If there is none, what
// is written will be thrown away, and written once more with more of them.
func (w *writer) spare(b bank) int8 {
	k := w.used[b]
	w.used[b]++
	if k < len(w.reserve[b]) {
		return w.reserve[b][k]
	}
	w.short[b] = max(w.short[b], k+1)
	if len(registers(w.isa, b)) < w.short[b]+2 {
		w.failed = errors.New("an instruction needs more registers than there are")
	}
	return registers(w.isa, b)[0]
}

// address makes the registers of a memory operand physical.
func (w *writer) address(m mem) physical {
	p := physical{mem: m}
	if m.kind == memAddr {
		p.baseAt = w.value(m.base)
		if m.index != None {
			p.indexAt = w.value(m.index)
		}
	}
	return p
}

// value is a physical register that holds r's value: r's own, or a spare one
// that is filled.
func (w *writer) value(r Reg) int8 {
	if p := w.inRegister(r); p >= 0 {
		return p
	}
	p := w.spare(w.bank[r])
	w.load(r, p)
	return p
}

// load fills a physical register from where r lives in memory.
func (w *writer) load(r Reg, p int8) {
	if m := *w.inMemory(r); w.bank[r] == vectorBank {
		w.loadVector(m, p)
	} else {
		w.op([...]string{maskBank: "KMOVW", generalBank: "MOVQ"}[w.bank[r]])
		w.mem(physical{mem: m})
		w.comma()
		w.end(w.reg(w.bank[r], p, 0))
	}
}

// loadVector fills a register; zeros need no memory.
func (w *writer) loadVector(m mem, p int8) {
	full := width(w.isa) + ymm
	switch {
	case m.zeros:
		w.op("VXORPS")
		w.reg(vectorBank, p, full)
		w.comma()
		w.reg(vectorBank, p, full)
	case m.bcst:
		w.op(broadcastName[w.elem])
		w.mem(physical{mem: m})
	default:
		w.op("VMOVUPS")
		w.mem(physical{mem: m})
	}
	w.comma()
	w.end(w.reg(vectorBank, p, full))
}

// result is the register to make r in; done stores it, if r lives in memory.
func (w *writer) result(r Reg) int8 {
	if p := w.inRegister(r); p >= 0 {
		return p
	}
	return w.spare(w.bank[r])
}

func (w *writer) done(r Reg, p int8) {
	if w.inRegister(r) >= 0 {
		return
	}
	w.op([...]string{"VMOVUPS", "KMOVW", "MOVQ"}[w.bank[r]])
	w.reg(w.bank[r], p, width(w.isa)+ymm)
	w.comma()
	w.end(w.mem(physical{mem: *w.inMemory(r)}))
}

// readable tells whether an instruction that can, or cannot, repeat one number
// can read r where it lives in memory. Parameters are read by moves only, whose
// sizes go vet knows.
func (w *writer) readable(r Reg, bcst bool) bool {
	m := w.inMemory(r)
	return w.inRegister(r) < 0 && m.kind != memArg && (!m.bcst || bcst && w.isa == AVX512)
}
