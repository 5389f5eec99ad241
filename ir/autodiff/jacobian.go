package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Jac returns a function with f's parameters whose results are f's results and
// then, for each float result, its Jacobian by all of wrt, row-major, as in
// gonum: the axes of the result are first. By one parameter its axes are behind;
// by several there is one axis behind, along which they follow each other. The
// mode with fewer seeds is used.
func Jac(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	var jacs []*ir.Value
	for _, y := range f.Results {
		if !y.Type.DType.IsFloat() {
			continue
		}
		blocks, err := jacobians(b, y, params(f, wrt))
		if err != nil {
			return nil, err
		}
		if len(blocks) > 1 {
			for k, v := range blocks {
				blocks[k] = flat(b, v, y.Type.Rank(), y.Type.Shape...)
			}
		}
		jacs = append(jacs, joined(b, "d"+y.Name, blocks, y.Type.Rank()))
	}
	return derived(f, f.Params, f.Results, jacs), nil
}

// Hess returns a function with f's parameters whose results are f's scalar, its
// gradient by each of wrt, and its Hessian by all of them: by one parameter its
// axes twice; by several one symmetric matrix, in whose rows and columns they
// follow each other. What is below the diagonal blocks is what is above.
func Hess(b *ir.Builder, f *ir.Func, wrt []int) (*ir.Func, error) {
	g, err := Grad(b, f, wrt)
	if err != nil {
		return nil, err
	}
	grads, by := g.Results[len(f.Results):], params(f, wrt)
	upper := make([][]*ir.Value, len(by))
	for k, y := range grads {
		blocks, err := jacobians(b, y, by[k:])
		if err != nil {
			return nil, err
		}
		upper[k] = blocks
	}
	if len(by) == 1 {
		return derived(f, f.Params, g.Results, upper[0]), nil
	}
	rows := make([]*ir.Value, len(by))
	for k, y := range grads {
		var row []*ir.Value
		for j := range k {
			above := upper[j][k-j]
			row = append(row, b.Elementwise(above.Name, []ir.Int{above.Type.Shape[1], above.Type.Shape[0]}, func(at []ir.Int) *ir.Expr {
				return ir.Read(above, at[1], at[0])
			}))
		}
		for j, v := range upper[k] {
			upper[k][j] = flat(b, v, y.Type.Rank(), y.Type.Len())
		}
		rows[k] = joined(b, "d"+y.Name, append(row, upper[k]...), 1)
	}
	return derived(f, f.Params, g.Results, []*ir.Value{joined(b, "hess", rows, 0)}), nil
}

// jacobians makes ∂y/∂w with shape [y…, w…] for each w in wrt: derivatives with
// a seed that is a Kronecker delta in free axes, lifted over these axes. A seed
// for y is one for all of wrt.
func jacobians(b *ir.Builder, y *ir.Value, wrt []*ir.Value) ([]*ir.Value, error) {
	total := ir.Const(0)
	for _, w := range wrt {
		total = total.Add(w.Type.Len())
	}
	if fewer(y.Type.Len(), total) {
		return rows(b, y, nil, wrt)
	}
	if one, free := sliced(b, y, wrt); fewer(one.Type.Len(), total) {
		return rows(b, one, free, wrt)
	}
	return columns(b, y, wrt)
}

// rows makes Jacobians in reverse mode: of an output that depends on free axes,
// which become the leading ones.
func rows(b *ir.Builder, y *ir.Value, free []*ir.Axis, wrt []*ir.Value) ([]*ir.Value, error) {
	seed, axes := delta(b, y.Type)
	_, d, err := Reverse(b, []*ir.Value{y}, []*ir.Value{seed}, wrt)
	if err != nil {
		return nil, err
	}
	return lifted(b, d, slices.Concat(free, axes)), nil
}

// columns makes Jacobians in forward mode.
func columns(b *ir.Builder, y *ir.Value, wrt []*ir.Value) ([]*ir.Value, error) {
	out := make([]*ir.Value, len(wrt))
	for k, w := range wrt {
		name, shape := "d"+y.Name+"_d"+w.Name, slices.Concat(y.Type.Shape, w.Type.Shape)
		seed, axes := delta(b, w.Type)
		_, d, err := Forward(b, []*ir.Value{y}, []*ir.Value{w}, []*ir.Value{seed})
		if err != nil {
			return nil, err
		}
		if d[0] == nil {
			out[k] = b.Fill(name, ir.Type{DType: y.Type.DType, Shape: shape}, 0)
			continue
		}
		stack := lifted(b, d, axes)[0]
		if out[k] = stack; len(axes) == 0 || y.Type.Rank() == 0 {
			continue
		}
		// Forward mode stacks by parameter: put the axes of the result first.
		out[k] = b.Elementwise(name, shape, func(at []ir.Int) *ir.Expr {
			n := y.Type.Rank()
			return ir.Read(stack, slices.Concat(at[n:], at[:n])...)
		})
	}
	return out, nil
}

// delta is a seed of a type: 1 where free axes say, which it returns, 0
// elsewhere.
func delta(b *ir.Builder, t ir.Type) (*ir.Value, []*ir.Axis) {
	axes := ir.Axes(t.Shape)
	return b.Elementwise("seed", t.Shape, func(at []ir.Int) *ir.Expr {
		preds := make([]ir.Pred, len(at))
		for k, i := range at {
			preds[k] = ir.Eq(i, ir.Of(axes[k]))
		}
		return ir.Select(ir.Test(preds...), ir.Lit(t.DType, 1), ir.Lit(t.DType, 0))
	}), axes
}

// lifted lifts derivatives over the axes of their seed.
func lifted(b *ir.Builder, d []*ir.Value, axes []*ir.Axis) []*ir.Value {
	d = b.InlineCalls(d)
	for _, x := range slices.Backward(axes) {
		d = b.LiftAll(d, x)
	}
	return d
}

// flat makes the first n axes of a block those of a shape, and all others one.
func flat(b *ir.Builder, v *ir.Value, n int, first ...ir.Int) *ir.Value {
	rest := ir.Type{Shape: v.Type.Shape[n:]}.Len()
	return b.Reshape(v.Name, v, append(slices.Clone(first), rest))
}

// joined concatenates blocks along an axis. A single block stays as it is.
func joined(b *ir.Builder, name string, blocks []*ir.Value, axis int) *ir.Value {
	if len(blocks) == 1 {
		return blocks[0]
	}
	shape := slices.Clone(blocks[0].Type.Shape)
	starts := []ir.Int{ir.Const(0)}
	for k, v := range blocks {
		starts = append(starts, starts[k].Add(v.Type.Shape[axis]))
	}
	shape[axis] = starts[len(blocks)]
	return b.Elementwise(name, shape, func(at []ir.Int) *ir.Expr {
		var out *ir.Expr
		for k, v := range slices.Backward(blocks) {
			in := slices.Clone(at)
			in[axis] = at[axis].Sub(starts[k])
			part := ir.Read(v, in...)
			if out == nil {
				out = part
			} else {
				out = ir.Select(ir.Test(ir.Lt(at[axis], starts[k+1])), part, out)
			}
		}
		return out
	})
}
