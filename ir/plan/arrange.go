package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// arrange orders the reduced axes and chooses between a register for each
// sum and rows in memory, by contiguity.
func (m *member) arrange() {
	if len(m.pieces) == 0 {
		m.form, m.reduce = formValue, nil
		m.pieces = []piece{{body: ir.Lit(m.v.Type.DType, 0)}}
		return
	}
	loops := false
	for _, p := range m.pieces {
		loops = loops || len(p.axes) > 0
	}
	if !loops && m.reduce == ir.Sum {
		m.direct()
		return
	}
	m.form = formDot
	dotGood, dotBad, rowGood, rowBad := 0, 0, 0, 0
	dotLen, rowLen := int64(1<<30), int64(0)
	for i := range m.pieces {
		p := &m.pieces[i]
		p.innermost()
		if len(p.axes) == 0 {
			continue
		}
		last := p.axes[len(p.axes)-1]
		good, bad := strides(p.body, last)
		dotGood, dotBad = dotGood+good, dotBad+bad
		dotLen = min(dotLen, extent(last))
		if len(m.free) > 0 {
			good, bad = strides(p.body, m.free[len(m.free)-1])
			rowGood, rowBad = rowGood+good, rowBad+bad
		}
	}
	if len(m.free) == 0 {
		return
	}
	rowLen = extent(m.free[len(m.free)-1])
	switch {
	case rowLen < 4 || rowGood == 0:
	case rowBad < dotBad,
		rowBad == dotBad && dotLen < 8 && rowLen > dotLen:
		m.form = formRow
	}
	if m.form == formRow {
		m.why = "the last axis of the result is contiguous where the reduced one is not"
		if rowBad == dotBad {
			m.why = "the last axis of the result is longer than the reduced one"
		}
	} else {
		m.why = "the reduced axis is contiguous"
		if dotBad > 0 {
			m.why = "no axis is contiguous in every operand"
		}
	}
}

// direct turns a sum whose axes were all solved into an expression.
func (m *member) direct() {
	var terms []term
	sparse := false
	for _, p := range m.pieces {
		terms = append(terms, term{p.domain, p.body})
		sparse = sparse || slices.ContainsFunc(p.domain, thins)
	}
	if sparse && len(m.free) > 0 {
		m.scatterTerms(terms, nil)
		return
	}
	m.form, m.reduce = formValue, nil
	var body *ir.Expr
	for _, t := range terms {
		e := ir.Select(ir.Test(t.preds...), t.body, ir.Lit(t.body.Type, 0))
		if body == nil {
			body = e
		} else {
			body = ir.Apply(ir.OpAdd, body, e)
		}
	}
	m.pieces = []piece{{body: body}}
}
