package main

import (
	"fmt"
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// runs writes the dot products of which a column begins anew with every run.
// Registers for the sums allow more rows than other dot products have: the
// rows of the left operand are read once for four columns.
func (f *file) runs() {
	for r := 1; r <= f.machine.runs; r++ {
		for n := 1; n <= kernel.MaxRun; n *= 2 {
			(&dotKernel{file: f, rows: r, cols: n, inRuns: true}).writeRuns()
		}
	}
}

var (
	runColumns = [kernel.MaxRun]reg.GPPhysical{reg.R9, reg.R10, reg.R11, reg.RBX} // where columns begin
	runPlace   = reg.RDX                                                          // in a column
)

func (k *dotKernel) writeRuns() {
	k.begin(fmt.Sprintf("runs%dx%d", k.rows, k.cols), "Dot", fmt.Sprintf("Runs[%d][%d]", k.rows, k.cols))
	vectors := (k.rows*k.cols + k.lanes - 1) / k.lanes
	out := k.AllocLocal(vectors * k.width())
	down := reg.R13 // what leads to the runs
	if k.wide {
		k.maskRegister(at(unsafe.Offsetof(dot.Mask)), reg.K1)
	} else {
		down = reg.RAX // few rows have one base, and the table of masks is in R13
		k.pointToMask(at(unsafe.Offsetof(dot.Tail)))
	}
	k.Label("again")
	k.bytesOf(unsafe.Offsetof(dot.ARow), reg.R8)
	k.address(unsafe.Offsetof(dot.A), unsafe.Offsetof(dot.AOff), reg.RSI)
	a := k.newColumn(k.rows, reg.R8, reg.RSI, reg.RAX)
	k.entry(unsafe.Offsetof(dot.Across), unsafe.Offsetof(dot.AcrossOff), reg.R15)
	k.address(unsafe.Offsetof(dot.B), unsafe.Offsetof(dot.BOff), runPlace)
	for j, c := range runColumns[:k.cols] {
		k.MOVLQSX(operand.Mem{Base: reg.R15, Disp: 4 * j}, c)
		k.LEAQ(operand.Mem{Base: runPlace, Index: c, Scale: uint8(k.size())}, c)
	}
	k.entry(unsafe.Offsetof(dot.Down), unsafe.Offsetof(dot.DownOff), down)
	for i := range k.rows * k.cols {
		k.zero(k.vec[i])
	}
	k.MOVQ(at(unsafe.Offsetof(dot.Runs)), reg.RCX)
	k.Label("run")
	k.MOVLQSX(operand.Mem{Base: down}, runPlace)
	k.SHLQ(operand.Imm(uint64(2+k.size()/8)), runPlace)
	k.ADDQ(operand.Imm(4), down)
	k.oneRun(a, reg.R15)
	k.DECQ(reg.RCX)
	k.JNE(operand.LabelRef("run"))
	k.across(out)
	k.next(out)
	k.DECQ(at(unsafe.Offsetof(dot.Reps)))
	k.JNE(operand.LabelRef("again"))
	k.end()
}

// oneRun adds the products of a run.
func (k *dotKernel) oneRun(a column, count reg.GPPhysical) {
	b := func(j int) operand.Mem { return operand.Mem{Base: runColumns[j], Index: runPlace, Scale: 1} }
	k.MOVQ(at(unsafe.Offsetof(dot.Steps)), count)
	k.TESTQ(count, count)
	k.JE(operand.LabelRef("tail"))
	k.Label("step")
	k.term(a, b, 0, k.cols, k.load)
	k.advance(a, operand.Imm(uint64(k.width())))
	k.ADDQ(operand.Imm(uint64(k.width())), runPlace)
	k.DECQ(count)
	k.JNE(operand.LabelRef("step"))
	k.Label("tail")
	k.CMPQ(at(unsafe.Offsetof(dot.Tail)), operand.Imm(0))
	k.JE(operand.LabelRef("ended"))
	k.term(a, b, 0, k.cols, k.loadTail)
	k.bytesOf(unsafe.Offsetof(dot.Tail), count)
	k.advance(a, count)
	k.Label("ended")
}
