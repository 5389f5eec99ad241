package main

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

func (f *file) tiles() {
	var widths []int
	for v := range f.shapes {
		widths = append(widths, v)
	}
	slices.Sort(widths)
	for _, v := range widths {
		for r := 1; r <= f.shapes[v]; r++ {
			(&tileKernel{file: f, rows: r, vecs: v}).write()
		}
	}
	f.patches()
	f.spreads()
}

// tileKernel is one tile function. Its vector registers are, in this order:
// the sums, row by row; then, while it sums, the row of the right operand and
// one element of the left one, or the other way round, whichever is fewer;
// later, scratch.
//
// A narrow machine has no register left for a mask in its widest tiles: the
// mask is then loaded into the register that the masked load overwrites.
type tileKernel struct {
	*file
	rows, vecs int
	last       lane // the lanes of the last vector
	patch      bool // vectors lie each for itself (patch.go)
	spread     bool // so do rows of the result (spread.go)
}

func (k *tileKernel) sum(i, v int) reg.VecPhysical { return k.vec[i*k.vecs+v] }
func (k *tileKernel) free(i int) reg.VecPhysical   { return k.vec[k.rows*k.vecs+i] }

func (k *tileKernel) write() {
	name, place := "tile", "Tile"
	switch {
	case k.patch:
		name, place = "patch", "Patch"
	case k.spread:
		name, place = "spread", "Spread"
	}
	k.begin(fmt.Sprintf("%s%dx%d", name, k.rows, k.vecs), "Tile", fmt.Sprintf("%s[%d][%d]", place, k.vecs, k.rows))
	if k.patch {
		k.patchMasks()
	} else if k.wide {
		k.last = k.maskRegister(at(unsafe.Offsetof(tile.Mask)), reg.K1)
	} else {
		k.pointToMask(at(unsafe.Offsetof(tile.Tail)))
		k.last = lane{v: k.vec[len(k.vec)-1]}
	}
	again := "again"
	k.Label(again)
	k.sumUp()
	if k.spread {
		k.add()
	} else {
		k.finish()
		k.next()
	}
	k.DECQ(at(unsafe.Offsetof(tile.Reps)))
	k.JNE(operand.LabelRef(again))
	k.end()
}

// fetch asks for the lines of the result, which will have come by the time the
// sums are ready.
func (k *tileKernel) fetch() {
	line, next := reg.RCX, reg.R15
	k.address(unsafe.Offsetof(tile.C), unsafe.Offsetof(tile.COff), line)
	k.bytesOf(unsafe.Offsetof(tile.CRow), next)
	if k.patch {
		k.fetchRuns(line, next)
		return
	}
	for i := range k.rows {
		if i > 0 {
			k.ADDQ(next, line)
		}
		for b := 0; b < k.vecs*k.width(); b += 64 {
			k.PREFETCHT0(operand.Mem{Base: line, Disp: b})
		}
	}
}

// finish does what is to happen between the sum and the store. Each step is
// skipped unless the order's flags ask for it.
func (k *tileKernel) finish() {
	flags := reg.RCX
	k.MOVQ(at(unsafe.Offsetof(tile.Flags)), flags)
	if !k.wide {
		k.tailMask(k.last.v)
	}
	if k.patch {
		k.loadColumns()
	}
	x, y := k.free(0), k.free(1)
	k.step(flags, kernel.AddSums, "sums", func() {
		k.eachOf(unsafe.Offsetof(tile.S), unsafe.Offsetof(tile.SOff), unsafe.Offsetof(tile.SRow), func(m operand.Mem, i, v int) {
			k.loadPart(m, v, x)
			k.packed("VADD", x, k.sum(i, v), k.sum(i, v))
		})
	})
	k.step(flags, kernel.Scale, "scale", func() {
		k.broadcast(at(unsafe.Offsetof(tile.Factor)), x)
		k.each(func(i, v int) { k.packed("VMUL", x, k.sum(i, v), k.sum(i, v)) })
	})
	k.step(flags, kernel.AddRow, "row", func() {
		k.address(unsafe.Offsetof(tile.Row), unsafe.Offsetof(tile.RowOff), reg.RSI)
		for i := range k.rows {
			k.broadcast(operand.Mem{Base: reg.RSI, Disp: i * k.size()}, x)
			for v := range k.vecs {
				k.packed("VADD", x, k.sum(i, v), k.sum(i, v))
			}
		}
	})
	k.step(flags, kernel.AddCol, "col", func() {
		k.address(unsafe.Offsetof(tile.Col), unsafe.Offsetof(tile.ColOff), reg.RSI)
		for v := range k.vecs {
			k.loadPart(k.vector(v), v, x)
			for i := range k.rows {
				k.packed("VADD", x, k.sum(i, v), k.sum(i, v))
			}
		}
	})
	k.step(flags, kernel.Relu, "relu", func() {
		// Of two zeros, or if one is NaN, the maximum is its first operand
		// here; the addition makes −0 of +0.
		k.zero(x)
		k.each(func(i, v int) {
			k.packed("VMAX", k.sum(i, v), x, k.sum(i, v))
			k.packed("VADD", x, k.sum(i, v), k.sum(i, v))
		})
	})
	k.step(flags, kernel.Gate, "gate", func() {
		k.zero(y)
		k.eachOf(unsafe.Offsetof(tile.G), unsafe.Offsetof(tile.GOff), unsafe.Offsetof(tile.GRow), func(m operand.Mem, i, v int) {
			k.loadPart(m, v, x)
			k.gate(x, y, k.sum(i, v))
		})
	})
	k.step(flags, kernel.Accumulate, "accumulate", func() {
		k.eachOf(unsafe.Offsetof(tile.C), unsafe.Offsetof(tile.COff), unsafe.Offsetof(tile.CRow), func(m operand.Mem, i, v int) {
			k.loadPart(m, v, x)
			k.packed("VADD", x, k.sum(i, v), k.sum(i, v))
		})
	})
	k.eachOf(unsafe.Offsetof(tile.C), unsafe.Offsetof(tile.COff), unsafe.Offsetof(tile.CRow), func(m operand.Mem, i, v int) {
		switch {
		case k.patch:
			k.storeLanes(k.sum(i, v), patchLanes[v], m)
		case v == k.vecs-1:
			k.storeLanes(k.sum(i, v), k.last, m)
		default:
			k.store(k.sum(i, v), m)
		}
	})
}

// vector is vector v of the row at SI.
func (k *tileKernel) vector(v int) operand.Mem {
	if k.patch {
		return operand.Mem{Base: reg.RSI, Index: patchColumns[v], Scale: 1}
	}
	return operand.Mem{Base: reg.RSI, Disp: v * k.width()}
}

// gate makes s 0 where g <= 0, NaN where g is NaN; zero is 0, g is lost.
func (k *tileKernel) gate(g, zero, s reg.VecPhysical) {
	const notLE, unordered = 6, 3
	if k.wide {
		k.packed("VCMP", operand.Imm(notLE), zero, g, reg.K2)
		k.packed("VCMP", operand.Imm(unordered), g, g, reg.K3)
		k.emit("VMOVAP"+k.letter()+"_Z", s, reg.K2, s)
		k.packed("VADD", g, s, reg.K3, s)
		return
	}
	t := k.free(2)
	k.packed("VCMP", operand.Imm(notLE), zero, g, t)
	k.packed("VCMP", operand.Imm(unordered), g, g, g)
	k.packed("VAND", t, s, s)
	k.packed("VOR", g, s, s) // all ones are a NaN
}

// step emits body behind a test of flag.
func (k *tileKernel) step(flags reg.GPPhysical, flag uint64, name string, body func()) {
	k.TESTQ(operand.U32(flag), flags)
	k.JE(operand.LabelRef("no_" + name))
	body()
	k.Label("no_" + name)
}

func (k *tileKernel) each(do func(i, v int)) {
	for i := range k.rows {
		for v := range k.vecs {
			do(i, v)
		}
	}
}

// eachOf runs through the vectors of an array shaped like the tile.
func (k *tileKernel) eachOf(data, off, row uintptr, do func(m operand.Mem, i, v int)) {
	k.address(data, off, reg.RSI)
	k.bytesOf(row, reg.R8)
	for i := range k.rows {
		if i > 0 {
			k.ADDQ(reg.R8, reg.RSI)
		}
		for v := range k.vecs {
			do(k.vector(v), i, v)
		}
	}
}

// loadPart loads vector v of a row.
func (k *tileKernel) loadPart(m operand.Mem, v int, to reg.VecPhysical) {
	switch {
	case k.patch:
		k.loadLanes(m, patchLanes[v], to)
	case v == k.vecs-1:
		k.loadLanes(m, k.last, to)
	default:
		k.load(m, to)
	}
}

// next moves the order on to the tile below.
func (k *tileKernel) next() {
	k.MOVQ(at(unsafe.Offsetof(tile.ANext)), reg.RSI)
	k.ADDQ(reg.RSI, at(unsafe.Offsetof(tile.AOff)))
	for _, a := range aheads {
		k.MOVQ(at(a.next), reg.RSI)
		k.ADDQ(reg.RSI, at(a.off))
	}
	for _, m := range [...]struct{ off, row uintptr }{
		{unsafe.Offsetof(tile.COff), unsafe.Offsetof(tile.CRow)},
		{unsafe.Offsetof(tile.SOff), unsafe.Offsetof(tile.SRow)},
		{unsafe.Offsetof(tile.GOff), unsafe.Offsetof(tile.GRow)},
	} {
		k.IMUL3Q(operand.Imm(uint64(k.rows)), at(m.row), reg.RSI)
		k.ADDQ(reg.RSI, at(m.off))
	}
	k.ADDQ(operand.Imm(uint64(k.rows)), at(unsafe.Offsetof(tile.RowOff)))
}
