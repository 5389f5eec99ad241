package ir

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// String is the text of the module: models, trainers, functions with callees
// first, exports.
func (m *Module) String() string {
	var b strings.Builder
	_ = PrintModule(&b, m, PrintOptions{})
	return b.String()
}

// PrintModule writes the text of m; the error is the writer's.
func PrintModule(w io.Writer, m *Module, o PrintOptions) error {
	p := &modulePrinter{printer: newPrinter(o), models: map[*Model]string{}, trainers: map[*Trainer]string{}}
	for _, x := range m.Models {
		p.model(x)
	}
	for _, e := range m.Exports {
		p.model(e.Model)
		p.trainer(e.Trainer)
		for _, b := range slices.Concat(e.Args, e.Results) {
			p.model(b.Model)
		}
		p.collect(e.Func)
	}
	p.out.WriteString("module " + strconv.Quote(m.Package) + " from " + strconv.Quote(m.File) + "\n")
	p.dimLine()
	for _, x := range p.modelList {
		p.printModel(x)
	}
	for _, t := range p.trainerList {
		p.printTrainer(t)
	}
	p.bodies()
	for _, e := range m.Exports {
		p.printExport(e)
	}
	_, err := io.WriteString(w, p.out.String())
	return err
}

// modulePrinter names models and trainers as their source does; a second one
// of a name gets a number.
type modulePrinter struct {
	*printer
	models      map[*Model]string
	trainers    map[*Trainer]string
	modelList   []*Model
	trainerList []*Trainer
	taken       names
}

func (p *modulePrinter) unique(kind, name string) string {
	if p.taken.taken == nil {
		p.taken = *newNames(nil)
	}
	out := name
	for k := 2; p.taken.taken[kind+out]; k++ {
		out = name + "_" + strconv.Itoa(k)
	}
	p.taken.taken[kind+out] = true
	return out
}

func (p *modulePrinter) model(m *Model) {
	if _, ok := p.models[m]; m != nil && !ok {
		p.models[m] = strconv.Quote(p.unique("model ", m.Name))
		p.modelList = append(p.modelList, m)
	}
}

func (p *modulePrinter) trainer(t *Trainer) {
	if _, ok := p.trainers[t]; t != nil && !ok {
		for _, m := range t.Models {
			p.model(m)
		}
		p.trainers[t] = strconv.Quote(p.unique("trainer ", t.Name))
		p.trainerList = append(p.trainerList, t)
	}
}

func (p *modulePrinter) put(lines ...string) {
	for _, s := range lines {
		p.out.WriteString(s)
	}
	p.out.WriteByte('\n')
}

func (p *modulePrinter) doc(s string) {
	if s != "" {
		p.put("  doc ", strconv.Quote(s))
	}
}

func (p *modulePrinter) printModel(m *Model) {
	p.put("model ", p.models[m], " ", m.DType.String(), " {")
	p.doc(m.Doc)
	p.params("param", m.Params)
	p.params("state", m.State)
	p.put("}\n")
}

func (p *modulePrinter) params(kind string, list []*Param) {
	for _, x := range list {
		shape := make([]string, len(x.Shape))
		for k, n := range x.Shape {
			shape[k] = strconv.FormatInt(n, 10)
		}
		text := "  " + kind + " " + strconv.Quote(x.Name) + " : [" + strings.Join(shape, ", ") + "]"
		if x.Constrained() {
			text += " in (" + LitText(F64, x.Lo) + ", " + LitText(F64, x.Hi) + ")"
		}
		if p.opt.Places && x.Place.Line > 0 {
			text += " // " + strings.Map(printable, x.Place.String())
		}
		p.put(text)
	}
}

func (p *modulePrinter) printTrainer(t *Trainer) {
	text := "trainer " + p.trainers[t]
	for k, m := range t.Models {
		text += []string{" of ", ", "}[min(k, 1)] + p.models[m]
	}
	p.put(text, " {")
	p.doc(t.Doc)
	for _, h := range t.Hyper {
		p.put("  hyper ", strconv.Quote(h.Name), " = ", LitText(F64, h.Default))
	}
	p.params("state", t.State)
	p.put("}\n")
}

var exportKinds = []string{ExportFunc: "func", ExportForward: "forward", ExportInit: "init", ExportStep: "step"}

var bindKinds = []string{BindInput: "input", BindParam: "param", BindState: "state", BindGrad: "grad", BindOpt: "opt",
	BindHyper: "hyper", BindStep: "step", BindReturn: "return", BindDest: "dest", BindAccumulate: "accumulate", BindTangent: "tangent", BindProduct: "product"}

func (p *modulePrinter) printExport(e *Export) {
	p.put("\nexport ", exportKinds[e.Kind], " ", strconv.Quote(e.Name), " {")
	p.doc(e.Doc)
	if e.Func != nil {
		p.put("  call ", p.funcs[e.Func])
	}
	if e.Model != nil {
		p.put("  model ", p.models[e.Model])
	}
	if e.Trainer != nil {
		p.put("  trainer ", p.trainers[e.Trainer])
	}
	if e.Derives != "" {
		p.put("  derives ", strconv.Quote(e.Derives))
	}
	for _, name := range e.By {
		p.put("  by ", strconv.Quote(name))
	}
	p.bindings("arg", e.Args)
	p.bindings("result", e.Results)
	p.put("}")
}

func (p *modulePrinter) bindings(kind string, list []Binding) {
	for _, b := range list {
		text := "  " + kind + " " + bindKinds[b.Kind]
		if b.Name != "" {
			text += " " + strconv.Quote(b.Name)
		}
		if b.Model != nil {
			text += " of " + p.models[b.Model]
		}
		if b.Model != nil || b.Index != 0 || b.Kind == BindOpt {
			text += " " + strconv.Itoa(b.Index)
		}
		p.put(text)
	}
}
