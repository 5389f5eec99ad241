package fit

import (
	"math/rand/v2"
	"slices"

	"example.test/scratch/use"
)

type real = float64

const maxM = 14

var sizes = []int{0, 1, 2, 5, 14}

func arguments() (p *PlantParams, s0, u []real) {
	p = NewPlantParams()
	p.Init(3)
	r := rand.New(rand.NewPCG(1, 2))
	return p, []real{0.5, -0.2}, use.Fill[real](20, r)
}

// Trace is every number that the program makes.
func Trace(poisoned bool) []float64 {
	var out []float64
	keep := func(xs ...[]real) {
		for _, x := range slices.Concat(xs...) {
			out = append(out, float64(x))
		}
	}
	w := NewMisra1aWorkspace(maxM)
	for _, m := range sizes {
		r := rand.New(rand.NewPCG(uint64(m), 1))
		b, x := use.Fill[real](2, r), use.Fill[real](m, r)
		y, z, jac := make([]real, m), make([]real, m), use.Fill[real](2*m, r)
		if poisoned {
			use.Poison(w)
		}
		Misra1a(w, y, b, x)
		Misra1aJac(w, jac, z, b, x)
		keep(y, z, jac)
	}
	p, s0, u := arguments()
	g, du, acc := NewPlantParams(), make([]real, 20), make([]real, 1)
	for i := range g.Data { // overwritten, whatever it holds
		g.Data[i] = real(1 / float64(i))
	}
	p.Forward(acc, []real{1, 2, 3})
	keep([]real{Cost(p, s0, u), CostGrad(du, p, s0, u), CostGradPlant(g, p, s0, u)}, du, g.Data, acc)
	return out
}
