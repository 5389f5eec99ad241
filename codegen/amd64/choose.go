package amd64

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// choice is how a loop is made.
type choice struct {
	vector bool       // lanes take its iterations
	jam    int        // iterations that run side by side
	unroll int        // vectors at a time; of a plain loop: iterations that are written out
	cross  bool       // a sum that is made crosswise
	rows   *plan.Loop // the loop along the rows that this one puts side by side
	flat   bool       // along such rows
	into   bool       // what lanes sum stays in them
}

// chooser decides by an estimate of instructions.
type chooser struct {
	f       *vec.Func
	choices map[*plan.Loop]*choice
}

// nominal is the number of iterations that is assumed where only the run knows.
const nominal = 64

// worthwhile is the work, in instructions on one number each, from which on a
// call of assembly pays.
const worthwhile = 160

// mostOps bounds the operations of a kernel, so that files stay readable for
// assemblers, and what they are made in stays short: a hundred sines in one
// expression are 12000.
const mostOps = 1 << 14

// choose decides for every loop in a list, or refuses unless always: where no
// loop can be given to lanes, or too little is gained.
func choose(list []plan.Stmt, f *vec.Func, always bool) map[*plan.Loop]*choice {
	c := &chooser{f, map[*plan.Loop]*choice{}}
	wide := c.list(list, nil)
	narrow := c.scalar(list)
	switch {
	case always:
	case narrow < worthwhile:
		refuse("too little work to pay for a call")
	case wide > narrow/1.5:
		refuse("nothing that lanes would make faster")
	}
	c.jams(list, nil)
	return c.choices
}

func trips(s *plan.Loop) float64 {
	n, known := 0.0, false
	for _, h := range s.Hi {
		for _, lo := range s.Lo {
			if k, ok := h.E.Sub(lo.E).IsConst(); ok && h.Den == 1 && lo.Den == 1 && (!known || float64(k) < n) {
				n, known = float64(k), true
			}
		}
	}
	if !known {
		n = nominal
	}
	if k, ok := s.Axis.Extent.IsConst(); ok {
		n = min(n, float64(k))
	}
	return max(n, 0)
}

// scalar is the work without lanes.
func (c *chooser) scalar(list []plan.Stmt) float64 {
	sum := 0.0
	for _, s := range list {
		switch s := s.(type) {
		case *plan.Loop:
			sum += trips(s) * (1 + c.scalar(s.Body))
		case *plan.If:
			sum += c.scalar(s.Then) + c.scalar(s.Else)
		case *plan.Block:
			sum += c.scalar(s.Lanes.Body())
		}
		sum += c.stmt(s, nil)
	}
	return sum
}

// list is the cost of statements, inside the loop over a vector axis or
// outside of any.
func (c *chooser) list(list []plan.Stmt, v *plan.Loop) float64 {
	sum := 0.0
	for _, s := range list {
		switch s := s.(type) {
		case *plan.Loop:
			sum += c.loop(s, v)
		case *plan.If:
			sum += c.list(s.Then, v) + c.list(s.Else, v)
		case *plan.Block:
			sum += c.list(s.Lanes.Body(), v)
		}
		sum += c.stmt(s, v)
	}
	return sum
}

// written is the most instructions that a short loop is written out to.
const written = 200

func (c *chooser) loop(s *plan.Loop, v *plan.Loop) float64 {
	n := trips(s)
	body := c.list(s.Body, v)
	plain := &choice{}
	if n > 0 && n <= 16 && n*body <= written && !moves(s) {
		plain.unroll = int(n)
	}
	c.choices[s] = plain
	inside := n * (1 + body)
	if v != nil {
		if cost, flat, ok := c.crosswise(s, v); ok && cost < inside {
			plain.cross, plain.flat = true, flat
			return cost
		}
		return inside
	}
	if along, ok := c.flat(s); ok {
		steps, _ := constantTrips(along)
		vectors := math.Ceil(n * float64(steps) / float64(c.f.Lanes))
		if cost := vectors * (2 + c.list(along.Body, along) + c.list(s.Body[:len(s.Body)-1], nil)); cost < inside {
			c.choices[s], c.choices[along] = &choice{rows: along}, &choice{flat: true}
			inside = cost
		}
	}
	if !independent(s) {
		return inside
	}
	kept := map[*plan.Loop]*choice{}
	plan.Each(s.Body, func(t plan.Stmt) {
		if t, ok := t.(*plan.Loop); ok {
			kept[t] = c.choices[t]
		}
	})
	lanes := float64(c.f.Lanes)
	sums := float64(len(sumsOf(s)))
	here := math.Ceil(n/lanes)*(1+c.list(s.Body, s)) + sums*(4+2*math.Log2(max(1, min(n, lanes))))
	if here >= inside {
		for t, ch := range kept {
			c.choices[t] = ch
		}
		return inside
	}
	c.choices[s] = &choice{vector: true, unroll: c.vectors(s, sums > 0)}
	return here
}

// moves tells the loops of scans, at whose end arrays stand for others.
func moves(s *plan.Loop) bool {
	return slices.ContainsFunc(s.Body, func(t plan.Stmt) bool {
		switch t.(type) {
		case *plan.Rebind, *plan.Swap:
			return true
		}
		return false
	})
}

// vectors is how many vectors of a loop are worked on at a time: several where
// a sum would wait for itself, and the code is small.
func (c *chooser) vectors(s *plan.Loop, sums bool) int {
	chains := 0
	plan.Each(s.Body, func(t plan.Stmt) {
		if l, ok := t.(*plan.Loop); ok {
			chains += len(sumsOf(l))
		}
	})
	size := c.list(s.Body, s)
	switch {
	case sums && size <= 24:
		return 4
	case sums && size <= 60 || chains > 0 && chains <= 4:
		return 2
	}
	return 1
}

// extremum is the cost of taking the greater of two numbers, with NaN and zeros
// as Go has them.
const extremum = 5

// stmt is the cost of what a statement itself computes.
func (c *chooser) stmt(s plan.Stmt, v *plan.Loop) float64 {
	sum := 0.0
	plan.EachExpr(s, func(e *plan.Expr) { e.Walk(func(e *plan.Expr) { sum += c.node(e, v) }) })
	switch s := s.(type) {
	case *plan.Store:
		sum += 1
	case *plan.Set:
		sum += 0.5
		if s.Op == plan.AssignMax || s.Op == plan.AssignMin {
			sum += extremum
		}
	case *plan.Fill:
		sum += length(s.Len) / float64(c.f.Lanes)
	case *plan.Copy:
		sum += 2 * length(s.Len) / float64(c.f.Lanes)
	}
	return sum
}

func length(n ir.Int) float64 {
	if k, ok := n.IsConst(); ok {
		return float64(k)
	}
	return nominal
}

// node is the cost of one node of an expression.
func (c *chooser) node(e *plan.Expr, v *plan.Loop) float64 {
	switch e.Op {
	case ir.OpLit, ir.OpVar:
		return 0
	case ir.OpIndex, ir.OpTest:
		return 2
	case ir.OpRead:
		if e.Buffer.Rank == 0 {
			return 0
		}
		if v == nil {
			return 1
		}
		coef, _, ok := e.Int.Coef(v.Axis)
		switch {
		case ok && coef.Is(0):
			return 0.5
		case ok && coef.Is(1):
			return 1
		case ok && coef.Is(2), halves(e.Int, v.Axis):
			return 3
		}
		return 3 + 0.7*float64(c.f.Lanes)
	}
	return float64(max(e.Op.Cost, 1))
}

// halves reports whether i moves by 1 where x does by 2.
func halves(i ir.Int, x *ir.Axis) bool {
	terms, _ := i.Terms()
	found := 0
	for _, t := range terms {
		if !termOf(t).Uses(x) {
			continue
		}
		d, ok := t.Atoms[0].(*ir.FloorDiv)
		if !ok || len(t.Atoms) > 1 || t.Coef != 1 || d.Den != 2 {
			return false
		}
		coef, _, ok := d.Num.Coef(x)
		if found++; !ok || !coef.Is(1) {
			return false
		}
	}
	return found == 1
}

// jams finds loops around vectorised ones whose iterations can run side by
// side, so that several sums share what they load and none waits for itself.
func (c *chooser) jams(list []plan.Stmt, around []*plan.Loop) {
	for _, s := range list {
		switch s := s.(type) {
		case *plan.If:
			c.jams(s.Then, nil)
			c.jams(s.Else, nil)
		case *plan.Block:
			c.jams(s.Lanes.Body(), nil)
		case *plan.Loop:
			if !c.choices[s].vector {
				c.jams(s.Body, append(around[:len(around):len(around)], s))
				continue
			}
			c.jamAround(s, around)
		}
	}
}

// jamAround chooses the loop that saves most loads of the sums in s.
func (c *chooser) jamAround(s *plan.Loop, around []*plan.Loop) {
	sums := len(sumsOf(s))
	inner := 0
	plan.Each(s.Body, func(t plan.Stmt) {
		if l, ok := t.(*plan.Loop); ok {
			inner += len(sumsOf(l))
		}
	})
	if sums+inner == 0 {
		return
	}
	var best *plan.Loop
	bestSaved := 0.0
	for _, a := range around {
		if c.choices[a].jam > 1 {
			return
		}
		if saved := c.shared(s, a); saved > bestSaved && jammable(a) && !c.crosses(a) {
			best, bestSaved = a, saved
		}
	}
	if best == nil {
		return
	}
	budget := 10 // sums in registers
	if c.f.ISA == vec.AVX512 {
		budget = 24
	}
	n, v := trips(best), c.choices[s]
	wide := max(1, min(v.unroll, int(math.Ceil(trips(s)/float64(c.f.Lanes)))))
	most := budget / (max(sums, inner) * wide)
	if most < 4 && wide > 1 {
		v.unroll, wide = 1, 1
		most = budget / max(sums, inner)
	}
	jam := 1
	for k := 2; k <= min(most, 6); k++ {
		if math.Mod(n, float64(k)) == 0 || k == 4 && jam == 1 {
			jam = k
		}
	}
	if jam > int(n) {
		jam = int(n)
	}
	if jam > 1 {
		c.choices[best].jam = jam
		// Copies of sums over lanes need fewer of each.
		if sums > 0 && jam >= 4 && v.unroll > 2 {
			v.unroll = 2
		}
	}
}

// crosses reports whether a sum somewhere inside of s is made crosswise: its rows
// take the place of iterations that run side by side.
func (c *chooser) crosses(s *plan.Loop) bool {
	found := false
	plan.Each(s.Body, func(t plan.Stmt) {
		l, ok := t.(*plan.Loop)
		found = found || ok && c.choices[l].cross
	})
	return found
}

// shared is what the innermost reads of s cost that iterations of a share.
func (c *chooser) shared(s, a *plan.Loop) float64 {
	saved := 0.0
	plan.Each([]plan.Stmt{s}, func(t plan.Stmt) {
		set, ok := t.(*plan.Set)
		if !ok {
			return
		}
		set.Value.Walk(func(e *plan.Expr) {
			if e.Op == ir.OpRead && e.Buffer.Rank > 0 && !e.Int.Uses(a.Axis) {
				saved += c.node(e, s)
			}
		})
	})
	return saved
}
