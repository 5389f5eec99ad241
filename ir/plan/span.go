package plan

import (
	"math"

	"github.com/gradgen/gradgen/ir"
)

// A span is the range of an integer that is read or computed where the program runs: [least, limit).
type span struct {
	least int64
	limit ir.Int
}

// spanOf is what is known of an integer, which e evaluates in the plan: an element of a parameter is what the function
// demands, for that is checked before it begins; of what is computed, it is asked whether it can be negative, and how large. No
// condition counts here: a variable for the integer may be declared outside of it.
func (l *lowerer) spanOf(i *ir.Expr, e *Expr) span {
	s := span{math.MinInt32, ir.Const(math.MaxInt32 + 1)}
	if e.Op == ir.OpRead && e.Buffer.Class == Param {
		for _, d := range l.prog.Demands {
			if l.prog.Params[d.Param] == e.Buffer {
				return span{d.Least, d.Limit}
			}
		}
	}
	if ir.ProvesKnown(nil, ir.Ge(ir.Of(i), ir.Int{})) {
		s.least = 0
	}
	if limit, ok := ir.LimitOf(i); ok {
		s.limit = limit
	}
	return s
}

// variable names the value of an integer expression.
func (l *lowerer) variable(e *Expr, s span) *ir.Axis {
	if x := l.vars[e]; x != nil {
		return x
	}
	name := "at"
	if e.Op == ir.OpRead && e.Buffer.Name != "" {
		name = e.Buffer.Name
	} else if e.Op == ir.OpVar && e.Reg.Name != "" {
		name = e.Reg.Name
	}
	x := ir.NewVariable(name, s.least, s.limit)
	l.vars[e] = x
	l.dyn[x] = e
	l.dynOrder = append(l.dynOrder, x)
	return x
}
