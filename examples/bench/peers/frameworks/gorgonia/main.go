// Command gorgonia is Gorgonia's tape machine, as a peer of the benchmark.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime/debug"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gradgen/gradgen/examples/bench/peers/frameworks/network"
	"github.com/gradgen/gradgen/examples/bench/turn"
)

func main() {
	log.SetFlags(0)
	err := turn.Serve(os.Stdin, os.Stdout, network.Introduce("Gorgonia", version()), func(name string) turn.Workload {
		n, err := network.Load(os.Args[1], name)
		if err != nil {
			log.Fatal(err)
		}
		return workload(n)
	})
	if err != nil {
		log.Fatal(err)
	}
}

// version is that of the library in this binary.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "gorgonia.org/gorgonia" {
				return d.Version
			}
		}
	}
	return ""
}

// workload is a step of gradient descent or, without a rate, the gradient.
func workload(n *network.Network) turn.Workload {
	g, layers := gorgonia.NewGraph(), len(n.Sizes)-1
	matrix := func(name string, rows, cols int, data []float32) *gorgonia.Node {
		return gorgonia.NewMatrix(g, tensor.Float32, gorgonia.WithName(name), gorgonia.WithShape(rows, cols),
			gorgonia.WithValue(tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))))
	}
	x, y := matrix("x", n.Batch, n.Sizes[0], n.X), matrix("y", n.Batch, n.Sizes[layers], n.OneHot)
	var params gorgonia.Nodes
	h := x
	for i := range layers {
		w := matrix(fmt.Sprint("w", i), n.Sizes[i], n.Sizes[i+1], n.Weights[i])
		b := matrix(fmt.Sprint("b", i), 1, n.Sizes[i+1], n.Biases[i])
		params = append(params, w, b)
		h = gorgonia.Must(gorgonia.Mul(h, w))
		if n.Batch == 1 {
			h = gorgonia.Must(gorgonia.Add(h, b))
		} else {
			h = gorgonia.Must(gorgonia.BroadcastAdd(h, b, nil, []byte{0}))
		}
		switch {
		case i == layers-1:
		case n.Tanh:
			h = gorgonia.Must(gorgonia.Tanh(h))
		default:
			h = gorgonia.Must(gorgonia.Rectify(h))
		}
	}
	likely := gorgonia.Must(gorgonia.Log(gorgonia.Must(gorgonia.SoftMax(h))))
	sum := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(likely, y))))
	cost := gorgonia.Must(gorgonia.Mul(sum, gorgonia.NewConstant(float32(-1)/float32(n.Batch))))
	if _, err := gorgonia.Grad(cost, params...); err != nil {
		log.Fatal(err)
	}
	program, locations, err := gorgonia.Compile(g)
	if err != nil {
		log.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g, gorgonia.WithPrecompiled(program, locations), gorgonia.BindDualValues(params...))
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(n.Rate))
	step := func() {
		machine.Reset()
		if err := machine.RunAll(); err != nil {
			log.Fatal(err)
		}
		if n.Rate != 0 {
			if err := solver.Step(gorgonia.NodesToValueGrads(params)); err != nil {
				log.Fatal(err)
			}
		}
	}
	loss := func() float64 { return float64(cost.Value().Data().(float32)) }
	return turn.Workload{
		Run: step,
		Values: func() (list []float64) {
			if n.Rate != 0 {
				for range 4 {
					step()
					list = append(list, loss())
				}
				return list
			}
			step()
			list = []float64{loss()}
			for i, p := range params {
				v, err := p.Grad()
				if err != nil {
					log.Fatal(err)
				}
				rows, cols := n.Sizes[i/2], n.Sizes[i/2+1]
				if i%2 == 1 {
					rows = 1
				}
				for _, v := range network.Turned(v.Data().([]float32), rows, cols) {
					list = append(list, float64(v))
				}
			}
			return list
		},
	}
}
