package main

import (
	"math/bits"
	"unsafe"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Registers of a sum: the left operand's first row, and how far it is to the
// next row and the next term; the right operand's row, and how far it is to the
// next; the terms that are left.
var (
	left, leftRow, leftCol = reg.RSI, reg.R8, reg.R10
	right, rightRow        = reg.RBX, reg.R11
	terms                  = reg.RCX
)

// aheads are the streams that the loop for packed operands fetches meanwhile:
// where each stands in the order, and registers for its address and its step.
var aheads = [...]struct {
	data, off, step, next uintptr
	at, by                reg.GPPhysical
}{
	{
		unsafe.Offsetof(tile.AheadA) + unsafe.Offsetof(tile.AheadA.Data), unsafe.Offsetof(tile.AheadA) + unsafe.Offsetof(tile.AheadA.Off),
		unsafe.Offsetof(tile.AheadA) + unsafe.Offsetof(tile.AheadA.Step), unsafe.Offsetof(tile.AheadA) + unsafe.Offsetof(tile.AheadA.Next),
		reg.R15, reg.RAX,
	},
	{
		unsafe.Offsetof(tile.AheadB) + unsafe.Offsetof(tile.AheadB.Data), unsafe.Offsetof(tile.AheadB) + unsafe.Offsetof(tile.AheadB.Off),
		unsafe.Offsetof(tile.AheadB) + unsafe.Offsetof(tile.AheadB.Step), unsafe.Offsetof(tile.AheadB) + unsafe.Offsetof(tile.AheadB.Next),
		reg.RDX, reg.R9,
	},
}

// sumUp computes the sums, a step for each term.
func (k *tileKernel) sumUp() {
	k.address(unsafe.Offsetof(tile.A), unsafe.Offsetof(tile.AOff), left)
	k.bytesOf(unsafe.Offsetof(tile.ARow), leftRow)
	k.bytesOf(unsafe.Offsetof(tile.ACol), leftCol)
	if k.patch {
		k.pointToRuns()
	} else {
		k.address(unsafe.Offsetof(tile.B), unsafe.Offsetof(tile.BOff), right)
		k.bytesOf(unsafe.Offsetof(tile.BRow), rightRow)
	}
	for i := range k.rows * k.vecs {
		k.zero(k.vec[i])
	}
	if !k.spread {
		k.fetch()
	}
	k.MOVQ(at(unsafe.Offsetof(tile.K)), terms)
	if k.patch {
		k.wholeRuns()
	} else {
		k.fast()
	}
	k.TESTQ(terms, terms)
	k.JE(operand.LabelRef("summed"))
	a := k.leftColumn()
	k.Label("step")
	if k.patch {
		k.nextRuns(right)
	}
	k.term(func(i int) operand.Mem { return a.row(i, 0) }, func(v int, to reg.VecPhysical) {
		m := operand.Mem{Base: right, Disp: v * k.width()}
		switch {
		case k.patch:
			k.loadLanes(operand.Mem{Base: right, Index: k.runs()[v], Scale: 1}, patchLanes[v], to)
		case v < k.vecs-1:
			k.load(m, to)
		case k.wide:
			k.loadLanes(m, k.last, to)
		default:
			k.tailMask(to)
			k.loadLanes(m, lane{v: to}, to)
		}
	})
	k.advance(a, leftCol)
	if !k.patch {
		k.ADDQ(rightRow, right)
	}
	k.DECQ(terms)
	k.JNE(operand.LabelRef("step"))
	k.Label("summed")
}

// leftColumn addresses the rows of the left operand.
func (k *tileKernel) leftColumn() column {
	return k.newColumn(k.rows, leftRow, left, reg.RAX, reg.RDX, reg.R9)
}

// fast adds several terms a step, and leaves the rest. It takes what most
// products are, tiles of whole vectors and a left operand whose rows or columns
// are neighbours, because then the next terms need no addresses of their own. A
// step of one term costs a cycle in twelve more: its additions of addresses, and
// the load through a mask, take turns with the multiply-adds on the same two
// ports.
func (k *tileKernel) fast() {
	size := operand.Imm(uint64(k.size()))
	k.CMPQ(at(unsafe.Offsetof(tile.Tail)), operand.U32(uint32(k.lanes)))
	k.JNE(operand.LabelRef("rest"))
	k.CMPQ(leftRow, size)
	k.JNE(operand.LabelRef("apart"))
	// The loop for packed operands is long. Tiles have it whose sums fill half of
	// the registers: smaller ones wait for each other.
	if k.rows*k.vecs >= len(k.vec)/2 {
		k.packedTerms()
	}
	k.SHRQ(operand.Imm(1), terms)
	k.JE(operand.LabelRef("odd"))
	k.pairsOf("beside", func(u, i int) operand.Mem {
		return later(operand.Mem{Base: left, Disp: i * k.size()}, leftCol, u)
	}, func() { k.LEAQ(operand.Mem{Base: left, Index: leftCol, Scale: 2}, left) })
	k.JMP(operand.LabelRef("odd"))

	k.Label("apart")
	k.CMPQ(leftCol, size)
	k.JNE(operand.LabelRef("rest"))
	k.SHRQ(operand.Imm(1), terms)
	k.JE(operand.LabelRef("odd"))
	a := k.leftColumn()
	k.pairsOf("along", func(u, i int) operand.Mem { return a.row(i, u*k.size()) },
		func() { k.advance(a, operand.Imm(uint64(2*k.size()))) })
	k.Label("odd")
	k.MOVQ(at(unsafe.Offsetof(tile.K)), terms)
	k.ANDQ(operand.Imm(1), terms)
	k.Label("rest")
}

// packedTerms is the loop for packed operands, whose terms are at constant
// distances. It takes kernel.AheadStep terms in a step: a cycle in thirty is won
// over pairs. It leaves less than a step.
//
// Meanwhile it fetches what is read later, evenly, a few lines a step: many at
// once would keep out what the sum itself waits for.
func (k *tileKernel) packedTerms() {
	column, row := k.rows*k.size(), k.vecs*k.width()
	k.CMPQ(leftCol, operand.U32(uint32(column)))
	k.JNE(operand.LabelRef("loose"))
	k.CMPQ(rightRow, operand.U32(uint32(row)))
	k.JNE(operand.LabelRef("loose"))
	k.SHRQ(operand.Imm(uint64(bits.TrailingZeros(kernel.AheadStep))), terms)
	k.JE(operand.LabelRef("few"))
	for _, a := range aheads {
		k.address(a.data, a.off, a.at)
		k.bytesOf(a.step, a.by)
	}
	k.Label("packed")
	for u := range kernel.AheadStep {
		k.term(func(i int) operand.Mem { return operand.Mem{Base: left, Disp: u*column + i*k.size()} },
			func(v int, to reg.VecPhysical) { k.load(operand.Mem{Base: right, Disp: u*row + v*k.width()}, to) })
	}
	for _, a := range aheads {
		for line := 0; line < row; line += 64 {
			k.PREFETCHT1(operand.Mem{Base: a.at, Disp: line})
		}
		k.ADDQ(a.by, a.at)
	}
	k.ADDQ(operand.U32(uint32(kernel.AheadStep*column)), left)
	k.ADDQ(operand.U32(uint32(kernel.AheadStep*row)), right)
	k.DECQ(terms)
	k.JNE(operand.LabelRef("packed"))
	k.Label("few")
	k.MOVQ(at(unsafe.Offsetof(tile.K)), terms)
	k.ANDQ(operand.Imm(kernel.AheadStep-1), terms)
	k.Label("loose")
}

// pairsOf is the loop of pairs for one kind of left operand: row i of term u is
// at from(u, i), and advance moves on by two terms.
func (k *tileKernel) pairsOf(name string, from func(u, i int) operand.Mem, advance func()) {
	k.Label(name)
	for u := range 2 {
		k.term(func(i int) operand.Mem { return from(u, i) }, func(v int, to reg.VecPhysical) {
			k.load(later(operand.Mem{Base: right, Disp: v * k.width()}, rightRow, u), to)
		})
	}
	advance()
	k.LEAQ(operand.Mem{Base: right, Index: rightRow, Scale: 2}, right)
	k.DECQ(terms)
	k.JNE(operand.LabelRef(name))
}

// later is m, u times by further on.
func later(m operand.Mem, by reg.GPPhysical, u int) operand.Mem {
	if u > 0 {
		m.Index, m.Scale = by, uint8(u)
	}
	return m
}

// term adds one term to every sum: from is where the left operand's element of
// a row is, load loads a vector of the right one.
func (k *tileKernel) term(from func(i int) operand.Mem, load func(v int, to reg.VecPhysical)) {
	switch {
	case k.vecs == 1 && k.wide:
		load(0, k.free(0))
		for i := range k.rows {
			k.emit("VFMADD231P"+k.letter()+"_BCST", from(i), k.free(0), k.sum(i, 0))
		}
	case k.vecs <= k.rows:
		for v := range k.vecs {
			load(v, k.free(v))
		}
		for i := range k.rows {
			k.broadcast(from(i), k.free(k.vecs))
			for v := range k.vecs {
				k.packed("VFMADD231", k.free(v), k.free(k.vecs), k.sum(i, v))
			}
		}
	default:
		for i := range k.rows {
			k.broadcast(from(i), k.free(i))
		}
		for v := range k.vecs {
			load(v, k.free(k.rows))
			for i := range k.rows {
				k.packed("VFMADD231", k.free(k.rows), k.free(i), k.sum(i, v))
			}
		}
	}
}
