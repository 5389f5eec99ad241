package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// checkNames looks at the names in every declaration of a scope, those too that are never instantiated, and for
// declarations that use themselves. It returns false if there are any of the latter.
func (c *checker) checkNames(s *scope) bool {
	uses := map[*decl][]*decl{}
	for _, d := range s.order {
		w := &nameWalk{c: c, s: s, names: map[string]diag.Span{}, used: func(x *decl) { uses[d] = append(uses[d], x) }}
		w.decl(d.node)
	}
	for _, f := range slices.Collect(filesOf(c, s)) {
		for _, n := range f.Decls {
			switch n := n.(type) {
			case *syntax.RuleDecl:
				if d := s.values[n.Name.Name]; d != nil {
					w := &nameWalk{c: c, s: s, names: map[string]diag.Span{}, used: func(*decl) {}}
					w.decl(n)
				}
			case *syntax.DeriveDecl, *syntax.TrainDecl:
				w := &nameWalk{c: c, s: s, names: map[string]diag.Span{}, used: func(*decl) {}}
				w.decl(n)
			}
		}
	}
	return c.noCycles(s, uses)
}

// filesOf lists the files of a scope.
func filesOf(c *checker, s *scope) func(yield func(*syntax.File) bool) {
	return func(yield func(*syntax.File) bool) {
		var files []*syntax.File
		for src := range s.files {
			files = append(files, c.sources[src])
		}
		slices.SortFunc(files, func(a, b *syntax.File) int {
			if a.Source.Name < b.Source.Name {
				return -1
			}
			return 1
		})
		for _, f := range files {
			if !yield(f) {
				return
			}
		}
	}
}

// nameWalk resolves the names in one declaration, without knowing any types.
type nameWalk struct {
	c       *checker
	s       *scope
	names   map[string]diag.Span // what the body has bound
	indices map[string]diag.Span // indices in scope
	ended   map[string]diag.Span // indices of the reductions before, in the same statement
	labels  map[string]bool
	params  bool // labels and paths make sense
	place   bool // in the index of a read
	used    func(*decl)
}

// inner is a walk in a scope inside this one.
func (w *nameWalk) inner() *nameWalk {
	x := *w
	x.names, x.indices = map[string]diag.Span{}, map[string]diag.Span{}
	for n, at := range w.names {
		x.names[n] = at
	}
	for n, at := range w.indices {
		x.indices[n] = at
	}
	return &x
}

func (w *nameWalk) decl(n syntax.Decl) {
	switch n := n.(type) {
	case *syntax.DimDecl:
		w.expr(n.Value)
	case *syntax.ConstDecl:
		w.constant(n)
	case *syntax.FnDecl:
		w.signature(n.Inputs, n.Result)
		w.body(n.Value, n.Body, true)
	case *syntax.LayerDecl:
		w.fields(n.Hyper)
		w.layerBody(n.Sig, n.Value, n.Body)
	case *syntax.ModelDecl:
		w.layerBody(n.Sig, n.Value, n.Body)
	case *syntax.LossDecl:
		w.signature(n.Inputs, n.Result)
		w.body(n.Value, n.Body, true)
	case *syntax.RuleDecl:
		for _, id := range append(slices.Clone(n.Inputs), n.Linear...) {
			w.bind(id)
		}
		if fn, ok := w.s.values[n.Name.Name].node.(*syntax.FnDecl); ok {
			for _, f := range fn.Inputs {
				w.variables(f.Type)
			}
		}
		w.body(n.Value, n.Body, true)
	case *syntax.OptimizerDecl:
		w.fields(n.Hyper)
		for _, name := range []string{"w", "g", "t"} {
			w.names[name] = n.Name.Span()
		}
		w.body(nil, n.Body, false)
	case *syntax.InitDecl:
		w.fields(n.Hyper)
		w.names["random"] = n.Name.Span()
		w.expr(n.Value)
	case *syntax.DeriveDecl:
		if w.s.find(valueTable, n.Name.Name) == nil && w.c.predeclared(w.s.env, n.Name) != nil {
			w.c.errorf(w.s.env, diag.DeriveForm, n.Name.Span(), "`%s` is not declared in this file: derive a function of your own", n.Name.Spelt).
				Helpf("write fn f(x: f64) -> f64 = %s(x)", n.Name.Spelt)
			return
		}
		w.need(n.Name, valueTable)
	case *syntax.TrainDecl:
		w.need(n.Loss, valueTable)
		w.applied(n.With, optimTable, "optimizer")
	}
}

// need resolves the name of a declaration.
func (w *nameWalk) need(id *syntax.Ident, table func(*scope) map[string]*decl) {
	if w.s.find(table, id.Name) != nil || w.s.isBad(id.Name) {
		return
	}
	d := w.c.errorf(w.s.env, diag.Undefined, id.Span(), "`%s` is not defined", id.Spelt)
	if s := diag.Suggest(id.Name, w.s.names(table)); s != "" {
		d.Helpf("is it meant to be `%s`?", s)
	}
}

// applied resolves an initialiser or an optimiser with its arguments.
func (w *nameWalk) applied(x syntax.Expr, table func(*scope) map[string]*decl, what string) {
	head := syntax.Unparen(x)
	if call, ok := head.(*syntax.Call); ok {
		for _, a := range call.Args {
			w.expr(a.Value)
		}
		head = syntax.Unparen(call.Fn)
	}
	id, ok := head.(*syntax.Ident)
	if !ok || w.s.find(table, id.Name) != nil || w.s.isBad(id.Name) {
		return
	}
	if what == "optimizer" {
		d := w.c.errorf(w.s.env, diag.TrainForm, id.Span(), "there is no optimizer `%s`", id.Spelt)
		if s := diag.Suggest(id.Name, w.s.names(table)); s != "" {
			d.Helpf("is it meant to be `%s`?", s)
		}
		return
	}
	d := w.c.errorf(w.s.env, diag.ParamInit, id.Span(), "there is no initialiser `%s`", id.Spelt)
	if s := diag.Suggest(id.Name, w.s.names(table)); s != "" {
		d.Helpf("is it meant to be `%s`?", s)
	} else {
		d.Helpf("a fixed start is written = 0")
	}
}

func (w *nameWalk) constant(n *syntax.ConstDecl) {
	in := w.inner()
	for _, b := range n.Indices {
		w.expr(b.Bound)
		if b.Name != nil {
			in.index(b)
		}
	}
	in.expr(n.Value)
}

func (w *nameWalk) fields(fields []*syntax.Field) {
	for _, f := range fields {
		w.expr(f.Default)
		w.bind(f.Name)
	}
}

// signature binds inputs and the sizes that are variables of their types.
func (w *nameWalk) signature(inputs []*syntax.Field, result syntax.Type) {
	for _, f := range inputs {
		w.variables(f.Type)
	}
	w.fields(inputs)
}

// variables binds the undeclared sizes in a type.
func (w *nameWalk) variables(t syntax.Type) {
	switch t := t.(type) {
	case *syntax.TupleType:
		for _, u := range t.Elems {
			w.variables(u)
		}
	case *syntax.ArrayType:
		for _, x := range t.Axes {
			if id, ok := syntax.Unparen(x).(*syntax.Ident); ok && w.s.find(valueTable, id.Name) == nil {
				if _, bound := w.names[id.Name]; !bound {
					w.names[id.Name] = id.Span()
				}
			}
		}
	}
}

func (w *nameWalk) layerBody(sig syntax.Signature, x syntax.Expr, b *syntax.Block) {
	w.params = true
	if sig.Pointwise {
		w.signature(sig.Inputs, sig.Result)
	} else {
		w.variables(sig.From)
	}
	w.body(x, b, true)
}

func (w *nameWalk) body(x syntax.Expr, b *syntax.Block, returns bool) {
	w.labels = map[string]bool{}
	collect := func(n syntax.Node) bool {
		if l, ok := n.(*syntax.Label); ok {
			if l.Name != nil {
				w.labels[l.Name.Name] = true
			} else {
				w.labels[l.Path.Value] = true
			}
		}
		return true
	}
	if x != nil {
		syntax.Inspect(x, collect)
		w.expr(x)
		return
	}
	syntax.Inspect(b, collect)
	w.block(b, returns)
}

func (w *nameWalk) block(b *syntax.Block, returns bool) {
	var last *syntax.ReturnStmt
	for _, name := range b.Lost {
		if _, bound := w.names[name]; !bound {
			w.names[name] = diag.Span{} // of no place: another statement may define it
		}
	}
	for _, s := range b.Stmts {
		if last != nil {
			w.c.errorf(w.s.env, diag.AfterReturn, s.Span(), "nothing is evaluated after return").Note(last.Span(), "return", "here")
			return
		}
		w.stmt(s)
		if r, ok := s.(*syntax.ReturnStmt); ok {
			last = r
		}
	}
	if last == nil && returns && !b.Bad {
		at := b.Span()
		w.c.errorf(w.s.env, diag.NoReturn, diag.Span{File: at.File, Start: at.End - 1, End: at.End}, "this body returns nothing").
			Helpf("end it with return and a value")
	}
}

// bind enters a name that a body defines.
func (w *nameWalk) bind(id *syntax.Ident) {
	if first, bound := w.names[id.Name]; bound && first.File != nil {
		w.c.errorf(w.s.env, diag.Redeclared, id.Span(), "`%s` is defined twice", id.Spelt).Note(first, "first", "here").
			Helpf("nothing changes in place: choose another name")
		return
	}
	w.names[id.Name] = id.Span()
}

func (w *nameWalk) stmt(s syntax.Stmt) {
	w.ended = nil
	switch s := s.(type) {
	case *syntax.Define:
		w.expr(s.Value)
		w.bind(s.Name)
	case *syntax.Equation:
		w.equation(s.Indices, s.Value)
		w.bind(s.Name)
	case *syntax.Unpack:
		w.expr(s.Value)
		for _, n := range s.Names {
			w.bind(n)
		}
	case *syntax.ParamStmt:
		w.typ(s.Type)
		if s.In != nil {
			w.expr(s.In.Lo)
			w.expr(s.In.Hi)
		}
		if s.Init != nil {
			w.applied(s.Init, initTable, "init")
		}
		w.expr(s.Value)
		w.expr(s.When)
		for _, n := range s.Names {
			w.bind(n)
		}
	case *syntax.StateStmt:
		w.typ(s.Type)
		w.expr(s.Value)
		for _, n := range s.Names {
			w.bind(n)
		}
	case *syntax.NextStmt:
		if s.Indices != nil {
			w.equation(s.Indices, s.Value)
		} else {
			w.expr(s.Value)
		}
	case *syntax.StepStmt:
		in := w.inner()
		for _, f := range s.Inputs {
			in.variables(f.Type)
			in.names[f.Name.Name] = f.Name.Span()
		}
		in.block(s.Body, true)
		w.bind(s.Name)
	case *syntax.DimDecl:
		w.expr(s.Value)
		w.bind(s.Name)
	case *syntax.ConstDecl:
		w.constant(s)
		w.bind(s.Name)
	case *syntax.ReturnStmt:
		w.expr(s.Value)
	}
}

func (w *nameWalk) typ(t syntax.Type) {
	switch t := t.(type) {
	case *syntax.TupleType:
		for _, u := range t.Elems {
			w.typ(u)
		}
	case *syntax.ArrayType:
		for _, x := range t.Axes {
			w.expr(x)
		}
	}
}

func (w *nameWalk) equation(binders []*syntax.Binder, x syntax.Expr) {
	in := w.inner()
	for _, b := range binders {
		w.expr(b.Bound)
		if b.Name != nil {
			in.index(b)
		}
	}
	in.expr(x)
}

// index binds an index; one that is in scope already cannot be bound again.
func (w *nameWalk) index(b *syntax.Binder) {
	id := b.Name
	if first, bound := w.indices[id.Name]; bound {
		w.c.errorf(w.s.env, diag.IndexRebound, id.Span(), "the index `%s` is in use already", id.Spelt).Note(first, "first", "here").
			Helpf("choose another name")
	}
	w.indices[id.Name] = id.Span()
	w.names[id.Name] = id.Span()
}
