package main

import (
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gradgen/gradgen/examples/bench/gru"
	"github.com/gradgen/gradgen/examples/bench/lenet"
	"github.com/gradgen/gradgen/examples/bench/mlp"
	"github.com/gradgen/gradgen/examples/bench/transformer"
	"github.com/gradgen/gradgen/runtime"
)

const classes = 10

// noise is numbers from a normal distribution, the same in every process.
func noise(n int) []float32 {
	r, x := rand.New(rand.NewPCG(1, 2)), make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// labels is a class for each of n samples.
func labels(n int) []int32 {
	r, y := rand.New(rand.NewPCG(3, 4)), make([]int32, n)
	for i := range y {
		y[i] = r.Int32N(classes)
	}
	return y
}

// with is the tensors of a model, and more arrays.
func with(ts iter.Seq2[string, runtime.View], more map[string]runtime.View) iter.Seq2[string, runtime.View] {
	all := maps.Collect(ts)
	maps.Copy(all, more)
	return maps.All(all)
}

// training is steps on one batch. The losses of the first few depend on all of
// the gradient, and on the update.
func training(flops float64, ts iter.Seq2[string, runtime.View], x []float32, y []int32, step func([]float32, []int32) float32) *workload {
	return &workload{
		element: 4, flops: flops, inputs: with(ts, map[string]runtime.View{"x": {F32: x}, "y": {I32: y}}),
		run: func() { step(x, y) },
		values: func() (losses []float64) {
			for range 4 {
				losses = append(losses, float64(step(x, y)))
			}
			return losses
		},
	}
}

// denseFlops is what a step costs a chain of dense layers: each multiplies its
// weights by the inputs, by the cotangents, and the two with each other, only
// that nobody asks for the cotangent of the data.
func denseFlops(batch int, sizes ...int) float64 {
	sum := 0
	for i := range len(sizes) - 1 {
		products := 3
		if i == 0 {
			products = 2
		}
		sum += products * 2 * batch * sizes[i] * sizes[i+1]
	}
	return float64(sum)
}

func shallowSGD(workers int) *workload {
	p, x, y := mlp.NewShallowParams(), noise(64*784), labels(64)
	p.Init(1)
	t := mlp.NewShallowSGDTrainer(p, 64)
	t.SetWorkers(workers)
	return training(denseFlops(64, 784, 128, classes), p.Tensors(), x, y, t.Step)
}

func shallowAdam(workers int) *workload {
	p, x, y := mlp.NewShallowParams(), noise(64*784), labels(64)
	p.Init(1)
	t := mlp.NewShallowAdamTrainer(p, 64)
	t.SetWorkers(workers)
	return training(denseFlops(64, 784, 128, classes), p.Tensors(), x, y, t.Step)
}

func deepSGD(workers int) *workload {
	p, x, y := mlp.NewDeepParams(), noise(64*784), labels(64)
	p.Init(1)
	t := mlp.NewDeepSGDTrainer(p, 64)
	t.SetWorkers(workers)
	return training(denseFlops(64, 784, 512, 256, classes), p.Tensors(), x, y, t.Step)
}

// inference is the scores of one sample.
func inference() *workload {
	p, w, x := mlp.NewShallowParams(), mlp.NewShallowWorkspace(1), noise(784)
	p.Init(1)
	return &workload{
		element: 4, flops: 2 * (784*128 + 128*classes), inputs: with(p.Tensors(), map[string]runtime.View{"x": {F32: x}}),
		run:    func() { p.Forward(w, x) },
		values: func() []float64 { return double(p.Forward(w, x)) },
	}
}

func lenetSGD(workers int) *workload {
	const batch, conv1, conv2, dense = 64, 28 * 28 * 6 * 25, 10 * 10 * 16 * 6 * 25, 400*120 + 120*84 + 84*classes
	p, x, y := lenet.NewLeNetParams(), noise(batch*28*28), labels(batch)
	p.Init(1)
	t := lenet.NewXEntTrainer(p, batch)
	t.SetWorkers(workers)
	return training(2*batch*(2*conv1+3*conv2+3*dense), p.Tensors(), x, y, t.Step)
}

func gruSGD(workers int) *workload {
	const batch, steps, width = 16, 32, 64
	const input, hidden = 3 * width * width, 3 * width * width
	p, x, y := gru.NewReaderParams(), noise(steps*batch*width), labels(batch)
	p.Init(1)
	t := gru.NewXEntTrainer(p, steps, batch)
	t.SetWorkers(workers)
	return training(2*batch*(steps*(2*input+3*hidden)+3*width*classes), p.Tensors(), x, y, t.Step)
}

func transformerGradient(workers int) *workload {
	const batch, steps, width, inner = 4, 64, 128, 512
	const weights = 4*width*width + 2*width*inner
	const attention = steps * width // half of the pairs are masked, and there are two products
	p, g, w, x := transformer.NewBlockParams(), transformer.NewBlockParams(), transformer.NewPowerWorkspace(batch, steps), noise(batch*steps*width)
	p.Init(1)
	w.SetWorkers(workers)
	return &workload{
		element: 4, flops: 3 * 2 * batch * steps * (weights + attention),
		inputs: with(p.Tensors(), map[string]runtime.View{"x": {F32: x}}),
		run:    func() { transformer.PowerGrad(w, g, p, x, steps) },
		values: func() []float64 {
			return append([]float64{float64(transformer.PowerGrad(w, g, p, x, steps))}, norms(g.Tensors())...)
		},
	}
}

// norms is the length of each of the tensors as a vector, in the order of
// their names.
func norms(ts iter.Seq2[string, runtime.View]) (list []float64) {
	all := maps.Collect(ts)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sum := 0.0
		for _, x := range all[name].F32 {
			sum += float64(x) * float64(x)
		}
		list = append(list, math.Sqrt(sum))
	}
	return list
}

func double(x []float32) []float64 {
	list := make([]float64, len(x))
	for i, v := range x {
		list[i] = float64(v)
	}
	return list
}
