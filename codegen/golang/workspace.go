package golang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// space is a struct that holds the memory of the functions made from one name
// of the source, or of a training step: one arena an element type, that the
// functions use in turn, and for each of them names for parts of it.
type space struct {
	typ, maker Ident
	label      string // of the maker, in errors
	dims       []*ir.Dim
	maxima     []Ident // a field and an argument of the maker each
	fields     *Scope
	users      []*tenant
	rows       []rowsField
	accumulate bool // some function can add to gradients
	random     bool // some function draws random numbers
}

// tenant is a function in a space.
type tenant struct {
	fn    *function
	field Ident   // of the space, a struct
	slots []Ident // fields of that, in the order of the program's slots
}

// arenaFields are the fields of the arenas, by element type.
var arenaFields = [...]Ident{ir.Bool: "bools", ir.I32: "i32", ir.F32: "f32", ir.F64: "f64"}

func newSpace(typ, maker Ident) *space {
	return &space{typ: typ, maker: maker, label: string(maker),
		fields: newScope("Accumulate", "Key", "SetWorkers", "Close", "bools", "i32", "f32", "f64", "engine", "engine32", "engine64", "pool")}
}

// join gives a function its place.
func (s *space) join(f *function) {
	for _, d := range f.dims {
		if !slices.Contains(s.dims, d) {
			s.dims = append(s.dims, d)
			s.maxima = append(s.maxima, s.fields.Local("max."+d.Name))
		}
	}
	t := &tenant{fn: f, field: s.fields.Local(f.role())}
	inner := newScope()
	inner.fold = false
	for _, slot := range f.prog.Slots {
		t.slots = append(t.slots, inner.Local(slotName(slot)))
	}
	s.users = append(s.users, t)
	s.accumulate = s.accumulate || f.uses(ir.BindAccumulate)
	s.random = s.random || f.random
}

// slotName is the first name of what a slot holds.
func slotName(s *plan.Slot) string {
	if len(s.Buffers) > 0 && s.Buffers[0].Name != "" {
		return s.Buffers[0].Name
	}
	return "s" + fmt.Sprint(s.ID)
}

// slotText names all that a slot holds, in turn.
func slotText(s *plan.Slot) string {
	var names []string
	for _, b := range s.Buffers {
		if n := b.Name; n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

func (s *space) maximum(d *ir.Dim) Ident { return s.maxima[slices.Index(s.dims, d)] }

// arenas lists the element types that there is memory of.
func (s *space) arenas() []ir.DType {
	var out []ir.DType
	for t := range ir.DType(len(arenaFields)) {
		for _, u := range s.users {
			if !slices.Contains(out, t) && slices.ContainsFunc(u.fn.prog.Slots, func(s *plan.Slot) bool { return s.DType == t }) {
				out = append(out, t)
			}
		}
	}
	return out
}

// slot is the expression for the storage of a slot of a function, which calls
// its workspace w.
func (s *space) slot(f *function, k int) code {
	for _, u := range s.users {
		if u.fn == f {
			return path("w", u.field, u.slots[k])
		}
	}
	panic("golang: " + f.label + " has no place in " + string(s.typ))
}

// declare prints the type and its maker.
func (s *space) declare(doc, makerDoc string) []code {
	var fields []code
	if s.accumulate {
		fields = append(fields, comment("Accumulate makes gradients add to what is there instead of overwriting it."), field(id("bool"), "Accumulate"))
	}
	if s.random {
		fields = append(fields, comment("Key is what random draws are made from: set it before a call that is to draw anew."), field(qual("runtime", "Key"), "Key"))
	}
	if len(s.maxima) > 0 {
		fields = append(fields, field(id("int"), s.maxima...))
	}
	for _, t := range s.arenas() {
		fields = append(fields, field(sliceOf(elemType(t)), arenaFields[t]))
	}
	for _, u := range s.users {
		var parts []code
		for k, slot := range u.fn.prog.Slots {
			part := field(sliceOf(elemType(slot.DType)), u.slots[k])
			if text := slotText(slot); text != string(u.slots[k]) {
				part = beside(part, text)
			}
			parts = append(parts, part)
		}
		if len(parts) > 0 {
			fields = append(fields, comment("Parts of the arena that "+u.fn.label+" uses."), field(structInline(parts...), u.field))
		}
	}
	for _, t := range s.engines() {
		fields = append(fields, comment("Computes large sums of products."), field(pointerTo(generic(qual("contract", "Engine"), elemType(t))), s.engine(t)))
	}
	fields = append(fields, s.poolFields()...)
	return []code{
		documented(doc, structType(s.typ, fields...)),
		documented(makerDoc, funcDecl(nil, s.maker, s.params(), []code{pointerTo(id(s.typ))}, s.make()...)),
	}
}

// params are the arguments of the maker.
func (s *space) params() []code {
	if len(s.maxima) == 0 {
		return nil
	}
	return []code{field(id("int"), s.maxima...)}
}

// make is the body of the maker.
func (s *space) make() []code {
	var out []code
	maxima := make([]code, len(s.maxima))
	for i, m := range s.maxima {
		// Such sizes are not wanted, and their products would not fit an int.
		out = append(out, call(qual("runtime", "CheckMax"), str(s.label), str(string(m)), id(m), qual("math", "MaxInt32")))
		maxima[i] = pair(m, id(m))
	}
	made := addressOf(composite(id(s.typ), maxima...))
	if len(s.arenas()) == 0 && len(s.engines()) == 0 {
		return append(out, ret(made))
	}
	out = append(out, define(id("w"), made))
	dim := func(d *ir.Dim) code { return id(s.maximum(d)) }
	locals := newLocals(nil, append([]Ident{"w", "rest"}, s.maxima...)...)
	for _, t := range s.arenas() {
		out = append(out, s.layout(t, dim, locals)...)
	}
	for _, t := range s.engines() {
		out = append(out, s.makeEngine(t, dim)...)
	}
	return append(out, ret(id("w")))
}

// layout allocates the arena of one element type and cuts it.
func (s *space) layout(t ir.DType, dim func(*ir.Dim) code, locals *Scope) []code {
	var lens, totals, cuts []code
	rest := locals.Local("rest." + string(arenaFields[t]))
	arena := path("w", arenaFields[t])
	first := true
	for _, u := range s.users {
		var total code
		fixed := int64(0)
		var parts []code
		var whole []code
		for k, slot := range u.fn.prog.Slots {
			if slot.DType != t {
				continue
			}
			n := paddedSize(slot, dim)
			if c, ok := constantSize(slot); ok {
				fixed += padded(c, slot.DType)
				n = integer(padded(c, slot.DType))
			} else {
				name := locals.Local(string(u.field) + "." + string(u.slots[k]))
				lens = append(lens, define(id(name), n))
				n = id(name)
				if total == nil {
					total = n
				} else {
					total = op(total, "+", n)
				}
			}
			parts = append(parts, path("w", u.field, u.slots[k]))
			whole = append(whole, n)
		}
		if len(parts) == 0 {
			continue
		}
		switch {
		case total == nil:
			total = integer(fixed)
		case fixed > 0:
			total = op(total, "+", integer(fixed))
		}
		totals = append(totals, total)
		if len(parts) == 1 {
			cuts = append(cuts, set(parts[0], span(arena, integer(0), whole[0])))
			continue
		}
		if first {
			cuts = append(cuts, define(id(rest), arena))
			first = false
		} else {
			cuts = append(cuts, set(id(rest), arena))
		}
		for i := range parts {
			if i == len(parts)-1 {
				cuts = append(cuts, set(parts[i], span(id(rest), integer(0), whole[i])))
				break
			}
			cuts = append(cuts, set(names(parts[i], id(rest)), names(span(id(rest), integer(0), whole[i]), from(id(rest), whole[i]))))
		}
	}
	total := totals[0]
	if len(totals) > 1 {
		total = call(id("max"), totals...)
	}
	return append(append(lens, set(arena, allocate(t, total))), cuts...)
}

// allocate makes memory.
func allocate(t ir.DType, n code) code {
	if t.IsFloat() {
		return call(generic(qual("runtime", "NewArena"), elemType(t)), n)
	}
	return call(id("make"), sliceOf(elemType(t)), n)
}

// lineElems is the number of elements in a cache line, where every part of an
// arena begins.
func lineElems(t ir.DType) int64 { return int64(64 / t.Size()) }

func padded(n int64, t ir.DType) int64 {
	l := lineElems(t)
	return (n + l - 1) / l * l
}

// constantSize is the number of elements of a slot of constant size.
func constantSize(s *plan.Slot) (int64, bool) {
	most := int64(0)
	for _, n := range s.Sizes {
		c, ok := n.IsConst()
		if !ok {
			return 0, false
		}
		most = max(most, c)
	}
	return most, true
}

// paddedSize is the number of elements of a slot, rounded up to whole lines.
func paddedSize(s *plan.Slot, dim func(*ir.Dim) code) code {
	line := lineElems(s.DType)
	whole, negative := true, false
	sizes := make([]code, 0, len(s.Sizes))
	for _, n := range s.Sizes {
		terms, k := n.Terms()
		whole, negative = whole && k%line == 0, negative || k < 0
		for _, t := range terms {
			whole, negative = whole && t.Coef%line == 0, negative || t.Coef < 0
		}
		sizes = append(sizes, size(n, dim))
	}
	if negative { // such as N-1, for a maximum of 0
		sizes = append(sizes, integer(0))
	}
	n := sizes[0]
	if len(sizes) > 1 {
		n = call(id("max"), sizes...)
	}
	if whole {
		return n
	}
	return op(parens(op(n, "+", integer(line-1))), "&^", integer(line-1))
}
