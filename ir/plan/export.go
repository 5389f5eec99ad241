package plan

import (
	"math"

	"github.com/gradgen/gradgen/ir"
)

// EachBuffer calls f for every buffer in a statement and in those inside it,
// in the order of the text. Of a block whose program is finished each is one call.
func EachBuffer(s Stmt, f func(*Buffer)) {
	if b, ok := s.(*Block); ok && b.buffers != nil {
		for _, buf := range b.buffers {
			f(buf)
		}
		return
	}
	eachStmt([]Stmt{s}, func(s Stmt) {
		if v, ok := s.(*View); ok {
			f(v.Buffer)
		}
		eachBuffer(s, func(b *Buffer, _ bool) { f(b) })
	})
}

// EachNamed is [EachBuffer] without the arrays that calls of functions are given
// as parts of others.
func EachNamed(s Stmt, f func(*Buffer)) {
	if b, ok := s.(*Block); ok {
		EachBuffer(b, func(buf *Buffer) {
			if b.Shared == nil || b.Operands.In(buf) == nil {
				f(buf)
			}
		})
		return
	}
	if v, ok := s.(*View); ok {
		f(v.Buffer)
	}
	eachBuffer(s, func(b *Buffer, _ bool) { f(b) })
	for _, list := range bodies(s) {
		for _, t := range *list {
			EachNamed(t, f)
		}
	}
}

// Parallel reports whether the program has work that several workers can share.
func (p *Program) Parallel() bool {
	found := len(p.Products) > 0
	eachStmt(p.Body, func(s Stmt) {
		b, ok := s.(*Block)
		found = found || ok && b.Rows != nil
	})
	return found
}

// Uses reports whether x occurs in the statements.
func Uses(list []Stmt, x *ir.Axis) bool {
	found := false
	eachStmt(list, func(s Stmt) { eachInt(s, func(i ir.Int) { found = found || i.Uses(x) }) })
	return found
}

// IsZero reports whether e is the literal +0, or false.
func (e *Expr) IsZero() bool { return e.Op == ir.OpLit && e.Lit == 0 && !math.Signbit(e.Lit) }

// IsFinite reports whether e is a literal that a Go constant can hold.
func (e *Expr) IsFinite() bool {
	return e.Op == ir.OpLit && !math.IsInf(e.Lit, 0) && !math.IsNaN(e.Lit) && !(e.Lit == 0 && math.Signbit(e.Lit))
}

// EachSet calls f for every register that a statement, or one inside it,
// assigns again.
func EachSet(s Stmt, f func(*Reg)) {
	eachStmt([]Stmt{s}, func(s Stmt) {
		if s, ok := s.(*Set); ok {
			f(s.Reg)
		}
	})
}

// Each calls f for every statement of a list and those inside them, outer ones
// first.
func Each(list []Stmt, f func(Stmt)) { eachStmt(list, f) }

// EachExpr calls f for the scalar expressions that s itself holds.
func EachExpr(s Stmt, f func(*Expr)) { eachExpr(s, func(e **Expr) { f(*e) }) }

// EachInt calls f for every integer expression in s itself, those in its scalar
// expressions included.
func EachInt(s Stmt, f func(ir.Int)) { eachInt(s, f) }

// Walk calls visit for e and what is below it, each node once.
func (e *Expr) Walk(visit func(*Expr)) { e.walk(visit) }

// Ints calls f for the integer expressions that e itself holds.
func (e *Expr) Ints(f func(ir.Int)) { e.eachInt(f) }
