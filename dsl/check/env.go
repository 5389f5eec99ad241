package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// env is what an expression is evaluated in. It is never changed once something was evaluated in it, but for the
// names that the statements of its own body add; inner scopes are children.
type env struct {
	up    *env
	names map[string]value
	scope *scope // the declarations that are visible
	body  *body
	// loops are the indices in scope. Whatever is stored gets the axes it depends on in front.
	loops []*ir.Axis
	steps []*ir.Axis // of the scans around
	// assume holds wherever the expression is evaluated.
	assume []ir.Pred
	// dots are the indices that `...` stands for, nil outside an equation that has one on its left.
	dots   []ir.Int
	labels *labels
	target string // what values made here are named after
	given  map[*syntax.Call]value
	exact  bool // a constant: reductions are evaluated
}

// body is one run through the text of a function, a layer or a model.
type body struct {
	up      *body     // who called
	call    diag.Span // where
	what    string    // what was called, as written
	generic bool
	root    *root
	real    ir.DType // what `real` stands for
	prefix  string   // of the names of values
	dots    []size   // what `...` of the signature stands for
	outer   map[string]size
	params  bool // parameters may be declared: a layer or a model
	returns map[string]syntax.Type
	only    string // the name that alone is returned
	updates *updates
}

func (e *env) child() *env {
	c := *e
	c.up, c.names, c.given = e, nil, nil
	return &c
}

// set binds a name in this scope.
func (e *env) set(name string, v value) {
	if e.names == nil {
		e.names = map[string]value{}
	}
	e.names[name] = v
}

// local finds a name bound in a body, not a declaration.
func (e *env) local(name string) (value, bool) {
	for s := e; s != nil; s = s.up {
		if v, ok := s.names[name]; ok {
			return v, true
		}
	}
	return nil, false
}

// call finds the value already made for a call, an instance with a label.
func (e *env) giving(x *syntax.Call) (value, bool) {
	for s := e; s != nil; s = s.up {
		if v, ok := s.given[x]; ok {
			return v, true
		}
	}
	return nil, false
}

// localNames lists what is bound in bodies, for suggestions.
func (e *env) localNames() []string {
	var out []string
	for s := e; s != nil; s = s.up {
		for n := range s.names {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// within adds what is known in a branch or under a mask.
func (e *env) within(preds ...ir.Pred) *env {
	c := e.child()
	c.assume = slices.Concat(e.assume, preds)
	return c
}

// loop adds an index.
func (e *env) loop(name string, x *ir.Axis) {
	e.loops = append(slices.Clip(e.loops), x)
	e.set(name, integer{num: ir.Of(x), den: 1, elem: untyped})
}
