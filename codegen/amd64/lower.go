package amd64

import (
	"maps"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// lowerer makes one function. It goes through the statements once; what it
// knows at a point is the vector axis, if there is one, and the copies of the
// code that run side by side.
type lowerer struct {
	f       *vec.Func
	choices map[*plan.Loop]*choice
	exact   map[*plan.Expr]bool // expressions in which every operation is rounded

	buffers map[*plan.Buffer]string       // the parameters that are arrays
	joined  map[*plan.Buffer]*plan.Joined // of them
	bases   map[*plan.Buffer]vec.Int
	owned   map[*plan.Buffer]*own     // arrays that only the kernel uses
	aliases map[*plan.Buffer]*integer // arrays that stand for others in turn: where
	scalars map[*plan.Buffer]value
	indices map[*plan.Buffer]vec.Int // the scalars among them that are integers
	regs    map[*plan.Reg]*slot
	held    map[*plan.Buffer][]held // what registers have of arrays
	unset   map[vec.Vec]float64     // what registers begin with that are not assigned yet
	body    []plan.Stmt             // of the loop that is being made
	own     map[*plan.Reg]*plan.Reg // what stands for the registers of a block's Go
	dims    map[*ir.Dim]vec.Int
	sites   map[uint32]vec.Int    // of random draws
	key     [3]vec.Int            // the words of their key
	ints    map[*ir.Axis]*integer // uniform integers: counters and variables
	// data are the variables among them that arrays hold, which may be anything.
	data map[*ir.Axis]bool
	// elements are the variables of the plan that elements of index arrays are.
	elements map[*ir.Axis]bool
	// varying are the integer variables that differ between lanes.
	varying map[*ir.Axis]*slot

	// byVectors are the counters that are multiples of the number of lanes.
	byVectors map[*ir.Axis]bool
	// firsts are the masks of so many lanes, made once.
	firsts map[int]vec.Mask

	levels []*level
	copies *copies
	// env is what axes are that have no counter of their own.
	env  map[*ir.Axis]ir.Int
	axes map[*ir.Axis]ir.Int // of [lowerer.in], which is called often

	// masks has the lanes that take part; no entry: all. tails leaves out the
	// conditions of branches around: what exists may be read by all others.
	masks, tails map[lane]vec.Mask
	inBranch     bool
	rest         int // lanes in the masked vector of a loop of constant length

	all vec.Mask // holds everywhere
}

// value is a number or an integer in lanes, or a truth value.
type value struct {
	v vec.Vec
	m vec.Mask
}

// lane names one of the copies that run side by side: of the vector axis, and
// of the loop that was jammed.
type lane struct{ v, j int }

// slot is what a register of the plan holds, in each copy that differs.
type slot struct {
	dep     depends
	mutable bool
	part    bool // of a sum, to be added to others
	vals    map[lane]value
}

func (s *slot) at(c lane) value { return s.vals[s.dep.of(c)] }

// integer is an integer in a general register, from a level on.
type integer struct {
	reg   vec.Int
	level int
}

// copies are what differs between the code that runs side by side: which
// vector of the vector axis, and which iteration of the jammed loop.
type copies struct {
	outer  *copies
	axis   *ir.Axis // of the vector axis, or the jammed one
	jam    bool
	n      int
	values []ir.Int // of the axis, in each
	// rows is not nil if lanes take pairs of an index of rows, whose values these
	// are then, and of axis, which is below along.
	rows  *ir.Axis
	along int64
}

func newLowerer(f *vec.Func) *lowerer {
	l := &lowerer{f: f, buffers: map[*plan.Buffer]string{}, joined: map[*plan.Buffer]*plan.Joined{}, bases: map[*plan.Buffer]vec.Int{}, owned: map[*plan.Buffer]*own{},
		aliases: map[*plan.Buffer]*integer{},
		scalars: map[*plan.Buffer]value{}, indices: map[*plan.Buffer]vec.Int{}, regs: map[*plan.Reg]*slot{}, held: map[*plan.Buffer][]held{}, unset: map[vec.Vec]float64{},
		own: map[*plan.Reg]*plan.Reg{}, dims: map[*ir.Dim]vec.Int{},
		sites: map[uint32]vec.Int{}, ints: map[*ir.Axis]*integer{}, data: map[*ir.Axis]bool{}, elements: map[*ir.Axis]bool{}, varying: map[*ir.Axis]*slot{},
		env: map[*ir.Axis]ir.Int{}, axes: map[*ir.Axis]ir.Int{},
		byVectors: map[*ir.Axis]bool{}, firsts: map[int]vec.Mask{}}
	l.open(nil)
	f.Build(&l.levels[0].list, func() { l.all = f.MaskSet(true) })
	return l
}

// register finds what a register holds.
func (l *lowerer) register(r *plan.Reg) *slot {
	if own := l.own[r]; own != nil {
		r = own
	}
	return l.regs[r]
}

func (l *lowerer) setRegister(r *plan.Reg, s *slot) {
	if own := l.own[r]; own != nil {
		r = own
	}
	l.regs[r] = s
}

// vector returns the vector axis around, or nil.
func (l *lowerer) vector() *copies {
	for c := l.copies; c != nil; c = c.outer {
		if !c.jam {
			return c
		}
	}
	return nil
}

// each calls f for every copy that differs as dep says.
func (l *lowerer) each(dep depends, f func(c lane)) {
	nv, nj := 1, 1
	for c := l.copies; c != nil; c = c.outer {
		switch {
		case c.jam && dep&onJam != 0:
			nj = c.n
		case !c.jam && dep&onVector != 0:
			nv = c.n
		}
	}
	for j := range nj {
		for v := range nv {
			f(lane{v, j})
		}
	}
}

// in is i in one of the copies.
func (l *lowerer) in(c lane, i ir.Int) ir.Int {
	if l.copies == nil && len(l.env) == 0 {
		return i
	}
	clear(l.axes)
	maps.Copy(l.axes, l.env)
	for k := l.copies; k != nil; k = k.outer {
		switch {
		case k.jam:
			l.axes[k.axis] = k.values[min(c.j, k.n-1)]
		case k.rows != nil:
			l.axes[k.rows], l.axes[k.axis] = k.values[min(c.v, k.n-1)], ir.Const(0)
		default:
			l.axes[k.axis] = k.values[min(c.v, k.n-1)]
		}
	}
	return (&ir.Subst{Axis: l.axes}).Int(i)
}

func (l *lowerer) list(list []plan.Stmt) {
	for _, s := range list {
		l.stmt(s)
	}
}

func (l *lowerer) stmt(s plan.Stmt) {
	switch s := s.(type) {
	case *plan.Block:
		l.block(s)
	case *plan.View: // a name for part of an array, which Go needs
	case *plan.Rebind:
		l.rebind(s)
	case *plan.Swap:
		l.swap(s)
	case *plan.Loop:
		l.loop(s)
	case *plan.Let:
		l.let(s)
	case *plan.LetInt:
		l.letInt(s)
	case *plan.Set:
		l.set(s)
	case *plan.Store:
		l.store(s)
	case *plan.If:
		l.branch(s)
	case *plan.Fill:
		x := ir.NewAxis("i", s.Len)
		l.loop(&plan.Loop{Axis: x, Lo: zero, Hi: []plan.Bound{{E: s.Len, Den: 1}}, Step: 1, Body: []plan.Stmt{
			&plan.Store{Buffer: s.Buffer, At: s.Off.Add(ir.Of(x)), Value: &plan.Expr{Op: ir.OpLit, Type: s.Buffer.DType, Lit: s.Value}}}})
	case *plan.Copy:
		x := ir.NewAxis("i", s.Len)
		l.loop(&plan.Loop{Axis: x, Lo: zero, Hi: []plan.Bound{{E: s.Len, Den: 1}}, Step: 1, Body: []plan.Stmt{
			&plan.Store{Buffer: s.To, At: s.ToOff.Add(ir.Of(x)), Value: &plan.Expr{Op: ir.OpRead, Type: s.To.DType, Buffer: s.From, Int: s.FromOff.Add(ir.Of(x))}}}})
	default:
		refuse("a call of the contraction engine")
	}
}

// block makes one block, of several perhaps.
func (l *lowerer) block(b *plan.Block) {
	for r, own := range b.Lanes.Regs() {
		l.own[r] = own
	}
	l.f.Note(ir.Equation(b.Values[len(b.Values)-1]))
	l.list(b.Lanes.Body())
}

var zero = []plan.Bound{{E: ir.Const(0), Den: 1}}

// let declares a register.
func (l *lowerer) let(s *plan.Let) {
	start := s.Value
	if start == nil { // declared, as Go does it
		start = &plan.Expr{Op: ir.OpLit, Type: s.Reg.Type}
	}
	x := l.evaluation(start)
	d := x.depends(start)
	if s.Mutable {
		// A sum may take up what differs between any copies.
		for c := l.copies; c != nil; c = c.outer {
			d |= c.bit()
		}
	}
	r := &slot{dep: d, mutable: s.Mutable, vals: map[lane]value{}}
	l.each(d, func(c lane) {
		if s.Mutable && start.Op == ir.OpLit && start.Type.IsFloat() {
			r.vals[c] = value{v: l.begin(start.Lit)}
			return
		}
		v := x.value(start, c)
		if s.Mutable {
			v = l.fresh(v)
		}
		r.vals[c] = v
	})
	l.regs[s.Reg] = r
}

// fresh copies a value to a register of its own, that may be assigned.
func (l *lowerer) fresh(v value) value {
	if v.m.Reg != vec.None {
		return value{m: vec.Mask{Reg: l.f.Emit(vec.Inst{Op: vec.OpMaskMov, Args: []vec.Reg{v.m.Reg}})}}
	}
	return value{v: l.f.Copy(v.v)}
}

var combine = [...]*ir.Op{plan.AssignAdd: ir.OpAdd, plan.AssignMul: ir.OpMul, plan.AssignMax: ir.OpMax, plan.AssignMin: ir.OpMin}

// set assigns a register, in the lanes that take part.
func (l *lowerer) set(s *plan.Set) {
	x := l.evaluation(s.Value)
	r := l.register(s.Reg)
	if r == nil || !r.mutable {
		refuse("an assignment to what was not declared to change")
	}
	l.forgetRegister(r)
	extra := x.depends(s.Value)
	if l.inBranch {
		for c := l.copies; c != nil; c = c.outer {
			extra |= c.bit()
		}
	}
	if extra&^r.dep != 0 {
		refuse("an assignment that lanes do not agree on")
	}
	l.each(r.dep, func(c lane) {
		old := r.vals[c]
		m, masked := l.masks[c]
		if l.starts(old.v, s.Op, r.part) {
			v := x.value(s.Value, c).v
			if masked {
				v = l.f.Select(m, v, l.f.Const(l.unset[old.v]))
			}
			delete(l.unset, old.v)
			l.f.Set(old.v, v)
			return
		}
		l.ready(old.v)
		switch {
		case s.Reg.Type == ir.Bool:
			v := x.value(s.Value, c)
			if masked {
				v.m = l.f.MaskOr(l.f.MaskAnd(m, v.m), l.f.MaskAnd(l.f.MaskNot(m), old.m))
			}
			l.f.Emit(vec.Inst{Op: vec.OpMaskMov, Dst: old.m.Reg, Args: []vec.Reg{v.m.Reg}})
		case s.Op == plan.AssignAdd && !masked && s.Reg.Type.IsFloat():
			x.addInto(old.v, s.Value, c)
		default:
			v := x.value(s.Value, c)
			if s.Op != plan.Assign {
				v = x.apply(combine[s.Op], s.Reg.Type, old, v)
			}
			if masked {
				v.v = l.f.Select(m, v.v, old.v)
			}
			l.f.Set(old.v, v.v)
		}
	})
}

// branch runs both sides, each with its own lanes taking part.
func (l *lowerer) branch(s *plan.If) {
	x := l.evaluation(s.Cond)
	all := depends(0)
	for c := l.copies; c != nil; c = c.outer {
		all |= c.bit()
	}
	outer, wasIn := l.masks, l.inBranch
	l.inBranch = true
	conds := map[lane]vec.Mask{}
	l.each(all, func(c lane) { conds[c] = x.value(s.Cond, c).m })
	side := func(list []plan.Stmt, holds bool) {
		if len(list) == 0 {
			return
		}
		l.masks = map[lane]vec.Mask{}
		for c, m := range conds {
			if !holds {
				m = l.f.MaskNot(m)
			}
			if o, ok := outer[c]; ok {
				m = l.f.MaskAnd(o, m)
			}
			l.masks[c] = m
		}
		l.list(list)
	}
	side(s.Then, true)
	side(s.Else, false)
	l.masks, l.inBranch = outer, wasIn
}
