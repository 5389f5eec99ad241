package check

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// scope is the declarations that a file sees: its own and those it imports, then the prelude. Initialisers and
// optimisers have names of their own, as they stand where no value can.
type scope struct {
	up     *scope
	values map[string]*decl
	inits  map[string]*decl
	optims map[string]*decl
	bad    map[string]bool // names of declarations that did not parse
	order  []*decl
	files  map[*diag.Source]bool
	env    *env
}

// decl is a declaration and what is known of it.
type decl struct {
	name  string
	node  syntax.Decl
	scope *scope
	own   bool // of the file that is compiled, not of one that it imports
	state uint8
	val   value
	rules map[string]*syntax.RuleDecl
	model *model
}

const (
	fresh uint8 = iota
	running
	done
)

func newScope(c *checker, up *scope) *scope {
	s := &scope{up: up, values: map[string]*decl{}, inits: map[string]*decl{}, optims: map[string]*decl{},
		bad: map[string]bool{}, files: map[*diag.Source]bool{}}
	s.env = &env{scope: s, body: &body{real: ir.F64, root: &root{}}}
	return s
}

// find looks a name up in one of the tables of a scope and those above it.
func (s *scope) find(table func(*scope) map[string]*decl, name string) *decl {
	for ; s != nil; s = s.up {
		if d := table(s)[name]; d != nil {
			return d
		}
	}
	return nil
}

func valueTable(s *scope) map[string]*decl { return s.values }
func initTable(s *scope) map[string]*decl  { return s.inits }
func optimTable(s *scope) map[string]*decl { return s.optims }

func (s *scope) tableOf(d syntax.Decl) map[string]*decl {
	switch d.(type) {
	case *syntax.InitDecl:
		return s.inits
	case *syntax.OptimizerDecl:
		return s.optims
	}
	return s.values
}

// isBad reports whether the name belongs to a declaration that did not parse.
func (s *scope) isBad(name string) bool {
	for ; s != nil; s = s.up {
		if s.bad[name] {
			return true
		}
	}
	return false
}

func (s *scope) names(table func(*scope) map[string]*decl) []string {
	var out []string
	for ; s != nil; s = s.up {
		out = append(out, slices.Sorted(maps.Keys(table(s)))...)
	}
	return out
}

// declare enters the declarations of a file into a scope.
func (c *checker) declare(s *scope, f *syntax.File, own bool) {
	s.files[f.Source] = true
	for _, n := range f.Decls {
		head := n.Head()
		switch n := n.(type) {
		case *syntax.BadDecl:
			if head.Name != nil {
				s.bad[head.Name.Name] = true
			}
		case *syntax.PackageDecl, *syntax.DeriveDecl, *syntax.RuleDecl, *syntax.TrainDecl:
		case *syntax.ImportDecl:
			c.imports(s, n)
		default:
			d := &decl{name: head.Name.Name, node: n, scope: s, own: own}
			table := s.tableOf(n)
			if old := table[d.name]; old != nil {
				c.errorf(s.env, diag.Redeclared, head.Name.Span(), "`%s` is declared twice", head.Name.Spelt).
					Note(old.node.Head().Name.Span(), "first", "declared here")
				continue
			}
			table[d.name] = d
			s.order = append(s.order, d)
		}
	}
	for _, n := range f.Decls {
		if r, ok := n.(*syntax.RuleDecl); ok {
			c.attachRule(s, r)
		}
	}
}

// imports enters the declarations of another file, once however often it is imported.
func (c *checker) imports(s *scope, n *syntax.ImportDecl) {
	name := n.Path.Value
	from := n.Span().File
	problem := ""
	switch {
	case strings.ContainsAny(name, "\\:\x00") || name == "" || path.IsAbs(name):
		problem = "an import is a path relative to this file, with forward slashes"
	case path.Ext(name) != ".grad":
		problem = "an import names a file that ends in .grad"
	case path.Clean(name) != name:
		problem = "write it as " + path.Clean(name)
	}
	if problem != "" {
		c.errorf(s.env, diag.ImportPath, n.Path.Span(), "`%s` is not a path that can be imported", name).Helpf("%s", problem)
		return
	}
	if c.files == nil {
		c.errorf(s.env, diag.ImportFailed, n.Path.Span(), "`%s` cannot be imported: no files are at hand", name)
		return
	}
	src, err := c.files.Import(from, name)
	if err != nil {
		c.errorf(s.env, diag.ImportFailed, n.Path.Span(), "`%s` cannot be imported: %v", name, err)
		return
	}
	for known := range c.sources {
		if known.Name == src.Name {
			return
		}
	}
	if len(c.sources) > maxFiles {
		c.errorf(s.env, diag.ImportFailed, n.Path.Span(), "a program consists of at most %d files", maxFiles)
		return
	}
	f, errs := syntax.Parse(src)
	c.list.Add(errs...)
	c.sources[src] = f
	c.declare(s, f, false)
}

const maxFiles = 100

// valueOf returns what a declaration stands for when its name is used.
func (c *checker) valueOf(d *decl, at *syntax.Ident) value {
	switch n := d.node.(type) {
	case *syntax.DimDecl, *syntax.ConstDecl:
		if d.state == running {
			c.errorf(d.scope.env, diag.Recursive, d.node.Head().Name.Span(), "`%s` is defined by itself", d.name)
			return bad{}
		}
		if d.state == fresh {
			d.state = running
			aloud := c.aloud()
			d.val = c.constant(d)
			aloud()
			d.state = done
		}
		return d.val
	case *syntax.FnDecl:
		return &function{d: d, fn: n}
	case *syntax.LayerDecl:
		return &layer{d: d, n: n}
	case *syntax.ModelDecl:
		return &modelRef{d: d}
	}
	c.errorf(d.scope.env, diag.WrongKindOfName, at.Span(), "`%s` is a loss and cannot be used in a formula", at.Spelt).
		Note(d.node.Head().Name.Span(), "declared", "here")
	return bad{}
}

// constant evaluates a dim or a const of a file.
func (c *checker) constant(d *decl) value {
	e := d.scope.env.child()
	e.exact = true
	switch n := d.node.(type) {
	case *syntax.DimDecl:
		if n.Value == nil {
			if c.dims[d.name] == nil {
				c.dims[d.name] = &ir.Dim{Name: d.name}
			}
			return integer{num: ir.Of(c.dims[d.name]), den: 1, elem: untyped, name: d.name}
		}
		return c.dimStmt(e, n)
	case *syntax.ConstDecl:
		return c.constStmt(e, n)
	}
	return bad{}
}

// dimStmt evaluates `dim e = d / heads`.
func (c *checker) dimStmt(e *env, n *syntax.DimDecl) value {
	s, ok := c.size(e, n.Value)
	if !ok {
		return bad{}
	}
	return s.value(n.Name.Name)
}

// value makes a size a value, so that its name in a body is its number.
func (s size) value(name string) value {
	if k, ok := s.n.IsConst(); ok {
		return number{exact.Int(k), name}
	}
	return integer{num: s.n, den: 1, elem: untyped, name: name}
}

// constStmt evaluates `const eps = 1e-5` or a table.
func (c *checker) constStmt(e *env, n *syntax.ConstDecl) value {
	x := e.child()
	x.exact = true
	if n.Indices != nil {
		return c.constTable(x, n)
	}
	v := c.eval(x, n.Value)
	switch v := v.(type) {
	case bad, boolean:
		return v
	case number:
		v.name = ""
		return v
	case *array:
		if v.table != nil {
			v.from = origin{"constant `" + n.Name.Spelt + "`", n.Name.Span()}
			v.hint = n.Name.Name
			return v
		}
	}
	what := "it is " + v.describe()
	if _, isArray := v.(*array); isArray {
		what = "it is known only when the program runs"
	}
	c.errorf(e, diag.NotConstant, n.Value.Span(), "`%s` is not a constant: %s", n.Name.Spelt, what).
		Helpf("a constant is made of numbers, constants and constant sizes")
	return bad{}
}

// constTable evaluates `const at[i < 4, j < 4] = …`, one element after another.
func (c *checker) constTable(e *env, n *syntax.ConstDecl) value {
	shape := make([]size, len(n.Indices))
	total := int64(1)
	for k, b := range n.Indices {
		if b.Ellipsis || b.Bound == nil {
			return bad{} // the parser reports it
		}
		s, ok := c.size(e, b.Bound)
		if !ok {
			return bad{}
		}
		len, isConst := s.n.IsConst()
		if !isConst {
			c.errorf(e, diag.BadSize, b.Bound.Span(), "the size of a constant table must be a number, not %s", s)
			return bad{}
		}
		if total *= len; len > maxTable || total > maxTable {
			c.errorf(e, diag.ArrayTooLarge, n.Name.Span(), "the table `%s` has more than %d elements", n.Name.Spelt, maxTable)
			return bad{}
		}
		shape[k] = s
	}
	if problem, ok := fits(shape); !ok {
		c.errorf(e, diag.ArrayTooLarge, n.Name.Span(), "%s", problem)
		return bad{}
	}
	data := make([]exact.Number, total)
	at := make([]int64, len(shape))
	for i := range data {
		x := e.child()
		for k, b := range n.Indices {
			x.set(b.Name.Name, number{exact.Int(at[k]), ""})
		}
		v, ok := c.eval(x, n.Value).(number)
		if !ok {
			if !isBad(v) {
				c.errorf(e, diag.NotConstant, n.Value.Span(), "an element of `%s` is not a number", n.Name.Spelt)
			}
			return bad{}
		}
		data[i] = v.n
		for k := len(at) - 1; k >= 0; k-- {
			if at[k]++; ir.Const(at[k]).Compare(shape[k].n) < 0 {
				break
			}
			at[k] = 0
		}
	}
	a := c.tableOf(n.Name.Name, shape, data)
	a.from = origin{"constant `" + n.Name.Spelt + "`", n.Name.Span()}
	return a
}

const maxTable = 1 << 16

// tableOf makes an array of numbers, which adapts to the dtype it meets.
func (c *checker) tableOf(name string, shape []size, data []exact.Number) *array {
	a := &array{elem: untyped, shape: shape, table: data, cheap: true, hint: name, whole: true}
	for _, n := range data {
		a.whole = a.whole && n.IsInt()
	}
	a.at = func(t ir.DType, i []ir.Int) *ir.Expr {
		if n, ok := a.entry(i); ok {
			return literal(t, n)
		}
		values := make([]float64, len(data))
		for k, n := range data {
			values[k] = literal(t, n).Lit
		}
		return ir.Read(c.made(c.b.Table(name, a.typed(t), values)), i...)
	}
	return a
}

// entry is the number at constant indices.
func (a *array) entry(i []ir.Int) (exact.Number, bool) {
	at := int64(0)
	for k, x := range i {
		n, ok := x.IsConst()
		if !ok {
			return exact.Number{}, false
		}
		len, _ := a.shape[k].n.IsConst()
		at = at*len + n
	}
	if at < 0 || at >= int64(len(a.table)) {
		return exact.Number{}, false
	}
	return a.table[at], true
}
