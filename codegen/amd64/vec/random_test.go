package vec

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// program is a random function in the making. Numbers, integers in lanes, masks
// and integers are kept apart, so that nothing depends on the bits of a NaN.
type program struct {
	*Func
	r       *rand.Rand
	numbers []Vec
	ints    []Vec
	masks   []Mask
	g       []Int
	nums    [3]Int // what is read
	out     Int    // what is written
	outInt  Int
	depth   int
	counter Int
	at      int // elements written so far
	scale   int
}

// The elements of what random functions read and write.
const (
	randomIn  = 256
	randomOut = 4096
)

func pick[T any](p *program, list []T) T { return list[p.r.IntN(len(list))] }

func randomProgram(seed uint64, name string, isa ISA, elem Elem, size int) *Func {
	p := &program{Func: New(name, isa, elem), r: rand.New(rand.NewPCG(seed, 1))}
	num := [...]string{"float32", "float64"}[elem]
	p.scale = elem.Size()
	p.Params = []Param{{"a", "[]" + num}, {"b", "[]" + num}, {"k", "[]int32"}, {"out", "[]" + num}, {"outi", "[]int32"}, {"n", "int"}, {"u", "uint32"}, {"x", num}}
	p.Results = []Param{{"r", num}, {"i", "int"}}
	p.nums = [3]Int{p.Param("a"), p.Param("b"), p.Param("k")}
	p.out, p.outInt = p.Param("out"), p.Param("outi")
	p.g = []Int{p.Param("n"), p.Param("u"), p.IConst(3)}
	p.numbers = []Vec{p.ParamFloat("x"), p.Const(1.5)}
	p.ints = []Vec{p.Steps(3), p.Bits(5)}
	p.masks = []Mask{p.FirstN(p.g[0])}
	// Loads keep many values alive.
	for range p.r.IntN(60) {
		p.load()
	}
	p.statements(size)
	for _, v := range p.numbers {
		if p.r.IntN(3) == 0 {
			p.store(false, v)
		}
	}
	for _, v := range p.ints {
		if p.r.IntN(3) == 0 {
			p.store(true, v)
		}
	}
	p.Result("r", p.Sum(pick(p, p.numbers)))
	p.ResultInt("i", pick(p, p.g))
	return p.Func
}

func (p *program) source(ints bool) Addr {
	size, base := p.scale, p.nums[p.r.IntN(2)]
	if ints {
		size, base = 4, p.nums[2]
	}
	a := Addr{Base: base, Disp: int64(p.r.IntN(randomIn/2) * size)}
	if p.depth > 0 && p.r.IntN(2) == 0 {
		a.Index, a.Scale = p.counter, size
	}
	return a
}

func (p *program) load() {
	switch p.r.IntN(8) {
	case 0:
		p.numbers = append(p.numbers, p.At(OpBroadcast, p.source(false)))
	case 1:
		p.ints = append(p.ints, p.At(OpLoadInt, p.source(true)))
	case 2:
		p.ints = append(p.ints, p.At(OpBcastInt, p.source(true)))
	case 3:
		p.numbers = append(p.numbers, p.At(OpLoadMask, p.source(false), pick(p, p.masks).Reg))
	case 4:
		p.ints = append(p.ints, p.At(OpLoadIntM, p.source(true), pick(p, p.masks).Reg))
	default:
		p.numbers = append(p.numbers, p.At(OpLoad, p.source(false)))
	}
}

func (p *program) store(ints bool, v Vec) {
	p.at = (p.at + 16) % (randomOut - 64)
	ops := []*Op{OpStore, OpStoreMask, OpStoreFirst}
	to := Addr{Base: p.out, Disp: int64(p.at * p.scale)}
	if ints {
		ops = []*Op{OpStoreInt, OpStoreIntM, OpStoreInt1}
		to = Addr{Base: p.outInt, Disp: int64(p.at * 4)}
	}
	if p.depth > 0 {
		to.Index, to.Scale = p.counter, int(4)
		if !ints {
			to.Scale = p.scale
		}
	}
	o := pick(p, ops)
	args := []Reg{v.Reg}
	if len(o.Args) == 2 {
		args = append(args, pick(p, p.masks).Reg)
	}
	p.Put(o, to, args...)
}

func (p *program) statements(size int) {
	for range size {
		switch k := p.r.IntN(100); {
		case k < 3 && p.depth < 3:
			p.randomLoop(size / 2)
		case k < 6 && p.depth < 4:
			p.randomIf(size / 3)
		case k < 9:
			p.store(true, pick(p, p.ints))
		case k < 14:
			p.store(false, pick(p, p.numbers))
		case k < 24:
			p.load()
		case k < 32:
			p.assign()
		case k < 60:
			p.number()
		case k < 75:
			p.integers()
		case k < 88:
			p.maskOp()
		default:
			p.general()
		}
	}
}

// scope runs build; what it defines is not seen afterwards.
func (p *program) scope(build func()) {
	a, b, c, d, e := p.numbers, p.ints, p.masks, p.g, p.counter
	p.depth++
	build()
	p.depth--
	p.numbers, p.ints, p.masks, p.g, p.counter = a[:len(a):len(a)], b[:len(b):len(b)], c[:len(c):len(c)], d[:len(d):len(d)], e
}

func (p *program) randomLoop(size int) {
	from, to, step := Number(int64(p.r.IntN(4))), Number(int64(p.r.IntN(8))), int64(p.r.IntN(3)+1)
	if p.r.IntN(2) == 0 {
		n := p.GMin(p.g[0], p.IConst(7))
		to = To(n)
	}
	if p.r.IntN(4) == 0 {
		from = To(p.GMax(p.GMin(pick(p, p.g), p.IConst(3)), p.IConst(0)))
	}
	down := p.r.IntN(3) == 0
	if down {
		step = 1
	}
	p.scope(func() {
		l := p.Loop(from, to, step, func(i Int) {
			p.counter = i
			p.g = append(p.g, i)
			p.statements(size)
		})
		l.Down = down
		l.Once = from.Int.Reg == None && to.Int.Reg == None && from.Const < to.Const
	})
}

func (p *program) randomIf(size int) {
	c := Cond{Pred(p.r.IntN(6)), To(pick(p, p.g)), Number(int64(p.r.IntN(9) - 4))}
	if p.r.IntN(3) == 0 {
		c.B = To(pick(p, p.g))
	}
	if p.r.IntN(4) == 0 {
		c.A, c.B = c.B, c.A
	}
	part := func() {
		outer := p.counter
		p.scope(func() { p.counter = outer; p.statements(size) })
	}
	if p.depth == 0 {
		part = func() { p.statements0(size) }
	}
	if p.r.IntN(2) == 0 {
		p.If(c, part, nil)
	} else {
		p.If(c, part, part)
	}
}

// statements0 are those of a choice that is in no loop.
func (p *program) statements0(size int) {
	p.scope(func() { p.depth--; p.statements(size); p.depth++ })
}

// assign assigns what exists already, as sums do.
func (p *program) assign() {
	d, a, b := pick(p, p.numbers[:1:1]), pick(p, p.numbers), pick(p, p.numbers)
	switch p.r.IntN(7) {
	case 0:
		p.Set(p.variable(), a)
	case 1:
		v := p.variable()
		p.Into(v, OpFMA, a, b, v)
	case 2:
		v := p.variable()
		p.Set(v, p.FNMA(a, v, b))
	case 3:
		v, t := p.variable(), p.FMS(a, b, d)
		p.Into(v, OpAdd, v, t)
	case 4:
		p.numbers = append(p.numbers, p.Copy(a))
	case 5:
		v := p.intVariable()
		p.Emit(Inst{Op: OpIMove, Dst: v.Reg, Args: []Reg{p.GAdd(v, pick(p, p.g)).Reg}})
	default:
		v := p.variable()
		p.Set(v, p.At(OpLoad, p.source(false)))
	}
}

// variable is a vector that may be assigned: not one that a constant or a
// parameter is known as.
func (p *program) variable() Vec {
	v := p.Copy(pick(p, p.numbers))
	if p.r.IntN(3) > 0 {
		for _, n := range p.numbers {
			if p.r.IntN(6) == 0 && n != p.consts[p.bitsOf(1.5)] {
				return n
			}
		}
	}
	p.numbers = append(p.numbers, v)
	return v
}

func (p *program) bitsOf(x float64) uint64 { return (&interpreter{f: p.Func}).bits(x) }

func (p *program) intVariable() Int {
	v := p.CopyInt(pick(p, p.g))
	p.g = append(p.g, v)
	return v
}

func (p *program) number() {
	x := func() Vec { return pick(p, p.numbers) }
	var v Vec
	switch p.r.IntN(16) {
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
		v = pick(p, []func(Vec) Vec{p.Sum, p.Least, p.Most, p.First})(p.clamp(x()))
	case 14:
		steps := p.IAdd(p.Steps(1), p.And(pick(p, p.ints), p.Bits(63)))
		v = p.At(OpGather, Addr{Base: p.nums[0], Disp: int64(p.r.IntN(8) * p.scale)}, steps.Reg, pick(p, p.masks).Reg)
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
		out = p.FirstN(pick(p, p.g))
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

func TestRandomPrograms(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(7, 7))
	for seed := range uint64(80) {
		for _, isa := range []ISA{AVX2, AVX512} {
			for _, elem := range []Elem{F32, F64} {
				f := randomProgram(seed, fmt.Sprintf("random%d%s%d", seed, isa, 8*elem.Size()), isa, elem, 20+int(seed))
				for _, n := range []int{0, 3, 1 << 40} {
					args := []any{randomNumbers(r, elem, randomIn), randomNumbers(r, elem, randomIn), randomInts(r, randomIn),
						zeros(elem, randomOut), make([]int32, randomOut), n, r.Uint32(), one(elem, 0.375)}
					trials = append(trials, trial{f: f, args: args})
				}
			}
		}
	}
	run(t, trials)
}

func one(elem Elem, x float64) any {
	if elem == F32 {
		return float32(x)
	}
	return x
}

func zeros(elem Elem, n int) any {
	if elem == F32 {
		return make([]float32, n)
	}
	return make([]float64, n)
}

func randomNumbers(r *rand.Rand, elem Elem, n int) any {
	if elem == F32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(r.NormFloat64() * 2)
		}
		return out
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64() * 2
	}
	return out
}

func randomInts(r *rand.Rand, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(r.Uint32()) >> r.IntN(32)
	}
	return out
}
