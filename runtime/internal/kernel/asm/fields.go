package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Orders have the same layout for both element types but for the last field,
// so one set of offsets serves both.
var (
	tile    kernel.Tile[float64]
	dot     kernel.Dot[float64]
	move    kernel.Move[float64]
	collect kernel.Gather[float64]
)

// at is the field of the order in DI at offset off.
func at(off uintptr) operand.Mem { return operand.Mem{Base: reg.RDI, Disp: int(off)} }

// bytesOf loads a field that counts elements, as bytes.
func (f *file) bytesOf(field uintptr, to reg.GPPhysical) {
	f.MOVQ(at(field), to)
	f.SHLQ(operand.Imm(uint64(2+f.size()/8)), to)
}

// address loads the address of the element at offset off of the slice at data.
func (f *file) address(data, off uintptr, to reg.GPPhysical) {
	f.bytesOf(off, to)
	f.ADDQ(at(data), to)
}

// entry loads the address of entry off of the table at data.
func (f *file) entry(data, off uintptr, to reg.GPPhysical) {
	f.MOVQ(at(off), to)
	f.SHLQ(operand.Imm(2), to)
	f.ADDQ(at(data), to)
}

// column addresses the rows of a block by few registers: base points to rows
// 0, 3, 6, …, and a row is 0, 1 or 2 strides from one of them.
type column struct {
	base   []reg.GPPhysical
	stride reg.GPPhysical
}

// newColumn fills the bases, the first of which is set, for rows rows.
func (f *file) newColumn(rows int, stride reg.GPPhysical, base ...reg.GPPhysical) column {
	c := column{base[:(rows+2)/3], stride}
	for i := 1; i < len(c.base); i++ {
		f.LEAQ(operand.Mem{Base: c.base[i-1], Index: stride, Scale: 1}, c.base[i])
		f.LEAQ(operand.Mem{Base: c.base[i], Index: stride, Scale: 2}, c.base[i])
	}
	return c
}

func (c column) row(i, disp int) operand.Mem {
	m := operand.Mem{Base: c.base[i/3], Disp: disp}
	if i%3 > 0 {
		m.Index, m.Scale = c.stride, uint8(i%3)
	}
	return m
}

// first is the first element of row i.
func (c column) first(i int) operand.Mem { return c.row(i, 0) }

// advance moves all rows by a register or a constant.
func (f *file) advance(c column, by operand.Op) {
	for _, b := range c.base {
		f.ADDQ(by, b)
	}
}
