// The program that runs trials: it reads their arguments, calls the functions of
// the emitted files beside it, and writes what they leave.
package main

import (
	"encoding/gob"
	"fmt"
	"math"
	"os"
	"runtime/debug"

	"github.com/gradgen/gradgen/runtime"
)

// trialResult is what the tests read.
type trialResult struct {
	Out, Unplanned, Params [][]float64
	Allocs                 float64
	Panic                  string
}

// rowByRow gives a function of rows one at a time, the last first: whatever one
// row left for another would show. Where all of them may be done at once, it gives
// as few as may be done apart, or all: bits are the same.
var rowByRow pool

type pool struct{ whole bool }

func (p *pool) Share(t runtime.RowTask, r runtime.Rows) {
	size := 1
	switch {
	case r.Whole && p.whole:
		size = max(r.N, 1)
	case r.Whole:
		size = r.Unit
	}
	for lo := (r.N - 1) / size * size; lo >= 0 && r.N > 0; lo -= size {
		t.Rows(0, lo, min(size, r.N-lo))
	}
}

// to makes the numbers of a trial those of a type.
func to[T any](x []float64) []T {
	out := make([]T, len(x))
	for i, v := range x {
		switch p := any(&out[i]).(type) {
		case *float64:
			*p = v
		case *float32:
			*p = float32(v)
		case *int32:
			*p = int32(v)
		case *bool:
			*p = v != 0
		}
	}
	return out
}

// from is the opposite of to.
func from[T any](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		switch v := any(v).(type) {
		case float64:
			out[i] = v
		case float32:
			out[i] = float64(v)
		case int32:
			out[i] = float64(v)
		case bool:
			if v {
				out[i] = 1
			}
		}
	}
	return out
}

// garbage is what memory holds before a call.
func garbage[T any](n int) []T {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	out := to[T](x)
	for i := range out {
		if p, ok := any(&out[i]).(*int32); ok {
			*p = -123456789
		}
	}
	return out
}

// guarded runs one trial, whose panic is its result.
func guarded(f func([][]float64) trialResult, in [][]float64) (r trialResult) {
	defer func() {
		if x := recover(); x != nil {
			r.Panic = fmt.Sprint(x)
			if os.Getenv("GRADGEN_TRACE") != "" {
				debug.PrintStack()
			}
		}
	}()
	return f(in)
}

func main() {
	var in [][][]float64
	if err := gob.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	var out []trialResult
	for k, f := range all {
		out = append(out, guarded(f, in[k]))
	}
	if err := gob.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}
