package plan

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
)

// countOps is the number of operations that values take, equal ones once.
func countOps(values []*Expr) int64 {
	seen := map[*Expr]bool{}
	n := int64(0)
	var rec func(e *Expr)
	rec = func(e *Expr) {
		if seen[e] {
			return
		}
		seen[e] = true
		if len(e.Args) > 0 {
			n++
		}
		for _, a := range e.Args {
			rec(a)
		}
	}
	for _, e := range values {
		rec(e)
	}
	return n
}

// schedule gives what is used more than once a variable, right before its
// first use, and puts the stores last: a donated parameter is read before. Operations
// on one argument that a function of Go gives at once (ir.Op.Both) are variables, too.
func (u *unroller) schedule(stores []Stmt) []Stmt {
	x := u.l.x
	uses, halves := map[*Expr]int{}, map[*Expr]int{}
	var count func(e *Expr)
	count = func(e *Expr) {
		uses[e]++
		if uses[e] > 1 {
			return
		}
		if e.Op.Both != "" {
			halves[e.Args[0]]++
		}
		for _, a := range e.Args {
			count(a)
		}
	}
	overwritten := map[*Buffer]bool{}
	for _, s := range stores {
		count(s.(*Store).Value)
		overwritten[s.(*Store).Buffer] = true
	}
	var out []Stmt
	regs := map[*Expr]*Reg{}
	var rec func(e *Expr, sure bool) *Expr
	rec = func(e *Expr, sure bool) *Expr {
		if r := regs[e]; r != nil {
			return x.use(r)
		}
		args := make([]*Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = rec(a, sure && !(conditional(e.Op) && i > 0))
		}
		r := x.rebuild(e, args)
		v := u.name[e]
		named := v != nil && e.Op != ir.OpRead && v.Type.Rank() <= 1 && len(e.Args) > 0 && cost(e) >= 2
		// Everything but an element chosen by data may be evaluated early: there
		// is nothing else that a condition protects.
		early := sure || !chosen(e)
		if early && worthRegister(e) && (uses[e] > 1 || e.Op.Both != "" && halves[e.Args[0]] > 1 || named && sure || e.Op == ir.OpRead && overwritten[e.Buffer]) {
			reg := x.reg(u.regName(e), e.Type)
			regs[e] = reg
			out = append(out, &Let{Reg: reg, Value: r})
			return x.use(reg)
		}
		return r
	}
	for _, s := range stores {
		st := s.(*Store)
		st.Value = rec(st.Value, true)
	}
	return append(out, stores...)
}

// chosen reports whether e reads an element that data chooses.
func chosen(e *Expr) bool {
	found := false
	e.walk(func(e *Expr) { found = found || e.Op == ir.OpRead && e.Int.HasAxes() })
	return found
}

// named gives the arrays that the code reads or writes names that show their
// length, so that no access needs a check.
func (u *unroller) named(list []Stmt) []Stmt {
	x := u.l.x
	views := map[*Buffer]*View{}
	var out []Stmt
	view := func(b *Buffer) *View {
		if b.Rank == 0 || b.Class == Table {
			return nil
		}
		if views[b] == nil {
			views[b] = &View{Name: b.Name + "s", Buffer: b, Len: b.Len}
			out = append(out, views[b])
		}
		return views[b]
	}
	eachStmt(list, func(s Stmt) {
		if st, ok := s.(*Store); ok {
			st.View = view(st.Buffer)
		}
		eachExpr(s, func(e **Expr) {
			*e = u.l.mapReads(*e, func(r *Expr) *Expr {
				n := *r
				n.View = view(r.Buffer)
				return x.intern(n)
			})
		})
	})
	return append(out, list...)
}

// regName calls an element by its value and place: h1_3.
func (u *unroller) regName(e *Expr) string {
	if e.Op == ir.OpRead {
		if k, ok := e.Int.IsConst(); ok && e.Buffer.Rank > 0 {
			return fmt.Sprintf("%s.%d", e.Buffer.Name, k)
		}
		return e.Buffer.Name
	}
	if v := u.name[e]; v != nil && v.Name != "" {
		if v.Type.Rank() == 0 {
			return v.Name
		}
		return fmt.Sprintf("%s.%d", v.Name, u.at[e])
	}
	if e.Op.Both != "" {
		return e.Op.Name[:1]
	}
	return "c"
}
