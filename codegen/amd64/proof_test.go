package amd64_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

// sample is a small program whose kernels are compared with their Go forms.
type sample struct {
	name string
	// text declares functions of f64, called NAME and something, and what is derived of them. SIZE is a size:
	// N, and each of the constants.
	text string
	// exact tells that on small integers nothing is rounded, so that all forms agree in every bit.
	exact bool
	// terms is how many the longest sum has: a product of dims and numbers, or empty if there is none.
	terms string
	// bound is how many halves of a unit in the last place one term is off by; 0: the sample is for integers only.
	bound float64
	// relative tells that no sum cancels: results are as near as their terms.
	relative bool
	// lo, hi bound arguments; both 0 stand for -2 and 2.
	lo, hi float64
	// below is what index arrays stay below: a dim or a number.
	below string
	// fixed: constants only; free: run-time sizes only.
	fixed, free bool
}

// constants are sizes around the lanes of both sets of instructions.
var constants = []int{3, 17, 40}

// sizesOf are the run-time sizes: N takes all up to 257, and so every remainder; M is short or long beside it.
func sizesOf() []map[string]int {
	var out []map[string]int
	most := 257
	if testing.Short() {
		most = 40
	}
	for n := range most + 1 {
		m := []int{1, 0, 5, 16, 2, 33, 9}[n%7]
		if n == 0 {
			m = 0 // an array without elements has no other size
		}
		out = append(out, map[string]int{"N": n, "M": m})
	}
	return out
}

// The types below are what testdata/proof reads.
type proofPlan struct {
	Sizes   []map[string]int
	Exports []*proofExport
}

type proofExport struct {
	Program         string
	Func            string
	F32             bool
	Exact, Relative bool
	Lo, Hi, Bound   float64
	Terms           []int
	Args            []proofArgument
	Sizes           []string // that no slice tells
}

type proofArgument struct {
	Len, Below []int
	Dest       bool
}

// TestKernels runs every kernel of the samples beside its Go form, on all sizes up to 257 and several constant ones,
// in both precisions, with each set of instructions that the machine has. Functions that run all forms take the
// places of kernels in the emitted code: each gets the arguments that it gets in use.
func TestKernels(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("kernels run on AMD64 only")
	}
	module := scratch.New(t)
	module.CopyGo(".", "testdata/proof")
	for _, system := range []string{"linux", "other"} {
		module.CopyFile("memory_"+system+".go", "vec/testdata/harness/memory_"+system+".go")
	}
	p := &proofPlan{Sizes: sizesOf()}
	var table, sizes strings.Builder
	for _, real := range []string{"f32", "f64"} {
		p.emit(t, module, real, &table, &sizes)
	}
	module.Write("emitted.go", fmt.Appendf(nil, "package main\n\nvar emitted = map[string]any{\n%s}\n\nvar sizes = map[string][]string{\n%s}\n", table.String(), sizes.String()))
	plan, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	module.Write("plan.json", plan)
	module.Vet()
	if keep := os.Getenv("GRADGEN_PROOF"); keep != "" {
		_ = os.CopyFS(keep, os.DirFS(module.Dir))
	}
	program := exec.Command(module.Build())
	program.Dir = module.Dir
	out, err := program.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, s := range samples() {
		ran := regexp.MustCompile(`(?m)^ran ` + regexp.QuoteMeta(s.name) + ` (\d+)$`).FindSubmatch(out)
		if ran == nil {
			t.Errorf("%s has no kernel", s.name)
		} else if testing.Verbose() {
			t.Logf("%s: %s runs", s.name, ran[1])
		}
	}
}

// emit writes all samples in one precision.
func (p *proofPlan) emit(t *testing.T, module *scratch.Module, real string, table, sizes *strings.Builder) {
	t.Helper()
	var text strings.Builder
	text.WriteString("package main\ndim N\ndim M\n")
	of := map[string]*sample{}
	list := samples()
	for i := range list {
		s := &list[i]
		instance := func(size string) {
			name := fmt.Sprintf("s%dOf%sIn%s", i, size, strings.ToUpper(real))
			of[name] = s
			text.WriteString(strings.NewReplacer("NAME", name, "SIZE", size, "f64", real).Replace(s.text) + "\n")
		}
		if !s.fixed {
			instance("N")
		}
		if !s.free && strings.Contains(s.text, "SIZE") {
			for _, n := range constants {
				instance(strconv.Itoa(n))
			}
		}
	}
	b := ir.NewBuilder()
	m, found := dsl.CompileIn(b, diag.NewSource(real+".grad", []byte(text.String())), nil)
	if m == nil || found.HasErrors() {
		t.Fatalf("%s", found.Text())
	}
	for _, e := range m.Exports {
		f, err := pass.Optimize(b, e.Func, pass.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e.Func = f
	}
	files, err := codegen.Generate(m, codegen.Options{Always: true})
	if err != nil {
		t.Fatal(err)
	}
	signatures := map[string]*ast.FuncType{}
	for _, f := range files {
		data := f.Data
		if strings.HasSuffix(f.Name, "_grad.go") {
			register(t, data, table, sizes, signatures)
			data = examined(t, data)
		}
		module.Write(f.Name, data)
	}
	for _, e := range m.Exports {
		p.Exports = append(p.Exports, p.export(t, e, of, real, signatures))
	}
}

// examined takes apart what kernels are in a file: one that begins with a choice
// of assembly becomes a Go form without it, and a function in its place that runs
// all forms.
func examined(t *testing.T, text []byte) []byte {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	file.Comments = nil // they would go where statements were
	show := func(n any) string {
		var b bytes.Buffer
		if err := printer.Fprint(&b, set, n); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var all bytes.Buffer
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || len(f.Body.List) == 0 || !strings.Contains(show(f.Body.List[0]), "runtime.Vectors()") {
			continue
		}
		f.Doc = nil
		name := f.Name.Name
		var args, results []string
		for _, p := range f.Type.Params.List {
			for _, n := range p.Names {
				args = append(args, n.Name)
			}
		}
		if f.Type.Results != nil {
			for i, r := range f.Type.Results.List {
				results = append(results, fmt.Sprintf("out[%d].(%s)", i, show(r.Type)))
			}
		}
		fmt.Fprintf(&all, "\n%s {\n", show(&ast.FuncDecl{Name: f.Name, Type: f.Type}))
		run := fmt.Sprintf("examine(%q, []form{{\"Go\", runtime.Portable, %[1]sGo}, {\"AVX2\", runtime.AVX2, %[1]sAVX2}, {\"AVX512\", runtime.AVX512, %[1]sAVX512}}, %[2]s)", name, strings.Join(args, ", "))
		if len(results) == 0 {
			fmt.Fprintf(&all, "\t%s\n}\n", run)
		} else {
			fmt.Fprintf(&all, "\tout := %s\n\treturn %s\n}\n", run, strings.Join(results, ", "))
		}
		f.Name = ast.NewIdent(name + "Go")
		f.Body.List = f.Body.List[1:]
	}
	return append([]byte("//go:build amd64 && !purego\n\n"+show(file)+"\n"), all.Bytes()...)
}

// register lists the functions of a file, and the sizes that those take which make workspaces.
func register(t *testing.T, text []byte, table, sizes *strings.Builder, signatures map[string]*ast.FuncType) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || !f.Name.IsExported() {
			continue
		}
		fmt.Fprintf(table, "\t%q: %[1]s,\n", f.Name.Name)
		signatures[f.Name.Name] = f.Type
		if strings.HasPrefix(f.Name.Name, "New") {
			fmt.Fprintf(sizes, "\t%q: {", f.Name.Name)
			for _, p := range f.Type.Params.List {
				for _, n := range p.Names {
					fmt.Fprintf(sizes, "%q, ", n.Name)
				}
			}
			sizes.WriteString("},\n")
		}
	}
}

var suffixes = map[string]string{"": "", "grad": "Grad", "jac": "Jac", "jvp": "JVP", "vjp": "VJP", "hess": "Hess", "hvp": "HVP"}

// export describes a function.
func (p *proofPlan) export(t *testing.T, e *ir.Export, of map[string]*sample, real string, signatures map[string]*ast.FuncType) *proofExport {
	t.Helper()
	end := "In" + strings.ToUpper(real)
	name := e.Name[:strings.Index(e.Name, end)+len(end)]
	s := of[name]
	if s == nil {
		t.Fatalf("%s is of no sample", e.Name)
	}
	out := &proofExport{Program: s.name, Func: strings.ToUpper(e.Name[:1]) + e.Name[1:] + suffixes[e.Derives], F32: real == "f32",
		Exact: s.exact, Relative: s.relative, Lo: s.lo, Hi: s.hi, Bound: s.bound}
	if out.Lo == out.Hi {
		out.Lo, out.Hi = -2, 2
	}
	size := strings.TrimSuffix(name[strings.Index(name, "Of")+2:], end)
	for _, dims := range p.Sizes {
		n := 1
		for _, factor := range strings.Split(s.terms, "*") {
			n *= number(t, strings.ReplaceAll(factor, "SIZE", size), dims)
		}
		out.Terms = append(out.Terms, n)
	}
	argument := func(typ ir.Type, dest bool) {
		a := proofArgument{Dest: dest}
		for _, dims := range p.Sizes {
			v := ir.NewEvaluator(&ir.Env{Dim: func(d *ir.Dim) int64 { return int64(dims[d.Name]) }})
			a.Len = append(a.Len, int(v.Int(typ.Len())))
			a.Below = append(a.Below, number(t, strings.ReplaceAll(s.below, "SIZE", size), dims))
		}
		out.Args = append(out.Args, a)
	}
	signature := signatures[out.Func]
	if signature == nil {
		t.Fatalf("no function %s", out.Func)
	}
	taken, space := 0, false
	for _, f := range signature.Params.List {
		if _, is := f.Type.(*ast.StarExpr); is {
			space = true
			continue
		}
		if typ, is := f.Type.(*ast.Ident); is && typ.Name == "int" {
			for _, n := range f.Names {
				out.Sizes = append(out.Sizes, n.Name)
			}
			continue
		}
		taken += len(f.Names)
	}
	for k, b := range e.Results {
		typ := e.Func.Results[k].Type
		if typ.Rank() > 0 && (b.Kind == ir.BindDest || b.Kind == ir.BindReturn && !space) {
			argument(typ, true)
		}
	}
	for k, b := range e.Args {
		if b.Kind == ir.BindInput {
			argument(e.Func.Params[k].Type, false)
		}
	}
	if len(out.Args) != taken {
		t.Fatalf("%s takes %d arguments, and %d are known", out.Func, taken, len(out.Args))
	}
	return out
}

// number is a number or a dim.
func number(t *testing.T, text string, dims map[string]int) int {
	t.Helper()
	if n, ok := dims[text]; ok {
		return n
	}
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
