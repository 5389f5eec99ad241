// Package golden holds programs and everything the compiler makes of them: a
// txtar archive each, with the source, a section for every stage, and the Go
// files.
//
// The source is in.grad, or in.ir, the text of a module, for what has no
// spelling in the language; an archive without either belongs to the program of
// its name beside it. A section of any other name that ends in _test.go is
// written by hand and runs beside the emitted code. All others are recorded by
//
//	go test ./golden -update
//
// and only when the emitted code is formatted, vets, builds, allocates
// nothing, agrees with differences, and passes the tests by hand.
//
//	programs/     the eight programs of the language's description
//	gates/        how gradients flow through the nodes of a program
//	derivatives/  forms of programs and of derivatives, one each
//	optimisers/   the step of every optimiser of the prelude
//	errors/       wrong programs, and unstable ones, and what is said of them
//	reference/    values from independent systems
//
// The programs also run, in testdata/use, at many sizes and in both
// precisions: see programs_test.go. What the compiler may cost is in
// speed_test.go.
package golden

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

var update = flag.Bool("update", false, "record what the compiler makes of the programs now")

// golden is one archive.
type golden struct {
	path    string
	archive *archive
	made    []section // what the compiler makes of it now
	kernels []section // the files that it makes if it may use assembly
}

func TestPrograms(t *testing.T) {
	module := scratch.New(t)
	var all []*golden
	for _, path := range archives(t) {
		name := strings.TrimSuffix(filepath.ToSlash(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			g := load(t, path)
			all = append(all, g)
			g.install(t, module, name)
			if !*update {
				g.compare(t)
			}
		})
	}
	if len(all) == 0 || t.Failed() {
		return
	}
	module.VetAndTest()
	if t.Failed() || !*update {
		return
	}
	for _, g := range all {
		g.record(t)
	}
}

// archives lists the archives below this directory but those of wrong
// programs, which the packages that report the errors test.
func archives(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path == "errors":
			return fs.SkipDir
		case filepath.Ext(path) == ".txtar":
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// load reads an archive and runs the compiler.
func load(t *testing.T, path string) *golden {
	t.Helper()
	a, err := readArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	g := &golden{path: path, archive: a}
	for _, f := range a.Sections {
		switch f.Name {
		case "in.ir":
			b := ir.NewBuilder()
			m, err := ir.ParseModule(b, string(f.Data))
			if err != nil {
				t.Fatal(err)
			}
			g.backEnd(t, b, m)
			return g
		case "in.grad":
			b, m := g.frontEnd(t, f.Data)
			g.backEnd(t, b, m)
			return g
		}
	}
	text, err := os.ReadFile(strings.TrimSuffix(path, ".txtar") + ".grad")
	if err != nil {
		t.Fatalf("no section in.grad or in.ir, and %v", err)
	}
	b, m := g.frontEnd(t, text)
	g.backEnd(t, b, m)
	return g
}

func (g *golden) add(name, text string) {
	g.made = append(g.made, section{Name: name, Data: []byte(strings.TrimRight(text, "\n") + "\n")})
}

// backEnd makes the sections from the optimised module on.
func (g *golden) backEnd(t *testing.T, b *ir.Builder, m *ir.Module) {
	t.Helper()
	m, err := pass.Module(b, m, pass.Options{Check: true})
	if err != nil {
		t.Fatal(err)
	}
	g.add("opt", m.String())
	programs, err := codegen.Plan(m, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var plans strings.Builder
	for _, p := range programs {
		fmt.Fprintf(&plans, "%v\n", p)
	}
	g.add("plan", plans.String())
	// Archives show the portable Go, with all loops where they belong; the other
	// form of the package has to pass the same tests.
	files, err := codegen.Generate(m, codegen.Options{Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		g.kernels = append(g.kernels, section{Name: f.Name, Data: f.Data})
	}
	if files, err = codegen.Generate(m, codegen.Options{Tests: true, Portable: true}); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if again, err := format.Source(f.Data); err != nil || !bytes.Equal(again, f.Data) {
			t.Errorf("%s is not formatted: %v", f.Name, err)
		}
		g.made = append(g.made, section{Name: f.Name, Data: f.Data})
	}
}

// byHand reports whether a section is part of the question, not of the answer.
func (g *golden) byHand(name string) bool {
	if name == "in.grad" || name == "in.ir" {
		return true
	}
	return strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_grad_test.go")
}

// install puts both forms of the emitted package, and the tests by hand, into a
// module.
func (g *golden) install(t *testing.T, module *scratch.Module, dir string) {
	t.Helper()
	for _, f := range g.made {
		if strings.HasSuffix(f.Name, ".go") {
			module.Write(dir+"/"+f.Name, f.Data)
		}
	}
	for _, f := range g.kernels {
		module.Write(dir+"/kernels/"+f.Name, f.Data)
	}
	for _, f := range g.archive.Sections {
		if strings.HasSuffix(f.Name, ".go") && g.byHand(f.Name) {
			module.Write(dir+"/"+f.Name, f.Data)
			module.Write(dir+"/kernels/"+f.Name, f.Data)
		}
	}
}

// compare holds what is made to what was recorded. The tests that the compiler
// emits are run, not recorded.
func (g *golden) compare(t *testing.T) {
	t.Helper()
	want := map[string]string{}
	for _, f := range g.archive.Sections {
		if !g.byHand(f.Name) {
			want[f.Name] = string(f.Data)
		}
	}
	for _, f := range g.made {
		if strings.HasSuffix(f.Name, "_test.go") {
			continue
		}
		if diff := cmp.Diff(strings.Split(want[f.Name], "\n"), strings.Split(string(f.Data), "\n")); diff != "" {
			t.Errorf("%s, recorded (-) and made now (+):\n%s", f.Name, diff)
		}
		delete(want, f.Name)
	}
	for name := range want {
		t.Errorf("%s is recorded and no longer made", name)
	}
}

// record writes the archive: the question first, then the answer.
func (g *golden) record(t *testing.T) {
	t.Helper()
	a := &archive{Comment: g.archive.Comment}
	for _, f := range g.archive.Sections {
		if g.byHand(f.Name) {
			a.Sections = append(a.Sections, f)
		}
	}
	for _, f := range g.made {
		if !strings.HasSuffix(f.Name, "_test.go") {
			a.Sections = append(a.Sections, f)
		}
	}
	data := a.bytes()
	if old, err := os.ReadFile(g.path); err == nil && bytes.Equal(old, data) {
		return
	}
	if err := os.WriteFile(g.path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("recorded %s", g.path)
}
