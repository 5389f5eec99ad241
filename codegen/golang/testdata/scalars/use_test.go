package scalars

import (
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

func TestScalarsStayScalars(t *testing.T) {
	if f := F(1, 2); f != 2 {
		t.Error(f)
	}
	f, dx, dy := FGrad(1, 2)
	if f != 2 || dx != 2 || dy != 2 {
		t.Error(f, dx, dy)
	}
	x, y := make([]float64, 3), make([]float64, 3)
	if n := NormGrad(y, x); n != 2 || y[2] != 2 {
		t.Error(n, y)
	}
	clear(y)
	Turn(y, x, 3)
	Noisy(x, y, runtime.NewKey(1, 2))
	p, q := NewPlantParams(), NewRivalParams()
	p.Forward(y, x)
	g, h := NewPlantParams(), NewRivalParams()
	DuelGrad(g, h, p, q, x)
	DuelGradPlant(g, p, q, x)
	DuelHVP(g, p, q, p, x)
	if NewDuelTrainer(p, q).Step(x); p.W[2] != 2 {
		t.Error(p.W)
	}
	if len(noisy_at) != 3 || noisy_at[0] != math.Inf(-1) {
		t.Error(noisy_at)
	}
	for name, f := range map[string]func(){"F": func() { F(1, 2) }, "Norm": func() { Norm(x) }, "Turn": func() { Turn(y, x, 3) }} {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func TestMistakesAreFound(t *testing.T) {
	x := make([]float64, 3)
	for name, f := range map[string]func(){"alias": func() { Turn(x, x, 3) }, "short": func() { Norm(x[:2]) }, "long": func() { Turn(make([]float64, 4), x, 3) }} {
		func() {
			defer func() {
				if _, ok := recover().(*runtime.ShapeError); !ok {
					t.Errorf("%s passes", name)
				}
			}()
			f()
		}()
	}
	defer func() {
		if e, ok := recover().(*runtime.IndexError); !ok || e.Arg != "k" {
			t.Error("an index that is a number passes")
		}
	}()
	Turn(make([]float64, 3), x, 11)
}
