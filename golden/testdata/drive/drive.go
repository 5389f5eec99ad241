// Command drive calls emitted functions with arguments from a file and writes
// what they return, so that one binary serves every test of a module. What it
// knows of a function it reads from the type.
package main

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"reflect"
	"strings"
	"unsafe"

	"github.com/gradgen/gradgen/runtime"
)

// call is one call of a function, or some steps of a trainer. Numbers are the
// bits of a float64, which JSON would not keep.
type call struct {
	Func  string // package.Function, package.Type.Method
	Steps int    // of a trainer that Func makes
	Max   int    // what workspaces are made for
	Work  string // calls with equal names share a workspace; "" makes a new one
	Sizes []int  // that no slice tells
	Args  []arg
}

type arg struct {
	Kind    string // "slice", "number", "dest", "array" (a dest where there is no workspace), "params", "grads"
	Name    string
	Data    []uint64
	Tensors map[string][]uint64
}

type result map[string][]uint64

var spaces = map[string]reflect.Value{}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var calls []call
	if err := json.Unmarshal(data, &calls); err != nil {
		panic(err)
	}
	results := make([]result, len(calls))
	for i, c := range calls {
		results[i] = c.run()
	}
	out, err := json.Marshal(results)
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(os.Args[2], out, 0o644); err != nil {
		panic(err)
	}
}

func function(name string) reflect.Value {
	f, ok := emitted[name]
	if !ok {
		panic("no function " + name)
	}
	return reflect.ValueOf(f)
}

// run calls, and collects the results by name: those returned are "0", "1", …
// A panic of the function becomes a result named "panic " and its message.
func (c call) run() (out result) {
	out = result{}
	defer func() {
		if r := recover(); r != nil {
			out = result{fmt.Sprintf("panic %v", r): nil}
		}
	}()
	if c.Steps > 0 {
		c.train(out)
		return out
	}
	f := function(c.Func)
	in, held := c.arguments(f.Type())
	for k, v := range f.Call(in) {
		out[fmt.Sprint(k)] = bits(v)
	}
	for name, v := range held {
		collect(out, name, v)
	}
	return out
}

func (c call) train(out result) {
	make := function(c.Func)
	in, held := c.arguments(make.Type())
	trainer := make.Call(in)[0]
	step := trainer.MethodByName("Step")
	inputs, _ := call{Func: c.Func, Max: c.Max, Args: c.Args[1:]}.arguments(step.Type())
	var losses []uint64
	for range c.Steps {
		losses = append(losses, bits(step.Call(inputs)[0])...)
	}
	out["losses"] = losses
	for name, v := range held {
		collect(out, name, v)
	}
	if trainer.MethodByName("Tensors").IsValid() {
		collect(out, "", trainer)
	}
}

// arguments makes what a function takes; held are those that it may write.
func (c call) arguments(t reflect.Type) (in []reflect.Value, held map[string]reflect.Value) {
	held = map[string]reflect.Value{}
	space := false
	for i := range t.NumIn() {
		space = space || isSpace(t.In(i))
	}
	args, sizes := c.Args, c.Sizes
	for i := range t.NumIn() {
		want := t.In(i)
		if isSpace(want) {
			in = append(in, c.space(want))
			continue
		}
		for len(args) > 0 && args[0].Kind == "array" && space {
			args = args[1:]
		}
		if want.Kind() == reflect.Int {
			n := c.Max // of the maker of a trainer
			if len(sizes) > 0 {
				n, sizes = sizes[0], sizes[1:]
			}
			in = append(in, reflect.ValueOf(n))
			continue
		}
		a := args[0]
		args = args[1:]
		v := a.value(want)
		in = append(in, v)
		if a.Kind != "slice" && a.Kind != "number" {
			held[a.Name] = v
		}
	}
	return in, held
}

func isSpace(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && strings.HasSuffix(t.Elem().Name(), "Workspace")
}

// space makes a workspace, and fills it with NaN: nothing may be read before it
// is written.
func (c call) space(t reflect.Type) reflect.Value {
	key := c.Work + " " + t.String()
	if w, ok := spaces[key]; ok && c.Work != "" {
		return w
	}
	path, _, _ := strings.Cut(c.Func, ".")
	make := function(path + ".New" + t.Elem().Name())
	in := []reflect.Value{}
	for range make.Type().NumIn() {
		in = append(in, reflect.ValueOf(c.Max))
	}
	w := make.Call(in)[0]
	poison(w.Elem())
	spaces[key] = w
	return w
}

func poison(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
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
		}
	}
}

func (a arg) value(t reflect.Type) reflect.Value {
	switch t.Kind() {
	case reflect.Pointer:
		path := t.Elem().PkgPath()
		p := function(path[strings.LastIndex(path, "/")+1:] + ".New" + t.Elem().Name()).Call(nil)[0]
		for name, view := range tensors(p) {
			data, ok := a.Tensors[name]
			if !ok {
				panic("no values for " + name)
			}
			for i, v := range data {
				x := math.Float64frombits(v)
				switch {
				case view.F64 != nil:
					view.F64[i] = x
				case view.F32 != nil:
					view.F32[i] = float32(x)
				}
			}
		}
		return p
	case reflect.Slice:
		s := reflect.MakeSlice(t, len(a.Data), len(a.Data))
		for i, v := range a.Data {
			set(s.Index(i), v)
		}
		return s
	}
	v := reflect.New(t).Elem()
	set(v, a.Data[0])
	return v
}

func set(v reflect.Value, b uint64) {
	x := math.Float64frombits(b)
	switch {
	case v.CanFloat():
		v.SetFloat(x)
	case v.CanInt():
		v.SetInt(int64(x))
	default:
		v.SetBool(x != 0)
	}
}

func tensors(p reflect.Value) iter.Seq2[string, runtime.View] {
	return p.MethodByName("Tensors").Call(nil)[0].Interface().(iter.Seq2[string, runtime.View])
}

// collect adds what v holds: a slice under its name, tensors under theirs with
// the name in front.
func collect(out result, name string, v reflect.Value) {
	if v.Kind() == reflect.Slice {
		out[name] = bits(v)
		return
	}
	for n, view := range tensors(v) {
		if view.F64 != nil {
			out[name+n] = bits(reflect.ValueOf(view.F64))
		} else {
			out[name+n] = bits(reflect.ValueOf(view.F32))
		}
	}
}

func bits(v reflect.Value) []uint64 {
	switch {
	case v.Kind() == reflect.Slice:
		out := []uint64{}
		for i := range v.Len() {
			out = append(out, bits(v.Index(i))...)
		}
		return out
	case v.CanFloat():
		return []uint64{math.Float64bits(v.Float())}
	case v.CanInt():
		return []uint64{math.Float64bits(float64(v.Int()))}
	case v.Bool():
		return []uint64{math.Float64bits(1)}
	}
	return []uint64{0}
}
