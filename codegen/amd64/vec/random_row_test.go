package vec

// The statements of random programs that compute.

func (p *program) number() {
	x := func() Vec { return pick(p, p.numbers) }
	var v Vec
	switch p.r.IntN(21) {
	case 0:
		v = p.Add(x(), x())
	case 1:
		v = p.Sub(x(), x())
	case 2:
		v = p.Mul(x(), p.Const(0.75))
	case 3:
		v = p.Div(x(), p.Const(float64(p.r.IntN(5)+1)))
	case 4:
		v = p.Sqrt(p.And(x(), p.Bits(p.absMask())))
	case 5:
		v = p.FMA(x(), p.Const(0.5), x())
	case 6:
		v = p.FMS(x(), x(), p.Const(2))
	case 7:
		v = p.FNMA(p.Const(0.25), x(), x())
	case 8:
		v = p.MinX(x(), x())
	case 9:
		v = p.MaxX(x(), p.Const(-1))
	case 10:
		v = p.Round(p.clamp(x()), Rounding(p.r.IntN(4)))
	case 11:
		v = p.Select(pick(p, p.masks), x(), x())
	case 12:
		v = p.ToFloat(p.Sar(pick(p, p.ints), 13))
	case 13:
		v = p.Across(pick(p, []*Op{OpSum, OpLeast, OpMost}), p.clamp(x()), 1+p.r.IntN(p.Lanes))
	case 14:
		steps := p.IAdd(p.Steps(1), p.And(pick(p, p.ints), p.Bits(63)))
		v = p.At(OpGather, Addr{Base: p.nums[0], Disp: int64(p.r.IntN(8) * p.scale)}, steps.Reg, pick(p, p.masks).Reg)
	case 15:
		v = p.Evens(x(), x())
	case 16:
		v = pick(p, []func(Vec) Vec{p.Twice, p.First})(x())
	case 17:
		by := p.r.IntN(p.Lanes)
		v = p.Permute(x(), func(k int) int { return (k/2 + by) % p.Lanes })
	case 18:
		v = p.Pick(x(), p.And(pick(p, p.ints), p.Bits(uint64(p.Lanes-1))))
	case 19:
		v = p.rare()
	default:
		v = p.FMA(x(), x(), p.clamp(x()))
	}
	p.numbers = append(p.numbers, v)
}

func (p *program) absMask() uint64 {
	if p.Elem == F32 {
		return 1<<31 - 1
	}
	return 1<<63 - 1
}

// clamp makes any number, and NaN, one of moderate size.
func (p *program) clamp(v Vec) Vec {
	return p.MaxX(p.MinX(v, p.Const(100000)), p.Const(-100000))
}

func (p *program) integers() {
	x := func() Vec { return pick(p, p.ints) }
	var v Vec
	switch p.r.IntN(14) {
	case 0:
		v = p.And(x(), x())
	case 1:
		v = p.Or(x(), x())
	case 2:
		v = p.Xor(x(), p.Bits(0x55))
	case 3:
		v = p.AndNot(x(), x())
	case 4:
		v = p.IAdd(x(), x())
	case 5:
		v = p.ISub(x(), x())
	case 6:
		n := 33 * (p.Elem.Size()/4 - 1)
		v = p.IMul(p.Sar(x(), n), p.Sar(x(), n))
	case 7:
		v = p.Shl(x(), p.r.IntN(32))
	case 8:
		v = p.Shr(x(), p.r.IntN(32))
	case 9:
		v = p.Sar(x(), p.r.IntN(8*p.Elem.Size()))
	case 10:
		v = p.ToInt(p.clamp(pick(p, p.numbers)))
	case 11:
		v = p.Splat(pick(p, p.g))
	case 12:
		index := p.And(x(), p.Bits(127))
		v = p.At(OpGatherInt, Addr{Base: p.nums[2], Disp: int64(p.r.IntN(8) * 4)}, index.Reg, pick(p, p.masks).Reg)
	default:
		v = p.Select(pick(p, p.masks), x(), x())
	}
	p.ints = append(p.ints, v)
}

func (p *program) maskOp() {
	m := func() Mask { return pick(p, p.masks) }
	var out Mask
	switch p.r.IntN(7) {
	case 0:
		out = p.Cmp(Pred(p.r.IntN(7)), pick(p, p.numbers), pick(p, p.numbers))
	case 1:
		out = p.CmpInt(Pred(p.r.IntN(6)), pick(p, p.ints), pick(p, p.ints))
	case 2:
		out = p.MaskAnd(m(), m())
	case 3:
		out = p.MaskOr(m(), m())
	case 4:
		out = p.MaskNot(m())
	case 5:
		n := pick(p, p.g)
		if p.r.IntN(2) == 0 {
			n = p.IConst(int64(p.r.IntN(p.Lanes + 2)))
		}
		out = p.FirstN(n)
	default:
		out = p.MaskSet(p.r.IntN(2) == 0)
	}
	p.masks = append(p.masks, out)
}

func (p *program) general() {
	x := func() Int { return pick(p, p.g) }
	k := int64(p.r.IntN(2000) - 1000)
	if p.r.IntN(8) == 0 {
		k = int64(p.r.Uint64())
	}
	var v Int
	switch p.r.IntN(12) {
	case 0:
		v = p.GAdd(x(), x())
	case 1:
		v = p.GSub(x(), x())
	case 2:
		v = p.GMul(x(), x())
	case 3:
		v = p.GAddI(x(), k)
	case 4:
		v = p.GMulI(x(), k)
	case 5:
		v = p.GDivI(x(), max(k, 1-k)%(1<<uint(p.r.IntN(62)+1))+1)
	case 6:
		v = p.GMin(x(), x())
	case 7:
		v = p.GMax(x(), x())
	case 8:
		v = p.ILoad(p.source(true))
	case 9:
		v = p.Lane(pick(p, p.ints))
	case 10:
		v = p.IConst(k)
	default:
		v = p.Any(pick(p, p.masks))
	}
	p.g = append(p.g, v)
}
