package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"sort"
	"unsafe"

	"github.com/gradgen/gradgen/runtime"
)

// form is a way to compute what a kernel does; the first of a kernel's forms is
// Go.
type form struct {
	name string
	set  runtime.Instructions
	run  any
}

var (
	examined = map[string]int{} // runs of the kernels of each program
	failures = map[string]int{} // of each kernel
)

// fail notes what a kernel does wrong, and prints the first of it.
func fail(kernel, format string, args ...any) {
	if failures[kernel]++; failures[kernel] <= 3 {
		fmt.Printf("%s: %s: argument kind %d, size %d: %s\n", current.Func, kernel, current.data, current.size, fmt.Sprintf(format, args...))
	}
}

// report ends the program.
func report() {
	names := make([]string, 0, len(examined))
	for p := range examined {
		names = append(names, p)
	}
	sort.Strings(names)
	for _, p := range names {
		fmt.Println("ran", p, examined[p])
	}
	if len(failures) > 0 {
		os.Exit(1)
	}
}

// examine runs all forms of a kernel on copies of the same arguments, compares
// what they leave, and goes on with what Go makes. Each copy lies at the end or
// at the beginning of memory between pages that must not be touched, at a place
// where no vector is aligned.
func examine(kernel string, forms []form, args ...any) []any {
	examined[current.Program]++
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(a)
	}
	want := run(kernel, forms[0], in, false)
	var most *outcome
	if current.rounds() && !current.Relative {
		most = run(kernel, forms[0], in, true)
	}
	for _, f := range forms[1:] {
		if f.set > runtime.Vectors() {
			continue
		}
		got := run(kernel, f, in, false)
		if got == nil {
			continue
		}
		for i, w := range want.values {
			if same(got.values[i], w) {
				continue
			}
			for k := range length(w) {
				g, w := at(got.values[i], k), at(w, k)
				bound := 0.0
				switch {
				case most != nil:
					bound = current.bound(at(most.values[i], k))
				case current.rounds():
					bound = current.bound(w)
				}
				if g != w && !(g != g && w != w) && !(math.Abs(g-w) <= bound) {
					fail(kernel+f.name, "operand %d [%d of %d] is %v, in Go %v, within %v", i, k, length(want.values[i]), g, w, bound)
				}
			}
		}
	}
	var out []any
	for i, v := range want.values {
		switch {
		case i >= len(in):
			out = append(out, v.Interface())
		case v.Kind() == reflect.Slice:
			reflect.Copy(in[i], v)
		}
	}
	return out
}

// rounds reports whether results may differ at all.
func (e *export) rounds() bool { return current.data == numbers || !e.Exact }

// bound is what results may differ by. Each of two computations of a sum of n
// terms t is off by at most (n + b)·u·Σ|t| to first order, where u is half a
// unit in the last place of 1 and b·u is what one term is off by: n-1 roundings
// of sums, in any order. The sum of the absolute terms is what Go makes of the
// absolute values of its arguments; where a result is no sum, or no term of it
// cancels another, it is the result. What is infinite does not differ.
func (e *export) bound(most float64) float64 {
	if math.IsInf(most, 0) {
		return 0
	}
	u := 0x1p-53
	if e.F32 {
		u = 0x1p-24
	}
	return 2 * (float64(e.Terms[current.size]) + e.Bound) * u * math.Abs(most)
}

// same reports whether two slices agree in every bit.
func same(a, b reflect.Value) bool {
	return a.Kind() == reflect.Slice && bytes.Equal(raw(a), raw(b))
}

func raw(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(v.UnsafePointer()), v.Len()*int(v.Type().Elem().Size()))
}

func length(v reflect.Value) int {
	if v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 1
}

func at(v reflect.Value, k int) float64 {
	if v.Kind() == reflect.Slice {
		v = v.Index(k)
	}
	switch {
	case v.CanFloat():
		return v.Float()
	case v.CanInt():
		return float64(v.Int())
	case v.Bool():
		return 1
	}
	return 0
}

// outcome is what a run leaves: its operands, then its results.
type outcome struct{ values []reflect.Value }

// run runs one form on copies; nil if it went outside.
func run(kernel string, f form, in []reflect.Value, absolute bool) (out *outcome) {
	tail := (current.size+int(current.data))%2 == 0
	skip := current.size / 2 % 4
	copies := slices.Clone(in)
	var blocks []*block
	for _, group := range overlapping(in) {
		b := take(len(blocks), group, in, tail, skip)
		blocks = append(blocks, b)
		for _, i := range group {
			copies[i] = b.slice(in[i])
		}
	}
	if absolute {
		for i, v := range copies {
			copies[i] = magnitude(v)
		}
	}
	defer func() {
		if r := recover(); r != nil {
			if f.set == runtime.Portable {
				panic(r)
			}
			fail(kernel+f.name, "%v", r)
			out = nil
		}
	}()
	debug.SetPanicOnFault(true)
	results := reflect.ValueOf(f.run).Call(copies)
	out = &outcome{}
	for _, v := range copies {
		if v.Kind() == reflect.Slice {
			own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(own, v)
			v = own
		}
		out.values = append(out.values, v)
	}
	out.values = append(out.values, results...)
	for _, b := range blocks {
		if !b.intact() {
			fail(kernel+f.name, "it writes outside")
		}
	}
	return out
}

func magnitude(v reflect.Value) reflect.Value {
	switch {
	case v.Kind() == reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Int32 {
			return v
		}
		for k := range v.Len() {
			v.Index(k).SetFloat(math.Abs(v.Index(k).Float()))
		}
	case v.CanFloat():
		return reflect.ValueOf(math.Abs(v.Float())).Convert(v.Type())
	}
	return v
}

// span is the memory of a slice.
func span(v reflect.Value) (from, to uintptr) {
	from = v.Pointer()
	return from, from + uintptr(v.Len())*v.Type().Elem().Size()
}

// overlapping groups the slices that share memory.
func overlapping(in []reflect.Value) [][]int {
	var groups [][]int
	for i, v := range in {
		if v.Kind() != reflect.Slice {
			continue
		}
		from, to := span(v)
		home := -1
		for g := 0; g < len(groups); g++ {
			meets := slices.ContainsFunc(groups[g], func(j int) bool {
				f, t := span(in[j])
				return from < t && f < to
			})
			switch {
			case !meets:
			case home < 0:
				groups[g] = append(groups[g], i)
				home = g
			default:
				groups[home] = append(groups[home], groups[g]...)
				groups = slices.Delete(groups, g, g+1)
				g--
			}
		}
		if home < 0 {
			groups = append(groups, []int{i})
		}
	}
	return groups
}

// block is a copy of memory that slices share. What surrounds it is NaN.
type block struct {
	all      []byte
	at, size int
	from     uintptr // of the original
}

var pool [][]byte

// sentinels are NaN in both types, as many as any piece has.
var sentinels []byte

func fill(part []byte) { copy(part, sentinels) }

// take copies the memory of a group to the k-th piece of guarded memory.
func take(k int, group []int, in []reflect.Value, tail bool, skip int) *block {
	b := &block{from: math.MaxInt}
	end := uintptr(0)
	for _, i := range group {
		from, to := span(in[i])
		b.from, end = min(b.from, from), max(end, to)
	}
	b.size = int(end - b.from)
	skip *= int(in[group[0]].Type().Elem().Size())
	if k == len(pool) {
		pool = append(pool, memory(b.size+skip))
	}
	if len(pool[k]) < b.size+skip {
		release(pool[k])
		pool[k] = memory(2 * (b.size + skip))
	}
	if n := len(pool[k]); len(sentinels) < n {
		sentinels = bytes.Repeat([]byte{0xFF}, n)
	}
	b.all, b.at = pool[k], skip
	if tail {
		b.at = len(b.all) - skip - b.size
	}
	fill(b.all[:b.at])
	fill(b.all[b.at+b.size:])
	for _, i := range group {
		reflect.Copy(b.slice(in[i]), in[i])
	}
	return b
}

// slice is the copy of a slice.
func (b *block) slice(v reflect.Value) reflect.Value {
	from, _ := span(v)
	start := unsafe.Add(unsafe.Pointer(unsafe.SliceData(b.all)), b.at+int(from-b.from))
	switch v.Type().Elem().Kind() {
	case reflect.Float32:
		return reflect.ValueOf(unsafe.Slice((*float32)(start), v.Len()))
	case reflect.Float64:
		return reflect.ValueOf(unsafe.Slice((*float64)(start), v.Len()))
	case reflect.Int32:
		return reflect.ValueOf(unsafe.Slice((*int32)(start), v.Len()))
	}
	panic("a slice of " + v.Type().Elem().String())
}

// intact reports whether nothing around the copy was written.
func (b *block) intact() bool {
	front, back := b.all[:b.at], b.all[b.at+b.size:]
	return bytes.Equal(front, sentinels[:len(front)]) && bytes.Equal(back, sentinels[:len(back)])
}
