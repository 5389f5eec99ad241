package elementary

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/codegen/scratch"
	machine "github.com/gradgen/gradgen/runtime"
)

var _ Machine[vec.Vec, vec.Mask] = (*vec.Func)(nil)

func machineHas(isa vec.ISA) bool {
	if isa == vec.AVX512 {
		return machine.Vectors() >= machine.AVX512
	}
	return machine.Vectors() >= machine.AVX2
}

var types = [...]string{vec.F32: "float32", vec.F64: "float64"}

// loop is a function that applies a row to slices whose length is a multiple of
// the lanes.
func loop(row Row[vec.Vec, vec.Mask], name string, isa vec.ISA, e vec.Elem) *vec.Func {
	f := vec.New(name, isa, e)
	slice := "[]" + types[e]
	f.Params = []vec.Param{{Name: "x", Type: slice}, {Name: "y", Type: slice}, {Name: "out", Type: slice}, {Name: "n", Type: "int"}}
	x, y, out, n := f.Param("x"), f.Param("y"), f.Param("out"), f.Param("n")
	f.Loop(vec.Number(0), vec.To(n), int64(f.Lanes), func(i vec.Int) {
		at := func(base vec.Int) vec.Addr { return vec.Addr{Base: base, Index: i, Scale: e.Size()} }
		args := []vec.Vec{f.At(vec.OpLoad, at(x))}
		if row.Args == 2 {
			args = append(args, f.At(vec.OpLoad, at(y)))
		}
		f.Put(vec.OpStore, at(out), row.On(f, e, args...).Reg)
	})
	return f
}

// pairs are special arguments and random ones, as many as fill vectors.
func pairs(least, most float64, d domain) (x, y []float64) {
	for _, p := range arguments(special(least, most), 2) {
		x, y = append(x, p[0]), append(y, p[1])
	}
	rng := splitMix(2)
	for k := 0; k < 20_000 || len(x)%16 != 0; k++ {
		near := domain{-4, 4, -4, 4}
		x = append(x, rng.draw(k%3 == 0, [...]domain{d, near}[k%2]))
		y = append(y, rng.draw(k%3 == 0, [...]domain{d, near}[k%2]))
	}
	return x, y
}

// Emitted code computes the bits that the scalar machine does, but for
// estimates, which processors are free in.
func TestEmittedBits(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("functions of AMD64 run on that only")
	}
	x64, y64 := pairs(0x1p-1074, math.MaxFloat64, domain{-800, 800, -1074, 1023})
	wide, high := pairs(0x1p-149, math.MaxFloat32, domain{-110, 110, -149, 127})
	x32, y32 := make([]float32, len(wide)), make([]float32, len(wide))
	for i := range wide {
		x32[i], y32[i] = float32(wide[i]), float32(high[i])
	}
	for _, isa := range []vec.ISA{vec.AVX2, vec.AVX512} {
		t.Run(isa.String(), func(t *testing.T) {
			if !machineHas(isa) {
				t.Skipf("this machine has no %s", isa)
			}
			out := runLoops(t, isa, x32, y32, x64, y64)
			for _, row := range Table[uint32, bool]() {
				got := make([]float32, len(x32))
				if err := binary.Read(out, binary.LittleEndian, got); err != nil {
					t.Fatal(err)
				}
				for i, y := range got {
					args := []uint32{bits32(x32[i]), bits32(y32[i])}[:row.Args]
					want := f32(row.On(scalar32{}, vec.F32, args...))
					same := bits32(y) == bits32(want) || y != y && want != want
					if row.Name == "rsqrt" {
						same = ulps32(y, 1/math.Sqrt(float64(x32[i]))) <= row.F32
					}
					if !same {
						t.Errorf("f32 %s(%v, %v) = %v, not %v", row.Name, x32[i], y32[i], y, want)
						break
					}
				}
			}
			for _, row := range Table[uint64, bool]() {
				got := make([]float64, len(x64))
				if err := binary.Read(out, binary.LittleEndian, got); err != nil {
					t.Fatal(err)
				}
				for i, y := range got {
					args := []uint64{bits64(x64[i]), bits64(y64[i])}[:row.Args]
					want := f64(row.On(scalar64{}, vec.F64, args...))
					if bits64(y) != bits64(want) && (y == y || want == want) {
						t.Errorf("f64 %s(%v, %v) = %v, not %v", row.Name, x64[i], y64[i], y, want)
						break
					}
				}
			}
		})
	}
}

// runLoops emits and runs the loops of all rows, and returns what they make.
func runLoops(t *testing.T, isa vec.ISA, x32, y32 []float32, x64, y64 []float64) *bytes.Buffer {
	t.Helper()
	var funcs []*vec.Func
	var source strings.Builder
	source.WriteString("package main\n\n")
	for e, name := range types {
		var list []string
		for i, row := range Table[vec.Vec, vec.Mask]() {
			f := loop(row, fmt.Sprintf("%s_%d", name, i), isa, vec.Elem(e))
			funcs = append(funcs, f)
			fmt.Fprintf(&source, "//go:noescape\nfunc %s(x, y, out []%s, n int)\n\n", f.Name, name)
			list = append(list, f.Name)
		}
		fmt.Fprintf(&source, "var calls%s = []func(x, y, out []%s, n int){%s}\n\n", name[5:], name, strings.Join(list, ", "))
	}
	text, err := vec.Emit(funcs, vec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := scratch.New(t)
	m.CopyGo(".", "testdata/harness")
	m.Write("funcs_amd64.s", text)
	m.Write("funcs.go", []byte(source.String()))
	m.Vet()
	var in, out, errors bytes.Buffer
	for _, x := range []any{int64(len(x32)), x32, int64(len(y32)), y32, int64(len(x64)), x64, int64(len(y64)), y64} {
		if err := binary.Write(&in, binary.LittleEndian, x); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(m.Build())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &errors
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	return &out
}
