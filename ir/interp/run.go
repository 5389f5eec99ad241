package interp

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/runtime"
)

// Options are what a run needs beside its arguments.
type Options struct {
	Dims map[string]int // sizes that the shapes of the arguments do not tell
	Key  runtime.Key    // of random draws
}

// Run evaluates f. Sizes come from the shapes of args, one per parameter, then
// from opts. It fails where arguments do not fit, a size is unknown, or an
// index leaves its array; the error names the value.
func Run(f *ir.Func, args []Array, opts Options) (results []Array, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *fault:
			err = fmt.Errorf("interp: function %s: %w", f.Name, r.err)
		case *ir.EvalError:
			err = fmt.Errorf("interp: function %s: %w", f.Name, r)
		default:
			panic(r)
		}
	}()
	m := &machine{key: opts.Key, dims: maps.Clone(opts.Dims)}
	if m.dims == nil {
		m.dims = map[string]int{}
	}
	if err := m.bind(f, args); err != nil {
		return nil, fmt.Errorf("interp: function %s: %w", f.Name, err)
	}
	top := newFrame(nil, nil, 0)
	for k, p := range f.Params {
		top.values[p] = args[k]
	}
	for _, v := range f.Results {
		results = append(results, m.value(v, top))
	}
	return results, nil
}

// fault carries an error out of the evaluation.
type fault struct{ err error }

func fail(format string, args ...any) { panic(&fault{fmt.Errorf(format, args...)}) }

// machine is one run of one function.
type machine struct {
	key  runtime.Key
	dims map[string]int
}

// bind checks the arguments and learns sizes from them.
func (m *machine) bind(f *ir.Func, args []Array) error {
	if len(args) != len(f.Params) {
		return fmt.Errorf("%d arguments for %d parameters", len(args), len(f.Params))
	}
	for k, p := range f.Params {
		a := args[k]
		if a.DType != p.Type.DType || len(a.Shape) != len(p.Type.Shape) {
			return fmt.Errorf("argument %s is %v%v, not %v", p, a.DType, a.Shape, p.Type)
		}
		for d, n := range p.Type.Shape {
			m.learn(n, a.Shape[d])
		}
	}
	for k, p := range f.Params {
		if want := m.shape(p.Type); !slices.Equal(want, args[k].Shape) {
			return fmt.Errorf("argument %s has shape %v, not %v = %v", p, args[k].Shape, p.Type, want)
		}
	}
	return nil
}

// learn solves c·D + k = n for a size D that is not known yet.
func (m *machine) learn(size ir.Int, n int) {
	terms, k := size.Terms()
	if len(terms) != 1 || len(terms[0].Atoms) != 1 {
		return
	}
	d, ok := terms[0].Atoms[0].(*ir.Dim)
	if !ok {
		return
	}
	if _, known := m.dims[d.Name]; !known && (int64(n)-k)%terms[0].Coef == 0 {
		m.dims[d.Name] = int((int64(n) - k) / terms[0].Coef)
	}
}

func (m *machine) dim(d *ir.Dim) int64 {
	n, ok := m.dims[d.Name]
	if !ok {
		fail("the size %s is unknown", d.Name)
	}
	return int64(n)
}

// shape is the shape of a type in this run.
func (m *machine) shape(t ir.Type) []int {
	sizes := ir.NewEvaluator(&ir.Env{Dim: m.dim})
	out := make([]int, len(t.Shape))
	for k, n := range t.Shape {
		if out[k] = int(sizes.Int(n)); out[k] < 0 {
			fail("the size %v is %d", n, out[k])
		}
	}
	return out
}

// frame holds the values of one step of a scan, or of the function; a value
// belongs to the innermost frame whose axis it depends on.
type frame struct {
	outer  *frame
	axis   *ir.Axis
	step   int64
	values map[*ir.Value]Array
	groups map[ir.Def][]Array // of scans and calls
}

func newFrame(outer *frame, axis *ir.Axis, step int64) *frame {
	return &frame{outer, axis, step, map[*ir.Value]Array{}, map[ir.Def][]Array{}}
}

// of is the frame that v belongs to.
func (fr *frame) of(v *ir.Value) *frame {
	for fr.outer != nil && !v.DependsOn(fr.axis) {
		fr = fr.outer
	}
	return fr
}

// value evaluates v, seen from a frame; each value once in its frame.
func (m *machine) value(v *ir.Value, fr *frame) Array {
	fr = fr.of(v)
	if a, ok := fr.values[v]; ok {
		return a
	}
	a := m.define(v, fr)
	fr.values[v] = a
	return a
}

func (m *machine) define(v *ir.Value, fr *frame) Array {
	switch d := v.Def.(type) {
	case *ir.Table:
		return Array{v.Type.DType, m.shape(v.Type), d.Data}
	case *ir.Reshape:
		x := m.value(d.X, fr)
		return Array{v.Type.DType, m.shape(v.Type), x.Data}
	case *ir.Map:
		return m.newLoop(v, d, fr).run()
	case *ir.Scan:
		return m.group(v, d, fr, func() []Array { return m.scan(d, fr) })
	case *ir.Call:
		return m.group(v, d, fr, func() []Array { return m.call(d, fr) })
	}
	fail("value %v has no value here", v)
	panic("unreachable")
}

// group evaluates all results of a definition at once.
func (m *machine) group(v *ir.Value, d ir.Def, fr *frame, run func() []Array) Array {
	if _, ok := fr.groups[d]; !ok {
		fr.groups[d] = run()
	}
	return fr.groups[d][v.Result]
}

func (m *machine) call(d *ir.Call, fr *frame) []Array {
	args := make([]Array, len(d.Args))
	for k, a := range d.Args {
		args[k] = m.value(a, fr)
	}
	out, err := Run(d.Func, args, Options{Dims: m.dims, Key: m.key})
	if err != nil {
		fail("%w", err)
	}
	return out
}

// scan runs the steps of a scan, each in a frame of its own.
func (m *machine) scan(s *ir.Scan, fr *frame) []Array {
	carry := make([]Array, len(s.Carry))
	for k, v := range s.Init {
		carry[k] = m.value(v, fr)
	}
	n := int(m.newEvaluator(fr, nil, nil).Int(s.Axis.Extent))
	emits := make([]Array, len(s.Emit))
	for k, v := range s.Emit {
		emits[k] = New(v.Type.DType, append([]int{n}, m.shape(v.Type)...)...)
	}
	for i := range n {
		t := i
		if s.Reverse {
			t = n - 1 - i
		}
		step := newFrame(fr, s.Axis, int64(t))
		for k, c := range s.Carry {
			step.values[c] = carry[k]
		}
		for k, v := range s.Emit {
			a := m.value(v, step)
			copy(emits[k].Data[t*len(a.Data):], a.Data)
		}
		next := make([]Array, len(carry))
		for k, v := range s.Next {
			next[k] = m.value(v, step)
		}
		carry = next
	}
	return append(carry, emits...)
}
