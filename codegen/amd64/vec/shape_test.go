package vec

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// each calls make for every machine.
func each(make func(isa ISA, elem Elem, suffix string)) {
	for _, isa := range []ISA{AVX2, AVX512} {
		for _, elem := range []Elem{F32, F64} {
			make(isa, elem, fmt.Sprintf("%s%d", isa, 8*elem.Size()))
		}
	}
}

func (e Elem) goType() string { return [...]string{"float32", "float64"}[e] }

// What a mask leaves out may lie in pages that must not be touched: behind the
// end, or, of the first vector, before the beginning.
func TestMaskedEdges(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(5, 6))
	each(func(isa ISA, elem Elem, suffix string) {
		f := New("edges"+suffix, isa, elem)
		num, size := elem.goType(), int64(elem.Size())
		f.Params = []Param{{"a", "[]" + num}, {"k", "[]int32"}, {"out", "[]" + num}, {"outi", "[]int32"}, {"n", "int"}}
		a, k, out, outi, n := f.Param("a"), f.Param("k"), f.Param("out"), f.Param("outi"), f.Param("n")
		half := int64(f.Lanes / 2)
		part := func(i Int, m Mask) {
			at := func(base Int, size int64) Addr {
				return Addr{Base: base, Index: i, Scale: int(size), Disp: -half * size}
			}
			lanes := f.ISub(f.IAdd(f.Steps(1), f.Splat(i)), f.Bits(uint64(half)))
			x := f.At(OpLoadMask, at(a, size), m.Reg)
			y := f.At(OpGather, Addr{Base: a}, lanes.Reg, m.Reg)
			p := f.At(OpLoadIntM, at(k, 4), m.Reg)
			q := f.At(OpGatherInt, Addr{Base: k}, lanes.Reg, m.Reg)
			f.Put(OpStoreMask, at(out, size), f.FMA(x, y, x).Reg, m.Reg)
			f.Put(OpStoreIntM, at(outi, 4), f.IAdd(p, q).Reg, m.Reg)
		}
		// The vectors begin half a vector before the slices.
		total := f.GAddI(n, half)
		f.Loop(Number(0), To(total), int64(f.Lanes), func(i Int) {
			inside := f.FirstN(f.GSub(total, i))
			before := f.FirstN(f.GSub(f.IConst(half), i))
			part(i, f.MaskAnd(inside, f.MaskNot(before)))
		})
		for n := range 3 * f.Lanes {
			trials = append(trials, trial{f: f, args: []any{randomNumbers(r, elem, n), randomInts(r, n), zeros(elem, n), make([]int32, n), n}})
		}
	})
	run(t, trials)
}

// Sixty values of each class that live through a loop do not fit the registers.
func TestManyLiveValues(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(5, 7))
	const many = 60
	each(func(isa ISA, elem Elem, suffix string) {
		f := New("many"+suffix, isa, elem)
		num, size := elem.goType(), elem.Size()
		f.Params = []Param{{"a", "[]" + num}, {"k", "[]int32"}, {"out", "[]" + num}, {"n", "int"}}
		f.Results = []Param{{"r", "int"}}
		a, k, out := f.Param("a"), f.Param("k"), f.Param("out")
		var sums, terms []Vec
		var counts []Int
		var masks []Mask
		for i := range int64(many) {
			terms = append(terms, f.At(OpLoad, Addr{Base: a, Disp: i * int64(size)}))
			sums = append(sums, f.Copy(f.Const(float64(i))))
			counts = append(counts, f.CopyInt(f.ILoad(Addr{Base: k, Disp: 4 * i})))
			masks = append(masks, f.Cmp(LT, terms[i], f.Const(float64(i-many/2)/20)))
		}
		f.Loop(Number(0), To(f.Param("n")), 1, func(i Int) {
			x := f.At(OpBroadcast, Addr{Base: a, Index: i, Scale: size})
			for j := range many {
				f.Into(sums[j], OpFMA, x, f.Select(masks[(j+7)%many], terms[j], sums[(j+1)%many]), sums[j])
				f.SetInt(counts[j], f.GAdd(counts[j], f.GMul(counts[(j+11)%many], i)))
			}
		})
		total := f.IConst(0)
		for j := range int64(many) {
			f.Put(OpStore, Addr{Base: out, Disp: j * int64(f.Lanes*size)}, sums[j].Reg)
			total = f.GMul(f.GAdd(total, counts[j]), f.GAddI(f.Any(masks[j]), 1))
		}
		f.ResultInt("r", total)
		for _, n := range []int{0, 1, 9} {
			trials = append(trials, trial{f: f, args: []any{randomNumbers(r, elem, 128), randomInts(r, 128), zeros(elem, many*f.Lanes), n}})
		}
	})
	run(t, trials)
}

// Parameters are read again rather than kept, and found behind one another
// whatever their sizes.
func TestManyParameters(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(5, 8))
	each(func(isa ISA, elem Elem, suffix string) {
		f := New("params"+suffix, isa, elem)
		num := elem.goType()
		f.Results = []Param{{"r", num}, {"i", "int"}}
		var args []any
		types := []string{"[]" + num, "int", num, "uint32", "int32"}
		for k := range 40 {
			kind := types[k%len(types)]
			f.Params = append(f.Params, Param{fmt.Sprintf("p%d", k), kind})
			args = append(args, map[string]any{"[]" + num: randomNumbers(r, elem, f.Lanes), "int": int(int64(k) << 33), num: one(elem, float64(k)), "uint32": r.Uint32(), "int32": int32(-k)}[kind])
		}
		sum, count := f.Copy(f.Const(0)), f.CopyInt(f.IConst(1))
		var vectors []Vec
		var ints, bases []Int
		for _, p := range f.Params {
			switch {
			case p.slice():
				bases = append(bases, f.Param(p.Name))
			case p.float():
				vectors = append(vectors, f.ParamFloat(p.Name))
			default:
				ints = append(ints, f.Param(p.Name))
			}
		}
		f.Loop(Number(0), Number(3), 1, func(i Int) {
			for _, b := range bases {
				f.Into(sum, OpAdd, sum, f.At(OpLoad, Addr{Base: b}))
			}
			for _, v := range vectors {
				f.Into(sum, OpFMA, v, v, sum)
			}
			for k, g := range ints {
				if k%3 == 0 {
					f.SetInt(count, f.GMul(count, g))
				}
				f.SetInt(count, f.GAdd(count, g))
			}
		})
		f.Result("r", f.Sum(sum))
		f.ResultInt("i", count)
		trials = append(trials, trial{f: f, args: args})
	})
	run(t, trials)
}

// A load that waits for its use reads what it would have read at its place,
// although the address is assigned and memory written in between.
func TestLoadsWait(t *testing.T) {
	var trials []trial
	r := rand.New(rand.NewPCG(5, 9))
	each(func(isa ISA, elem Elem, suffix string) {
		f := New("wait"+suffix, isa, elem)
		num, bytes := elem.goType(), int64(isa.Bytes())
		f.Params = []Param{{"a", "[]" + num}, {"b", "[]" + num}}
		p, q := f.CopyInt(f.Param("a")), f.Param("b")
		f.Loop(Number(0), Number(4), 1, func(i Int) {
			x, y := f.At(OpLoad, Addr{Base: p}), f.At(OpLoad, Addr{Base: p, Disp: bytes})
			z := f.At(OpBroadcast, Addr{Base: p})
			f.SetInt(p, f.GAddI(p, bytes))
			f.Put(OpStore, Addr{Base: p}, f.Add(x, y).Reg)
			old := f.At(OpLoad, Addr{Base: q})
			f.Put(OpStore, Addr{Base: q}, f.Mul(f.At(OpLoad, Addr{Base: q}), z).Reg)
			f.Put(OpStore, Addr{Base: q, Disp: bytes}, f.Add(old, z).Reg)
		})
		trials = append(trials, trial{f: f, args: []any{randomNumbers(r, elem, 8*f.Lanes), randomNumbers(r, elem, 2*f.Lanes)}})
	})
	run(t, trials)
}

// Loops of all bounds, steps and directions.
func TestLoops(t *testing.T) {
	var trials []trial
	f := New("loops", AVX2, F64)
	f.Params = []Param{{"from", "int"}, {"to", "int"}}
	f.Results = []Param{{"i", "int"}}
	hash := f.CopyInt(f.IConst(1))
	from, to := f.Param("from"), f.Param("to")
	for k, bounds := range [][2]Bound{{Number(0), To(to)}, {To(from), To(to)}, {To(from), Number(3)}, {Number(2), Number(9)}, {Number(2), Number(3)}, {Number(4), Number(3)}, {Number(0), Number(0)}} {
		for _, step := range []int64{1, 2, 5, 0} {
			l := f.Loop(bounds[0], bounds[1], max(step, 1), func(i Int) {
				f.SetInt(hash, f.GAdd(f.GMulI(hash, 31), f.GAddI(i, int64(k))))
			})
			l.Down = step == 0
		}
	}
	f.ResultInt("i", hash)
	for from := -3; from < 5; from++ {
		for to := -3; to < 9; to++ {
			trials = append(trials, trial{f: f, args: []any{from, to}})
		}
	}
	run(t, trials)
}
