package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

// generate takes a program through all stages.
func generate(t testing.TB, name string, text []byte) (*ir.Module, []codegen.File) {
	t.Helper()
	b, m := compile(t, name, text)
	m, err := pass.Module(b, m, pass.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := codegen.Generate(m, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m, files
}

// deepNet is a network of many dense layers that trains.
func deepNet(layers int) []byte {
	return fmt.Appendf(nil, `package deep
dim B
layer Stage() : real[B, 32] -> real[B, 32] = tanh ∘ fc: Dense(32)
model Deep : f32[B, 32] -> f32[B, 32] = stages: stack(%d, Stage())
loss MSE(x: f32[B, 32], y: f32[B, 32]) = mean((Deep(x) - y)^2)
train MSE with SGD(lr = 0.1)
`, layers)
}

// TestLinear: what is made of a network grows with its layers and no faster.
// Sizes are counted, not timed: they are the same on every machine.
func TestLinear(t *testing.T) {
	type size struct{ values, bytes int }
	of := func(layers int) size {
		m, files := generate(t, "deep.grad", deepNet(layers))
		var s size
		for _, e := range m.Exports {
			s.values += len(ir.Topological(e.Func.Results...))
		}
		for _, f := range files {
			s.bytes += len(f.Data)
		}
		return s
	}
	ten, fifty, hundred := of(10), of(50), of(100)
	t.Logf("10, 50, 100 layers: %+v %+v %+v", ten, fifty, hundred)
	// Forty layers more, then fifty.
	for _, c := range []struct {
		what                string
		ten, fifty, hundred int
	}{{"values", ten.values, fifty.values, hundred.values}, {"bytes", ten.bytes, fifty.bytes, hundred.bytes}} {
		first, then := float64(c.fifty-c.ten)/40, float64(c.hundred-c.fifty)/50
		if then > 1.1*first {
			t.Errorf("a layer costs %.0f %s at first, and %.0f beyond the fiftieth", first, c.what, then)
		}
	}
	if perLayer := hundred.values / 100; perLayer > 40 {
		t.Errorf("%d values a layer", perLayer)
	}
	if perLayer := hundred.bytes / 100; perLayer > 8_000 {
		t.Errorf("%d bytes of Go a layer", perLayer)
	}
}

// BenchmarkGenerate times the compiler from text to files: less than 100 ms
// for each of the programs, and less than a second for a hundred layers.
func BenchmarkGenerate(b *testing.B) {
	paths, err := filepath.Glob("programs/*.grad")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		benchmark(b, strings.TrimSuffix(filepath.Base(path), ".grad"), text)
	}
	benchmark(b, "deep100", deepNet(100))
}

func benchmark(b *testing.B, name string, text []byte) {
	b.Run(name, func(b *testing.B) {
		size := 0
		for b.Loop() {
			_, files := generate(b, name+".grad", text)
			size = len(files[0].Data)
		}
		b.ReportMetric(float64(size), "bytes")
	})
}
