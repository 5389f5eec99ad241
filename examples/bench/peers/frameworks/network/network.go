// Package network is the networks that frameworks for Go are compared on.
package network

import (
	"fmt"

	"github.com/gradgen/gradgen/examples/bench/turn"
)

// Network is dense layers with a cross entropy, and a batch of data. Weights
// lie as [in][out].
type Network struct {
	Sizes           []int
	Batch           int
	Tanh            bool    // the activation, if it is not relu
	Rate            float64 // of gradient descent; 0 if only the gradient is wanted
	Weights, Biases [][]float32
	X, OneHot       []float32
}

var all = map[string]Network{
	"tiny f32: gradient": {Sizes: []int{4, 16, 16, 3}, Batch: 1, Tanh: true},
	"mlp: sgd step":      {Sizes: []int{784, 128, 10}, Batch: 64, Rate: 1e-2},
	"mlp deep: sgd step": {Sizes: []int{784, 512, 256, 10}, Batch: 64, Rate: 1e-2},
}

// Introduce says what a framework of that version does: all of the networks.
func Introduce(name, version string) turn.Introduction {
	hello := turn.Introduction{Name: name + " " + version}
	for name := range all {
		hello.Workloads = append(hello.Workloads, name)
	}
	return hello
}

// Load reads parameters and data of a network.
func Load(dir, workload string) (*Network, error) {
	n, ok := all[workload]
	if !ok {
		return nil, fmt.Errorf("no network %q", workload)
	}
	layers := len(n.Sizes) - 1
	for i := range layers {
		in, out := n.Sizes[i], n.Sizes[i+1]
		w, err := turn.Load[float32](dir, workload, fmt.Sprintf("fc%d.weight", i+1), in*out)
		if err != nil {
			return nil, err
		}
		b, err := turn.Load[float32](dir, workload, fmt.Sprintf("fc%d.bias", i+1), out)
		if err != nil {
			return nil, err
		}
		n.Weights, n.Biases = append(n.Weights, Turned(w, out, in)), append(n.Biases, b)
	}
	var err error
	if n.X, err = turn.Load[float32](dir, workload, "x", n.Batch*n.Sizes[0]); err != nil {
		return nil, err
	}
	labels, err := turn.Load[int32](dir, workload, "y", n.Batch)
	if err != nil {
		return nil, err
	}
	n.OneHot = make([]float32, n.Batch*n.Sizes[layers])
	for b, class := range labels {
		n.OneHot[b*n.Sizes[layers]+int(class)] = 1
	}
	return &n, nil
}

// Turned is the transpose of a matrix.
func Turned(x []float32, rows, cols int) []float32 {
	t := make([]float32, len(x))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = x[i*cols+j]
		}
	}
	return t
}
