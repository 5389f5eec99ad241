package main

import (
	"fmt"
	"unsafe"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// maxParts is how many loads a vector is put together from at a time. Further
// ones make another round of stores.
const maxParts = 4

// gatherKernel is the function that gathers, a column of vectors at a time.
//
// For lane l of a vector, the offset of its element less l is where a load of
// the whole vector would begin to bring that element to its lane. Lanes that
// agree about it make a part. Parts are found once for a column, and serve all
// of its rows.
type gatherKernel struct {
	*file
	starts, one  reg.VecPhysical // where loads begin, lane by lane; where one does, in all lanes
	sum, in      reg.VecPhysical // the vector that is put together, and one of its parts
	within, took lane            // the lanes of the column; those of the parts of this round
	part         [maxParts]lane
}

// Registers of the gather.
var (
	gatherTo     = reg.RBX // the column in the first row
	gatherAcross = reg.RSI // offsets of the column
	gatherLeft   = reg.RAX // a bit for each lane that belongs to no part yet
	gatherTook   = reg.R12 // a bit for each lane of the parts of this round
	gatherParts  = [maxParts]reg.GPPhysical{reg.R8, reg.R9, reg.R10, reg.R11}
	gatherDown   = reg.R13 // behind the offsets of the rows
	gatherRow    = reg.R15 // from row to row
)

func (f *file) gather() {
	v := f.vec
	k := &gatherKernel{file: f, starts: v[0], one: v[1], sum: v[2], in: v[3],
		within: lane{reg.K1, v[4]}, took: lane{reg.K2, v[5]},
		part: [maxParts]lane{{reg.K3, v[6]}, {reg.K4, v[7]}, {reg.K5, v[8]}, {reg.K6, v[9]}},
	}
	k.write()
}

func (k *gatherKernel) write() {
	iota := k.StaticGlobal(k.name + "Lanes")
	k.DataAttributes(attr.RODATA | attr.NOPTR)
	for l := range k.machine.lanes {
		k.AddDatum(4*l, operand.U32(l))
	}
	k.begin("gather", "Gather", "Gather")
	k.address(unsafe.Offsetof(collect.To), unsafe.Offsetof(collect.ToOff), gatherTo)
	k.bytesOf(unsafe.Offsetof(collect.ToRow), gatherRow)
	k.entry(unsafe.Offsetof(collect.Across), unsafe.Offsetof(collect.AcrossOff), gatherAcross)
	k.entry(unsafe.Offsetof(collect.Down), unsafe.Offsetof(collect.DownOff), gatherDown)
	k.MOVQ(at(unsafe.Offsetof(collect.Rows)), reg.RCX)
	k.LEAQ(operand.Mem{Base: gatherDown, Index: reg.RCX, Scale: 4}, gatherDown)

	k.Label("column")
	k.findStarts(iota)
	k.Label("round")
	k.MOVQ(gatherLeft, gatherTook)
	for p := range maxParts {
		k.findPart(p)
		k.TESTQ(gatherLeft, gatherLeft)
		if p < maxParts-1 {
			k.JE(operand.LabelRef(fmt.Sprintf("parts%d", p+1)))
		}
	}
	for p := maxParts; p > 0; p-- {
		k.Label(fmt.Sprintf("parts%d", p))
		k.rows(p)
	}
	k.Label("stored")
	k.TESTQ(gatherLeft, gatherLeft)
	k.JNE(operand.LabelRef("round"))
	k.ADDQ(operand.Imm(uint64(k.width())), gatherTo)
	k.ADDQ(operand.Imm(uint64(4*k.machine.lanes)), gatherAcross)
	k.SUBQ(operand.Imm(uint64(k.machine.lanes)), at(unsafe.Offsetof(collect.Cols)))
	k.JG(operand.LabelRef("column"))
	k.end()
}

// findStarts loads the offsets of a column, as many as there are, and subtracts
// from each the number of its lane.
func (k *gatherKernel) findStarts(iota operand.Mem) {
	k.MOVQ(at(unsafe.Offsetof(collect.Cols)), reg.RCX)
	k.MOVQ(operand.U32(uint32(k.machine.lanes)), reg.RDX)
	k.CMPQ(reg.RCX, reg.RDX)
	k.CMOVQGT(reg.RDX, reg.RCX)
	k.MOVQ(operand.U32(1), gatherLeft)
	k.SHLQ(reg.CL, gatherLeft)
	k.DECQ(gatherLeft)
	starts, offsets := k.ints(k.starts), operand.Mem{Base: gatherAcross}
	if k.wide {
		k.KMOVW(gatherLeft.As32(), k.within.k)
		k.VMOVDQU32_Z(offsets, k.within.k, starts)
		k.VPSUBD(iota, starts, starts)
		return
	}
	// Masks for elements and for offsets, from the middle of the table of masks.
	k.NEGQ(reg.RCX)
	k.LEAQ(k.masks, reg.RDX)
	k.ADDQ(operand.Imm(uint64(k.width())), reg.RDX)
	k.VMOVDQU(operand.Mem{Base: reg.RDX, Index: reg.RCX, Scale: uint8(k.size())}, k.within.v)
	k.VMOVDQU(operand.Mem{Base: reg.RDX, Index: reg.RCX, Scale: 4}, k.ints(k.one))
	k.VPMASKMOVD(offsets, k.ints(k.one), starts)
	k.VPSUBD(iota, starts, starts)
}

// ints is the part of v that holds an integer of 32 bits for each lane.
func (k *gatherKernel) ints(v reg.VecPhysical) reg.Register {
	switch 4 * k.machine.lanes {
	case 16:
		return v.AsX()
	case 32:
		return v.AsY()
	}
	return v.AsZ()
}

// findPart makes part p of the first lane that is left and of those that agree
// with it.
func (k *gatherKernel) findPart(p int) {
	start, one, part := gatherParts[p], k.ints(k.one), k.part[p]
	k.BSFQ(gatherLeft, reg.RDX)
	k.MOVLQSX(operand.Mem{Base: gatherAcross, Index: reg.RDX, Scale: 4}, start)
	k.SUBQ(reg.RDX, start)
	if k.wide {
		k.VPBROADCASTD(start.As32(), one)
		k.VPCMPEQD(one, k.ints(k.starts), k.within.k, part.k)
		k.KMOVW(part.k, reg.EDX)
	} else {
		k.VMOVD(start.As32(), k.one.AsX())
		k.VPBROADCASTD(k.one.AsX(), one)
		k.VPCMPEQD(one, k.ints(k.starts), k.ints(part.v))
		if k.double {
			k.VPMOVSXDQ(k.ints(part.v), part.v)
		}
		k.VPAND(k.within.v, part.v, part.v)
		k.packed("VMOVMSK", part.v, reg.EDX)
	}
	k.XORQ(reg.RDX, gatherLeft)
	k.ADDQ(at(unsafe.Offsetof(collect.FromOff)), start)
	k.SHLQ(operand.Imm(uint64(2+k.size()/8)), start)
	k.ADDQ(at(unsafe.Offsetof(collect.From)), start)
}

// rows copies a column of so many parts. Where they fill the vector, none of
// its lanes is masked when it is stored, nor when it is loaded as a whole.
func (k *gatherKernel) rows(parts int) {
	masked, again := fmt.Sprintf("masked%d", parts), fmt.Sprintf("rows%d", parts)
	k.XORQ(gatherLeft, gatherTook)
	k.CMPQ(gatherTook, operand.U32(1<<k.machine.lanes-1))
	k.JNE(operand.LabelRef(masked))
	k.eachRow(again, func(to operand.Mem) {
		if parts == 1 {
			k.load(k.from(0), k.sum)
		} else {
			k.collect(parts)
		}
		k.store(k.sum, to)
	})
	k.Label(masked)
	if k.wide {
		k.KMOVW(gatherTook.As32(), k.took.k)
	} else {
		k.VMOVDQU(k.part[0].v, k.took.v)
		for p := 1; p < parts; p++ {
			k.VPOR(k.part[p].v, k.took.v, k.took.v)
		}
	}
	k.eachRow(again+"masked", func(to operand.Mem) {
		k.collect(parts)
		k.storeLanes(k.sum, k.took, to)
	})
}

// eachRow emits a loop over the rows of a column.
func (k *gatherKernel) eachRow(name string, copy func(to operand.Mem)) {
	to, n := reg.R12, reg.RCX
	k.MOVQ(gatherTo, to)
	k.MOVQ(at(unsafe.Offsetof(collect.Rows)), n)
	k.NEGQ(n)
	k.Label(name)
	k.MOVLQSX(operand.Mem{Base: gatherDown, Index: n, Scale: 4}, reg.RDX)
	copy(operand.Mem{Base: to})
	k.ADDQ(gatherRow, to)
	k.INCQ(n)
	k.JNE(operand.LabelRef(name))
	k.JMP(operand.LabelRef("stored"))
}

// from is where part p of the row at offset DX is.
func (k *gatherKernel) from(p int) operand.Mem {
	return operand.Mem{Base: gatherParts[p], Index: reg.RDX, Scale: uint8(k.size())}
}

// collect puts the parts of a row together.
func (k *gatherKernel) collect(parts int) {
	k.loadLanes(k.from(0), k.part[0], k.sum)
	for p := 1; p < parts; p++ {
		if k.wide {
			k.packed("VMOVU", k.from(p), k.part[p].k, k.sum)
			continue
		}
		k.loadLanes(k.from(p), k.part[p], k.in)
		k.packed("VOR", k.in, k.sum, k.sum)
	}
}
