package vec

import (
	"fmt"
	"math"
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

func TestRandomPrograms(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(7, 7))
	for seed := range uint64(80) {
		for _, isa := range []ISA{AVX2, AVX512} {
			for _, elem := range []Elem{F32, F64} {
				f := randomProgram(seed, fmt.Sprintf("random%d%s%d", seed, isa, 8*elem.Size()), isa, elem, 20+int(seed))
				for _, n := range []int{0, 3, math.MaxInt >> 23} {
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
