// Package use drives emitted training programs through one interface, so that
// the same questions are put to all of them.
package use

import (
	"io"
	"math/rand/v2"
	"reflect"
	"unsafe"
)

// Float is the element type of a program.
type Float interface{ float32 | float64 }

// Program is an emitted program with a model, a loss and a trainer.
type Program[F Float] struct {
	// New makes parameters, a gradient, workspaces and a trainer for run-time
	// sizes up to those given.
	New func(max []int) *Instance[F]
	// Batch makes inputs and targets of a task that the model can learn.
	Batch func(n []int, r *rand.Rand) *Data[F]

	Max   []int   // the largest sizes
	Sizes [][]int // sizes to try, none above Max
	Empty []int   // sizes of an empty batch
	Task  []int   // sizes of the batch to learn
	Steps int     // how often the trainer sees it
	Fall  float64 // the loss falls by this factor at least

	// Smooth says that differences of the loss converge; with relu and max a
	// step may cross a kink.
	Smooth bool
	// Check looks at parameters after training; it may be nil.
	Check func(i *Instance[F]) string
}

// Data is a batch: real inputs, and real targets or classes.
type Data[F Float] struct {
	N    []int
	X, Y []F
	K    []int32
}

// Instance is one set of everything that New makes.
type Instance[F Float] struct {
	Memory       []any // pointers to the structs that hold arenas
	Params, Grad []F
	Init         func(seed uint64)
	Forward      func(d *Data[F]) []F
	Value        func(d *Data[F]) F
	Gradient     func(d *Data[F]) F
	Step         func(d *Data[F]) F
	Accumulate   func(bool)
	WriteTo      func(io.Writer) (int64, error)
	ReadFrom     func(io.Reader) (int64, error)
}

// Poison fills arenas with what no result may depend on.
func Poison(memory ...any) {
	for _, m := range memory {
		poison(reflect.ValueOf(m).Elem())
	}
}

// poison fills the slices that a struct holds, and those behind its field w,
// the arena of a trainer. Nested structs only name parts of an arena.
func poison(v reflect.Value) {
	trainer := v.FieldByName("Params").IsValid()
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case f.Kind() == reflect.Pointer && v.Type().Field(i).Name == "w":
			poison(f.Elem())
		case f.Kind() == reflect.Slice && !trainer:
			size := f.Type().Elem().Size() * uintptr(f.Len())
			for k := range unsafe.Slice((*byte)(f.UnsafePointer()), size) {
				// All ones is a NaN, and an index far outside of any array.
				unsafe.Slice((*byte)(f.UnsafePointer()), size)[k] = 0xff
			}
		}
	}
}

// Fill draws numbers of the standard normal distribution.
func Fill[F Float](n int, r *rand.Rand) []F {
	out := make([]F, n)
	for i := range out {
		out[i] = F(r.NormFloat64())
	}
	return out
}

// Trace is every number that a program makes at its sizes, each call on
// poisoned memory if so asked.
func Trace[F Float](p *Program[F], poisoned bool) []float64 {
	var out []float64
	keep := func(xs ...F) {
		for _, x := range xs {
			out = append(out, float64(x))
		}
	}
	i := p.New(p.Max)
	i.Init(1)
	clean := func() {
		if poisoned {
			Poison(i.Memory...)
		}
	}
	for k, n := range p.Sizes {
		d := p.Batch(n, rand.New(rand.NewPCG(uint64(k), 1)))
		clean()
		keep(i.Forward(d)...)
		clean()
		keep(i.Value(d))
		clean()
		keep(i.Gradient(d))
		keep(i.Grad...)
		i.Accumulate(true)
		clean()
		keep(i.Gradient(d))
		keep(i.Grad...)
		i.Accumulate(false)
		clean()
		keep(i.Step(d))
		keep(i.Params...)
	}
	return out
}
