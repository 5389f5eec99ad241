package stable

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// reduction is a read of an element of a Map that reduces.
type reduction struct {
	*ir.Map
	name string
	at   []ir.Int
}

// rank is the number of axes that are not reduced.
func (r *reduction) rank() int { return len(r.at) }

// reductionOf finds that e reads a reduction of a kind.
func reductionOf(e *ir.Expr, kind *ir.Reducer) *reduction {
	e = origin(e)
	d, at := producer(e)
	if d == nil || d.Reduce != kind || d.Write != nil {
		return nil
	}
	return &reduction{d, e.Array.Name, at}
}

// exponents is what is under exp in a sum of exponentials: the exponent, and the
// condition on data under which a term counts, nil for none.
func (r *reduction) exponents() (x, rest *ir.Expr) {
	body := r.Body
	if body.Op == ir.OpSelect && body.Args[2].Op == ir.OpLit && body.Args[2].Lit == 0 {
		rest, body = body.Args[0], body.Args[1]
	}
	body = seen(body, opExp)
	if body.Op != opExp || shifted(body.Args[0]) {
		return nil, nil
	}
	return body.Args[0], rest
}

// logsumexp makes the logarithm of a sum of exponentials.
func (m *matcher) logsumexp(r *reduction) *ir.Expr {
	if r == nil {
		return nil
	}
	x, rest := r.exponents()
	if x == nil {
		return nil
	}
	if len(r.Domain) == 0 && rest == nil {
		return ir.Read(m.lib.Call("logsumexp", m.array(r, nil, x, "terms")), r.at...)
	}
	// What is masked need not be there at all.
	var keep *ir.Value
	if rest == nil {
		keep = m.array(r, nil, ir.Test(r.Domain...), "keep")
	} else {
		keep = m.array(r, r.Domain, rest, "keep")
		x = ir.Select(rest, x, ir.Lit(x.Type, 0))
	}
	return ir.Read(m.lib.Call("maskedLogsumexp", m.array(r, r.Domain, x, "terms"), keep), r.at...)
}

// array makes the array of what a reduction reduces, or of what else has a value
// for each of its points: its free axes, and one for all that it reduces.
func (m *matcher) array(r *reduction, domain []ir.Pred, body *ir.Expr, what string) *ir.Value {
	b := m.lib.Builder()
	name := r.name + "_" + what
	v := ir.Copied(r.Axes, body) // what is outside the domain may as well be there
	if v == nil {
		v = b.Map(name, len(r.Axes), &ir.Map{Axes: r.Axes, Domain: domain, Body: body})
	}
	if len(r.Axes) == r.rank()+1 {
		return v
	}
	shape := slices.Clone(v.Type.Shape[:r.rank()])
	total := ir.Const(1)
	for _, n := range v.Type.Shape[r.rank():] {
		total = total.Mul(n)
	}
	return b.Reshape(name, v, append(shape, total))
}

func logSumExp(m *matcher, e *ir.Expr) *ir.Expr {
	return m.logsumexp(reductionOf(e.Args[0], ir.Sum))
}

func logMeanExp(m *matcher, e *ir.Expr) *ir.Expr {
	r, n := meanOf(e.Args[0])
	lse := m.logsumexp(r)
	if lse == nil {
		return nil
	}
	return ir.Apply(ir.OpSub, lse, ir.Apply(opLog, n))
}

// meanOf finds that e is a sum divided by a number or a size.
func meanOf(e *ir.Expr) (sum *reduction, n *ir.Expr) {
	e = seen(e, ir.OpDiv)
	if e.Op != ir.OpDiv {
		return nil, nil
	}
	n = e.Args[1]
	if n.Op == ir.OpLit && n.Lit > 0 || n.Op == ir.OpIndex && !n.Int.HasAxes() {
		return reductionOf(e.Args[0], ir.Sum), n
	}
	return nil, nil
}

func logAddExp(m *matcher, e *ir.Expr) *ir.Expr {
	sum := seen(e.Args[0], ir.OpAdd)
	if sum.Op != ir.OpAdd {
		return nil
	}
	for _, x := range sum.Args {
		if x = seen(x, opExp); x.Op != opExp || shifted(x.Args[0]) {
			return nil
		}
	}
	return e
}

func logProd(m *matcher, e *ir.Expr) *ir.Expr {
	if reductionOf(e.Args[0], ir.Prod) == nil {
		return nil
	}
	return e
}

// softmax matches one term of a sum of exponentials divided by the sum.
func softmax(m *matcher, e *ir.Expr) *ir.Expr {
	term, r := seen(e.Args[0], opExp), reductionOf(e.Args[1], ir.Sum)
	if term.Op != opExp || r == nil || len(r.Domain) > 0 || len(r.Axes) != r.rank()+1 {
		return nil
	}
	x, rest := r.exponents()
	if x == nil || rest != nil {
		return nil
	}
	at, ok := r.term(x, term.Args[0])
	if !ok {
		return nil
	}
	p := m.lib.Call("softmax", m.array(r, nil, x, "terms"))
	return ir.Read(p, append(slices.Clip(r.at), at)...)
}

// term finds which term of a sum over one axis an expression is. The number of
// the term stands in e where that axis alone is an index.
func (r *reduction) term(of, e *ir.Expr) (at ir.Int, ok bool) {
	x := r.Axes[r.rank()]
	of = substituted(r.Axes, r.at).Expr(of)
	guarded := false
	of.Walk(func(p *ir.Expr) { guarded = guarded || p.Op == ir.OpSelect })
	of.Walk(func(p *ir.Expr) {
		for k, i := range p.Index {
			y, alone := i.IsAxis()
			if !alone || y != x || ok {
				continue
			}
			// A read that no condition guards is inside its array.
			inside := !guarded && p.Array.Type.Shape[k].Equal(x.Extent)
			e.Walk(func(q *ir.Expr) {
				if ok || q.Op != ir.OpRead || q.Array != p.Array {
					return
				}
				z, isAxis := q.Index[k].IsAxis()
				if (inside || isAxis && z.Extent.Equal(x.Extent)) && substituted([]*ir.Axis{x}, q.Index[k:k+1]).Expr(of).Compare(e) == 0 {
					at, ok = q.Index[k], true
				}
			})
		}
	})
	return at, ok
}

func sqrtSumSquares(m *matcher, e *ir.Expr) *ir.Expr {
	if r := reductionOf(e.Args[0], ir.Sum); r == nil || square(r.Body) == nil {
		return nil
	}
	return e
}

// square is what e is the square of, nil if of nothing.
func square(e *ir.Expr) *ir.Expr {
	e = seen(e, ir.OpMul)
	if e.Op != ir.OpMul || e.Args[0].Compare(e.Args[1]) != 0 {
		return nil
	}
	return e.Args[0]
}

// variance matches the mean of squares less the square of the mean.
func variance(m *matcher, e *ir.Expr) *ir.Expr {
	squares, n := meanOf(e.Args[0])
	mean := square(e.Args[1])
	if squares == nil || mean == nil {
		return nil
	}
	sum, k := meanOf(mean)
	x := square(squares.Body)
	if sum == nil || x == nil || n.Compare(k) != 0 || !slices.EqualFunc(sum.at, squares.at, ir.Int.Equal) ||
		!slices.EqualFunc(sum.Axes, squares.Axes, func(x, y *ir.Axis) bool { return x.Extent.Equal(y.Extent) }) {
		return nil
	}
	s := substituted(sum.Axes, ir.AxisInts(squares.Axes))
	if s.Expr(sum.Body).Compare(x) != 0 || !slices.EqualFunc(s.Preds(sum.Domain), squares.Domain, ir.Pred.Equal) {
		return nil
	}
	return e
}
