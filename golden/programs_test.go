package golden

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir/pass"
)

// trained are the programs with a model, a loss and a trainer; the others are
// functions, with tests of their own in testdata/programs.
var trained = []string{"mlp", "lenet", "dense", "gru", "attention", "rbf"}

var functions = []string{"rosenbrock", "fit"}

// TestProgramsRun emits every program in single and in double precision, each
// with and without a plan for its memory, and asks whether the emitted code
// does what it says: values, gradients, memory, training.
func TestProgramsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds forty packages")
	}
	module := scratch.New(t)
	module.CopyGo("use", "testdata/use")
	for _, name := range append(append([]string{}, trained...), functions...) {
		source, err := os.ReadFile("programs/" + name + ".grad")
		if err != nil {
			t.Fatal(err)
		}
		for _, real := range []string{"f32", "f64"} {
			text := bytes.ReplaceAll(bytes.ReplaceAll(source, []byte("f32"), []byte(real)), []byte("f64"), []byte(real))
			// All blocks of the tower are alike; two have all that six have.
			text = bytes.Replace(text, []byte("stack(6,"), []byte("stack(2,"), 1)
			for _, unplanned := range []bool{false, true} {
				pkg := variant(name, real, unplanned)
				emit(t, module, name, pkg, text, unplanned)
				adapt(t, module, name, pkg, real, !unplanned)
			}
		}
		module.Write(name+"/compare_test.go", comparison(name))
	}
	// The largest programs as they are, to be built only: all six blocks, and a
	// hundred layers.
	large(t, module, "attention.grad", nil)
	large(t, module, "deep.grad", deepNet(100))
	module.VetAndTest()
	if testing.Verbose() {
		out, _ := module.Go("test", "-v", "-run", "TestProgram", "./...")
		t.Logf("%s", out)
	}
}

func large(t *testing.T, module *scratch.Module, name string, text []byte) {
	t.Helper()
	if text == nil {
		var err error
		if text, err = os.ReadFile("programs/" + name); err != nil {
			t.Fatal(err)
		}
	}
	_, files := generate(t, name, text)
	for _, f := range files {
		module.Write("large/"+strings.TrimSuffix(name, ".grad")+"/"+f.Name, f.Data)
	}
}

func variant(name, real string, unplanned bool) string {
	if unplanned {
		real += "unplanned"
	}
	return name + "/" + name + real
}

// emit writes the package of a variant.
func emit(t *testing.T, module *scratch.Module, name, dir string, text []byte, unplanned bool) {
	t.Helper()
	b, m := compile(t, name+".grad", text)
	m, err := pass.Module(b, m, pass.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := codegen.Generate(m, codegen.Options{Unplanned: unplanned, Tests: !unplanned})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		module.Write(dir+"/"+f.Name, f.Data)
	}
}

// adapt writes what drives a variant.
func adapt(t *testing.T, module *scratch.Module, name, dir, real string, tests bool) {
	t.Helper()
	files, err := filepath.Glob("testdata/programs/" + name + "*.go")
	if err != nil {
		t.Fatal(err)
	}
	element := map[string]string{"f32": "float32", "f64": "float64"}[real]
	for _, path := range files {
		isTest := strings.HasSuffix(path, "_test.go")
		if isTest && !tests {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, from := range []string{"float32", "float64"} {
			text = strings.Replace(text, "type real = "+from, "type real = "+element, 1)
		}
		to := "use.go"
		if isTest {
			to = "use_test.go"
		}
		module.Write(dir+"/"+to, []byte(text))
	}
}

// comparison is a test that sees all variants of a program.
func comparison(name string) []byte {
	trace := func(real string, unplanned bool, poisoned bool) string {
		pkg := filepath.Base(variant(name, real, unplanned))
		for _, f := range functions {
			if f == name {
				return fmt.Sprintf("%s.Trace(%v)", pkg, poisoned)
			}
		}
		return fmt.Sprintf("use.Trace(%s.Program, %v)", pkg, poisoned)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "package compare\n\nimport (\n\t\"testing\"\n\n\t%q\n", scratch.Path+"/use")
	for _, real := range []string{"f32", "f64"} {
		for _, unplanned := range []bool{false, true} {
			path := variant(name, real, unplanned)
			fmt.Fprintf(&b, "\t%s %q\n", filepath.Base(path), scratch.Path+"/"+path)
		}
	}
	b.WriteString(")\n")
	for _, real := range []string{"f32", "f64"} {
		fmt.Fprintf(&b, "\nfunc TestPlanned%s(t *testing.T) {\n\tuse.SameBits(t, %s, %s, %s, %s)\n}\n", real,
			trace(real, false, false), trace(real, false, true), trace(real, true, false), trace(real, true, true))
	}
	for _, n := range trained {
		if n == name {
			fmt.Fprintf(&b, "\nfunc TestPrecisions(t *testing.T) { use.SameGradients(t, %[1]sf32.Program, %[1]sf64.Program) }\n", name)
			for _, real := range []string{"f32", "f64"} {
				fmt.Fprintf(&b, "\nfunc TestProgram%s(t *testing.T) { use.Check(t, %s%s.Program) }\n", real, name, real)
			}
		}
	}
	return b.Bytes()
}
