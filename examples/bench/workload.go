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

// computations are what generated code and the runtime compute.
var computations = []maker{
	{"tiny f32: gradient", tinySingle},
	{"tiny f64: gradient", tinyDouble},
	{"mlp: sgd step", shallowSGD},
	{"mlp: adam step", shallowAdam(1)},
	{"mlp: adam step, two workers", shallowAdam(2)},
	{"mlp deep: sgd step", deepSGD},
	{"mlp: one sample", inference},
	{"lenet: sgd step", lenetSGD},
	{"gru: sgd step", gruSGD},
	{"transformer: gradient", transformerGradient(1)},
	{"transformer: gradient, two workers", transformerGradient(2)},
	{"rosenbrock 2: gradient", rosenbrockGradient(2)},
	{"rosenbrock 10: gradient", rosenbrockGradient(10)},
	{"rosenbrock 100: gradient", rosenbrockGradient(100)},
	{"rosenbrock 1000: gradient", rosenbrockGradient(1000)},
	{"arm: jacobian", armJacobian},
	{"product f32", productSingle},
	{"product f64", productDouble},
	{"product f32, two workers", productShared},
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
