package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

// programs is where the programs lie that the compiler is timed on.
const programs = "../../golden/programs"

func generateProgram(name string) func() *workload {
	return func() *workload {
		text, err := os.ReadFile(filepath.Join(programs, name+".grad"))
		if err != nil {
			fail(err)
		}
		return generation(name, text)
	}
}

// generateDeep compiles a network of a hundred dense layers that trains.
func generateDeep() *workload {
	return generation("deep", []byte(`package deep
dim B
layer Stage() : real[B, 32] -> real[B, 32] = tanh ∘ fc: Dense(32)
model Deep : f32[B, 32] -> f32[B, 32] = stages: stack(100, Stage())
loss MSE(x: f32[B, 32], y: f32[B, 32]) = mean((Deep(x) - y)^2)
train MSE with SGD(lr = 0.1)
`))
}

// generation takes a program from text to files.
func generation(name string, text []byte) *workload {
	generate := func() []codegen.File {
		b := ir.NewBuilder()
		m, found := dsl.CompileIn(b, diag.NewSource(name+".grad", text), nil)
		if found.HasErrors() {
			fail(fmt.Errorf("%s", found.Text()))
		}
		if m.Package == "" {
			m.Package = name
		}
		m, err := pass.Module(b, m, pass.Options{})
		if err != nil {
			fail(err)
		}
		files, err := codegen.Generate(m, codegen.Options{})
		if err != nil {
			fail(err)
		}
		return files
	}
	return &workload{
		run: func() { generate() },
		values: func() (sizes []float64) {
			for _, f := range generate() {
				sizes = append(sizes, float64(len(f.Data)))
			}
			return sizes
		},
	}
}
