package syntax

import (
	"maps"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
)

// reducers are the names that, with an index in brackets behind them, work along that index. The value says whether
// the name is a prefix operator, as Σ is; all others take their argument in parentheses.
var reducers = map[string]bool{
	"sum": true, "prod": true, "max": true, "min": true, "mean": true,
	"logsumexp": false, "argmax": false, "argmin": false, "softmax": false, "logSoftmax": false, "cumsum": false,
}

// IsReducer reports whether name[i] begins a reduction or another form that works along an index. No array may have
// such a name; a function may, since max(x, y) is not a reduction.
func IsReducer(name string) bool {
	_, ok := reducers[name]
	return ok
}

func isPrefixReducer(name string) bool { return reducers[name] }

func reducerNames() []string { return slices.Sorted(maps.Keys(reducers)) }

func (p *exprParser) atPrefixReduction() bool {
	return p.at(kindIdent) && isPrefixReducer(p.peek().Value) && p.nextIs(kindLBrack)
}

// prefixReduction reads `sum[i] e`, where e is a product or again a reduction.
func (p *exprParser) prefixReduction() (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	r, err := p.reductionHead()
	if err != nil {
		return nil, err
	}
	switch kind(p.peek().Type) {
	case kindTerm, kindRParen, kindRBrack, kindComma, kindPlus, kindStar, kindSlash, kindCaret, kindAssign:
		f := faultAt(p.peek(), diag.MissingExpression, "expected what `"+r.Name.Spelt+"` is taken over, found "+found(p.peek()))
		f.reducer = r.Name.Name
		return nil, f.hint("`" + r.Name.Spelt + "[…]` is a reduction; no array can have this name")
	}
	if r.X, err = p.term(); err != nil {
		return nil, err
	}
	return p.reduced(r)
}

// along reads a form with parentheses, `softmax[i](e)`.
func (p *exprParser) along() (Expr, error) {
	r, err := p.reductionHead()
	if err != nil {
		return nil, err
	}
	if !p.at(kindLParen) {
		return nil, faultAt(p.peek(), diag.BareReduction, "expected `(`, found "+found(p.peek())).
			hint("write " + r.Name.Spelt + "[…](…): only sum, prod, max, min and mean go without parentheses")
	}
	p.take()
	if r.X, err = p.expr(); err != nil {
		return nil, err
	}
	if err := p.need(kindRParen, "`)`"); err != nil {
		return nil, err
	}
	return p.reduced(r)
}

// reduced finishes a reduction whose parts are read.
func (p *exprParser) reduced(r *Reduce) (Expr, error) {
	parts := []Expr{r.X}
	if r.Where != nil {
		parts = append(parts, r.Where)
	}
	for _, b := range r.Indices {
		if b.Bound != nil {
			parts = append(parts, b.Bound)
		}
	}
	var err error
	r.At = p.from(r.Name.Span().Start)
	r.h, err = p.heightOver(parts...)
	return r, err
}

// reductionHead reads the name, the indices and the mask.
func (p *exprParser) reductionHead() (*Reduce, error) {
	r := &Reduce{Name: p.ident()}
	p.take()
	var err error
	if r.Indices, err = p.binders(false); err != nil {
		return nil, err
	}
	if p.accept(kindWhere) {
		if r.Where, err = p.expr(); err != nil {
			return nil, err
		}
		return r, p.need(kindRBrack, "`]`")
	}
	return r, p.need(kindRBrack, "`,`, `where` or `]`")
}

// binders reads the indices of a reduction, or those on the left of an equation, where the first may be `...`. It
// stops before what ends them.
func (p *exprParser) binders(left bool) ([]*Binder, error) {
	var out []*Binder
	for !p.at(kindRBrack) && !p.at(kindWhere) {
		b, err := p.binder(left, len(out) == 0)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
		if !p.accept(kindComma) {
			break
		}
	}
	if len(out) == 0 {
		return nil, faultAt(p.peek(), diag.EmptyList, "expected at least one index, found "+found(p.peek()))
	}
	return out, nil
}

func (p *exprParser) binder(left, first bool) (*Binder, error) {
	t := p.peek()
	start := int32(t.Pos.Offset)
	switch {
	case p.at(kindEllipsis) && left && first:
		p.take()
		return &Binder{At: p.from(start), Ellipsis: true}, nil
	case p.at(kindEllipsis):
		return nil, faultAt(t, diag.MisplacedEllipsis, "`...` is not an index here").
			hint("on the left of an equation it may come first")
	case !p.at(kindIdent):
		f := faultAt(t, diag.BadBinder, "expected an index, found "+found(t))
		if left {
			f.hint("an equation defines a whole array: its left side names an index for each axis, as in y[i, j] = …")
		} else {
			f.hint("an index is a name, or a name and its range: i < n")
		}
		return nil, f
	}
	if IsReducer(t.Value) {
		return nil, faultAt(t, diag.ReductionName, "`"+t.Value+"` is a reduction and cannot name an index")
	}
	b := &Binder{Name: p.ident()}
	if p.accept(kindLt) {
		var err error
		if b.Bound, err = p.sum(); err != nil {
			return nil, err
		}
	}
	switch kind(p.peek().Type) {
	case kindLe, kindGt, kindGe, kindEq, kindNe, kindLt:
		return nil, faultAt(p.peek(), diag.BadBinder, "a range is written i < n").
			hint("it runs from 0 up to and without n; other conditions follow `where`")
	case kindPlus, kindMinus, kindStar, kindSlash, kindLParen, kindLBrack, kindDot, kindNumber:
		return nil, faultAt(p.peek(), diag.BadBinder, "an index here is a name, not an expression").
			hint("an index is a name, or a name and its range: i < n")
	}
	b.At = p.from(start)
	return b, nil
}

// concat reads `concat[axis](a, b)`.
func (p *exprParser) concat() (Expr, error) {
	start := int32(p.take().Pos.Offset)
	p.take()
	c := &Concat{}
	var err error
	if c.Axis, err = p.expr(); err != nil {
		return nil, err
	}
	if err := p.need(kindRBrack, "`]`"); err != nil {
		return nil, err
	}
	if err := p.need(kindLParen, "`(`"); err != nil {
		return nil, err
	}
	if c.Args, _, err = p.list(kindRParen, "`,` or `)`"); err != nil {
		return nil, err
	}
	if len(c.Args) == 0 {
		return nil, faultAt(p.last, diag.EmptyList, "concat needs at least one array")
	}
	c.At = p.from(start)
	c.h, err = p.heightOver(append([]Expr{c.Axis}, c.Args...)...)
	return c, err
}
