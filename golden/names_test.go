package golden_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
)

// assembler are names that mean something to Go's assembler, or are those of
// labels and results in what is emitted, and one that is none of it.
var assembler = []string{"K1", "SP", "FP", "SB", "PC", "AX", "R8", "R8B", "X0", "Y31", "Z2", "M0", "F7", "CR2", "TLS", "DUPOK", "NOSPLIT",
	"r0", "r1", "l1", "g", "TEXT", "DATA", "GLOBL", "RET", "B"}

// TestNamesOfKernels gives sizes, arguments and values such names, and writes
// what could end a comment there into those of the source. What comes out is
// vetted and built.
func TestNamesOfKernels(t *testing.T) {
	module := scratch.New(t)
	for _, each := range []struct{ name, text string }{
		// The sizes are declared apart: an argument may not be called like one.
		{"sizes", "dim %[2]s\nfn f%[1]d(x: f32[%[2]s]) -> f32[%[2]s] = exp(x)\n"},
		{"values", "dim N%[1]d\n// */ \"` #define %[2]s TEXT ·g(SB), $0 /* \\\n" +
			"fn f%[1]d(x: f32[N%[1]d], %[2]s: f32) -> f32 = sum[i] exp(%[2]s*x[i])\n" +
			"fn s%[1]d(%[2]s: f32[N%[1]d]) -> f32[N%[1]d] = exp(%[2]s)\n" +
			"fn v%[1]d(x: f32[N%[1]d]) -> f32 {\n  %[2]s[i] = tanh(x[i])\n  return sum[i] %[2]s[i]*exp(%[2]s[i])\n}\n" +
			"derive v%[1]d { value, grad(x) }\n"},
	} {
		text := "package " + each.name + "\n"
		for k, name := range assembler {
			text += fmt.Sprintf(each.text, k, name)
		}
		files, err := codegen.Generate(compile(t, each.name, text).module, codegen.Options{})
		if err != nil {
			t.Fatal(err)
		}
		assembled := false
		for _, f := range files {
			module.Write(each.name+"/"+f.Name, f.Data)
			assembled = assembled || strings.HasSuffix(f.Name, ".s")
		}
		if !assembled {
			t.Errorf("%s: no kernels: nothing was asked of the assembler", each.name)
		}
	}
	module.VetAndTest()
}
