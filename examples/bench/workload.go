package main

import (
	"iter"
	"regexp"

	"github.com/gradgen/gradgen/runtime"
)

// workload is something to time: a call that can be made again and again.
type workload struct {
	name    string
	element int     // bytes of an element; 0 where the ceiling says nothing
	flops   float64 // multiplications and additions that a call cannot do without
	workers int     // cores that a call uses; 0 means one
	run     func()

	// copies are as many calls of the same as there are workers, if several: each
	// for one core, with memory of its own.
	copies []func()

	// inputs are the arrays a peer needs in order to compute the same.
	inputs iter.Seq2[string, runtime.View]

	// values are numbers that every implementation must agree on. They are
	// taken once, before the first timing.
	values func() []float64
}

// tolerance bounds how far implementations may be apart, relative to the
// largest of the values: they round in different orders.
func (w *workload) tolerance() float64 {
	if w.element == 8 {
		return 1e-11
	}
	return 1e-4
}

// maker makes a workload when it is needed.
type maker struct {
	name string
	make func() *workload
}

// alone makes a workload for one core.
func alone(make func(workers int) *workload) func() *workload {
	return func() *workload { return make(1) }
}

// shared makes a workload for two workers.
func shared(make func(workers int) *workload) func() *workload {
	return func() *workload {
		w := make(2)
		for w.workers = 2; len(w.copies) < w.workers; {
			w.copies = append(w.copies, make(1).run)
		}
		return w
	}
}

// computations are what generated code and the runtime compute.
var computations = []maker{
	{"tiny f32: gradient", tinySingle},
	{"tiny f64: gradient", tinyDouble},
	{"mlp: sgd step", alone(shallowSGD)},
	{"mlp: sgd step, two workers", shared(shallowSGD)},
	{"mlp: adam step", alone(shallowAdam)},
	{"mlp: adam step, two workers", shared(shallowAdam)},
	{"mlp deep: sgd step", alone(deepSGD)},
	{"mlp deep: sgd step, two workers", shared(deepSGD)},
	{"mlp: one sample", inference},
	{"lenet: sgd step", alone(lenetSGD)},
	{"lenet: sgd step, two workers", shared(lenetSGD)},
	{"gru: sgd step", alone(gruSGD)},
	{"gru: sgd step, two workers", shared(gruSGD)},
	{"transformer: gradient", alone(transformerGradient)},
	{"transformer: gradient, two workers", shared(transformerGradient)},
	{"rosenbrock 2: gradient", rosenbrockGradient(2)},
	{"rosenbrock 10: gradient", rosenbrockGradient(10)},
	{"rosenbrock 100: gradient", rosenbrockGradient(100)},
	{"rosenbrock 1000: gradient", rosenbrockGradient(1000)},
	{"arm: jacobian", armJacobian},
	{"product f32", alone(product[float32])},
	{"product f64", alone(product[float64])},
	{"product f32, two workers", shared(product[float32])},
}

// generations are what the compiler does.
var generations = []maker{
	{"generate attention", generateProgram("attention")},
	{"generate dense", generateProgram("dense")},
	{"generate fit", generateProgram("fit")},
	{"generate gru", generateProgram("gru")},
	{"generate lenet", generateProgram("lenet")},
	{"generate mlp", generateProgram("mlp")},
	{"generate rbf", generateProgram("rbf")},
	{"generate rosenbrock", generateProgram("rosenbrock")},
	{"generate 100 layers", generateDeep},
}

// chosen makes the workloads whose names match.
func chosen(from []maker, only *regexp.Regexp) []*workload {
	var list []*workload
	for _, m := range from {
		if only.MatchString(m.name) {
			w := m.make()
			w.name = m.name
			list = append(list, w)
		}
	}
	return list
}
