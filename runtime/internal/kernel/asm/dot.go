package main

import (
	"fmt"
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (f *file) dots() {
	for r := 1; r <= 4; r *= 2 {
		for n := 1; r*n <= f.machine.dots; n *= 2 {
			(&dotKernel{file: f, rows: r, cols: n}).write()
		}
	}
	f.runs()
}

// dotKernel is one dot function. Its vector registers are the sums, row by
// row, then a row of the right operand's vectors or of the left one's,
// whichever is shorter, and one of the other's.
type dotKernel struct {
	*file
	rows, cols int
	inRuns     bool // (runs.go)
}

func (k *dotKernel) sum(i, j int) reg.VecPhysical { return k.vec[i*k.cols+j] }
func (k *dotKernel) free(i int) reg.VecPhysical   { return k.vec[k.rows*k.cols+i] }

func (k *dotKernel) write() {
	k.begin(fmt.Sprintf("dot%dx%d", k.rows, k.cols), "Dot", fmt.Sprintf("Dot[%d][%d]", k.rows, k.cols))
	out := k.AllocLocal(k.machine.dots * k.size())
	if k.wide {
		k.maskRegister(at(unsafe.Offsetof(dot.Mask)), reg.K1)
	}
	k.Label("again")
	k.bytesOf(unsafe.Offsetof(dot.ARow), reg.R8)
	k.address(unsafe.Offsetof(dot.B), unsafe.Offsetof(dot.BOff), reg.R10)
	k.bytesOf(unsafe.Offsetof(dot.BRow), reg.R9)
	for i := range k.rows * k.cols {
		k.zero(k.vec[i])
	}
	for first := 0; first < k.cols; first += k.streams() {
		k.columns(first, min(first+k.streams(), k.cols))
	}
	k.across(out)
	k.next(out)
	k.DECQ(at(unsafe.Offsetof(dot.Reps)))
	k.JNE(operand.LabelRef("again"))
	k.end()
}

// streams is how many columns are walked along at a time. From the second
// cache few are faster than many; but there must be chains enough to hide some
// of the latency, and a step of a short vector has less work in it.
func (k *dotKernel) streams() int {
	if k.rows == 1 && k.wide {
		return 2
	}
	return 4
}

// columns walks along the sums of columns first to end.
func (k *dotKernel) columns(first, end int) {
	count, name := reg.RCX, fmt.Sprintf("%d", first)
	k.address(unsafe.Offsetof(dot.A), unsafe.Offsetof(dot.AOff), reg.RSI)
	a := k.newColumn(k.rows, reg.R8, reg.RSI, reg.RAX)
	k.MOVQ(reg.R10, reg.RBX)
	b := k.newColumn(end-first, reg.R9, reg.RBX, reg.RDX)
	if end < k.cols {
		k.LEAQ(operand.Mem{Base: reg.R10, Index: reg.R9, Scale: uint8(k.streams())}, reg.R10)
	}
	k.MOVQ(at(unsafe.Offsetof(dot.Steps)), count)
	k.TESTQ(count, count)
	k.JE(operand.LabelRef("tail" + name))
	k.Label("step" + name)
	k.term(a, b.first, first, end, k.load)
	k.advance(a, operand.Imm(uint64(k.width())))
	k.advance(b, operand.Imm(uint64(k.width())))
	k.DECQ(count)
	k.JNE(operand.LabelRef("step" + name))
	k.Label("tail" + name)
	k.CMPQ(at(unsafe.Offsetof(dot.Tail)), operand.Imm(0))
	k.JE(operand.LabelRef("summed" + name))
	if !k.wide {
		k.pointToMask(at(unsafe.Offsetof(dot.Tail)))
	}
	k.term(a, b.first, first, end, k.loadTail)
	k.Label("summed" + name)
}

// loadTail loads what is left of a row.
func (k *dotKernel) loadTail(m operand.Mem, v reg.VecPhysical) {
	l := lane{k: reg.K1, v: v}
	if !k.wide {
		k.tailMask(v)
	}
	k.loadLanes(m, l, v)
}

// term adds the products of one vector of each row and of columns first to end.
func (k *dotKernel) term(a column, b func(j int) operand.Mem, first, end int, load func(operand.Mem, reg.VecPhysical)) {
	if k.rows <= end-first {
		for i := range k.rows {
			load(a.row(i, 0), k.free(i))
		}
		for j := first; j < end; j++ {
			load(b(j-first), k.free(k.rows))
			for i := range k.rows {
				k.packed("VFMADD231", k.free(k.rows), k.free(i), k.sum(i, j))
			}
		}
		return
	}
	n := end - first
	for j := range n {
		load(b(j), k.free(j))
	}
	for i := range k.rows {
		load(a.row(i, 0), k.free(n))
		for j := range n {
			k.packed("VFMADD231", k.free(n), k.free(j), k.sum(i, first+j))
		}
	}
}

// across adds up the lanes of every sum and stores the results at out, row by
// row. It is a transposition that adds: a step combines two vectors of partial
// sums into one, whose blocks alternate between them.
func (k *dotKernel) across(out operand.Mem) {
	lo, hi := k.free(0), k.free(1)
	for first := 0; first < k.rows*k.cols; first += k.lanes {
		list := k.vec[first:min(first+k.lanes, k.rows*k.cols)]
		for step := range k.machine.steps() {
			for i := range (len(list) + 1) / 2 {
				x, y := list[2*i], list[min(2*i+1, len(list)-1)]
				k.exchange(step, x, y, lo, hi)
				k.packed("VADD", lo, hi, list[i])
			}
			list = list[:(len(list)+1)/2]
		}
		// Fewer sums than lanes repeat themselves; the frame is as long as
		// all sums of the largest block, so the first vector always fits it.
		k.store(list[0], out.Offset(first*k.size()))
	}
}

// next copies the sums to their rows and moves the order on to the columns
// beside them.
func (k *dotKernel) next(out operand.Mem) {
	s, sRow, x := reg.RSI, reg.R8, reg.RAX
	k.address(unsafe.Offsetof(dot.S), unsafe.Offsetof(dot.SOff), s)
	k.bytesOf(unsafe.Offsetof(dot.SRow), sRow)
	for i := range k.rows {
		if i > 0 {
			k.ADDQ(sRow, s)
		}
		for at, end := 0, k.cols*k.size(); at < end; {
			from, to := out.Offset(i*end+at), operand.Mem{Base: s, Disp: at}
			if end-at >= 8 {
				k.MOVQ(from, x)
				k.MOVQ(x, to)
				at += 8
				continue
			}
			k.MOVL(from, x.As32())
			k.MOVL(x.As32(), to)
			at += 4
		}
	}
	if k.inRuns {
		k.ADDQ(operand.Imm(uint64(k.cols)), at(unsafe.Offsetof(dot.AcrossOff)))
	} else {
		k.IMUL3Q(operand.Imm(uint64(k.cols)), at(unsafe.Offsetof(dot.BRow)), x)
		k.ADDQ(x, at(unsafe.Offsetof(dot.BOff)))
	}
	k.ADDQ(operand.Imm(uint64(k.cols)), at(unsafe.Offsetof(dot.SOff)))
}
