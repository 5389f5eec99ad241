package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Builder makes values. Equal definitions become one value (hash-consing), so
// common subexpressions are shared by construction.
type Builder struct {
	Place Place // given to values made from now on
	next  int
	known map[string]*Value
	outer *Builder // that this one branched off
	keys  keyWriter
}

// NewBuilder makes an empty builder.
func NewBuilder() *Builder { return NewBuilderAfter(-1) }

// NewBuilderAfter makes an empty builder whose values have greater numbers than
// last, so that they can stand beside others.
func NewBuilderAfter(last int) *Builder { return &Builder{next: last + 1, known: map[string]*Value{}} }

// Branch makes a builder that finds the values of b and adds none to it.
// Branches of one builder work at the same time, as long as b itself rests, and
// the values of one never meet those of another.
func (b *Builder) Branch() *Builder {
	return &Builder{Place: b.Place, next: b.next, known: map[string]*Value{}, outer: b}
}

// find looks for the value with a key.
func (b *Builder) find(key []byte) *Value {
	for ; b != nil; b = b.outer {
		if v, ok := b.known[string(key)]; ok {
			return v
		}
	}
	return nil
}

// Input makes an argument; every call makes a new one.
func (b *Builder) Input(name string, t Type) *Value { return b.add("", name, t, &Input{}, 0, nil) }

// Table makes a constant array.
func (b *Builder) Table(name string, t Type, data []float64) *Value {
	var key strings.Builder
	fmt.Fprint(&key, "table ", t)
	for _, v := range data {
		key.WriteByte(' ')
		key.WriteString(strconv.FormatFloat(v, 'x', -1, 64))
	}
	return b.add(key.String(), name, t, &Table{data}, 0, nil)
}

// Map makes a Map without Write: the first rank axes are free.
func (b *Builder) Map(name string, rank int, m *Map) *Value {
	shape := make([]Int, rank)
	for i, x := range m.Axes[:rank] {
		shape[i] = x.Extent
	}
	return b.mapOf(name, shape, m)
}

// Scatter makes a Map with Write into an array of this shape.
func (b *Builder) Scatter(name string, shape []Int, m *Map) *Value { return b.mapOf(name, shape, m) }

func (b *Builder) mapOf(name string, shape []Int, m *Map) *Value {
	t := Type{m.Body.Type, shape}
	if m.Reduce != nil && m.Reduce.Arg {
		t.DType = I32
	}
	key := b.keys.mapKey(t, m)
	if v := b.find(key); v != nil {
		return v
	}
	return b.make(string(key), name, t, m, 0, nil)
}

// Elementwise makes the Map y[i…] = body over fresh axes of the shape.
func (b *Builder) Elementwise(name string, shape []Int, body func(at []Int) *Expr) *Value {
	axes := Axes(shape)
	return b.Map(name, len(axes), &Map{Axes: axes, Body: body(AxisInts(axes))})
}

// Fill makes an array of one number.
func (b *Builder) Fill(name string, t Type, v float64) *Value {
	return b.Elementwise(name, t.Shape, func([]Int) *Expr { return Lit(t.DType, v) })
}

// Copied returns the array that an elementwise Map of this body would only
// copy, or nil.
func Copied(axes []*Axis, body *Expr) *Value {
	if body.Op != OpRead || len(body.Index) != len(axes) {
		return nil
	}
	for k, i := range body.Index {
		if x, ok := i.IsAxis(); !ok || x != axes[k] || !x.Extent.Equal(body.Array.Type.Shape[k]) {
			return nil
		}
	}
	return body.Array
}

// Reshape makes x with another shape.
func (b *Builder) Reshape(name string, x *Value, shape []Int) *Value {
	t := Type{x.Type.DType, shape}
	if t.Equal(x.Type) {
		return x
	}
	if r, ok := x.Def.(*Reshape); ok {
		return b.Reshape(name, r.X, shape)
	}
	return b.add(fmt.Sprint("reshape ", t, " ", x.ID), name, t, &Reshape{x}, 0, x.free)
}

// Carry makes a carry for a scan along axis.
func (b *Builder) Carry(name string, axis *Axis, t Type) *Value {
	return b.add("", name, t, &Carry{axis}, 0, []*Axis{axis})
}

// Scan makes a scan; the values returned are the final carries, then the
// stacked emits.
func (b *Builder) Scan(s *Scan) (carries, emits []*Value) {
	var free []*Axis
	for _, list := range [][]*Value{s.Init, s.Next, s.Emit} {
		for _, v := range list {
			free = union(free, v.free)
		}
	}
	free = without(free, []*Axis{s.Axis})
	for k, c := range s.Carry {
		carries = append(carries, b.add("", c.Name, c.Type, s, k, free))
	}
	for k, e := range s.Emit {
		t := Type{e.Type.DType, slices.Concat([]Int{s.Axis.Extent}, e.Type.Shape)}
		name := e.Name
		if _, carried := e.Def.(*Carry); carried {
			name += "_all" // of all steps, where the carry is that of one
		}
		emits = append(emits, b.add("", name, t, s, len(s.Carry)+k, free))
	}
	return carries, emits
}

// Call makes a call; one value per result.
func (b *Builder) Call(f *Func, args []*Value) []*Value {
	var key strings.Builder
	fmt.Fprintf(&key, "call %p", f)
	var free []*Axis
	for _, a := range args {
		fmt.Fprint(&key, " ", a.ID)
		free = union(free, a.free)
	}
	c := &Call{f, args}
	out := make([]*Value, len(f.Results))
	for k, r := range f.Results {
		out[k] = b.add(fmt.Sprint(key.String(), " #", k), r.Name, r.Type, c, k, free)
		c = out[0].Def.(*Call)
	}
	return out
}

// add makes a value, or finds the one with this key; an empty key is never
// shared.
func (b *Builder) add(key, name string, t Type, d Def, result int, free []*Axis) *Value {
	if key != "" {
		if v := b.find([]byte(key)); v != nil {
			return v
		}
	}
	return b.make(key, name, t, d, result, free)
}

// make makes a value that is not known. What a Map depends on is found here.
func (b *Builder) make(key, name string, t Type, d Def, result int, free []*Axis) *Value {
	v := &Value{ID: b.next, Name: name, Type: t, Def: d, Result: result, Place: b.Place, free: free}
	b.next++
	if m, ok := d.(*Map); ok {
		v.free, v.operands = m.dependencies()
	}
	if key != "" {
		b.known[key] = v
	}
	return v
}

// Axes makes a fresh axis per extent, named i, j, k, ….
func Axes(shape []Int) []*Axis {
	axes := make([]*Axis, len(shape))
	for k, n := range shape {
		axes[k] = NewAxis(axisName(k), n)
	}
	return axes
}

func axisName(k int) string {
	const names = "ijklmnpq"
	if k < len(names) {
		return names[k : k+1]
	}
	return "i" + strconv.Itoa(k)
}

// AxisInts makes each axis an index.
func AxisInts(axes []*Axis) []Int {
	out := make([]Int, len(axes))
	for k, x := range axes {
		out[k] = Of(x)
	}
	return out
}

// dependencies lists the axes that m does not bind itself, those of the arrays
// that it reads included, and these arrays, each once.
func (m *Map) dependencies() (free []*Axis, operands []*Value) {
	var own []*Axis // of the body itself: they come behind those of arrays
	outside := func(x *Axis) {
		if !slices.Contains(m.Axes, x) {
			own = append(own, x)
		}
	}
	see := func(x *Axis) {
		if !slices.Contains(m.Axes, x) && !slices.Contains(free, x) {
			free = append(free, x)
		}
	}
	read := func(e *Expr) {
		if e.Op == OpRead && !slices.Contains(operands, e.Array) {
			if operands == nil {
				operands = make([]*Value, 0, 4)
			}
			operands = append(operands, e.Array)
			for _, x := range e.Array.free {
				see(x)
			}
		}
	}
	m.Body.Walk(func(e *Expr) {
		read(e)
		e.eachInt(func(i Int) { i.eachAxis(outside) })
	})
	for _, x := range own {
		see(x)
	}
	ints := func(i Int) { i.Walk(see, read) }
	for _, p := range m.Domain {
		ints(p.E)
	}
	for _, i := range m.Write {
		ints(i)
	}
	return free, operands
}

func union(a, b []*Axis) []*Axis {
	out := a
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(slices.Clip(out), x)
		}
	}
	return out
}

func without(a, b []*Axis) []*Axis {
	return slices.DeleteFunc(slices.Clone(a), func(x *Axis) bool { return slices.Contains(b, x) })
}
