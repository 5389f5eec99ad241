package golden_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
)

// driver emits programs into one module and calls their functions in one
// process: the calls are collected first.
type driver struct {
	t        *testing.T
	module   *scratch.Module
	program  string // what was built, by its path
	programs []*program
	calls    []driven
	exports  []*ir.Export
	requests []request
	sizes    map[string][]string // the sizes that a function takes as numbers, by its name
	results  []results
}

// driven and value are what testdata/drive reads.
type driven struct {
	Func  string
	Steps int
	Max   int
	Work  string
	Sizes []int
	Args  []value
}

type value struct {
	Kind, Name string
	Data       []uint64
	Tensors    map[string][]uint64
}

func newDriver(t *testing.T, programs ...*program) *driver {
	return &driver{t: t, module: scratch.New(t), programs: programs, sizes: map[string][]string{}}
}

func bitsOf(data []float64) []uint64 {
	out := make([]uint64, len(data))
	for i, v := range data {
		out[i] = math.Float64bits(v)
	}
	return out
}

// call registers a call and returns its number.
func (d *driver) call(p *program, q request) int {
	d.t.Helper()
	e := p.export(d.t, q)
	c := driven{Steps: q.steps, Work: q.work, Max: 1}
	for _, n := range q.dims {
		c.Max = max(c.Max, n+1)
	}
	if len(p.module.Models) > 0 && e.Kind == ir.ExportStep {
		c.Func = p.name + ".New" + title(e.Trainer.Name) + "Trainer"
	} else if e.Kind == ir.ExportForward {
		c.Func = p.name + "." + title(e.Name) + "Params.Forward"
	} else {
		c.Func = p.name + "." + title(e.Name) + map[string]string{"": "", "grad": "Grad", "jac": "Jac", "jacT": "JacT",
			"hess": "Hess", "hvp": "HVP", "jvp": "JVP", "vjp": "VJP"}[e.Derives]
	}
	model := func(kind string, m *ir.Model) {
		v := value{Kind: "params", Name: kind, Tensors: map[string][]uint64{}}
		for _, p := range m.Params {
			n := 1
			for _, k := range p.Shape {
				n *= int(k)
			}
			data := slices.Repeat([]float64{math.NaN()}, n)
			if kind == "" {
				data = q.args[p.Name]
			}
			v.Tensors[p.Name] = bitsOf(data)
		}
		c.Args = append(c.Args, v)
	}
	seen := map[*ir.Model]bool{}
	for k, b := range e.Results {
		typ := e.Func.Results[k].Type
		switch {
		case b.Kind == ir.BindGrad && !seen[b.Model]:
			seen[b.Model] = true
			model("d", b.Model)
		case typ.Rank() > 0 && (b.Kind == ir.BindDest || b.Kind == ir.BindReturn):
			kind := "dest"
			if b.Kind == ir.BindReturn {
				kind = "array"
			}
			c.Args = append(c.Args, value{Kind: kind, Name: b.Name, Data: bitsOf(slices.Repeat([]float64{math.NaN()}, size(shapeOf(typ, q.dims))))})
		}
	}
	clear(seen)
	for _, b := range e.Args {
		if b.Kind == ir.BindParam && !seen[b.Model] {
			seen[b.Model] = true
			model("", b.Model)
		}
	}
	for k, b := range e.Args {
		if b.Kind != ir.BindInput {
			continue
		}
		kind := "slice"
		if e.Func.Params[k].Type.Rank() == 0 {
			kind = "number"
		}
		c.Args = append(c.Args, value{Kind: kind, Name: b.Name, Data: bitsOf(q.args[b.Name])})
	}
	d.calls = append(d.calls, c)
	d.exports, d.requests = append(d.exports, e), append(d.requests, q)
	return len(d.calls) - 1
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// run emits, builds and calls.
func (d *driver) run() {
	d.t.Helper()
	var imports, table strings.Builder
	for _, p := range d.programs {
		files, err := codegen.Generate(p.module, codegen.Options{})
		if err != nil {
			d.t.Fatalf("%s: %v", p.name, err)
		}
		for _, f := range files {
			d.module.Write(p.name+"/"+f.Name, f.Data)
			if strings.HasSuffix(f.Name, ".go") {
				d.register(&table, p.name, f)
			}
		}
		fmt.Fprintf(&imports, "import %q\n", scratch.Path+"/"+p.name)
	}
	d.module.Write("emitted.go", fmt.Appendf(nil, "package main\n\n%s\nvar emitted = map[string]any{\n%s}\n", imports.String(), table.String()))
	d.module.CopyGo(".", "testdata/drive")
	for i := range d.calls {
		c := &d.calls[i]
		for _, name := range d.sizes[c.Func] {
			for dim, n := range d.requests[i].dims {
				if strings.EqualFold(dim, name) {
					c.Sizes = append(c.Sizes, n)
				}
			}
		}
	}
	calls, err := json.Marshal(d.calls)
	if err != nil {
		d.t.Fatal(err)
	}
	d.module.Write("calls.json", calls)
	if !testing.Short() {
		d.module.Vet()
	}
	d.program = d.module.Build()
	d.execute()
}

// again makes the calls once more, without AVX-512 and without any assembly, and
// has check look at the results of each.
func (d *driver) again(check func(how string)) {
	d.t.Helper()
	d.execute("GODEBUG=cpu.avx512f=off")
	check("emitted, without AVX-512")
	d.program = d.module.Build("-tags", "purego")
	d.execute()
	check("emitted, portable")
}

// execute runs the program, with more in the environment, and reads its results.
func (d *driver) execute(env ...string) {
	d.t.Helper()
	cmd := exec.Command(d.program, "calls.json", "results.json")
	cmd.Dir = d.module.Dir
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%v %v: %v\n%s", env, cmd, err, out)
	}
	data, err := os.ReadFile(filepath.Join(d.module.Dir, "results.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	var raw []map[string][]uint64
	if err := json.Unmarshal(data, &raw); err != nil {
		d.t.Fatal(err)
	}
	d.results = nil
	for i, r := range raw {
		d.results = append(d.results, named(d.exports[i], r))
	}
}

// register lists the exported functions and methods of a file.
func (d *driver) register(table *strings.Builder, pkg string, f codegen.File) {
	file, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Data, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || !fn.Name.IsExported() {
			continue
		}
		name, text := pkg+"."+fn.Name.Name, pkg+"."+fn.Name.Name
		if fn.Recv != nil {
			typ := fn.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			if !ast.IsExported(typ) {
				continue
			}
			name, text = pkg+"."+typ+"."+fn.Name.Name, fmt.Sprintf("(*%s.%s).%s", pkg, typ, fn.Name.Name)
		}
		fmt.Fprintf(table, "\t%q: %s,\n", name, text)
		for _, f := range fn.Type.Params.List {
			if typ, ok := f.Type.(*ast.Ident); ok && typ.Name == "int" {
				for _, n := range f.Names {
					d.sizes[name] = append(d.sizes[name], n.Name)
				}
			}
		}
	}
}

// named gives the results that Go returns by position their names.
func named(e *ir.Export, raw map[string][]uint64) results {
	out := results{}
	for k, v := range raw {
		data := make([]float64, len(v))
		for i, b := range v {
			data[i] = math.Float64frombits(b)
		}
		out[k] = data
	}
	n := 0
	for k, b := range e.Results {
		if e.Kind == ir.ExportStep || b.Kind != ir.BindReturn && b.Kind != ir.BindDest {
			continue
		}
		if _, dest := out[b.Name]; dest && e.Func.Results[k].Type.Rank() > 0 {
			continue
		}
		if v, ok := out[fmt.Sprint(n)]; ok {
			out[b.Name] = v
			delete(out, fmt.Sprint(n))
		}
		n++
	}
	return out.aliased(e)
}

// aliased calls a result without a name, which is called like its function, y
// too, and its tangent dy.
func (r results) aliased(e *ir.Export) results {
	for _, name := range []string{e.Name, strings.ToLower(e.Name[:1]) + e.Name[1:]} {
		for from, to := range map[string]string{name: "y", "d" + name: "dy"} {
			if _, taken := r[to]; !taken && r[from] != nil {
				r[to] = r[from]
			}
		}
	}
	return r
}
