package vec

// plain writes an instruction of vectors or masks.
func (w *writer) plain(c *code) {
	src := c.src
	memory, at := c.mem, -1
	for k := range c.n {
		if src[k].reg == inMem {
			at = int(k)
		}
	}
	if fold := int(c.fold) - 1; fold >= 0 && memory.kind == noMem {
		if c.comm && !w.readable(src[1].reg, c.bcst) && w.readable(src[0].reg, c.bcst) {
			src[0], src[1] = src[1], src[0]
		}
		if w.readable(src[fold].reg, c.bcst) {
			at, memory = fold, *w.inMemory(src[fold].reg)
		}
	}
	m := w.address(memory)
	var regs [3]int8
	for k := range int(c.n) {
		if k != at {
			regs[k] = w.value(src[k].reg)
		}
	}
	var pred int8
	if c.pred != None {
		pred = w.value(c.pred)
	}
	var to int8
	if c.dst.reg > None {
		// A register that was only filled for this code may be the result's.
		before := w.used
		if b := w.bank[c.dst.reg]; !c.inout && w.used[b] > 0 && w.inRegister(c.dst.reg) < 0 {
			w.used[b] = 0
		}
		to = w.result(c.dst.reg)
		w.used = [banks]int{max(before[0], w.used[0]), max(before[1], w.used[1]), max(before[2], w.used[2])}
		if c.inout && w.inRegister(c.dst.reg) < 0 {
			w.load(c.dst.reg, to)
		}
	}
	w.name(c.name, "", at >= 0 && memory.bcst && c.fold > 0, c.zero)
	if c.kind == kindImm {
		w.integer(c.imm)
		w.comma()
	}
	for k := int(c.n) - 1; k >= 0; k-- {
		if k == at {
			w.mem(m)
		} else {
			w.reg(w.bank[src[k].reg], regs[k], src[k].width)
		}
		w.comma()
	}
	if c.pred != None {
		w.reg(maskBank, pred, 0)
		w.comma()
	}
	if c.dst.reg == inMem {
		w.end(w.mem(m))
		return
	}
	w.end(w.reg(w.bank[c.dst.reg], to, c.dst.width))
	w.done(c.dst.reg, to)
}

// name begins an instruction whose name has parts.
func (w *writer) name(stem, rest string, bcst, zero bool) {
	start := len(w.text)
	w.text = append(append(append(w.text, '\t'), stem...), rest...)
	if bcst {
		w.text = append(w.text, ".BCST"...)
	}
	if zero {
		w.text = append(w.text, ".Z"...)
	}
	for len(w.text)-start <= opWidth {
		w.text = append(w.text, ' ')
	}
	w.text = append(w.text, ' ')
}

// The orders of a multiply-add, by which of the operands the result replaces
// and which is in memory; the digits are those of Intel's manuals.
var orders = [2][3]string{{"132PS", "213PS", "231PS"}, {"132PD", "213PD", "231PD"}}

// fma writes a multiply-add. The result replaces one of the operands: one that
// is in its register, or else one that is copied there.
func (w *writer) fma(c *code) {
	to := w.result(c.dst.reg)
	tied, folded := -1, -1
	for _, k := range [...]int{1, 0, 2} {
		r := c.src[k].reg
		switch {
		case r == inMem:
			folded = k
		case w.inRegister(r) == to && w.inRegister(c.dst.reg) >= 0:
			tied = k
		}
	}
	memory := c.mem
	if tied < 0 {
		// It costs the same to copy any; one in memory that cannot be an operand
		// must be read anyhow.
		tied = 2
		if folded == 2 {
			tied = 0
		}
		best := -1
		for k, a := range c.src {
			rank := -1
			if a.reg != inMem && w.inRegister(a.reg) < 0 {
				if rank = 1; !w.readable(a.reg, true) {
					rank = 2
				}
			}
			if rank > best {
				tied, best = k, rank
			}
		}
		if r := c.src[tied].reg; w.inRegister(r) < 0 {
			w.load(r, to)
		} else {
			w.copy(w.inRegister(r), to)
		}
	}
	for k, a := range c.src {
		if k != tied && folded < 0 && w.readable(a.reg, true) {
			folded, memory = k, *w.inMemory(a.reg)
		}
	}
	// The operands that are left, and the order in which they are multiplied.
	one, two, order := 0, 1, 2
	switch tied {
	case 0:
		one, two, order = 1, 2, 1
	case 1:
		one, two, order = 0, 2, 1
	}
	if folded == one {
		if order == 1 {
			order = 0
		}
		one, two = two, one
	}
	m := w.address(memory)
	var second int8
	if folded != two {
		second = w.sourceOf(c, two, tied, to)
	}
	first := w.sourceOf(c, one, tied, to)
	w.name(c.name, orders[w.elem][order], folded >= 0 && memory.bcst, false)
	if folded == two {
		w.mem(m)
	} else {
		w.reg(vectorBank, second, c.dst.width)
	}
	w.comma()
	w.reg(vectorBank, first, c.dst.width)
	w.comma()
	w.end(w.reg(vectorBank, to, c.dst.width))
	w.done(c.dst.reg, to)
}

// sourceOf is an operand in a register; the one that is tied is where the result
// will be.
func (w *writer) sourceOf(c *code, k, tied int, to int8) int8 {
	if c.src[k].reg == c.src[tied].reg {
		return to
	}
	return w.value(c.src[k].reg)
}

func (w *writer) copy(from, to int8) {
	w.op("VMOVAPS")
	w.reg(vectorBank, from, width(w.isa)+ymm)
	w.comma()
	w.end(w.reg(vectorBank, to, width(w.isa)+ymm))
}

// move writes a copy, if it is one.
func (w *writer) move(c *code) {
	from, to, b := c.src[0].reg, c.dst.reg, w.bank[c.dst.reg]
	src, dst := w.inRegister(from), w.inRegister(to)
	switch {
	case src >= 0 && src == dst:
	case dst < 0:
		w.done(to, w.value(from))
	case src < 0:
		w.load(from, dst)
	case b == vectorBank:
		w.copy(src, dst)
	default:
		w.op([...]string{maskBank: "KMOVW", generalBank: "MOVQ"}[b])
		w.reg(b, src, 0)
		w.comma()
		w.end(w.reg(b, dst, 0))
	}
}

// datum writes what fills a register from memory that never changes. If it lives
// there there is nothing to do.
func (w *writer) datum(c *code) {
	if w.inRegister(c.dst.reg) < 0 && w.inMemory(c.dst.reg).kind != memSlot {
		return
	}
	to := w.result(c.dst.reg)
	switch {
	case w.bank[c.dst.reg] == generalBank && c.mem.kind == memTable:
		w.op("LEAQ")
		w.text = append(append(w.text, c.mem.name...), "(SB)"...)
		w.comma()
	case w.bank[c.dst.reg] == generalBank:
		w.op("MOVQ")
		w.mem(physical{mem: c.mem})
		w.comma()
	default:
		w.loadVector(c.mem, to)
		w.done(c.dst.reg, to)
		return
	}
	w.end(w.reg(w.bank[c.dst.reg], to, c.dst.width))
	w.done(c.dst.reg, to)
}

// same writes an instruction of a register with itself.
func (w *writer) same(c *code) {
	to := w.result(c.dst.reg)
	w.op(c.name)
	for range 2 {
		w.reg(w.bank[c.dst.reg], to, c.dst.width)
		w.comma()
	}
	w.end(w.reg(w.bank[c.dst.reg], to, c.dst.width))
	w.done(c.dst.reg, to)
}
