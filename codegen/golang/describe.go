package golang

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gradgen/gradgen/ir"
)

// paragraphs joins texts with empty lines between them; empty ones vanish.
func paragraphs(texts ...string) string {
	var out []string
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n\n")
}

// fill breaks a sentence of ours into lines.
func fill(text string) string {
	const width = 96
	var b strings.Builder
	col := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case col > 0 && col+1+n > width:
			b.WriteByte('\n')
			col = 0
		case col > 0:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(word)
		col += n
	}
	return b.String()
}

// placeText says where in the source something stands, by the name of the file
// alone: the directory a command was started from must not show.
func placeText(p ir.Place) string {
	if p.Line == 0 {
		return ""
	}
	return filepath.Base(p.File) + ":" + strconv.Itoa(p.Line)
}

func shapeText(shape []int64) string {
	if len(shape) == 0 {
		return ""
	}
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.FormatInt(d, 10)
	}
	return " [" + strings.Join(parts, ", ") + "]"
}

func intervalText(p *ir.Param) string {
	if !p.Constrained() {
		return ""
	}
	return " in (" + floatName(p.Lo, ir.F64) + ", " + floatName(p.Hi, ir.F64) + ")"
}

// floatName is a number for a reader.
func floatName(v float64, t ir.DType) string {
	switch {
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 8*t.Size())
}

func (p *printer) describeParams(m *ir.Model) string {
	n := p.names.models[m]
	size := block{tensors: m.Params}.size()
	text := fmt.Sprintf("%s holds the parameters of %s, %s in all", n.typ(), m.Name, count(size, "number"))
	if len(m.State) > 0 {
		text += fmt.Sprintf(", and its state, %s", count(block{tensors: m.State}.size(), "number"))
	}
	return paragraphs(fill(text+". Only Init, ReadFrom and the step of a trainer write it: goroutines may share it for reading, each with a workspace of its own."),
		m.Doc, placeText(m.Place))
}

func count(n int64, one string) string { return plural(strconv.FormatInt(n, 10), one) }

func plural(n, one string) string {
	if n == "1" {
		return "1 " + one
	}
	return n + " " + one + "s"
}

func (p *printer) describeTrainer(t *ir.Trainer, n *trainerNames) string {
	var names []string
	for _, m := range t.Models {
		names = append(names, m.Name)
	}
	return paragraphs(fill(fmt.Sprintf("%s trains %s by %s. It is for one goroutine.",
		n.typ(), listed(names), t.Name)), t.Doc)
}

// listed names things in a sentence: a, b and c.
func listed[T ~string](names []T) string {
	text := ""
	for k, n := range names {
		switch {
		case k == 0:
		case k == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += string(n)
	}
	return text
}

func (p *printer) describeTrainerMaker(args []Ident, n *trainerNames, memory *space) string {
	text := fmt.Sprintf("New%s makes a trainer of %s, whose memory is all that its steps need", n.typ(), listed(args))
	if memory != nil {
		text += upTo(memory)
	}
	return fill(text + ".")
}

// upTo says for which sizes there is memory, where that depends on any.
func upTo(s *space) string {
	if len(s.dims) == 0 {
		return ""
	}
	return " for sizes up to " + maximaText(s)
}

func maximaText(s *space) string {
	parts := make([]string, len(s.dims))
	for i, d := range s.dims {
		parts[i] = d.Name + " = " + string(s.maxima[i])
	}
	return strings.Join(parts, ", ")
}

// describeSpace documents a workspace and its maker.
func describeSpace(s *space, of string) (doc, maker string) {
	doc = fill(fmt.Sprintf("%s is the memory of %s, which allocate nothing. It caches nothing made from parameters, and is for one goroutine at a time.", s.typ, of))
	if len(s.users) == 1 {
		doc = strings.Replace(doc, "allocate nothing", "allocates nothing", 1)
	}
	maker = fill(fmt.Sprintf("%s makes a workspace%s.", s.maker, upTo(s)))
	return doc, maker
}

// describe documents a function: what it does, what the source says of it, its
// arrays, its cost, its place.
func (f *function) describe() string {
	doc := f.e.Doc
	if rest, ok := strings.CutPrefix(doc, f.e.Name+" "); ok && f.e.Kind == ir.ExportFunc && f.e.Derives == "" {
		// The author says what it is in Go's form, but for the name.
		return paragraphs(string(f.name)+" "+rest, fill(f.destination()), f.shapes(), f.cost(), placeText(f.e.Func.Place))
	}
	return paragraphs(fill(f.sentence()), doc, f.shapes(), f.cost(), placeText(f.e.Func.Place))
}

// sentence says what is computed, and where it goes.
func (f *function) sentence() string {
	name := f.e.Name
	switch f.e.Kind {
	case ir.ExportInit:
		return fmt.Sprintf("Init gives every parameter of %s its initial value, drawn from the seed.", f.e.Model.Name)
	case ir.ExportForward:
		return fmt.Sprintf("Forward applies %s.%s", f.e.Model.Name, f.destination())
	case ir.ExportStep:
		return fmt.Sprintf("Step makes one step of training on %s: value, gradient and update. %s", f.e.Trainer.Name, f.returnText())
	}
	by := ""
	if names := f.variables(); len(names) > 0 {
		by = " by " + strings.Join(names, ", ")
	}
	what := map[string]string{
		"":     "computes %s.",
		"grad": "computes %s and its gradient%s in one pass.",
		"jac":  "computes %s and its Jacobian%s: a row for every output, a column for every input.",
		"jacT": "computes %s and its Jacobian%s, transposed: a row for every input, a column for every output.",
		"hess": "computes %s, its gradient and its Hessian%s.",
		"hvp":  "computes the product of the Hessian of %s%s with a direction.",
		"jvp":  "computes the derivative of %s%s along a direction.",
		"vjp":  "computes the product of a cotangent with the Jacobian of %s%s.",
	}[f.e.Derives]
	if what == "" {
		what = "computes the " + commentText(f.e.Derives) + " of %s%s."
	}
	text := string(f.name) + " " + strings.Replace(strings.Replace(what, "%s", commentText(name), 1), "%s", by, 1)
	return text + f.order() + f.destination()
}

// variables names what a derivative is by, where nothing else says it: the
// struct that a gradient goes to tells its model.
func (f *function) variables() []string {
	var out []string
	for _, name := range f.e.By {
		m := f.variable(name)
		switch {
		case m == nil:
			out = append(out, commentText(name))
		case len(f.structs[ir.BindGrad]) == 0 || f.e.Derives != "grad":
			out = append(out, "the parameters of "+m.Name)
		}
	}
	return out
}

// variable is the model that a derivative is by, or nil for an argument.
func (f *function) variable(name string) *ir.Model {
	for _, m := range modelsOf(f.e) {
		if m.Name == name && !slices.ContainsFunc(f.e.Args, func(b ir.Binding) bool { return b.Kind == ir.BindInput && b.Name == name }) {
			return m
		}
	}
	return nil
}

// order says what the columns of a matrix are where it is by more than one
// argument.
func (f *function) order() string {
	what := map[string]string{"jac": "Its columns", "jacT": "Its rows", "hess": "Its rows and columns"}[f.e.Derives]
	if what == "" {
		return ""
	}
	var parts []string
	models := false
	for _, name := range f.e.By {
		if m := f.variable(name); m != nil {
			models = true
			parts = append(parts, string(f.models[m])+".Data")
		} else {
			parts = append(parts, commentText(name))
		}
	}
	if len(parts) < 2 && !models {
		return ""
	}
	return " " + what + " are the elements of " + strings.Join(parts, ", then of ") + "."
}

// commentText keeps a user's words from being more than words of a sentence.
func commentText(s string) string { return strings.Join(strings.Fields(s), " ") }

// destination says where results go.
func (f *function) destination() string {
	text := ""
	for _, m := range f.p.m.Models {
		for _, s := range structKinds {
			g, ok := f.structs[s.kind][m]
			if !ok || !s.written {
				continue
			}
			what := "gradient"
			switch {
			case s.kind == ir.BindProduct:
				what = "product"
			case f.e.Derives == "vjp":
				what = "cotangent"
			}
			or := ""
			if f.uses(ir.BindAccumulate) && f.space != nil {
				or = ", or is added to it when w.Accumulate is true"
			}
			text += fmt.Sprintf(" The %s by the parameters of %s overwrites %s%s.", what, m.Name, g, or)
		}
	}
	var dests []string
	for k := range f.e.Results {
		if f.isDest(k) {
			dests = append(dests, string(f.dests[k]))
		}
	}
	if len(dests) > 0 {
		text += " It overwrites " + strings.Join(dests, ", ") + "."
	}
	if r := f.returnText(); r != "" {
		text += " " + r
	}
	return text
}

// returnText says what is returned, and how long it lives.
func (f *function) returnText() string {
	rs := f.returned()
	arrays := false
	for _, k := range rs {
		arrays = arrays || f.rank(k) > 0
	}
	switch {
	case arrays && len(rs) == 1:
		return "The result lives in the workspace until its next use."
	case arrays:
		return "The results that are slices live in the workspace until its next use."
	case len(rs) == 1:
		return "It returns the value."
	}
	return ""
}

// shapes lists the arrays of the signature.
func (f *function) shapes() string {
	var rows [][2]string
	row := func(name Ident, t ir.Type) {
		if t.Rank() > 0 {
			rows = append(rows, [2]string{string(name), commentText(t.String())})
		}
	}
	for k, r := range f.e.Func.Results {
		if f.isDest(k) {
			row(f.dests[k], r.Type)
		}
	}
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			row(f.inputs[i], f.e.Func.Params[i].Type)
		}
	}
	for _, k := range f.returned() {
		name := f.results[k]
		if len(f.returned()) == 1 {
			name = "result"
		}
		row(name, f.e.Func.Results[k].Type)
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r[0]))
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "\t%-*s  %s\n", width, r[0], r[1])
	}
	return strings.TrimRight(b.String(), "\n")
}

// cost states the work of a call.
func (f *function) cost() string {
	var parts []string
	if n := f.prog.Flops; !n.Is(0) {
		parts = append(parts, plural(n.String(), "arithmetic operation"))
	}
	if n := f.prog.Bytes; !n.Is(0) {
		parts = append(parts, n.String()+" bytes of arguments and results")
	}
	if len(parts) == 0 {
		return ""
	}
	return fill("A call costs " + strings.Join(parts, ", ") + ".")
}
