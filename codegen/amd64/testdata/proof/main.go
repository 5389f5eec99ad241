// Command proof calls emitted functions, whose kernels all come by examine.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"unsafe"

	"github.com/gradgen/gradgen/runtime"
)

// plan is what the test asks for.
type plan struct {
	Sizes   []map[string]int
	Exports []export
}

// export is a function with what it takes.
type export struct {
	Program  string
	Func     string
	F32      bool
	Exact    bool    // on integers nothing is rounded
	Lo, Hi   float64 // of arguments where something is
	Bound    float64 // times what each term may be off by, in units in the last place
	Terms    []int   // of the longest sum, for each size
	Relative bool    // to the result, as no sum cancels
	Args     []argument
	Sizes    []string // that no slice tells
}

type argument struct {
	Len   []int // for each size
	Below []int // of an index array
	Dest  bool
}

// data are the kinds of arguments.
type data int

const (
	integers data = iota // small: nothing is rounded
	specials             // the same with NaN, infinities and zeros among them
	numbers              // from an interval
	kinds
)

// current is what is examined.
var current struct {
	*export
	data
	size int
}

func main() {
	text, err := os.ReadFile("plan.json")
	if err != nil {
		panic(err)
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		panic(err)
	}
	for i := range p.Exports {
		e := &p.Exports[i]
		f := reflect.ValueOf(emitted[e.Func])
		seen := map[string]int{}
		for size, dims := range p.Sizes {
			// Where nothing is of another length, only the place in memory is new.
			if seen[e.lengths(size)]++; seen[e.lengths(size)] > places {
				continue
			}
			list := e.kinds()
			if size > thorough && len(list) > 0 {
				list = list[size%len(list):][:1]
			}
			for _, kind := range list {
				current.export, current.data, current.size = e, kind, size
				e.call(f, dims)
			}
		}
	}
	report()
}

// places is how many places in memory arguments of equal lengths are tried at.
const places = 4

// lengths tells sizes apart.
func (e *export) lengths(size int) string {
	var n []int
	for _, a := range e.Args {
		n = append(n, a.Len[size])
	}
	return fmt.Sprint(n)
}

// thorough is the size up to which all kinds of arguments are tried, and not one
// after the other: several vectors at a time, one, and what is left.
const thorough = 72

// kinds lists the kinds of arguments that say something.
func (e *export) kinds() []data {
	var out []data
	for kind := range kinds {
		if e.takes(kind) {
			out = append(out, kind)
		}
	}
	return out
}

// takes tells which arguments say something: numbers where there is a bound,
// integers where nothing is rounded, infinities where no sum is bounded by what
// they make.
func (e *export) takes(d data) bool {
	switch d {
	case integers:
		return e.Exact
	case specials:
		return e.Exact || e.Relative
	}
	return e.Bound > 0
}

// call calls the function with arguments of a kind.
func (e *export) call(f reflect.Value, dims map[string]int) {
	r := rand.New(rand.NewPCG(uint64(current.size), uint64(current.data)))
	args, own := e.Args, e.Sizes
	var in []reflect.Value
	for i := range f.Type().NumIn() {
		t := f.Type().In(i)
		switch {
		case t.Kind() == reflect.Pointer:
			in = append(in, workspace(t, dims))
			continue
		case t.Kind() == reflect.Int:
			in = append(in, reflect.ValueOf(dims[own[0]]))
			own = own[1:]
			continue
		}
		a := args[0]
		args = args[1:]
		if t.Kind() != reflect.Slice {
			v := reflect.New(t).Elem()
			a.set(v, r)
			in = append(in, v)
			continue
		}
		n := a.Len[current.size]
		v := reflect.MakeSlice(t, n, n)
		for k := range n {
			a.set(v.Index(k), r)
		}
		in = append(in, v)
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *runtime.ShapeError:
			// The size of an axis beside an empty one may be nowhere.
			if dims["M"] > 0 && dims["N"] > 0 {
				panic(r)
			}
		default:
			panic(r)
		}
	}()
	f.Call(in)
}

var unusual = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1)}

// set gives an element a value.
func (a argument) set(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int32:
		v.SetInt(r.Int64N(max(int64(a.Below[current.size]), 1)))
	default:
		x := float64(r.IntN(9) - 4)
		switch {
		case a.Dest:
			x = math.NaN()
		case current.data == specials && r.IntN(8) == 0:
			x = unusual[r.IntN(len(unusual))]
		case current.data == numbers:
			x = current.Lo + (current.Hi-current.Lo)*r.Float64()
		}
		v.SetFloat(x)
	}
}

// workspace makes a workspace of exactly these sizes, full of NaN.
func workspace(t reflect.Type, dims map[string]int) reflect.Value {
	make := "New" + t.Elem().Name()
	var in []reflect.Value
	for _, d := range sizes[make] {
		n, ok := dims[strings.TrimPrefix(d, "max")]
		if !ok {
			panic(fmt.Sprint("no size for ", d, " of ", make))
		}
		in = append(in, reflect.ValueOf(n))
	}
	w := reflect.ValueOf(emitted[make]).Call(in)[0]
	for i := range w.Elem().NumField() {
		poison(w.Elem().Field(i))
	}
	return w
}

func poison(f reflect.Value) {
	at := unsafe.Pointer(f.UnsafeAddr())
	switch f.Type() {
	case reflect.TypeFor[[]float64]():
		for k := range *(*[]float64)(at) {
			(*(*[]float64)(at))[k] = math.NaN()
		}
	case reflect.TypeFor[[]float32]():
		for k := range *(*[]float32)(at) {
			(*(*[]float32)(at))[k] = float32(math.NaN())
		}
	case reflect.TypeFor[[]int32]():
		for k := range *(*[]int32)(at) {
			(*(*[]int32)(at))[k] = math.MinInt32
		}
	default:
		if f.Kind() == reflect.Struct {
			for i := range f.NumField() {
				poison(f.Field(i))
			}
		}
	}
}
