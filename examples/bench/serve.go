package main

import (
	"io"

	"github.com/gradgen/gradgen/examples/bench/turn"
	"github.com/gradgen/gradgen/runtime/contract"
)

// serve makes this program a peer of itself: the portable build is one.
func serve(in io.Reader, out io.Writer) error {
	hello := turn.Introduction{Name: contract.Kernels()}
	makers := map[string]func() *workload{}
	for _, m := range computations {
		hello.Workloads = append(hello.Workloads, m.name)
		makers[m.name] = m.make
	}
	return turn.Serve(in, out, hello, func(name string) turn.Workload {
		w := makers[name]()
		return turn.Workload{Run: w.run, Values: w.values, Several: w.workers > 1}
	})
}
