package main

import (
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// patches writes the tiles whose vectors lie each for itself. Rows of the right
// operand come from a table, a vector has an offset and a mask of its own; the
// rest is as in other tiles. Widths are few: a vector more or less is a mask
// of zeros.
func (f *file) patches() {
	if !f.wide {
		return // there are registers for one mask at most
	}
	for _, shape := range [...]struct{ vecs, rows int }{{2, 8}, {4, 6}} {
		for r := 1; r <= shape.rows; r++ {
			(&tileKernel{file: f, rows: r, vecs: shape.vecs, patch: true}).write()
		}
	}
}

var (
	patchLanes   = [kernel.MaxPatch]lane{{k: reg.K1}, {k: reg.K4}, {k: reg.K5}, {k: reg.K6}}
	patchRows    = reg.R13                                                            // where offsets of rows count from
	patchColumns = [kernel.MaxPatch]reg.GPPhysical{reg.R9, reg.R10, reg.R11, reg.RBX} // in the result, after the sum
)

// runs are the registers of the vectors' offsets during the sum: those that
// rows of the left operand leave, more of them the wider the patch.
func (k *tileKernel) runs() []reg.GPPhysical {
	if k.vecs == 2 {
		return []reg.GPPhysical{reg.R12, reg.R15}
	}
	return []reg.GPPhysical{reg.R12, reg.R15, reg.RDX, reg.R9}
}

func vectorField(v int, field uintptr) uintptr {
	return unsafe.Offsetof(tile.Vectors) + uintptr(v)*unsafe.Sizeof(tile.Vectors[0]) + field
}

func (k *tileKernel) patchMasks() {
	for v := range k.vecs {
		k.maskRegister(at(vectorField(v, unsafe.Offsetof(tile.Vectors[0].Mask))), patchLanes[v].k)
	}
}

// pointToRuns loads what leads to the rows of the right operand.
func (k *tileKernel) pointToRuns() {
	k.address(unsafe.Offsetof(tile.B), unsafe.Offsetof(tile.BOff), patchRows)
	k.MOVQ(at(unsafe.Offsetof(tile.DownOff)), reg.R11)
	k.SHLQ(operand.Imm(2), reg.R11)
	k.ADDQ(at(unsafe.Offsetof(tile.Down)), reg.R11)
}

// nextRuns leads b to the next row.
func (k *tileKernel) nextRuns(b reg.GPPhysical) {
	k.MOVLQSX(operand.Mem{Base: reg.R11}, b)
	k.LEAQ(operand.Mem{Base: patchRows, Index: b, Scale: uint8(k.size())}, b)
	k.ADDQ(operand.Imm(4), reg.R11)
}

// wholeRuns adds two terms a step if vectors are whole, for the reasons of fast.
func (k *tileKernel) wholeRuns() {
	k.CMPQ(at(unsafe.Offsetof(tile.Tail)), operand.U32(uint32(k.lanes)))
	k.JNE(operand.LabelRef("parts"))
	k.SHRQ(operand.Imm(1), terms)
	k.JE(operand.LabelRef("parts"))
	a := k.leftColumn()
	k.Label("whole")
	for u := range 2 {
		k.MOVLQSX(operand.Mem{Base: reg.R11, Disp: 4 * u}, right)
		k.LEAQ(operand.Mem{Base: patchRows, Index: right, Scale: uint8(k.size())}, right)
		k.term(func(i int) operand.Mem { return a.row(i, 0) }, func(v int, to reg.VecPhysical) {
			k.load(operand.Mem{Base: right, Index: k.runs()[v], Scale: 1}, to)
		})
		k.advance(a, leftCol)
	}
	k.ADDQ(operand.Imm(8), reg.R11)
	k.DECQ(terms)
	k.JNE(operand.LabelRef("whole"))
	k.MOVQ(at(unsafe.Offsetof(tile.K)), terms)
	k.ANDQ(operand.Imm(1), terms)
	k.JMP(operand.LabelRef("rest"))
	k.Label("parts")
	k.MOVQ(at(unsafe.Offsetof(tile.K)), terms)
	k.Label("rest")
}

// fetchRuns asks for the lines of the result, and then loads the offsets of
// the vectors in the right operand.
func (k *tileKernel) fetchRuns(line, row reg.GPPhysical) {
	for v := range k.vecs {
		k.bytesOf(vectorField(v, unsafe.Offsetof(tile.Vectors[0].C)), k.runs()[0])
		if v > 0 {
			k.address(unsafe.Offsetof(tile.C), unsafe.Offsetof(tile.COff), line)
		}
		k.ADDQ(k.runs()[0], line)
		for i := range k.rows {
			if i > 0 {
				k.ADDQ(row, line)
			}
			k.PREFETCHT0(operand.Mem{Base: line})
		}
	}
	for v := range k.vecs {
		k.bytesOf(vectorField(v, unsafe.Offsetof(tile.Vectors[0].B)), k.runs()[v])
	}
}

// loadColumns loads the offsets of the vectors in the result.
func (k *tileKernel) loadColumns() {
	for v := range k.vecs {
		k.bytesOf(vectorField(v, unsafe.Offsetof(tile.Vectors[0].C)), patchColumns[v])
	}
}
