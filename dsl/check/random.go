package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// random evaluates random[b, i] in a layer: a draw for each value of the indices, and each step of the scans around
// it. Every place in the text of every instance is a site of its own, and so it is in every application of the
// instance: a layer that is applied twice draws twice.
func (c *checker) random(e *env, x *syntax.Index) value {
	if !e.body.params || e.labels == nil {
		c.errorf(e, diag.RandomForm, x.Span(), "`random` draws in layers and models").
			Helpf("write a layer without parameters for it, and a model of that: layer Noise()(x: real[...]) -> real[...] { … }")
		return bad{}
	}
	if !e.body.root.training {
		c.errorf(e, diag.RandomForm, x.Span(), "`random` draws while training only").
			Helpf("say what evaluation does: if training then … else …")
		return bad{}
	}
	element := ir.Const(0)
	add := func(axis *ir.Axis) bool {
		p, ok := product(element, axis.Extent)
		element = p.Add(ir.Of(axis))
		return ok
	}
	ok := true
	for _, t := range e.steps {
		ok = add(t) && ok
	}
	for _, n := range x.Indices {
		if isDots(n) {
			for _, i := range e.dots {
				axis, _ := i.IsAxis()
				ok = add(axis) && ok
			}
			continue
		}
		i, good := c.index(e, n)
		if !good {
			return bad{}
		}
		axis, plain := i.IsAxis()
		if !plain || !slices.Contains(e.loops, axis) {
			c.errorf(e, diag.RandomForm, n.Span(), "the brackets of `random` hold plain indices")
			return bad{}
		}
		ok = add(axis) && ok
	}
	if !ok {
		c.errorf(e, diag.ArrayTooLarge, x.Span(), "too many draws")
		return bad{}
	}
	in := drawer{e.labels.model, e.labels.prefix}
	key := place{in, e.body.root.application(in, e.body), x.Span()}
	site, known := c.sites[key]
	if !known {
		site = uint32(len(c.sites))
		c.sites[key] = site
	}
	return scalar(ir.Random(e.body.real, site, element))
}

// drawer is an instance of a layer, or a model, that draws.
type drawer struct {
	model  *model
	prefix string
}

// place is a piece of the text in one application of an instance.
type place struct {
	drawer
	application int
	at          diag.Span
}

// application numbers the runs through the text of an instance that draw.
func (r *root) application(in drawer, b *body) int {
	if r.drawing == nil {
		r.drawing = map[drawer][]*body{}
	}
	n := slices.Index(r.drawing[in], b)
	if n < 0 {
		n = len(r.drawing[in])
		r.drawing[in] = append(r.drawing[in], b)
	}
	return n
}
