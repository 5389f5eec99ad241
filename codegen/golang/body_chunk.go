package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// chunks runs a block that does some steps of a scan: a chunk at a time, since
// nothing interrupts assembly. The arguments are all but the range of steps.
//
//	for lo := 0; lo < T; lo += 128 {
//		n := min(128, T-lo)
//		c = net_scan(h, hNext, ys, c, lo, n)
//	}
func (b *bodyPrinter) chunks(s *plan.Block, args []code) []code {
	c := s.Chunk
	var out []code
	steps, known := c.Steps()
	most := integer(steps)
	if !known {
		// At least two steps, and an even number of them; see plan.Chunk.
		most = id(b.declare("most"))
		out = append(out, define(most, op(call(id("max"), integer(2), op(integer(c.Most), "/", call(id("max"), integer(1), b.int(c.Work)))), "&^", integer(1))))
	}
	b.scope = &bodyScope{outer: b.scope, taken: map[string]bool{}}
	lo, n := b.declare(c.Lo.Name), b.declare(c.N.Name)
	b.axes[c.Lo], b.axes[c.N] = lo, n
	var results []code
	for _, r := range s.Operands.Results {
		results = append(results, id(b.regs[r]))
	}
	run := call(id(b.names.Shared[s.Shared]), append(args, id(lo), id(n))...)
	if len(results) > 0 {
		run = set(names(results...), run)
	}
	each := append([]code{run}, b.list(c.Each)...)
	of := b.int(c.Of)
	if c.Down {
		each = append([]code{define(id(n), call(id("min"), most, id(lo))), assign(id(lo), "-=", id(n))}, each...)
		out = append(out, forLoop(define(id(lo), of), op(id(lo), ">", integer(0)), nil, each...))
	} else {
		each = append([]code{define(id(n), call(id("min"), most, op(of, "-", id(lo))))}, each...)
		out = append(out, forLoop(define(id(lo), integer(0)), op(id(lo), "<", of), assign(id(lo), "+=", most), each...))
	}
	b.scope = b.scope.outer
	odd := ir.DividesBy(c.Of.AddConst(1), 2)
	swap := b.list(c.End)
	switch odd.Truth() {
	case ir.Unknown:
		if len(swap) > 0 {
			out = append(out, ifThen(b.condition(odd), swap...))
		}
	case ir.True:
		out = append(out, swap...)
	}
	return out
}
