package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A unit is what is computed as one: a Map, or a scan with its whole body.
type unit struct {
	value *ir.Value // of a Map; nil for a scan
	scan  *ir.Scan
	body  *region // of a scan
	deps  []*unit

	done    bool
	without *unit // the last that this one is known not to need
}

// A region is the function outside all scans, or the body of one scan, with
// its units in the order they run.
type region struct {
	axis  *ir.Axis // nil outside
	outer *region
	home  *unit // the scan whose body it is, in outer
	units []*unit
	order []*unit
	soon  *prompter // of the function's results; nil inside scans
}

// base follows reshapes, which move no data, to what does hold it.
func base(v *ir.Value) *ir.Value {
	for {
		r, ok := v.Def.(*ir.Reshape)
		if !ok {
			return v
		}
		v = r.X
	}
}

// orderer puts units in order.
type orderer struct {
	top     *region
	regions map[*ir.Axis]*region
	unitOf  map[*ir.Value]*unit
	scanOf  map[*ir.Scan]*unit
	all     []*ir.Value
	depth   map[*ir.Axis]int // of scans, by axis
	late    []delivery
}

// unitIn reports whether v is made by a step of r.
func (o *orderer) unitIn(v *ir.Value, r *region) bool {
	return o.unitOf[v] != nil && o.regionOf(v) == r
}

// ordered splits f into regions and orders the units of each, so that
// operands come first, and so that a donated parameter is read for the last
// time before its storage is overwritten, where that is possible. For the
// other donations, kept[k] is false: result k must be copied at the end.
func ordered(f *ir.Func, opts *Options) (o *orderer, kept []bool) {
	o = &orderer{top: &region{}, regions: map[*ir.Axis]*region{}, unitOf: map[*ir.Value]*unit{}, scanOf: map[*ir.Scan]*unit{}}
	o.all = ir.Topological(f.Results...)
	o.depth = map[*ir.Axis]int{}
	// Scans stand after their bodies, so inner scans are met first; outer ones
	// are told by the free axes of the inner ones' results.
	for i := len(o.all) - 1; i >= 0; i-- {
		v := o.all[i]
		if s, ok := v.Def.(*ir.Scan); ok && o.regions[s.Axis] == nil {
			outer := o.regionOf(v)
			home := &unit{scan: s}
			r := &region{axis: s.Axis, outer: outer, home: home}
			home.body = r
			outer.units = append(outer.units, home)
			o.regions[s.Axis] = r
			o.depth[s.Axis] = 1
			if outer.axis != nil {
				o.depth[s.Axis] = o.depth[outer.axis] + 1
			}
			o.scanOf[s] = home
		}
	}
	for _, v := range o.all {
		switch d := v.Def.(type) {
		case *ir.Map:
			r := o.regionOf(v)
			u := &unit{value: v}
			r.units = append(r.units, u)
			o.unitOf[v] = u
		case *ir.Scan:
			o.unitOf[v] = o.scanOf[d]
		}
	}
	for _, v := range o.all {
		r := o.regionOf(v)
		if s, ok := v.Def.(*ir.Scan); ok {
			for _, list := range [][]*ir.Value{s.Next, s.Emit} {
				for _, x := range list {
					o.depend(o.regions[s.Axis], nil, base(x))
				}
			}
			for _, x := range s.Init {
				o.depend(r, o.scanOf[s], base(x))
			}
			continue
		}
		if u := o.unitOf[v]; u != nil {
			v.Operands(func(x *ir.Value) { o.depend(r, u, base(x)) })
		}
	}
	kept = o.donations(f, opts)
	for _, r := range o.regions {
		for _, u := range r.units {
			r.visit(u)
		}
	}
	return o, kept
}

func (o *orderer) regionOf(v *ir.Value) *region {
	best := o.top
	for _, x := range v.Free() {
		if r := o.regions[x]; r != nil && (best.axis == nil || o.depth[x] > o.depth[best.axis]) {
			best = r
		}
	}
	return best
}

// depend notes that u, in region r, needs the value x. Where x lives further
// out, it is the enclosing scan that needs it.
func (o *orderer) depend(r *region, u *unit, x *ir.Value) {
	d := o.unitOf[x]
	if d == nil {
		return
	}
	at := o.regionOf(x)
	for r != at && r != nil {
		u, r = r.home, r.outer
	}
	if r != nil && u != nil && u != d {
		u.deps = append(u.deps, d)
	}
}

// donations orders the units outside scans: results first to last, but for
// those that can be made before (prompt.go).
func (o *orderer) donations(f *ir.Func, opts *Options) []bool {
	readers := map[*ir.Value][]*unit{}
	for _, v := range o.all {
		note := func(x *ir.Value) {
			x = base(x)
			if _, ok := x.Def.(*ir.Input); !ok {
				return
			}
			r, u := o.regionOf(v), o.unitOf[v]
			for r != o.top {
				u, r = r.home, r.outer
			}
			if u != nil && !slices.Contains(readers[x], u) {
				readers[x] = append(readers[x], u)
			}
		}
		if _, ok := v.Def.(*ir.Reshape); !ok {
			v.Operands(note)
		}
	}
	kept := make([]bool, len(f.Results))
	for k, v := range f.Results {
		j := opts.donated(k)
		u := o.unitOf[base(v)]
		if j < 0 || u == nil || u.value == nil || slices.Index(f.Results, v) != k {
			continue
		}
		if slices.ContainsFunc(f.Results[:k], func(w *ir.Value) bool { return base(w) == base(v) }) {
			continue
		}
		ok := true
		for _, reader := range readers[f.Params[j]] {
			if reader != u && reader.needs(u) {
				ok = false
			}
		}
		if !ok {
			continue
		}
		// What reads the old value comes first, then what the new one is made of.
		var first []*unit
		for _, reader := range readers[f.Params[j]] {
			if reader != u {
				first = append(first, reader)
			}
		}
		u.deps = append(first, u.deps...)
		kept[k] = true
	}
	var results []*unit
	for _, v := range f.Results {
		if u := o.unitOf[base(v)]; u != nil {
			results = append(results, u)
		}
	}
	o.top.soon = newPrompter(o.top, results)
	for _, u := range slices.Concat(o.numbers(), results, o.top.units) {
		o.top.visit(u)
	}
	return kept
}

// numbers lists the units outside scans that make a number of numbers. They come
// first, because what waits for one could else not share the loops of what is made
// promptly.
func (o *orderer) numbers() (list []*unit) {
	known := map[*unit]bool{}
	for _, u := range o.top.units {
		if u.value == nil || u.value.Type.Rank() > 0 || slices.ContainsFunc(u.deps, func(d *unit) bool { return !known[d] }) {
			continue
		}
		plain := true
		u.value.Operands(func(x *ir.Value) { plain = plain && x.Type.Rank() == 0 })
		if plain {
			known[u] = true
			list = append(list, u)
		}
	}
	return list
}

// needs reports whether u needs another unit, directly or not. It is asked for
// one after the other, while nothing changes about that one.
func (u *unit) needs(other *unit) bool {
	if u == other {
		return true
	}
	if u.without == other {
		return false
	}
	u.without = other
	return slices.ContainsFunc(u.deps, func(d *unit) bool { return d.needs(other) })
}

func (r *region) visit(u *unit) {
	if u.done {
		return
	}
	u.done = true
	for _, d := range u.deps {
		r.visit(d)
	}
	r.order = append(r.order, u)
	if r.soon == nil {
		return
	}
	for _, v := range r.soon.done(u) {
		r.visit(v)
	}
}
