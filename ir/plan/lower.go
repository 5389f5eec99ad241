package plan

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Lower lowers f, which has no calls left, to a program.
func Lower(f *ir.Func, opts Options) (*Program, error) {
	f, stages := staged(laidOut(uniqueSteps(f), opts.Engine), opts.Rows)
	l := newLowerer(f, opts)
	l.stages = stages
	if err := l.check(); err != nil {
		return nil, err
	}
	l.params()
	var err error
	if l.prog.Demands, err = ir.Demands(l.f); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	flat, reason := l.choose()
	l.prog.Lowering, l.prog.Reason = Loops, reason
	if flat {
		l.prog.Lowering = Flat
		l.flat()
	} else {
		l.loops()
	}
	l.finish()
	l.prog.parts(&opts)
	return l.prog, nil
}

// lowerer holds what the stages share.
type lowerer struct {
	f    *ir.Func
	opts Options
	prog *Program
	x    *exprs

	order   *orderer
	donated map[*ir.Value]*ir.Value // result to the parameter whose storage it takes
	readers map[*ir.Value][]*ir.Value
	pinned  map[*ir.Value]int // results, and what scans carry and emit: how often they do

	steps   map[*region][]step
	where   map[*ir.Value]int // the step that makes a value, in its region
	pending map[*ir.Value]*member
	taken   map[*ir.Value]bool // by a call that computes further
	stages  stages             // sums that workers share
	copies  *ir.Builder        // of operands: equal ones are one
	members map[*ir.Value]*member

	store    map[*ir.Value]place // where a value lies in memory
	regs     map[*ir.Value]*Reg  // of rank-0 values
	dyn      map[*ir.Axis]*Expr  // integer variables for elements of index arrays
	vars     map[*Expr]*ir.Axis
	dynOrder []*ir.Axis    // of dyn, as made
	after    []Stmt        // copies into results, at the end
	kept     map[*Reg]bool // registers that other statements than those at hand read
}

// A step of a region is a nest or a scan.
type step struct {
	nest *nest
	scan *unit
}

// place is part of a buffer.
type place struct {
	buf *Buffer
	off ir.Int
}

func newLowerer(f *ir.Func, opts Options) *lowerer {
	return &lowerer{f: f, opts: opts, prog: &Program{Func: f, chunk: opts.Chunk}, x: newExprs(),
		donated: map[*ir.Value]*ir.Value{}, readers: map[*ir.Value][]*ir.Value{}, pinned: map[*ir.Value]int{},
		steps: map[*region][]step{}, where: map[*ir.Value]int{}, pending: map[*ir.Value]*member{}, taken: map[*ir.Value]bool{}, copies: ir.NewBuilder(), members: map[*ir.Value]*member{},
		store: map[*ir.Value]place{}, regs: map[*ir.Value]*Reg{}, dyn: map[*ir.Axis]*Expr{}, vars: map[*Expr]*ir.Axis{}}
}

func (l *lowerer) check() error {
	for _, v := range ir.Topological(l.f.Results...) {
		if _, ok := v.Def.(*ir.Call); ok {
			return fmt.Errorf("plan: %s: call of %s is not inlined", l.f.Name, v)
		}
	}
	for k := range l.f.Results {
		if j := l.opts.donated(k); j >= len(l.f.Params) || j >= 0 && !l.f.Params[j].Type.Equal(l.f.Results[k].Type) {
			return fmt.Errorf("plan: %s: result %d cannot take the storage of parameter %d", l.f.Name, k, j)
		}
	}
	return nil
}

func (l *lowerer) buffer(name string, c Class, v *ir.Value, t ir.Type, n ir.Int) *Buffer {
	b := &Buffer{ID: len(l.prog.Buffers), Name: name, Class: c, Value: v, DType: t.DType, Rank: t.Rank(), Len: n, First: -1}
	l.prog.Buffers = append(l.prog.Buffers, b)
	return b
}

// params makes the buffers of parameters and tables.
func (l *lowerer) params() {
	for _, v := range l.f.Params {
		b := l.buffer(v.Name, Param, v, v.Type, v.Type.Len())
		l.prog.Params = append(l.prog.Params, b)
		l.store[v] = place{buf: b}
	}
	for _, v := range ir.Topological(l.f.Results...) {
		if _, ok := v.Def.(*ir.Table); ok {
			l.store[v] = place{buf: l.buffer(v.Name, Table, v, v.Type, v.Type.Len())}
		}
	}
}

// loops lowers to loop nests.
func (l *lowerer) loops() {
	order, kept := ordered(l.f, &l.opts)
	l.order = order
	for k, ok := range kept {
		if ok {
			l.donated[base(l.f.Results[k])] = l.f.Params[l.opts.donated(k)]
		}
	}
	l.count()
	l.group(order.top)
	l.resolve()
	early := l.results()
	body := l.region(order.top)
	l.prog.Body = slices.Concat(early, body, l.after)
	l.prog.Body = l.improve(l.prog.Body)
}

// count notes who reads what.
func (l *lowerer) count() {
	pin := func(v *ir.Value) { l.pinned[base(v)]++ }
	scans := map[*ir.Scan]bool{} // a scan is the definition of each of its results
	for _, v := range l.f.Results {
		pin(v)
	}
	for _, v := range l.order.all {
		switch d := v.Def.(type) {
		case *ir.Reshape:
		case *ir.Scan:
			if scans[d] {
				continue
			}
			scans[d] = true
			for _, list := range [][]*ir.Value{d.Init, d.Next, d.Emit} {
				for _, x := range list {
					pin(x)
				}
			}
		default:
			seen := map[*ir.Value]bool{}
			v.Operands(func(x *ir.Value) {
				if x = base(x); !seen[x] {
					seen[x] = true
					l.readers[x] = append(l.readers[x], v)
				}
			})
		}
	}
}

// results gives every result a buffer, and storage to the values that can be
// made there. What is returned copies parameters that the body overwrites.
func (l *lowerer) results() (early []Stmt) {
	for k, v := range l.f.Results {
		b := base(v)
		p, donated := l.donated[b]
		donated = donated && l.f.Params[max(l.opts.donated(k), 0)] == p && l.opts.donated(k) >= 0
		var buf *Buffer
		switch {
		case donated:
			buf = l.store[p].buf
		case l.opts.donated(k) >= 0 && l.isParam(b) && b.Type.Rank() > 0:
			buf = l.store[l.f.Params[l.opts.donated(k)]].buf
			l.prog.Results = append(l.prog.Results, buf)
			if buf != l.store[b].buf {
				// Parameters may change places: by a copy made first.
				old := l.buffer(v.Name, Arena, v, v.Type, v.Type.Len())
				early = append(early, l.move(v, old))
				l.after = append(l.after, &Block{Place: v.Place, Values: []*ir.Value{v}, Form: "copy",
					Body: []Stmt{&Copy{To: buf, From: old, Len: buf.Len}}})
			}
			continue
		case l.opts.donated(k) >= 0:
			// The order did not allow it: made elsewhere, and copied at the end.
			buf = l.store[l.f.Params[l.opts.donated(k)]].buf
			l.prog.Results = append(l.prog.Results, buf)
			l.deliver(v, buf)
			continue
		case l.opts.inArena(k) && v.Type.Rank() > 0:
			buf = l.buffer(v.Name, Arena, v, v.Type, v.Type.Len())
		default:
			buf = l.buffer(v.Name, Result, v, v.Type, v.Type.Len())
		}
		l.prog.Results = append(l.prog.Results, buf)
		_, taken := l.store[b]
		m := l.members[b]
		switch {
		case !taken && m != nil && m.v == b && b.Type.Rank() > 0 && v.Type.Rank() > 0:
			l.store[b] = place{buf: buf}
		case !taken && l.emitted(b) && v.Type.Rank() > 0:
			l.store[b] = place{buf: buf}
		case l.isParam(b):
			early = append(early, l.move(v, buf))
		default:
			l.deliver(v, buf)
		}
	}
	return early
}

func (l *lowerer) isParam(b *ir.Value) bool {
	_, ok := b.Def.(*ir.Input)
	return ok
}

// emitted tells the stacked emits of scans.
func (l *lowerer) emitted(v *ir.Value) bool {
	s, ok := v.Def.(*ir.Scan)
	return ok && v.Result >= len(s.Carry)
}

// deliver copies v to buf after everything else.
func (l *lowerer) deliver(v *ir.Value, buf *Buffer) {
	b := base(v)
	if b.Type.Rank() == 0 {
		if m := l.members[b]; m != nil {
			m.used = true
		}
	}
	l.order.late = append(l.order.late, delivery{v, buf})
}

type delivery struct {
	v   *ir.Value
	buf *Buffer
}

// move copies v to buf, where a block says so.
func (l *lowerer) move(v *ir.Value, buf *Buffer) Stmt {
	b := base(v)
	var s Stmt
	switch {
	case b.Type.Rank() == 0 || buf.Rank == 0:
		s = &Store{Buffer: buf, Value: l.element(b, ir.Int{})}
	default:
		from := l.at(b)
		s = &Copy{To: buf, From: from.buf, FromOff: from.off, Len: buf.Len}
	}
	return &Block{Place: v.Place, Values: []*ir.Value{v}, Body: []Stmt{s}, Form: "copy"}
}

// element reads one element of what holds b.
func (l *lowerer) element(b *ir.Value, at ir.Int) *Expr {
	if r := l.regs[b]; r != nil {
		return l.x.use(r)
	}
	p := l.at(b)
	return l.x.read(p.buf, p.off.Add(at))
}

// at is where b lies; what has no place yet gets one in the arena.
func (l *lowerer) at(b *ir.Value) place {
	p, ok := l.store[b]
	if !ok {
		n := b.Type.Len()
		if m := l.members[b]; m != nil {
			n = ir.Const(1)
			for _, d := range m.dims {
				n = n.Mul(b.Type.Shape[d])
			}
		}
		p = place{buf: l.buffer(b.Name, Arena, b, b.Type, n)}
		l.store[b] = p
	}
	return p
}
