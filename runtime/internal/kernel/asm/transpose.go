package main

import (
	"fmt"
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transpose writes the function that transposes squares of vectors: it loads a
// vector of each row, exchanges blocks between them in the registers, and
// stores them as rows of the result.
func (f *file) transpose() {
	f.begin("transpose", "Move", "Transpose")
	from, fromRow, to, toRow, cols := reg.RSI, reg.R8, reg.RBX, reg.R9, reg.R10
	f.address(unsafe.Offsetof(move.From), unsafe.Offsetof(move.FromOff), from)
	f.bytesOf(unsafe.Offsetof(move.FromRow), fromRow)
	f.address(unsafe.Offsetof(move.To), unsafe.Offsetof(move.ToOff), to)
	f.bytesOf(unsafe.Offsetof(move.ToRow), toRow)
	f.MOVQ(at(unsafe.Offsetof(move.Cols)), cols)
	rows, rest := lane{k: reg.K1}, lane{k: reg.K2}
	if f.wide {
		f.maskRegister(at(unsafe.Offsetof(move.RowMask)), reg.K1)
		f.maskRegister(at(unsafe.Offsetof(move.ColMask)), reg.K2)
	}

	f.Label("square")
	f.CMPQ(cols, operand.Imm(uint64(f.lanes)))
	f.JL(operand.LabelRef("narrow"))
	f.loadRows(from, fromRow, "full", f.load)
	f.ADDQ(operand.Imm(uint64(f.width())), from)
	f.JMP(operand.LabelRef("exchange"))
	f.Label("narrow")
	f.TESTQ(cols, cols)
	f.JE(operand.LabelRef("done"))
	if f.wide {
		f.loadRows(from, fromRow, "part", func(m operand.Mem, v reg.VecPhysical) { f.loadLanes(m, rest, v) })
	} else {
		f.MOVQ(operand.U32(uint32(f.lanes)), reg.R12)
		f.SUBQ(cols, reg.R12)
		f.LEAQ(f.masks, reg.R13)
		f.loadRows(from, fromRow, "part", func(m operand.Mem, v reg.VecPhysical) {
			f.tailMask(v)
			f.loadLanes(m, lane{v: v}, v)
		})
	}

	f.Label("exchange")
	out := f.square()
	if !f.wide {
		f.pointToMask(at(unsafe.Offsetof(move.Rows)))
		rows.v = f.spare(out)
		f.tailMask(rows.v)
	}
	for _, v := range out {
		f.storeLanes(v, rows, operand.Mem{Base: to})
		f.ADDQ(toRow, to)
		f.DECQ(cols)
		f.JE(operand.LabelRef("done"))
	}
	f.JMP(operand.LabelRef("square"))
	f.Label("done")
	f.end()
}

// loadRows loads a vector of each row there is. The others' registers keep
// what they hold: their lanes are not stored.
func (f *file) loadRows(from, stride reg.GPPhysical, name string, load func(operand.Mem, reg.VecPhysical)) {
	at0, left := reg.RAX, reg.RDX
	f.MOVQ(from, at0)
	f.MOVQ(at(unsafe.Offsetof(move.Rows)), left)
	for i := range f.lanes {
		load(operand.Mem{Base: at0}, f.vec[i])
		if i == f.lanes-1 {
			break
		}
		f.ADDQ(stride, at0)
		f.DECQ(left)
		f.JE(operand.LabelRef(fmt.Sprintf("%s_loaded", name)))
	}
	f.Label(name + "_loaded")
}

// square transposes the square in the first registers and returns those that
// hold the result. It follows every element, as row and column, through the
// exchanges, and so knows which register holds which column.
func (f *file) square() []reg.VecPhysical {
	regs, other := f.vec[:f.lanes], f.vec[f.lanes:2*f.lanes]
	held := make([][]int, f.lanes) // held[r][l]: the column, and rows in order
	for r := range held {
		for c := range f.lanes {
			held[r] = append(held[r], r*f.lanes+c)
		}
	}
	for step := range f.machine.steps() {
		next, half := make([][]int, f.lanes), 1<<step
		gathers := f.wide && f.size()<<step >= 16
		for r := range f.lanes {
			if r&half != 0 {
				continue
			}
			s := r | half
			f.exchange(step, regs[r], regs[s], other[r], other[s])
			next[r], next[s] = exchanged(held[r], held[s], half, f.size(), gathers)
		}
		held, regs, other = next, other, regs
	}
	out := make([]reg.VecPhysical, f.lanes)
	for r, h := range held {
		for l, e := range h {
			if e/f.lanes != l || e%f.lanes != h[0]%f.lanes {
				panic(fmt.Sprintf("%s: register %d holds %v", f.name, r, h))
			}
		}
		out[h[0]%f.lanes] = regs[r]
	}
	return out
}

// exchanged is what exchange does, on labels.
func exchanged(x, y []int, block, size int, gathers bool) (even, odd []int) {
	group := 16 / size // lanes of 128 bits, within which unpacking works
	if gathers {
		for _, v := range [][]int{x, y} {
			for b := 0; b < len(v); b += 2 * group {
				even = append(even, v[b:b+group]...)
				odd = append(odd, v[b+group:b+2*group]...)
			}
		}
		return even, odd
	}
	if block >= group { // VPERM2F128
		return append(append(even, x[:group]...), y[:group]...), append(append(odd, x[group:]...), y[group:]...)
	}
	for g := 0; g < len(x); g += group {
		for b := 0; b < group/2; b += block {
			even = append(append(even, x[g+b:g+b+block]...), y[g+b:g+b+block]...)
			odd = append(append(odd, x[g+group/2+b:g+group/2+b+block]...), y[g+group/2+b:g+group/2+b+block]...)
		}
	}
	return even, odd
}

// spare is a register that is not among used.
func (f *file) spare(used []reg.VecPhysical) reg.VecPhysical {
next:
	for _, v := range f.vec {
		for _, u := range used {
			if u == v {
				continue next
			}
		}
		return v
	}
	panic("no spare register")
}
