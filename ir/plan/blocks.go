package plan

import (
	"github.com/gradgen/gradgen/ir"
)

// blockTerms is the number of terms that one accumulator adds up before its sum is put aside, and minBlocks how many
// blocks are worth it. What a block costs is then about a hundredth of its terms.
const (
	blockTerms = 512
	minBlocks  = 4
)

// blocks cuts long sums into blocks, whose sums are added up separately.
//
// A plain sum of n terms is off by up to (n-1)·u·Σ|x| to first order, where u is half of the distance from 1 to the
// next number: it may lose a digit for every factor of ten. With f accumulators, in blocks of b = 512 terms for each,
// it is
//
//	(b + n/(b·f) + f)·u·Σ|x|
//
// which for n = 2²⁰ and f = 4 in f32 is 6·10⁻⁵ of Σ|x|, and 6·10⁻² for a plain sum. A sum of at most 4·b·f terms is left
// as it is, at n/f + f instead.
//
// So is one over a size that is known at run time only: the compiler of Go would check each access in a block whose
// length it cannot see, which costs a sixth of the time. Its error is that of accumulators alone, n/f + f.
//
// Nor is a block for a processor with vectors cut, see [Lanes]: there f is the number of lanes of all accumulators.
//
// The order of the terms depends on sizes only.
func (l *lowerer) blocks(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		for _, body := range bodies(s) {
			*body = l.blocks(*body)
		}
		if s, ok := s.(*Loop); ok && l.long(s) {
			own := map[*Reg]bool{}
			eachStmt(s.Body, func(t Stmt) {
				if t, ok := t.(*Let); ok {
					own[t.Reg] = true
				}
			})
			if sums := l.sums(s, own); len(sums) > 0 {
				s = l.blocked(s, sums)
			}
			out = append(out, s)
			continue
		}
		out = append(out, s)
	}
	return out
}

// long reports whether a reduction counts from 0 to a number that is many blocks.
func (l *lowerer) long(s *Loop) bool {
	lo, ok1 := single(s.Lo)
	hi, ok2 := single(s.Hi)
	n, isConst := hi.IsConst()
	return s.Reduce && !s.Down && ok1 && ok2 && lo.Is(0) && isConst && n > minBlocks*blockTerms*s.Step
}

// blocked is a loop over the blocks of s, each with accumulators of its own for the sums.
func (l *lowerer) blocked(s *Loop, sums []*Reg) *Loop {
	hi, _ := single(s.Hi)
	size := blockTerms * s.Step
	at := ir.NewAxis("lo", hi)
	out := &Loop{Axis: at, Lo: s.Lo, Hi: s.Hi, Step: size, Reduce: true}
	end := ir.Const(size)
	if n, _ := hi.IsConst(); n%size != 0 {
		x := ir.NewAxis("n", ir.Const(size+1))
		out.Body = append(out.Body, &LetInt{Var: x, Hi: []Bound{{hi.Sub(ir.Of(at)), 1}, {end, 1}}})
		// The bound of a run-time number of steps of several terms leaves room for the last of them.
		end = ir.Of(x).AddConst(1 - s.Step)
	}
	x := ir.NewAxis(s.Axis.Name, end)
	body := newCopier(l, map[*ir.Axis]ir.Int{s.Axis: ir.Of(at).Add(ir.Of(x))}).list(s.Body)
	var after []Stmt
	for _, r := range sums {
		p := l.x.reg(r.Name, r.Type)
		eachStmt(body, func(t Stmt) {
			if t, ok := t.(*Set); ok && t.Reg == r {
				t.Reg = p
			}
		})
		out.Body = append(out.Body, &Let{Reg: p, Value: l.x.lit(r.Type, 0), Mutable: true})
		after = append(after, &Set{Reg: r, Op: AssignAdd, Value: l.x.use(p)})
	}
	inner := &Loop{Axis: x, Lo: s.Lo, Hi: []Bound{{end, 1}}, Step: s.Step, Reduce: true, Body: body}
	out.Body = append(append(out.Body, inner), after...)
	return out
}
