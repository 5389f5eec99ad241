package main

import (
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// spreads writes the tiles that add each of their rows to a place of its own.
func (f *file) spreads() {
	for v := 1; v <= kernel.MaxSpread; v++ {
		for r := 1; r <= f.shapes[v]; r++ {
			(&tileKernel{file: f, rows: r, vecs: v, spread: true}).write()
		}
	}
}

// add adds the sums to the rows of the result in turn: what one row stores the
// next may load.
func (k *tileKernel) add() {
	row := reg.R9
	k.address(unsafe.Offsetof(tile.C), unsafe.Offsetof(tile.COff), reg.RSI)
	k.entry(unsafe.Offsetof(tile.Down), unsafe.Offsetof(tile.DownOff), reg.R8)
	for i := range k.rows {
		k.MOVLQSX(operand.Mem{Base: reg.R8, Disp: 4 * i}, row)
		k.LEAQ(operand.Mem{Base: reg.RSI, Index: row, Scale: uint8(k.size())}, row)
		for v := range k.vecs {
			at := operand.Mem{Base: row, Disp: v * k.width()}
			k.packed("VADD", at, k.sum(i, v), k.sum(i, v))
			k.store(k.sum(i, v), at)
		}
	}
	k.MOVQ(at(unsafe.Offsetof(tile.ANext)), reg.RSI)
	k.ADDQ(reg.RSI, at(unsafe.Offsetof(tile.AOff)))
	k.ADDQ(operand.Imm(uint64(k.rows)), at(unsafe.Offsetof(tile.DownOff)))
}
