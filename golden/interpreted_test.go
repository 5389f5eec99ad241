package golden_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

func shapeOf(typ ir.Type, dims map[string]int) []int {
	v := ir.NewEvaluator(&ir.Env{Dim: func(d *ir.Dim) int64 { return int64(dims[d.Name]) }})
	out := make([]int, len(typ.Shape))
	for k, n := range typ.Shape {
		out[k] = int(v.Int(n))
	}
	return out
}

func size(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}

// interpreted runs a request in the interpreter, optimised or as written.
func (p *program) interpreted(t *testing.T, q request, optimised bool) results {
	t.Helper()
	e := p.export(t, q)
	f := e.Func
	if !optimised {
		f = p.written[e]
	}
	args := maps.Clone(q.args)
	var losses []float64
	for step := range max(q.steps, 1) {
		in := make([]interp.Array, len(e.Args))
		for k, b := range e.Args {
			typ := f.Params[k].Type
			shape := shapeOf(typ, q.dims)
			data, ok := args[key(e, b)]
			switch {
			case ok:
			case b.Kind == ir.BindStep:
				data = []float64{float64(step + 1)}
			case b.Kind == ir.BindHyper:
				for _, h := range e.Trainer.Hyper {
					if h.Name == b.Name {
						data = []float64{h.Default}
					}
				}
			case b.Kind == ir.BindGrad: // held before, and not read
				data = slices.Repeat([]float64{math.NaN()}, size(shape))
			case b.Kind == ir.BindOpt, b.Kind == ir.BindAccumulate:
				data = make([]float64, size(shape))
			default:
				t.Fatalf("%s %s: no value for %s", q.fn, q.derives, key(e, b))
			}
			if len(data) != size(shape) {
				t.Fatalf("%s %s: %d values for %s, which has shape %v", q.fn, q.derives, len(data), key(e, b), shape)
			}
			in[k] = interp.Of(typ.DType, shape, data...)
		}
		out, err := interp.Run(f, in, interp.Options{Dims: q.dims})
		if err != nil {
			t.Fatalf("%v\n%v", err, f)
		}
		r := results{}
		for k, b := range e.Results {
			r[key(e, b)] = out[k].Data
		}
		if q.steps == 0 {
			return r.aliased(e)
		}
		losses = append(losses, out[0].Data[0])
		for k, b := range e.Results[1:] {
			args[key(e, b)] = out[k+1].Data
		}
	}
	out := results{"losses": losses}
	for _, b := range e.Results[1:] {
		out[key(e, b)] = args[key(e, b)]
	}
	return out
}
