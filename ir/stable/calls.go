package stable

import "github.com/gradgen/gradgen/ir"

// maskedKin are the functions that are as softmax is to maskedSoftmax.
var maskedKin = map[string]string{"softmax": "logSoftmax", "maskedSoftmax": "maskedLogSoftmax"}

// softmaxOf finds that e reads an element of a softmax: the call, the function
// that makes the logarithms, and the element.
func (m *matcher) softmaxOf(e *ir.Expr) (call *ir.Call, logarithms string, at []ir.Int) {
	e = origin(e)
	if e.Op != ir.OpRead {
		return nil, "", nil
	}
	c, ok := e.Array.Def.(*ir.Call)
	if !ok {
		return nil, "", nil
	}
	for name, logs := range maskedKin {
		if m.lib.Is(c.Func, name) {
			return c, logs, e.Index
		}
	}
	return nil, "", nil
}

// origin looks through copies, for the value that e reads an element of.
func origin(e *ir.Expr) *ir.Expr {
	for {
		d, at := producer(e)
		if d == nil || d.Reduce != nil || d.Write != nil || len(d.Domain) > 0 || d.Body.Op != ir.OpRead {
			return e
		}
		e = substituted(d.Axes, at).Expr(d.Body)
	}
}

func logSoftmax(m *matcher, e *ir.Expr) *ir.Expr {
	call, logs, at := m.softmaxOf(e.Args[0])
	if call == nil {
		return nil
	}
	return ir.Read(m.lib.Call(logs, call.Args...), at...)
}

func logGuardedSoftmax(m *matcher, e *ir.Expr) *ir.Expr {
	return guarded(e, func(x *ir.Expr) bool {
		call, _, _ := m.softmaxOf(x)
		return call != nil
	})
}

func logGuardedSigmoid(m *matcher, e *ir.Expr) *ir.Expr {
	sigmoid := ir.OpByName("sigmoid")
	return guarded(e, func(x *ir.Expr) bool { return seen(x, sigmoid).Op == sigmoid })
}

// guarded matches the logarithm of a probability and a number that keeps it from
// 0.
func guarded(log *ir.Expr, probability func(*ir.Expr) bool) *ir.Expr {
	sum := seen(log.Args[0], ir.OpAdd)
	if sum.Op != ir.OpAdd {
		return nil
	}
	for k, x := range sum.Args {
		if n := sum.Args[1-k]; n.Op == ir.OpLit && n.Lit > 0 && n.Lit < 0.1 && probability(x) {
			return log
		}
	}
	return nil
}
