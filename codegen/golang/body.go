package golang

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// bodyNames is how the declaration around a body spells what the body refers
// to but does not declare. All are identifiers in scope, but for Slot.
type bodyNames struct {
	// Buffer has the buffers of class Param, Result and Table: a slice of
	// exactly the right length (Table: a slice or an array), or, of rank 0, a
	// variable. Results of rank 0 are assigned, never declared, by the body.
	// A result that is a donated parameter has the parameter's entry. Arrays
	// of bool are []bool, of i32 []int32.
	Buffer map[*plan.Buffer]string
	// Slot has the storage of each slot of the program: an expression for a
	// slice at least as long as the slot's size, such as w.f32[0:1280] or w.s2.
	// The body names the views that it needs.
	Slot map[*plan.Slot]anyCode
	// Dim has the run-time sizes, variables of type int.
	Dim map[*ir.Dim]string
	// Key is the variable of type runtime.Key, if the program is Random.
	Key string
	// Forward has the registers that are results of rank 0 from the start; see
	// forwarded. Declared tells that results are declared, as named ones are.
	Forward  map[*plan.Reg]*plan.Buffer
	Declared bool
	// Part has the buffers of class Param that the body names itself, before it
	// uses them first.
	Part map[*plan.Buffer]part
	// Engine has the contraction engine of each element type, if the program
	// has products; Grid names the table of offsets into a buffer by levels.
	Engine map[ir.DType]anyCode
	Grid   func(*plan.Buffer, []plan.Level) Ident
	// Shared has the functions of the blocks that are shared.
	Shared map[*plan.Shared]Ident
	// Rows has the fields of the workspace for calls of shared blocks whose rows
	// workers share; Pool has the workers.
	Rows []rowsField
	Pool anyCode
	// Taken has every other identifier the body must not declare: imports,
	// package-level names, receivers.
	Taken func(string) bool
}

// body prints the body of a function; see bodyNames for what it needs, and
// plan.Program for what must happen before (index checks) and after it
// (returning results of rank 0).
func body(p *plan.Program, names *bodyNames) []anyCode {
	b := newBodyPrinter(names)
	b.round(p.Body)
	var out []anyCode
	for i, c := range b.top(p.Body) {
		// A blank line before each comment but the first.
		if i > 0 && c.comment {
			out = append(out, blank())
		}
		out = append(out, c.code)
	}
	return out
}

// bodyPrinter prints statements.
type bodyPrinter struct {
	names   *bodyNames
	scope   *bodyScope
	regs    map[*plan.Reg]Ident
	axes    map[*ir.Axis]Ident
	views   map[*plan.View]Ident
	buffers map[*plan.Buffer]Ident
	block   *plan.Block                // the one being printed
	home    map[*plan.View]*plan.Block // where a view was declared
	shared  bool                       // this is the function of a shared block
	rounded map[*plan.Expr]bool        // products that are numbers of their own (round)
	draws   map[uint32]Ident           // the sites of draws, if they are variables
	rename  func(string) string        // nil, or what to call what has a name of the formula
	types   map[contractType]code      // of the engine
}

func newBodyPrinter(names *bodyNames) *bodyPrinter {
	b := &bodyPrinter{names: names, scope: &bodyScope{around: names.Taken, taken: map[string]bool{}}, regs: map[*plan.Reg]Ident{},
		axes: map[*ir.Axis]Ident{}, views: map[*plan.View]Ident{}, buffers: map[*plan.Buffer]Ident{}, home: map[*plan.View]*plan.Block{}, rounded: map[*plan.Expr]bool{}}
	for buf, name := range names.Buffer {
		b.buffers[buf] = Ident(name)
	}
	return b
}

// bodyScope gives names that are free in all scopes around, so that nothing
// is shadowed; names of loops that have ended are free again.
type bodyScope struct {
	outer  *bodyScope
	around func(string) bool // of the outermost: what others have taken
	taken  map[string]bool
	views  []*plan.View // declared here
}

func (s *bodyScope) has(n string) bool {
	for ; s.outer != nil; s = s.outer {
		if s.taken[n] {
			return true
		}
	}
	return s.taken[n] || s.around(n)
}

// declare takes a name like the one wanted.
func (b *bodyPrinter) declare(want string) Ident {
	if b.rename != nil {
		want = b.rename(want)
	}
	stem := local(want)
	n := stem
	for k := 2; b.scope.has(string(n)); k++ {
		n = stem + "_" + Ident(decimal(k))
	}
	b.scope.taken[string(n)] = true
	return n
}

func decimal(k int) string {
	if k < 10 {
		return string(rune('0' + k))
	}
	return decimal(k/10) + decimal(k%10)
}

// inner prints a list of statements in a scope of its own.
func (b *bodyPrinter) inner(list []plan.Stmt, before ...func()) []code {
	b.scope = &bodyScope{outer: b.scope, taken: map[string]bool{}}
	defer func() { b.scope = b.scope.outer }()
	for _, f := range before {
		f()
	}
	return b.list(list)
}

func (b *bodyPrinter) list(list []plan.Stmt) []code {
	var out []code
	var done []*plan.Let // beside another variable
	for i, s := range list {
		l, ok := s.(*plan.Let)
		if ok && slices.Contains(done, l) {
			continue
		}
		if o := b.other(l, list[i+1:]); o != nil {
			out, done = append(out, b.both(l, o)), append(done, o)
			continue
		}
		out = append(out, b.stmt(s)...)
	}
	return out
}

// line is a statement at the top of a body.
type line struct {
	code    code
	comment bool
}

// top prints the statements of the whole body. Arena buffers, and parts of
// blocks of parameters, get their names before the first statement that uses
// them.
func (b *bodyPrinter) top(list []plan.Stmt) []line {
	var out []line
	once := b.once(list)
	for _, s := range list {
		start := len(out)
		plan.EachNamed(s, func(buf *plan.Buffer) {
			if buf.Slot != nil && b.buffers[buf] == "" {
				b.buffers[buf] = b.declare(buf.Name)
				slot := statements([]anyCode{b.names.Slot[buf.Slot]})[0]
				out = append(out, line{code: define(id(b.buffers[buf]), first(slot, nil, b.size(buf.Len)))})
			}
			if p, ok := b.names.Part[buf]; ok && b.buffers[buf] == "" && !once[buf] {
				b.buffers[buf] = b.declare(p.name)
				out = append(out, line{code: define(id(b.buffers[buf]), p.value())})
			}
		})
		for _, c := range b.stmt(s) {
			out = append(out, line{code: c})
		}
		if blk, ok := s.(*plan.Block); ok && !scalarCopy(blk) {
			if text := b.blockComment(blk); text != "" {
				out = slices.Insert(out, start, line{comment(text), true})
			}
		}
	}
	return out
}

// scalarCopy tells the blocks that only assign a result of rank 0.
func scalarCopy(s *plan.Block) bool {
	if len(s.Body) != 1 {
		return false
	}
	st, ok := s.Body[0].(*plan.Store)
	return ok && st.Buffer.Rank == 0
}

// mainValue is what a call is said to compute: the last value, or what it was
// before it was added to something of its name.
func mainValue(values []*ir.Value) *ir.Value {
	last := values[len(values)-1]
	for _, v := range values {
		if v.Name == last.Name {
			return v
		}
	}
	return last
}

// blockComment is the place and the formula of every value of a block; of the
// last one, where a function has the others.
func (b *bodyPrinter) blockComment(s *plan.Block) string {
	values := s.Values
	if s.Shared != nil {
		values = []*ir.Value{mainValue(values)}
	}
	return equations(values, func(v *ir.Value, equation string) string {
		if v.Place.Line > 0 {
			return placeText(v.Place) + "  " + equation
		}
		return equation
	})
}

// equations is a line for every value that has a formula; what would read the
// same is said once.
func equations(values []*ir.Value, line func(v *ir.Value, equation string) string) string {
	var lines []string
	for _, v := range values {
		if _, given := v.Def.(*ir.Input); given {
			continue // and copied
		}
		if l := line(v, ir.Equation(v)); !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func (b *bodyPrinter) stmt(s plan.Stmt) []code {
	switch s := s.(type) {
	case *plan.Block:
		var out []code
		b.block = s
		if s.Shared != nil {
			out = b.call(s)
		} else {
			out = b.list(s.Body)
		}
		if text := b.blockComment(s); b.scope.outer != nil && text != "" {
			out = append([]code{comment(text)}, out...)
		}
		return out
	case *plan.Loop:
		return []code{b.loop(s)}
	case *plan.Let:
		return []code{b.let(s)}
	case *plan.LetInt:
		return []code{b.letInt(s)}
	case *plan.View:
		return b.view(s)
	case *plan.Set:
		return []code{b.assignment(id(b.regs[s.Reg]), s.Op, s.Value)}
	case *plan.Store:
		if r := s.Value.Reg; r != nil && b.names.Forward[r] == s.Buffer && s.Buffer != nil {
			return nil // the variable is the result
		}
		return []code{b.assignment(b.element(s.Buffer, s.View, s.At), s.Op, s.Value)}
	case *plan.If:
		return []code{b.branch(s)}
	case *plan.Fill:
		return b.fill(s)
	case *plan.Copy:
		to, from := b.part(s.To, s.ToOff, s.Len), b.part(s.From, s.FromOff, s.Len)
		return []code{call(id("copy"), to, from)}
	case *plan.Rebind:
		part := b.part(s.To, s.Off, s.Len)
		if s.Declare {
			b.buffers[s.Alias] = b.declare(s.Alias.Name)
			return []code{define(id(b.buffers[s.Alias]), part)}
		}
		return []code{set(id(b.buffers[s.Alias]), part)}
	case *plan.Product:
		return []code{b.run(s)}
	case *plan.Chain:
		return []code{b.chain(s)}
	case *plan.Forget:
		return []code{call(dot(b.engine(s.DType), "Forget"), integer(int64(s.Kept)))}
	case *plan.Swap:
		x, y := id(b.buffers[s.A]), id(b.buffers[s.B])
		return []code{set(names(x, y), names(y, x))}
	}
	panic("golang: unknown statement of a plan")
}

// part is a stretch of a buffer.
func (b *bodyPrinter) part(buf *plan.Buffer, off, n ir.Int) code {
	x := id(b.buffers[buf])
	if off.Is(0) && n.Equal(buf.Len) {
		if buf.Class == plan.Table {
			return whole(x)
		}
		return x
	}
	if off.Is(0) {
		return first(x, nil, b.int(n))
	}
	return first(x, b.int(off), b.int(n))
}

func (b *bodyPrinter) fill(s *plan.Fill) []code {
	part := b.part(s.Buffer, s.Off, s.Len)
	if s.Value == 0 {
		return []code{call(id("clear"), part)}
	}
	row := b.declare(s.Buffer.Name + "Row")
	b.scope = &bodyScope{outer: b.scope, taken: map[string]bool{}}
	defer func() { b.scope = b.scope.outer }()
	i := b.declare("i")
	return []code{define(id(row), part),
		each(id(i), nil, id(row), set(index(id(row), id(i)), number(s.Buffer.DType, s.Value)))}
}

func (b *bodyPrinter) let(s *plan.Let) code {
	t := elemType(s.Reg.Type)
	if buf := b.names.Forward[s.Reg]; buf != nil {
		return b.letResult(s, b.buffers[buf])
	}
	if s.Value == nil {
		b.regs[s.Reg] = b.declare(s.Reg.Name)
		return declare(b.regs[s.Reg], t)
	}
	value := b.expr(s.Value, 0)
	n := b.declare(s.Reg.Name)
	b.regs[s.Reg] = n
	switch e := s.Value; {
	case e.Op == ir.OpLit && e.IsZero():
		return declare(n, t)
	case e.Op == ir.OpLit && e.Type != ir.F64 && e.Type != ir.Bool && e.IsFinite():
		return define(id(n), call(t, value))
	}
	return define(id(n), value)
}

func (b *bodyPrinter) letInt(s *plan.LetInt) code {
	var value code
	switch {
	case s.Expr != nil:
		value = call(id("int"), b.expr(s.Expr, 0))
	case len(s.Lo) > 0:
		value = b.bound(s.Lo, "max")
	case len(s.Hi) > 0:
		value = b.bound(s.Hi, "min")
		for _, h := range s.Hi {
			if !h.E.NonNegative() {
				value = call(id("max"), value, integer(0))
				break
			}
		}
	default:
		value = b.int(s.Value)
	}
	b.axes[s.Var] = b.declare(s.Var.Name)
	return define(id(b.axes[s.Var]), value)
}

var assignments = map[plan.AssignOp]operator{plan.Assign: "=", plan.AssignAdd: "+=", plan.AssignMul: "*="}

func (b *bodyPrinter) assignment(x code, op plan.AssignOp, e *plan.Expr) code {
	switch op {
	case plan.AssignMax, plan.AssignMin:
		f := Ident("max")
		if op == plan.AssignMin {
			f = "min"
		}
		return set(x, call(id(f), x, b.typed(e, 0)))
	case plan.AssignAdd:
		if e.Op == ir.OpNeg {
			return assign(x, "-=", b.expr(e.Args[0], 0))
		}
	}
	return assign(x, assignments[op], b.typed(e, 0))
}

func (b *bodyPrinter) branch(s *plan.If) code {
	cond := b.expr(s.Cond, 0)
	then := b.inner(s.Then)
	if len(s.Else) == 1 {
		if next, ok := s.Else[0].(*plan.If); ok {
			return ifElse(cond, then, []code{b.branch(next)}, true)
		}
	}
	return ifElse(cond, then, b.inner(s.Else), false)
}
