package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A piece is one summand of a reduction: body over a domain. A Map has one
// piece, unless its body is a sum of guarded terms.
type piece struct {
	axes   []*ir.Axis // beyond the free ones, or formScatter: all, outermost first
	domain []ir.Pred
	body   *ir.Expr
	write  []ir.Int // formScatter
	set    bool     // formScatter: the first piece covers everything, and assigns
	at     *node    // where the body is evaluated, once placed
}

// innermost moves the axis with the most contiguous reads inside.
func (p *piece) innermost() {
	best, bestScore := -1, 0
	for k, x := range p.axes {
		good, bad := strides(p.body, x)
		score := 8*(good-2*bad) + min(int(extent(x)), 7)
		if best < 0 || score >= bestScore {
			best, bestScore = k, score
		}
	}
	if best >= 0 && best < len(p.axes)-1 {
		x := p.axes[best]
		p.axes = append(slices.Delete(slices.Clone(p.axes), best, best+1), x)
	}
}
