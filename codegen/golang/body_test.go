package golang

import (
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// program reads a function in the text of the IR, with random arguments.
func program(t *testing.T, name, text string, dims map[string]int) *trial {
	t.Helper()
	f, err := ir.ParseFunc(ir.NewBuilder(), text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return withArgs(&trial{name: name, f: f, dims: dims})
}

func withArgs(tr *trial) *trial {
	r := rand.New(rand.NewPCG(1, 2))
	tr.tol = 1e-12
	for _, v := range tr.f.Params {
		n := lengthOf(v.Type.Len(), tr.dims)
		data := make([]float64, n)
		for i := range data {
			switch v.Type.DType {
			case ir.I32:
				data[i] = float64(r.IntN(3))
				if v.Name == "wild" && i > 2 {
					data[i] = 1 << 30 // of no array
				}
			case ir.Bool:
				data[i] = float64(r.IntN(2))
			default:
				data[i] = v.Type.DType.Round(2*r.Float64() - 1)
			}
			if v.Type.DType == ir.F32 {
				tr.tol = 1e-5
			}
		}
		tr.args = append(tr.args, data)
	}
	return tr
}

// trialsOf makes the trials of all cases, as chosen and as loops.
func trialsOf(t *testing.T) []*trial {
	var out []*trial
	for _, c := range cases {
		if c.dims == nil {
			c.dims = []map[string]int{{}}
		}
		for _, d := range c.dims {
			for _, force := range []plan.Lowering{plan.Auto, plan.Loops} {
				tr := program(t, c.name, c.text, d)
				tr.opts = c.opts
				if c.exact {
					tr.tol = 0
				}
				tr.opts.Force, tr.opts.Chunk = force, 1 // two steps of a scan in a call
				out = append(out, tr)
			}
		}
	}
	return out
}

func TestCases(t *testing.T) {
	trials := trialsOf(t)
	checkTrials(t, trials)
	checkLanes(t, trials)
}
