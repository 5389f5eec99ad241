// Command gomlx is GoMLX with its backend in Go, as a peer of the benchmark.
package main

import (
	"log"
	"os"
	"runtime/debug"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/gradgen/gradgen/examples/bench/peers/frameworks/network"
	"github.com/gradgen/gradgen/examples/bench/turn"
)

func main() {
	log.SetFlags(0)
	backend := compute.MustNew()
	err := turn.Serve(os.Stdin, os.Stdout, network.Introduce("GoMLX", version()), func(name string) turn.Workload {
		n, err := network.Load(os.Args[1], name)
		if err != nil {
			log.Fatal(err)
		}
		return workload(backend, n)
	})
	if err != nil {
		log.Fatal(err)
	}
}

// version is that of the library in this binary.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "github.com/gomlx/gomlx" {
				return d.Version
			}
		}
	}
	return ""
}

// workload is a step of gradient descent or, without a rate, the gradient.
func workload(backend compute.Backend, n *network.Network) turn.Workload {
	layers := len(n.Sizes) - 1
	var params []*tensors.Tensor
	for i, w := range n.Weights {
		params = append(params, tensors.FromFlatDataAndDimensions(w, n.Sizes[i], n.Sizes[i+1]),
			tensors.FromFlatDataAndDimensions(n.Biases[i], 1, n.Sizes[i+1]))
	}
	x := tensors.FromFlatDataAndDimensions(n.X, n.Batch, n.Sizes[0])
	y := tensors.FromFlatDataAndDimensions(n.OneHot, n.Batch, n.Sizes[layers])
	exec := MustNewExec(backend, func(in []*Node) []*Node {
		h, y, params := in[0], in[1], in[2:]
		for i := range layers {
			h = Add(MatMul(h, params[2*i]), params[2*i+1])
			switch {
			case i == layers-1:
			case n.Tanh:
				h = Tanh(h)
			default:
				h = Max(h, ScalarZero(h.Graph(), h.DType()))
			}
		}
		z := Sub(h, StopGradient(ReduceAndKeep(h, ReduceMax, -1)))
		logSum := Log(ReduceAndKeep(Exp(z), ReduceSum, -1))
		loss := Neg(ReduceAllMean(ReduceSum(Mul(y, Sub(z, logSum)), -1)))
		out := []*Node{loss}
		for i, g := range Gradient(loss, params...) {
			if n.Rate != 0 {
				g = Sub(params[i], MulScalar(g, n.Rate))
			}
			out = append(out, g)
		}
		return out
	})
	step := func() []*tensors.Tensor {
		args := []any{x, y}
		for _, p := range params {
			args = append(args, p)
		}
		out := exec.MustExec(args...)
		if n.Rate != 0 {
			params = out[1:]
		}
		return out
	}
	loss := func(out []*tensors.Tensor) float64 { return float64(tensors.ToScalar[float32](out[0])) }
	return turn.Workload{
		Run: func() { step() },
		Values: func() (list []float64) {
			if n.Rate != 0 {
				for range 4 {
					list = append(list, loss(step()))
				}
				return list
			}
			out := step()
			list = []float64{loss(out)}
			for i, g := range out[1:] {
				rows, cols := n.Sizes[i/2], n.Sizes[i/2+1]
				if i%2 == 1 {
					rows = 1
				}
				for _, v := range network.Turned(tensors.MustCopyFlatData[float32](g), rows, cols) {
					list = append(list, float64(v))
				}
			}
			return list
		},
	}
}
