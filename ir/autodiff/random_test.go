package autodiff_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/randprog"
)

// Random programs: gradients agree with differences, forward with reverse mode,
// and the optimised program with the one it was made from.
func TestRandomPrograms(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 200
	}
	sharp, bad := 0, 0
	for seed := range uint64(n) {
		b := ir.NewBuilder()
		p := randprog.New(b, seed, randprog.Options{DType: ir.F64, Steps: 7, Scans: seed%2 == 0, Smooth: seed%4 < 2})
		good, err := checkProgram(b, p, seed)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			if bad++; bad > 4 {
				t.FailNow()
			}
		}
		if good {
			sharp++
		}
	}
	// Differences that are not sharp, at a kink, check nothing: they must be few.
	if sharp < n*9/10 {
		t.Errorf("differences were sharp for %d of %d programs only", sharp, n)
	}
}

func checkProgram(b *ir.Builder, p *randprog.Program, seed uint64) (sharp bool, err error) {
	if err := ir.Verify(p.Func); err != nil {
		return false, err
	}
	grad, err := autodiff.Grad(b, p.Func, p.Wrt)
	if err != nil {
		return false, err
	}
	if err := ir.Verify(grad); err != nil {
		return false, fmt.Errorf("gradient: %w", err)
	}
	g, err := p.Run(grad)
	if err != nil {
		return false, fmt.Errorf("gradient: %w", err)
	}
	opt, err := pass.Optimize(b, grad, pass.Options{Check: true})
	if err != nil {
		return false, err
	}
	o, err := p.Run(opt)
	if err != nil {
		return false, fmt.Errorf("optimised: %w", err)
	}
	for k := range g {
		if d := distance(g[k], o[k]); d > 1e-11 {
			return false, fmt.Errorf("optimised result %d differs by %g\n%v\n%v\n%v\n%v", k, d, g[k].Data, o[k].Data, grad, opt)
		}
	}
	r := rand.New(rand.NewPCG(seed, 7))
	direction := make([][]float64, len(p.Wrt))
	dot, scale := 0.0, 0.0
	for i := range p.Wrt {
		direction[i] = make([]float64, len(g[1+i].Data))
		for j, v := range g[1+i].Data {
			direction[i][j] = 2*r.Float64() - 1
			dot += v * direction[i][j]
			scale += math.Abs(v * direction[i][j])
		}
	}
	if err := checkForward(b, p, direction, dot, scale); err != nil {
		return false, err
	}
	slope, sharp, err := p.Slope(p.Func, func(r []interp.Array) float64 { return r[0].Data[0] }, direction)
	if err != nil || !sharp {
		return false, err
	}
	if e := math.Abs(slope - dot); e > 1e-7*(1+scale) {
		return true, fmt.Errorf("gradient along a direction is %v, differences say %v\n%v\n%v", dot, slope, p.Func, grad)
	}
	return true, nil
}

// checkForward demands <u, Jv> = <Jᵀu, v>.
func checkForward(b *ir.Builder, p *randprog.Program, direction [][]float64, dot, scale float64) error {
	jvp, err := autodiff.JVP(b, p.Func, p.Wrt)
	if err != nil {
		return err
	}
	if err := ir.Verify(jvp); err != nil {
		return fmt.Errorf("forward: %w", err)
	}
	opt, err := pass.Optimize(b, jvp, pass.Options{Check: true})
	if err != nil {
		return err
	}
	for _, f := range []*ir.Func{jvp, opt} {
		args := p.Arrays()
		for i, k := range p.Wrt {
			args = append(args, interp.Of(args[k].DType, args[k].Shape, direction[i]...))
		}
		out, err := interp.Run(f, args, interp.Options{Dims: p.Dims})
		if err != nil {
			return fmt.Errorf("forward: %w", err)
		}
		if e := math.Abs(out[1].Data[0] - dot); e > 1e-12*(1+scale) || out[1].Data[0] != out[1].Data[0] {
			return fmt.Errorf("forward mode says %v, reverse mode %v\n%v", out[1].Data[0], dot, f)
		}
	}
	return nil
}

// distance is the largest difference, relative to the size of the whole.
func distance(a, b interp.Array) float64 {
	scale, d := 1.0, 0.0
	for _, v := range a.Data {
		scale = math.Max(scale, math.Abs(v))
	}
	for i, v := range a.Data {
		e := math.Abs(v - b.Data[i])
		if e != e && (v == v || b.Data[i] == b.Data[i]) {
			return math.Inf(1)
		}
		d = math.Max(d, e)
	}
	return d / scale
}

// Second order: the product of the Hessian with a direction, forward over
// reverse, against differences of the gradient; and the Jacobian, made by
// lifting, against the gradient it must equal for a scalar.
func TestRandomSecondOrder(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 60
	}
	sharp, bad := 0, 0
	for seed := range uint64(n) {
		b := ir.NewBuilder()
		p := randprog.New(b, 10000+seed, randprog.Options{DType: ir.F64, Steps: 5, Scans: seed%2 == 0, Smooth: true})
		good, err := checkSecond(b, p, seed)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			if bad++; bad > 4 {
				t.FailNow()
			}
		}
		if good {
			sharp++
		}
	}
	if sharp < n*9/10 {
		t.Errorf("differences were sharp for %d of %d programs only", sharp, n)
	}
}

func checkSecond(b *ir.Builder, p *randprog.Program, seed uint64) (bool, error) {
	if seed%3 > 0 { // by one argument, or else by all of them together
		p.Wrt = []int{p.Wrt[int(seed)%len(p.Wrt)]}
	}
	grad, err := autodiff.Grad(b, p.Func, p.Wrt)
	if err != nil {
		return false, err
	}
	jac, err := autodiff.Jac(b, p.Func, p.Wrt)
	if err != nil {
		return false, err
	}
	hvp, err := autodiff.HVP(b, p.Func, p.Wrt)
	if err != nil {
		return false, err
	}
	hess, err := autodiff.Hess(b, p.Func, p.Wrt)
	if err != nil {
		return false, err
	}
	results, err := p.Run(grad)
	if err != nil {
		return false, err
	}
	n := len(p.Wrt)
	g := together(results[1:])
	r := rand.New(rand.NewPCG(seed, 8))
	u, v := make([]float64, len(g.Data)), make([]float64, len(g.Data))
	for i := range u {
		u[i], v[i] = 2*r.Float64()-1, 2*r.Float64()-1
	}
	directions := make([][]float64, n)
	rest := v
	for i := range directions {
		k := len(results[1+i].Data)
		directions[i], rest = rest[:k], rest[k:]
	}
	dot := func(a []float64) (sum float64) {
		for i := range a {
			sum += a[i] * u[i]
		}
		return sum
	}
	var uHv float64
	for i, f := range []*ir.Func{jac, hess, hvp} {
		opt, err := pass.Optimize(b, f, pass.Options{Check: true})
		if err != nil {
			return false, err
		}
		for _, f := range []*ir.Func{f, opt} {
			args := p.Arrays()
			for k, w := range p.Wrt {
				if i == 2 {
					args = append(args, interp.Of(ir.F64, args[w].Shape, directions[k]...))
				}
			}
			out, err := interp.Run(f, args, interp.Options{Dims: p.Dims})
			if err != nil {
				return false, fmt.Errorf("%w\n%v", err, f)
			}
			first := out[1:]
			if i > 0 {
				first = out[1 : 1+n]
			}
			if d := distance(together(first), g); d > 1e-11 {
				return false, fmt.Errorf("first derivatives %v and %v\n%v", together(first).Data, g.Data, f)
			}
			switch i {
			case 1:
				sum := 0.0
				for k := range u {
					for l := range v {
						sum += u[k] * out[1+n].Data[k*len(v)+l] * v[l]
					}
				}
				uHv = sum
			case 2:
				if got := dot(together(out[1+n:]).Data); math.Abs(got-uHv) > 1e-10*(1+math.Abs(uHv)) {
					return false, fmt.Errorf("Hessian says %v, its product with a direction %v\n%v\n%v", uHv, got, hess, f)
				}
			}
		}
	}
	slope, sharp, err := p.Slope(grad, func(r []interp.Array) float64 { return dot(together(r[1:]).Data) }, directions)
	if err != nil || !sharp {
		return false, err
	}
	if math.Abs(slope-uHv) > 1e-7*(1+math.Abs(uHv)) {
		return true, fmt.Errorf("Hessian along two directions is %v, differences say %v", uHv, slope)
	}
	return true, nil
}

// together is one list of the elements of arrays.
func together(arrays []interp.Array) interp.Array {
	var out interp.Array
	for _, a := range arrays {
		out.Data = append(out.Data, a.Data...)
	}
	return out
}
