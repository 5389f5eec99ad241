package check

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

func (w *nameWalk) expr(x syntax.Expr) {
	switch x := x.(type) {
	case nil, *syntax.Ellipsis, *syntax.Number, *syntax.String, *syntax.Bool:
	case *syntax.Ident:
		w.ident(x)
	case *syntax.Select:
		w.expr(x.X)
	case *syntax.Label:
		w.expr(x.X)
	case *syntax.Call:
		if id, ok := syntax.Unparen(x.Fn).(*syntax.Ident); !ok || special[id.Name] == nil {
			w.expr(x.Fn)
		}
		for _, a := range x.Args {
			w.expr(a.Value)
		}
	case *syntax.Index:
		if id, ok := syntax.Unparen(x.X).(*syntax.Ident); ok && id.Name == "random" && !w.knows(id) {
			if !w.params {
				w.c.errorf(w.s.env, diag.RandomForm, x.Span(), "`random` draws in layers and models").
					Helpf("write a layer without parameters for it, and a model of that: layer Noise()(x: real[...]) -> real[...] { … }")
			}
		} else {
			w.expr(x.X)
		}
		for _, i := range x.Indices {
			outer := w.place
			w.place = true
			w.expr(i)
			w.place = outer
		}
		w.expr(x.Else)
	case *syntax.Reduce:
		in := w.inner()
		keeps := x.Name.Name == "softmax" || x.Name.Name == "logSoftmax" || x.Name.Name == "cumsum"
		for _, b := range x.Indices {
			in.expr(b.Bound)
			if keeps {
				if _, bound := w.indices[b.Name.Name]; !bound {
					w.c.noIndex(w.s.env, x, b)
				}
				in.names[b.Name.Name] = b.Name.Span()
				continue
			}
			in.index(b)
		}
		in.expr(x.Where)
		in.expr(x.X)
		if w.ended == nil {
			w.ended = map[string]diag.Span{}
		}
		for _, b := range x.Indices {
			w.ended[b.Name.Name] = b.Name.Span()
		}
	default:
		for _, n := range syntax.Children(x) {
			if y, ok := n.(syntax.Expr); ok {
				w.expr(y)
			}
		}
	}
}

// knows reports whether the body or a declaration defines a name.
func (w *nameWalk) knows(id *syntax.Ident) bool {
	_, bound := w.names[id.Name]
	return bound || w.s.find(valueTable, id.Name) != nil
}

// ident resolves one use of a name.
func (w *nameWalk) ident(id *syntax.Ident) {
	if _, bound := w.names[id.Name]; bound || w.labels[id.Name] {
		return
	}
	if d := w.s.find(valueTable, id.Name); d != nil {
		w.used(d)
		return
	}
	e := w.s.env.child()
	if w.s.isBad(id.Name) || w.c.predeclared(e, id) != nil || special[id.Name] != nil {
		return
	}
	candidates := w.c.visible(e)
	for n := range w.names {
		candidates = append(candidates, n)
	}
	if id.Name[0] < 'A' || id.Name[0] > 'Z' { // no label is meant where a layer is
		for n := range w.labels {
			candidates = append(candidates, n)
		}
	}
	slices.Sort(candidates)
	help := ""
	if w.place {
		help = fmt.Sprintf("an index stands on the left of an equation, y[%[1]s] = …, or in a reduction, sum[%[1]s] …", id.Spelt)
	}
	d := w.c.notDefined(e, id, candidates, help)
	if at, ended := w.ended[id.Name]; ended && d != nil {
		d.Note(at, "bound", "here").Helpf("a reduction ends before + and -: put its formula in parentheses")
	}
}
