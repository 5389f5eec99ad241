package vec

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// busy is what a routine of random functions does, the same for one number: it
// needs more registers than there are, and masks.
func busy(f *Func, number int) func(args []Vec) []Vec {
	return func(args []Vec) []Vec {
		r := rand.New(rand.NewPCG(uint64(number), 5))
		list := args
		for range 24 {
			list = append(list, f.FMA(list[r.IntN(len(list))], f.Const(float64(r.IntN(9)-4)/8), list[r.IntN(len(list))]))
		}
		var results []Vec
		for range 1 + number%2 {
			sum := f.Const(0.5)
			for _, v := range list {
				m := f.MaskOr(f.Cmp(LT, v, f.Const(r.NormFloat64())), f.Cmp(Unordered, v, v))
				sum = f.Select(m, f.Sub(sum, f.Const(float64(r.IntN(5)))), f.FMA(v, f.Const(0.25), sum))
			}
			results = append(results, sum)
		}
		return results
	}
}

// rare uses a routine in a random function.
func (p *program) rare() Vec {
	x := func() Vec { return pick(p, p.numbers) }
	number := p.r.IntN(4)
	args, usual := []Vec{x()}, []Vec{x()}
	if number >= 2 {
		args = append(args, x())
	}
	if number%2 == 1 {
		usual = append(usual, x())
	}
	return pick(p, p.Rare(pick(p, p.masks), fmt.Sprint("busy", number), args, usual, busy(p.Func, number)))
}

// rareRow tests the rows of routines.
func rareRow(r *row, _ uint64) {
	a, b := r.At(OpLoad, r.element(r.a)), r.At(OpLoad, r.element(r.b))
	r.keep(r.Rare(r.mask(0), "row", []Vec{a}, []Vec{b}, func(x []Vec) []Vec { return []Vec{r.Add(x[0], r.Const(1.5))} })[0].Reg)
}

// What several places and functions do seldom is written once in a file, and a
// place costs a few instructions.
func TestRoutineIsWrittenOnce(t *testing.T) {
	var funcs []*Func
	for k := range 2 {
		f := New(fmt.Sprint("f", k), AVX2, F64)
		f.Params = []Param{{"a", "[]float64"}}
		a := f.Param("a")
		for i := range 10 {
			at := Addr{Base: a, Disp: int64(32 * i)}
			x := f.At(OpLoad, at)
			y := f.Rare(f.Cmp(LT, x, f.Const(0)), "busy", []Vec{x}, []Vec{x}, busy(f, 0))
			f.Put(OpStore, at, y[0].Reg)
		}
		funcs = append(funcs, f)
	}
	text, err := Emit(funcs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), "TEXT busy64avx2<>(SB), NOSPLIT|NOFRAME, $0-0\n"); got != 1 {
		t.Errorf("the routine is there %d times", got)
	}
	if got := strings.Count(string(text), "busy64avx2<>(SB)\n"); got != 20 {
		t.Errorf("%d calls of the routine, not 20", got)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if alone, err := Emit(funcs, Options{}); err != nil || !bytes.Equal(alone, text) {
		t.Errorf("by one processor, error %v, it is\n%s\nand by several\n%s", err, alone, text)
	}
	_, first, _ := bytes.Cut(text, []byte("TEXT ·f0"))
	if got := bytes.Count(first[:bytes.Index(first, []byte("TEXT"))], []byte("\n")); got > 200 {
		t.Errorf("ten places take %d lines:\n%s", got, first)
	}
}

// A routine that calls another one would write into its own places.
func TestRoutineCallsNone(t *testing.T) {
	f := New("f", AVX2, F64)
	f.Params = []Param{{"a", "[]float64"}}
	x := f.At(OpLoad, Addr{Base: f.Param("a")})
	m := f.Cmp(LT, x, f.Const(0))
	f.Rare(m, "outer", []Vec{x}, []Vec{x}, func(x []Vec) []Vec {
		return f.Rare(f.Cmp(LT, x[0], f.Const(1)), "inner", x, x, busy(f, 0))
	})
	if _, err := Emit([]*Func{f}, Options{}); err == nil || !strings.Contains(err.Error(), "calls others") {
		t.Errorf("error %v", err)
	}
}
