package vec

import (
	"math/bits"
	"strconv"
)

// operand is where a general register's value can be read by an instruction of
// integers.
type operand struct {
	phys int8 // -1 if in memory
	mem  mem
}

func (w *writer) operand(r Reg) operand { return operand{w.inRegister(r), *w.inMemory(r)} }

func (o operand) immediate() bool { return o.phys < 0 && o.mem.kind == memImm }

// short tells whether instructions can have the operand. Immediates of 64 bits
// only moves have; and parameters only moves read, because go vet takes the
// names of others for their sizes.
func (o operand) short() bool {
	switch {
	case o.phys >= 0:
		return true
	case o.mem.kind == memImm:
		return o.mem.disp == int64(int32(o.mem.disp))
	}
	return o.mem.kind != memArg
}

func (w *writer) put(o operand) printed {
	if o.phys >= 0 {
		return w.reg(generalBank, o.phys, 0)
	}
	return w.mem(physical{mem: o.mem})
}

// two writes an instruction of two operands, the second of which is the result.
func (w *writer) two(name string, from, to operand) {
	w.op(name)
	w.put(from)
	w.comma()
	w.end(w.put(to))
}

func (w *writer) by(name string, k int64, to operand) {
	w.op(name)
	w.integer(k)
	w.comma()
	w.end(w.put(to))
}

func (w *writer) one(name string, o operand) {
	w.op(name)
	w.end(w.put(o))
}

// source is an operand that instructions can have.
func (w *writer) source(r Reg) operand {
	o := w.operand(r)
	if !o.short() {
		return operand{phys: w.value(r)}
	}
	return o
}

// general writes an instruction of integers.
func (w *writer) general(c *code) {
	switch c.kind {
	case kindJump, kindBack:
		w.jump(c)
		return
	case kindBit:
		w.by("BTL", c.imm, operand{phys: w.value(c.src[0].reg)})
		w.op("JCC")
		w.end(w.target(c.label))
		return
	case kindLocal:
		p := w.result(c.dst.reg)
		w.op("LEAQ")
		w.text = strconv.AppendInt(w.text, int64(w.frame+cacheLine-1), 10)
		w.text = append(w.text, "(SP), "...)
		w.end(w.reg(generalBank, p, 0))
		w.by("ANDQ", -cacheLine, operand{phys: p})
		if c.imm > 0 {
			w.by("ADDQ", c.imm, operand{phys: p})
		}
		w.done(c.dst.reg, p)
		return
	case kindInt:
		to := w.operand(c.dst.reg)
		switch {
		case to.immediate():
		case to.phys < 0 && c.imm != int64(int32(c.imm)):
			spare := operand{phys: w.spare(generalBank)}
			w.by("MOVQ", c.imm, spare)
			w.two("MOVQ", spare, to)
		default:
			w.by("MOVQ", c.imm, to)
		}
		return
	case kindDivImm:
		w.divide(c)
		return
	}
	to := w.operand(c.dst.reg)
	a := w.source(c.src[0].reg)
	var b operand
	if c.n > 1 {
		b = w.source(c.src[1].reg)
	}
	if c.kind == kindAddImm && to == a {
		w.by("ADDQ", c.imm, to)
		return
	}
	r := to
	if to.phys < 0 {
		r = operand{phys: w.spare(generalBank)}
	}
	switch c.kind {
	case kindAdd:
		w.add(r, a, b)
	case kindSub:
		switch {
		case b == r && a != r:
			w.one("NEGQ", r)
			w.two("ADDQ", a, r)
		default:
			w.fill(r, a)
			w.two("SUBQ", b, r)
		}
	case kindMul:
		if b == r {
			a, b = b, a
		}
		w.fill(r, a)
		w.two("IMULQ", b, r)
	case kindMin:
		w.extreme("CMOVQGT", r, a, b)
	case kindMax:
		w.extreme("CMOVQLT", r, a, b)
	case kindAddImm:
		if a.phys >= 0 && a != r {
			w.op("LEAQ")
			w.mem(physical{mem: mem{kind: memAddr, disp: c.imm}, baseAt: a.phys})
			w.comma()
			w.end(w.put(r))
		} else {
			w.fill(r, a)
			w.by("ADDQ", c.imm, r)
		}
	case kindMulImm:
		if k := c.imm; k > 0 && k&(k-1) == 0 {
			w.fill(r, a)
			if k > 1 {
				w.by("SHLQ", int64(bits.TrailingZeros64(uint64(k))), r)
			}
		} else if a.immediate() {
			w.fill(r, a)
			w.by("IMULQ", k, r)
		} else {
			w.op("IMUL3Q")
			w.integer(k)
			w.comma()
			w.put(a)
			w.comma()
			w.end(w.put(r))
		}
	case kindBool:
		// The carry of 0 - a is set unless a is zero.
		w.fill(r, a)
		w.one("NEGQ", r)
		w.two("SBBQ", r, r)
		w.one("NEGQ", r)
	}
	if to.phys < 0 {
		w.two("MOVQ", r, to)
	}
}

// fill makes r, a register, what a is.
func (w *writer) fill(r, a operand) {
	if r != a {
		w.two("MOVQ", a, r)
	}
}

func (w *writer) add(r, a, b operand) {
	switch {
	case a == r:
		w.two("ADDQ", b, r)
	case b == r:
		w.two("ADDQ", a, r)
	case a.phys >= 0 && b.phys >= 0:
		w.op("LEAQ")
		w.text = append(w.text, '(')
		w.put(a)
		w.text = append(w.text, ")("...)
		w.put(b)
		w.text = append(w.text, "*1)"...)
		w.comma()
		w.end(w.put(r))
	default:
		w.fill(r, a)
		w.two("ADDQ", b, r)
	}
}

// extreme keeps in r the one of a and b that the condition does not replace.
func (w *writer) extreme(replace string, r, a, b operand) {
	if b == r || a != r && b.immediate() {
		a, b = b, a
	}
	if b.immediate() {
		spare := operand{phys: w.spare(generalBank)}
		w.fill(spare, b)
		b = spare
	}
	w.fill(r, a)
	w.two("CMPQ", r, b)
	w.two(replace, b, r)
}

// jump compares and jumps.
func (w *writer) jump(c *code) {
	a := w.operand(c.src[0].reg)
	var b operand
	if c.n > 1 {
		b = w.source(c.src[1].reg)
	} else {
		b = operand{phys: -1, mem: mem{kind: memImm, disp: c.imm}}
	}
	// Of two operands in memory one must be read, and an immediate is second.
	if a.immediate() || !a.short() || a.phys < 0 && b.phys < 0 && !b.immediate() {
		a = operand{phys: w.value(c.src[0].reg)}
	}
	if a.phys >= 0 && b.immediate() && b.mem.disp == 0 {
		w.two("TESTQ", a, a)
	} else {
		w.two("CMPQ", a, b)
	}
	w.op(jumps[c.name])
	w.end(w.target(c.label))
}

var jumps = map[string]string{"EQ": "JEQ", "NE": "JNE", "LT": "JLT", "LE": "JLE", "GT": "JGT", "GE": "JGE"}

// divide writes a division by a constant, rounded down. Of a negative number
// the quotient is the complement of that of its complement; the quotient of
// others, which have 63 bits, is the high half of a product: with l the bits of
// d-1, m = ⌈2^(63+l)/d⌉ exceeds 2^(63+l)/d by less than 2^l/2^(63+l) of itself,
// too little for 63 bits to tell.
func (w *writer) divide(c *code) {
	d := uint64(c.imm)
	to, a := w.operand(c.dst.reg), w.operand(c.src[0].reg)
	l := bits.Len64(d - 1)
	if d&(d-1) == 0 {
		r := to
		if to.phys < 0 {
			r = operand{phys: w.spare(generalBank)}
		}
		w.fill(r, a)
		if l > 0 {
			w.by("SARQ", int64(l), r)
		}
		if to.phys < 0 {
			w.two("MOVQ", r, to)
		}
		return
	}
	ax, dx := operand{phys: w.spare(generalBank)}, operand{phys: w.spare(generalBank)}
	// 2^(63+l) is hi·2^64; the quotient fits 64 bits because d > 2^(l-1).
	hi := uint64(1) << (l - 1)
	m, rest := bits.Div64(hi, 0, d)
	if rest > 0 {
		m++
	}
	w.two("MOVQ", a, ax)
	if to != a {
		w.two("MOVQ", ax, to)
	}
	w.by("SARQ", 63, to)
	w.two("XORQ", to, ax)
	w.by("MOVQ", int64(m), dx)
	w.one("MULQ", dx)
	if l > 1 {
		w.by("SHRQ", int64(l-1), dx)
	}
	w.two("XORQ", dx, to)
}
