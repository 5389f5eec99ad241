package ir

// Rewriter rebuilds a graph bottom-up. It is the one traversal that passes are
// written with: Replace sees each value with its operands already rewritten.
type Rewriter struct {
	B *Builder
	// Replace returns the value to use instead of v, whose definition already
	// refers to rewritten operands; nil keeps v.
	Replace func(v *Value) *Value
	// Known returns what v becomes without looking at v any further: itself to
	// leave it and all below as they are; nil to go on.
	Known func(v *Value) *Value
	// Axes says what becomes of axes that are free in the program.
	Axes map[*Axis]Int
	// Done is told what each value became.
	Done func(old, v *Value)
	// Alias names another value to rewrite in place of v, before anything of v
	// is looked at; nil for none.
	Alias func(v *Value) *Value
	// Map rewrites the definition of a Map before it is rebuilt; nil keeps it.
	Map func(v *Value, m *Map) *Map
	// Scan rewrites a scan whose lists are already rewritten; nil keeps it. The
	// results keep their numbers, but may be nil where nothing uses them.
	Scan func(s *Scan) (carries, emits []*Value)
	// Enter is called with a scan, as it was, before its body is rewritten.
	Enter func(s *Scan)
	// Fresh gives every scan a step axis and carries of its own, so that two
	// copies of one body are told apart.
	Fresh bool

	done  valueMemo
	scans map[*Scan][2][]*Value
}

// Values rewrites a list.
func (r *Rewriter) Values(vs []*Value) []*Value {
	out := make([]*Value, len(vs))
	for i, v := range vs {
		out[i] = r.Value(v)
	}
	return out
}

// Set fixes what v becomes.
func (r *Rewriter) Set(v, to *Value) { r.done.set(v, to) }

// Value rewrites v and everything below it.
func (r *Rewriter) Value(v *Value) *Value {
	if w := r.done.get(v); w != nil {
		return w
	}
	if r.Known != nil {
		if w := r.Known(v); w != nil {
			return r.finish(v, w)
		}
	}
	if r.Alias != nil {
		if a := r.Alias(v); a != nil && a != v {
			return r.finish(v, r.Value(a))
		}
	}
	place := r.B.Place
	r.B.Place = v.Place
	defer func() { r.B.Place = place }()
	w := r.rebuild(v)
	if r.Replace != nil {
		if x := r.Replace(w); x != nil {
			w = x
		}
	}
	return r.finish(v, w)
}

func (r *Rewriter) finish(v, w *Value) *Value {
	r.Set(v, w)
	if r.Done != nil {
		r.Done(v, w)
	}
	return w
}

func (r *Rewriter) rebuild(v *Value) *Value {
	switch d := v.Def.(type) {
	case *Map:
		m := r.reads(v, d)
		if r.Map != nil {
			m = r.Map(v, m)
		}
		if m == d {
			return v
		}
		return r.B.mapOf(v.Name, v.Type.Shape, m)
	case *Reshape:
		if x := r.Value(d.X); x != d.X {
			return r.B.Reshape(v.Name, x, v.Type.Shape)
		}
	case *Call:
		args := r.Values(d.Args)
		if !sameValues(args, d.Args) {
			return r.B.Call(d.Func, args)[v.Result]
		}
	case *Scan:
		carries, emits := r.scan(d)
		if carries == nil && emits == nil {
			return v
		}
		if v.Result < len(d.Carry) {
			return carries[v.Result]
		}
		return emits[v.Result-len(d.Carry)]
	}
	return v
}

func (r *Rewriter) scan(d *Scan) (carries, emits []*Value) {
	if known, ok := r.scans[d]; ok {
		return known[0], known[1]
	}
	if r.scans == nil {
		r.scans = map[*Scan][2][]*Value{}
	}
	s := &Scan{Axis: d.Axis, Reverse: d.Reverse, Init: r.Values(d.Init)}
	if r.Fresh {
		if r.Axes == nil {
			r.Axes = map[*Axis]Int{}
		}
		s.Axis = NewAxis(d.Axis.Name, d.Axis.Extent)
		r.Axes[d.Axis] = Of(s.Axis)
		for _, c := range d.Carry {
			r.Set(c, r.B.Carry(c.Name, s.Axis, c.Type))
		}
	}
	if r.Enter != nil {
		r.Enter(d)
	}
	s.Carry, s.Next, s.Emit = r.Values(d.Carry), r.Values(d.Next), r.Values(d.Emit)
	if r.Scan != nil {
		carries, emits = r.Scan(s)
	}
	if carries == nil && emits == nil && (r.Fresh || !sameValues(s.Carry, d.Carry) || !sameValues(s.Init, d.Init) || !sameValues(s.Next, d.Next) || !sameValues(s.Emit, d.Emit)) {
		carries, emits = r.B.Scan(s)
	}
	r.scans[d] = [2][]*Value{carries, emits}
	return carries, emits
}

// reads redirects the array reads of a Map to the rewritten arrays.
func (r *Rewriter) reads(v *Value, m *Map) *Map {
	changed := false
	for _, x := range v.free {
		_, renamed := r.Axes[x]
		changed = changed || renamed
	}
	for _, a := range v.operands {
		changed = r.Value(a) != a || changed
	}
	if !changed {
		return m
	}
	s := &Subst{Axis: r.Axes, Read: func(a *Value, index []Int) *Expr {
		if w := r.done.get(a); w != a {
			return Read(w, index...)
		}
		return nil
	}}
	return &Map{Axes: m.Axes, Domain: s.Preds(m.Domain), Reduce: m.Reduce, Body: s.Expr(m.Body), Write: s.Ints(m.Write)}
}

func sameValues(a, b []*Value) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// Inline copies the body of f with arguments for its parameters.
func (b *Builder) Inline(f *Func, args []*Value) []*Value {
	r := &Rewriter{B: b, Fresh: true}
	for k, p := range f.Params {
		r.Set(p, args[k])
	}
	return r.Values(f.Results)
}

// InlineCalls replaces every call by what it computes. It comes after the last
// derivative, for then the rules have done their work.
func (b *Builder) InlineCalls(vs []*Value) []*Value {
	return (&Rewriter{B: b, Replace: func(v *Value) *Value {
		if c, ok := v.Def.(*Call); ok {
			return b.InlineCalls(b.Inline(c.Func, c.Args))[v.Result]
		}
		return nil
	}}).Values(vs)
}

// Topological lists every value below the roots, operands first. Values of
// scan bodies are included, before the results of their scan.
func Topological(roots ...*Value) []*Value {
	var out []*Value
	var seen []uint64 // bits, by the numbers of values
	var visit func(*Value)
	visit = func(v *Value) {
		word, bit := v.ID/64, uint64(1)<<(v.ID%64)
		if word >= len(seen) {
			seen = append(seen, make([]uint64, word+1-len(seen))...)
		}
		if seen[word]&bit != 0 {
			return
		}
		seen[word] |= bit
		v.Operands(visit)
		out = append(out, v)
	}
	for _, v := range roots {
		visit(v)
	}
	return out
}
