package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Grad returns a function with f's parameters whose results are f's results
// and then, for each parameter in wrt, the gradient of f's first result, which
// must be a scalar.
func Grad(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	seeds := make([]*ir.Value, len(f.Results))
	seeds[0] = b.Fill("d"+f.Results[0].Name, f.Results[0].Type, 1)
	primal, grads, err := Reverse(b, f.Results, seeds, params(f, wrt))
	if err != nil {
		return nil, err
	}
	return derived(f, f.Params, primal, grads), nil
}

// VJP returns a function that takes f's parameters and a cotangent for each
// float result, and yields f's results and the cotangents of wrt.
func VJP(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	seeds := make([]*ir.Value, len(f.Results))
	in := slices.Clone(f.Params)
	for k, r := range f.Results {
		if r.Type.DType.IsFloat() {
			seeds[k] = b.Input("d"+r.Name, r.Type)
			in = append(in, seeds[k])
		}
	}
	primal, cot, err := Reverse(b, f.Results, seeds, params(f, wrt))
	if err != nil {
		return nil, err
	}
	return derived(f, in, primal, cot), nil
}

// JVP returns a function that takes f's parameters and a tangent for each of
// wrt, and yields f's results and the tangents of the float ones.
func JVP(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	in, tangents := directions(b, f, wrt)
	primal, derivs, err := Forward(b, f.Results, params(f, wrt), tangents)
	if err != nil {
		return nil, err
	}
	return derived(f, in, primal, floats(b, f.Results, derivs)), nil
}

// HVP returns a function that takes f's parameters and a direction for each
// parameter in wrt, and yields f's scalar, its gradient, and the product of its
// Hessian by all of wrt together with the direction: forward over reverse.
func HVP(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	g, err := Grad(b, f, wrt)
	if err != nil {
		return nil, err
	}
	in, tangents := directions(b, f, wrt)
	primal, derivs, err := Forward(b, g.Results, params(f, wrt), tangents)
	if err != nil {
		return nil, err
	}
	n := len(f.Results)
	return derived(f, in, primal, floats(b, g.Results[n:], derivs[n:])), nil
}

// fewer reports whether a ≤ b, taking a run-time size to be large.
func fewer(a, b ir.Int) bool {
	m, aConst := a.IsConst()
	n, bConst := b.IsConst()
	switch {
	case aConst && bConst:
		return m <= n
	case aConst:
		return true
	case bConst:
		return false
	}
	return b.Sub(a).NonNegative()
}

func params(f *ir.Func, wrt []int) []*ir.Value {
	out := make([]*ir.Value, len(wrt))
	for i, k := range wrt {
		out[i] = f.Params[k]
	}
	return out
}

func directions(b *ir.Builder, f *ir.Func, wrt []int) (in, tangents []*ir.Value) {
	in = slices.Clone(f.Params)
	for _, w := range params(f, wrt) {
		t := b.Input("d"+w.Name, w.Type)
		in, tangents = append(in, t), append(tangents, t)
	}
	return in, tangents
}

// floats fills in zeros for missing tangents and leaves integers out.
func floats(b *ir.Builder, of, derivs []*ir.Value) []*ir.Value {
	var out []*ir.Value
	for k, v := range of {
		if !v.Type.DType.IsFloat() {
			continue
		}
		d := derivs[k]
		if d == nil {
			d = b.Fill("d"+v.Name, v.Type, 0)
		}
		out = append(out, d)
	}
	return out
}

func derived(f *ir.Func, in, primal, derivs []*ir.Value) *ir.Func {
	return &ir.Func{Name: f.Name, Doc: f.Doc, Place: f.Place, Params: in, Results: slices.Concat(primal, derivs)}
}

// transposeJVP makes the reverse mode of a rule from its forward mode, which is
// linear in the tangents: the transpose of a linear map is its derivative the
// other way.
func transposeJVP(b *ir.Builder, f *ir.Func) (*ir.Func, error) {
	return transpose(b, f, f.Rule.JVP)
}

// transposeVJP is the other direction.
func transposeVJP(b *ir.Builder, f *ir.Func) (*ir.Func, error) {
	return transpose(b, f, f.Rule.VJP)
}

func transpose(b *ir.Builder, f, rule *ir.Func) (*ir.Func, error) {
	n := len(f.Params)
	in := slices.Clone(rule.Params[:n])
	seeds := make([]*ir.Value, len(rule.Results))
	for k, r := range rule.Results {
		seeds[k] = b.Input("t"+r.Name, r.Type)
		in = append(in, seeds[k])
	}
	_, out, err := Reverse(b, rule.Results, seeds, rule.Params[n:])
	if err != nil {
		return nil, err
	}
	return &ir.Func{Name: f.Name + "'", Place: f.Place, Params: in, Results: out}, nil
}
