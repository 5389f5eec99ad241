package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// optimizerUse is an optimiser with its hyper-parameters.
type optimizerUse struct {
	d     *decl
	n     *syntax.OptimizerDecl
	at    diag.Span
	value map[string]value // exact
}

// optimizer evaluates `Adam(lr = 1e-3)`; nil after an error.
func (c *checker) optimizer(e *env, x syntax.Expr) *optimizerUse {
	call, _ := syntax.Unparen(x).(*syntax.Call)
	id, ok := syntax.Unparen(x).(*syntax.Ident)
	if call != nil {
		id, ok = syntax.Unparen(call.Fn).(*syntax.Ident)
	}
	if !ok {
		c.errorf(e, diag.TrainForm, x.Span(), "after `with` stands an optimizer such as Adam(lr = 1e-3)")
		return nil
	}
	d := e.scope.find(optimTable, id.Name)
	if d == nil {
		return nil // reported with the names
	}
	n := d.node.(*syntax.OptimizerDecl)
	s := site{at: x.Span(), fn: id.Span()}
	good := true
	if call != nil {
		for _, a := range call.Args {
			v := c.eval(e, a.Value)
			good = good && !isBad(v)
			s.args = append(s.args, argument{v: v, at: a.Value.Span(), name: a.Name})
		}
	}
	if !good {
		return nil
	}
	what := "`" + id.Name + "`"
	args, ok := c.assign(e, n.Hyper, s, what)
	if !ok {
		return nil
	}
	out := &optimizerUse{d: d, n: n, at: x.Span(), value: map[string]value{}}
	for i, f := range n.Hyper {
		a := args[i]
		if a == nil {
			a = &argument{v: c.eval(d.scope.env, f.Default), at: f.Default.Span()}
		}
		v, ok := c.hyper(e, f, *a, what)
		if !ok {
			return nil
		}
		out.value[f.Name.Name] = v
	}
	return out
}
