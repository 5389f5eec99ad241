package amd64

import (
	"math/bits"

	"github.com/gradgen/gradgen/codegen/amd64/elementary"
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// random draws a number in each lane, which makes the block of its own element:
// elements may be any.
func (x *evaluation) random(e *plan.Expr, c lane) value {
	f := x.f
	per := int64(4)
	if f.Elem == vec.F64 {
		per = 2
	}
	shift := bits.TrailingZeros64(uint64(per))
	a := x.place(e.Int, c)
	block := a.first.FloorDiv(per)
	at := f.Splat(x.int(a.first.Sub(block.MulConst(per))))
	if !a.fixed() {
		at = f.IAdd(at, x.offsets(&a, c))
	}
	further := f.Sar(at, shift)
	d := elementary.Draw[vec.Vec]{Element: f.And(at, f.Bits(uint64(per-1))),
		Site: f.Splat(x.sites[e.Site]), K0: f.Splat(x.key[0]), K1: f.Splat(x.key[1]), Step: f.Splat(x.key[2])}
	first := f.Splat(x.int(block))
	d.Low = f.IAdd(first, further)
	if f.Elem == vec.F64 {
		d.High = f.Shr(d.Low, 32)
		return value{v: elementary.Uniform(f, f.Elem, d)}
	}
	// The sum of two words: what is carried shows in an unsigned comparison.
	sign := f.Bits(1 << 31)
	carry := f.CmpInt(vec.LT, f.Xor(d.Low, sign), f.Xor(first, sign))
	d.High = f.IAdd(f.Splat(x.int(block.FloorDiv(1<<32))), f.Sar(further, 31))
	d.High = f.Select(carry, f.IAdd(d.High, f.Bits(1)), d.High)
	return value{v: elementary.Uniform(f, f.Elem, d)}
}
