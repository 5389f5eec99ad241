package golang

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// testSize is every run-time size in emitted tests.
const testSize = 3

// Tests prints a test file for what [File] prints: every function runs, at
// sizes of 3, and allocates nothing; gradients agree with differences of the
// value, along a direction that is half the gradient's own and half arbitrary.
func Tests(m *ir.Module, programs []*plan.Program) (*Source, error) {
	p := &printer{m: m, names: nameModule(m), known: map[string]Ident{}}
	functions := make([]*function, len(m.Exports))
	for i, e := range m.Exports {
		functions[i] = p.newFunction(e, programs[i])
	}
	p.spaces(functions)
	file, err := newSource(m.Package)
	if err != nil {
		return nil, err
	}
	scope := newScope()
	for _, f := range functions {
		if f.e.Kind == ir.ExportInit {
			continue
		}
		t := &tester{f: f, local: newLocals(p.names.top, "t", "n", "i", "h", "u", "d", "norm", "value", "want", "hi", "lo", "old")}
		name := scope.Exported("TestEmitted." + f.label)
		file.add(string(name), funcDecl(nil, name, []code{field(pointerTo(qual("testing", "T")), "t")}, nil, t.statements(functions)...))
	}
	return file, nil
}

// tester prints the test of one function.
type tester struct {
	f     *function
	local *Scope
	out   []code

	space  Ident
	models map[*ir.Model]Ident
	others map[Ident]Ident // structs of that type by what the function calls them
	inputs map[int]Ident
	dests  map[int]Ident
}

// at evaluates a size.
func at(n ir.Int) int64 {
	dims := map[*ir.Dim]ir.Int{}
	n.Dims(func(d *ir.Dim) { dims[d] = ir.Const(testSize) })
	k, _ := (&ir.Subst{Dim: dims}).Int(n).IsConst()
	return max(k, 0)
}

func (t *tester) emit(cs ...code) { t.out = append(t.out, cs...) }

// statements sets up arguments, counts allocations, and checks a gradient.
func (t *tester) statements(functions []*function) []code {
	f := t.f
	t.models, t.others = map[*ir.Model]Ident{}, map[Ident]Ident{}
	t.inputs, t.dests = map[int]Ident{}, map[int]Ident{}
	for _, m := range modelsOf(f.e) {
		t.models[m] = t.model("p", m, functions)
	}
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			t.inputs[i] = t.input(i, b)
		}
	}
	for k, b := range f.e.Results {
		if f.isDest(k) {
			t.dests[k] = t.array(orElse(b.Name, "out"), f.e.Func.Results[k].Type)
		} else if s, ok := f.structs[b.Kind][b.Model]; ok && t.others[s] == "" {
			t.others[s] = t.model(string(s), b.Model, nil)
		}
	}
	var run code
	if f.e.Kind == ir.ExportStep {
		run = t.step()
	} else {
		if f.space != nil {
			t.space = t.local.Local("w")
			t.emit(define(id(t.space), call(id(f.space.maker), repeat(integer(testSize), len(f.space.dims))...)))
		}
		run = t.call(f)
	}
	t.emit(ifInit(define(id("n"), call(qual("testing", "AllocsPerRun"), integer(5), closure(nil, nil, run))), op(id("n"), "!=", integer(0)),
		call(path("t", "Errorf"), str("a call allocates %v times"), id("n"))))
	if f.e.Derives == "grad" && !f.random {
		t.gradient(functions)
	}
	return t.out
}

func repeat(c code, n int) []code { return slices.Repeat([]code{c}, n) }

// model makes parameters, with their initial values where they have any.
func (t *tester) model(name string, m *ir.Model, functions []*function) Ident {
	n := t.local.Local(name)
	t.emit(define(id(n), call(id("New"+t.f.p.names.models[m].typ()))))
	for _, f := range functions {
		if f.e.Kind == ir.ExportInit && f.e.Model == m {
			t.emit(call(path(n, "Init"), integer(1)))
		}
	}
	return n
}

// array makes a slice.
func (t *tester) array(name string, typ ir.Type) Ident {
	n := t.local.Local(name)
	t.emit(define(id(n), call(id("make"), sliceOf(elemType(typ.DType)), integer(at(typ.Len())))))
	return n
}

// input makes an argument: numbers between 0.1 and 0.9, so that few functions
// are undefined there; indices within their limits.
func (t *tester) input(i int, b ir.Binding) Ident {
	typ := t.f.e.Func.Params[i].Type
	least, limit := int64(0), int64(math.MaxInt32+1)
	for _, d := range t.f.prog.Demands {
		if d.Param == i {
			least, limit = max(d.Least, 0), min(limit, at(d.Limit))
		}
	}
	if limit > math.MaxInt32 {
		limit = least + testSize
	}
	element := func(k code) code {
		switch typ.DType {
		case ir.Bool:
			return op(op(k, "%", integer(2)), "==", integer(0))
		case ir.I32:
			n := op(k, "%", integer(max(limit-least, 1)))
			if least > 0 {
				n = op(n, "+", integer(least))
			}
			return call(id("int32"), n)
		}
		wave := call(qual("math", "Sin"), call(id("float64"), op(op(k, "*", integer(7)), "+", integer(int64(i)))))
		return call(elemType(typ.DType), op(number(ir.F64, 0.5), "+", op(number(ir.F64, 0.4), "*", wave)))
	}
	if typ.Rank() == 0 {
		n := t.local.Local(b.Name)
		t.emit(define(id(n), element(call(id("int"), integer(1)))))
		return n
	}
	n := t.array(b.Name, typ)
	t.emit(each(id("i"), nil, id(n), set(index(id(n), id("i")), element(id("i")))))
	return n
}

// call calls a function of the same name in the source, with the arguments
// that both have.
func (t *tester) call(f *function) code {
	var args []code
	if f.space != nil {
		args = append(args, id(t.space))
	}
	var seen []Ident
	for k, b := range f.e.Results {
		if f.isDest(k) {
			args = append(args, id(t.dests[k]))
		} else if s, ok := f.structs[b.Kind][b.Model]; ok && !slices.Contains(seen, s) {
			seen = append(seen, s)
			args = append(args, id(t.others[s]))
		}
	}
	for _, m := range f.passed() {
		args = append(args, id(t.models[m]))
	}
	for _, m := range f.modelsBy(ir.BindTangent) {
		args = append(args, id(t.models[m]))
	}
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			args = append(args, id(t.inputs[i]))
		}
	}
	for range f.sizing.args {
		args = append(args, integer(testSize))
	}
	if f.random && f.space == nil {
		args = append(args, call(qual("runtime", "NewKey"), integer(1), integer(2)))
	}
	if f.e.Kind == ir.ExportForward {
		return call(path(t.models[f.e.Model], f.name), args...)
	}
	return call(id(f.name), args...)
}

// step makes a trainer and calls its step.
func (t *tester) step() code {
	f := t.f
	var args, inputs []code
	for _, m := range modelsOf(f.e) {
		args = append(args, id(t.models[m]))
	}
	if f.space != nil {
		args = append(args, repeat(integer(testSize), len(f.space.dims))...)
	}
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			inputs = append(inputs, id(t.inputs[i]))
		}
	}
	for range f.sizing.args {
		inputs = append(inputs, integer(testSize))
	}
	n := t.local.Local("trainer")
	t.emit(define(id(n), call(id("New"+f.p.names.trainers[f.e.Trainer].typ()), args...)))
	return call(path(n, "Step"), inputs...)
}

// trainsAsItEvaluates reports whether the value that a gradient belongs to is that of the function of values: it is
// another one in a model that draws numbers, or ignores its state, while it is trained.
func trainsAsItEvaluates(value, grad *function) bool {
	read := func(f *function) (state []ir.Binding) {
		if len(f.e.Func.Results) == 0 {
			return nil
		}
		for _, v := range ir.Topological(f.e.Func.Results[0]) {
			if i := slices.Index(f.e.Func.Params, v); i >= 0 && f.e.Args[i].Kind == ir.BindState {
				state = append(state, f.e.Args[i])
			}
		}
		return state
	}
	a, b := read(value), read(grad)
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	return len(a) == len(b) && value.random == grad.random
}

// gradient compares with differences of the value function.
func (t *tester) gradient(functions []*function) {
	f := t.f
	i := slices.IndexFunc(functions, func(v *function) bool {
		return v.e.Kind == ir.ExportFunc && v.e.Name == f.e.Name && v.e.Derives == "" && len(v.returned()) == 1 && !v.random &&
			v.rank(v.returned()[0]) == 0 && len(v.e.Args) <= len(f.e.Args) && trainsAsItEvaluates(v, f)
	})
	if i < 0 {
		return
	}
	value := functions[i]
	// Behind the value are the derivatives, in the order of what they are by;
	// those by models are in structs.
	var by []int // arguments
	for _, name := range f.e.By {
		if i := slices.IndexFunc(f.e.Args, func(b ir.Binding) bool { return b.Kind == ir.BindInput && b.Name == name }); i >= 0 {
			by = append(by, i)
		}
	}
	var of []int // results
	for k := 1; k < len(f.e.Results); k++ {
		if f.isDest(k) || f.isReturned(k) {
			of = append(of, k)
		}
	}
	var structs []*ir.Model // whose gradients are in one
	for _, m := range f.p.m.Models {
		if _, ok := t.others[f.structs[ir.BindGrad][m]]; ok {
			structs = append(structs, m)
		}
	}
	if len(of)+len(structs) == 0 {
		return // by models without parameters
	}
	grads := map[int]Ident{} // results of rank 0
	list := []code{id("_")}
	for _, k := range f.returned() {
		if slices.Contains(of, k) {
			grads[k] = t.local.Local(f.e.Results[k].Name)
			list = append(list, id(grads[k]))
		}
	}
	run := t.call(f)
	if len(grads) > 0 {
		run = define(names(list...), run)
	}
	t.emit(define(id("value"), closure(nil, []code{id("float64")}, ret(call(id("float64"), t.valueCall(value))))), run)
	for _, m := range structs {
		g := t.others[f.structs[ir.BindGrad][m]]
		t.block(path(t.models[m], "Data"), path(g, "Data"), m.DType, "the parameters of "+m.Name)
	}
	for n, k := range of {
		arg := by[n]
		if g, ok := grads[k]; ok {
			t.number(t.inputs[arg], g, f.e.Func.Params[arg].Type.DType)
		} else {
			t.block(id(t.inputs[arg]), id(t.dests[k]), f.e.Func.Params[arg].Type.DType, f.e.Args[arg].Name)
		}
	}
}

// number checks the derivative g by a number x.
func (t *tester) number(x, g Ident, typ ir.DType) {
	step, tolerance := accuracy(typ)
	elem := elemType(typ)
	shift := func(h float64) code {
		return set(id(x), call(elem, op(call(id("float64"), id("old")), "+", number(ir.F64, h))))
	}
	difference := op(parens(op(id("hi"), "-", id("lo"))), "/", number(ir.F64, 2*step))
	want := call(id("float64"), id(g))
	abs := func(c code) code { return call(qual("math", "Abs"), c) }
	t.emit(scoped(
		define(id("old"), id(x)),
		shift(step), define(id("hi"), call(id("value"))),
		shift(-step), define(id("lo"), call(id("value"))),
		set(id(x), id("old")),
		ifInit(define(id("d"), difference), not(parens(op(abs(op(id("d"), "-", want)), "<=", op(number(ir.F64, tolerance), "*", parens(op(abs(want), "+", abs(id("hi")))))))),
			call(path("t", "Errorf"), str("the derivative by "+commentText(string(x))+" is %v, differences give %v"), id(g), id("d"))),
	))
}

// accuracy is a step for differences, and how far they may be off.
func accuracy(typ ir.DType) (step, tolerance float64) {
	if typ == ir.F32 {
		return 1e-2, 2e-2
	}
	return 1e-5, 1e-6
}

// valueCall calls the value function with the inputs of the gradient, by name.
func (t *tester) valueCall(value *function) code {
	own := t.inputs
	defer func() { t.inputs = own }()
	t.inputs = map[int]Ident{}
	for i, b := range value.e.Args {
		for j, c := range t.f.e.Args {
			if b.Kind == ir.BindInput && c.Kind == ir.BindInput && b.Name == c.Name {
				t.inputs[i] = own[j]
			}
		}
	}
	return t.call(value)
}

// block checks the derivative by one block of numbers along a direction u. The
// scale of an error is that of the gradient itself.
func (t *tester) block(x, g code, typ ir.DType, what string) {
	step, tolerance := accuracy(typ)
	elem := elemType(typ)
	f64 := func(c code) code { return call(id("float64"), c) }
	i := id("i")
	shift := func(h float64) code {
		return each(i, nil, x, set(index(x, i), call(elem, op(f64(index(id("old"), i)), "+", op(number(ir.F64, h), "*", index(id("u"), i))))))
	}
	want := id("want")
	d := op(parens(op(id("hi"), "-", id("lo"))), "/", number(ir.F64, 2*step))
	t.emit(scoped(
		define(names(id("norm"), want), names(number(ir.F64, 0), number(ir.F64, 0))),
		each(nil, id("d"), g, assign(id("norm"), "+=", op(f64(id("d")), "*", f64(id("d"))))),
		set(id("norm"), op(call(qual("math", "Sqrt"), id("norm")), "+", number(ir.F64, 1e-9))),
		define(id("u"), call(id("make"), sliceOf(id("float64")), call(id("len"), g))),
		each(i, id("d"), g,
			set(index(id("u"), i), op(op(f64(id("d")), "/", id("norm")), "+", op(call(qual("math", "Cos"), f64(op(i, "*", i))), "/", call(qual("math", "Sqrt"), f64(call(id("len"), g)))))),
			assign(want, "+=", op(f64(id("d")), "*", index(id("u"), i)))),
		define(id("old"), call(id("append"), variadic(call(sliceOf(elem), id("nil")), x)...)),
		shift(step), define(id("hi"), call(id("value"))),
		shift(-step), define(id("lo"), call(id("value"))),
		call(id("copy"), x, id("old")),
		ifInit(define(id("d"), d), not(parens(op(call(qual("math", "Abs"), op(id("d"), "-", want)), "<=", op(number(ir.F64, tolerance), "*", parens(op(id("norm"), "+", call(qual("math", "Abs"), id("hi")))))))),
			call(path("t", "Errorf"), str("by "+commentText(what)+", the derivative along a direction is %v, differences give %v"), want, id("d"))),
	))
}
