package plan

import (
	"maps"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// The calls of the engine in the body of a scan mostly have an operand that is the
// same at every step: the weights of a recurrent network. As PyTorch stores them, the
// engine would transpose them for each step anew, which takes a quarter of the time of
// a product with 16 rows. So they stay as the engine packed them for the first step
// ([Forget], Matrix.Kept), in memory of the engine. A copy of our own, made before the
// scan, would not do as well: how tiles are packed is for the engine to say, which
// knows the processor and all sizes, and it does not pack everything. And it would
// have to be worth its price, of which a scan has to be long enough; this costs
// nothing but memory, because the first step packs its operands in any case.

// keptFar is how many elements apart rows of a right operand are whose columns are
// neighbours, at least, if the engine packs it: else it reads it where it lies.
const keptFar = 512

// keep gives the operands of calls that loops do not change memory in which they stay
// packed, outside of as many loops as do not change them.
func (l *lowerer) keep(list []Stmt) []Stmt { return l.keepFrom(list, kept{}) }

// kept numbers the memory that is in use, for each element type.
type kept map[ir.DType]int

// keepFrom is keep inside of loops for which operands are kept already.
func (l *lowerer) keepFrom(list []Stmt, outside kept) []Stmt {
	var out []Stmt
	for _, s := range list {
		inside := outside
		if s, ok := s.(*Loop); ok {
			var before []Stmt
			before, inside = l.keepIn(s, outside)
			out = append(out, before...)
		}
		for _, body := range bodies(s) {
			*body = l.keepFrom(*body, inside)
		}
		out = append(out, s)
	}
	return out
}

// keepIn finds the memory for what a loop does not change, and has the engine forget
// what it held before.
func (l *lowerer) keepIn(s *Loop, outside kept) (before []Stmt, inside kept) {
	changed, stored := l.boundIn(s), written(s.Body)
	fixed := func(m *Matrix) bool {
		ok := !slices.Contains(stored, m.Buffer) && m.Leap.Is(0) && m.Step.Fixed()
		for _, i := range []ir.Int{m.Off, m.Row.By, m.Col.By} {
			ok = ok && !l.changes(i, &changed) && !l.fromStored(i, stored)
		}
		return ok
	}
	inside = maps.Clone(outside)
	eachStmt(s.Body, func(s Stmt) {
		p, ok := s.(*Product)
		if !ok {
			return
		}
		for _, o := range []struct {
			*Matrix
			packed bool
			n      ir.Int
		}{{&p.A, p.A.scattered(), p.M}, {&p.B, p.B.scattered() || !p.B.alongRows(), p.N}} {
			if o.Kept != 0 || !o.packed || !fixed(o.Matrix) || estimate(o.n.Mul(p.K)) > estimate(o.Buffer.Len) {
				continue // patches that overlap would take more memory than the image
			}
			t := o.Buffer.DType
			inside[t]++
			o.Kept = inside[t]
			before = append(before, &Forget{t, o.Kept})
		}
	})
	return before, inside
}

// scattered reports that tables say where elements are.
func (m *Matrix) scattered() bool { return m.Row.Levels != nil || m.Col.Levels != nil }

// alongRows reports that columns are neighbours, and rows near each other.
func (m *Matrix) alongRows() bool {
	far, known := m.Row.By.IsConst()
	return m.Col.By.Is(1) && known && far < keptFar
}
