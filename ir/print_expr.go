package ir

import (
	"math"
	"strconv"
	"strings"

	"github.com/gradgen/gradgen/ir/few"
)

// The levels of precedence, as in templates and in the language.
const (
	levelIf = iota
	levelOr
	levelAnd
	levelCompare
	levelSum
	levelProduct
	levelUnary
	levelPostfix
)

// infix reports whether the row prints between its operands.
func (op *Op) infix() bool { return op.infixLevel() > 0 }

func (op *Op) infixLevel() int {
	switch op {
	case OpOr:
		return levelOr
	case OpAnd:
		return levelAnd
	case OpLt, OpLe, OpEq, OpNe:
		return levelCompare
	case OpAdd, OpSub:
		return levelSum
	case OpMul, OpDiv:
		return levelProduct
	}
	return 0
}

// exprPrinter prints scalar expressions. Brackets enclose integer expressions,
// parentheses values, so that the text reads back without types: literals take
// the type of what they meet, and where they meet nothing it is written.
type exprPrinter struct {
	b       strings.Builder
	axis    func(*Axis) (name string, pos int)
	dim     func(*Dim) string
	array   func(*Value) string
	lets    map[*Expr]string     // named subexpressions
	typed   few.Map[*Expr, bool] // memo of evident
	compact bool                 // no blanks around * and inside brackets
	limit   int                  // stop after so many bytes; 0 for never
	cut     bool
}

// plainPrinter uses the names that things have, and stops at limit.
func plainPrinter(limit int) *exprPrinter {
	return &exprPrinter{
		axis:    func(x *Axis) (string, int) { return x.Name, int(x.id) },
		dim:     func(d *Dim) string { return d.Name },
		array:   (*Value).String,
		limit:   limit,
		compact: limit > 0,
	}
}

// exprString prints an expression for messages; a long one is cut.
func exprString(e *Expr, level int) string {
	p := plainPrinter(2000)
	p.expr(e, level)
	return p.text()
}

func (p *exprPrinter) text() string {
	if p.cut {
		s := p.b.String()
		return strings.ToValidUTF8(s[:min(len(s), p.limit)], "") + "…"
	}
	return p.b.String()
}

func (p *exprPrinter) put(s string) {
	if p.full() {
		p.cut = true
		return
	}
	p.b.WriteString(s)
}

func (p *exprPrinter) full() bool { return p.limit > 0 && p.b.Len() > p.limit }

// sub returns what f prints.
func (p *exprPrinter) sub(f func()) string {
	if p.full() {
		p.cut = true
		return ""
	}
	outer := p.b
	p.b = strings.Builder{}
	f()
	s := p.b.String()
	p.b = outer
	return s
}

// expr prints e, in parentheses if it binds looser than level.
func (p *exprPrinter) expr(e *Expr, level int) {
	if p.full() {
		p.cut = true
		return
	}
	for {
		if name := p.lets[e]; name != "" {
			p.put(name)
			return
		}
		if !idle(e) {
			break
		}
		e = e.Args[0]
	}
	p.definition(e, level)
}

// idle reports whether e converts to the type its argument has.
func idle(e *Expr) bool { return e.Op == OpCast && e.Args[0].Type == e.Type }

// definition prints e itself even where it has a name.
func (p *exprPrinter) definition(e *Expr, level int) {
	if idle(e) {
		p.expr(e.Args[0], level)
		return
	}
	own := p.level(e)
	if own < level {
		p.put("(")
		defer p.put(")")
	}
	switch {
	case e.Op == OpLit:
		p.put(LitText(e.Type, e.Lit))
	case e.Op == OpVar:
		p.put(e.Var)
	case e.Op == OpIndex:
		p.indexValue(e)
	case e.Op == OpRandom:
		p.put(e.Type.String() + "(random[" + strconv.FormatUint(uint64(e.Site), 10) + "; ")
		p.int(e.Int)
		p.put("])")
	case e.Op == OpRead:
		p.put(p.array(e.Array))
		if len(e.Index) > 0 {
			p.put("[" + p.list(e.Index) + "]")
		}
	case e.Op == OpTest:
		if len(e.Preds) == 0 {
			p.put("true")
		}
		p.preds(e.Preds)
	case e.Op == OpCast:
		p.put(e.Type.String() + "(")
		p.typedExpr(e.Args[0], levelIf)
		p.put(")")
	case e.Op == OpNeg && e.Args[0].Op == OpLit:
		p.put("-(")
		p.expr(e.Args[0], levelIf)
		p.put(")")
	case e.Op == OpNeg:
		p.put("-")
		p.expr(e.Args[0], levelPostfix)
	case e.Op == OpSelect:
		p.put("if ")
		p.expr(e.Args[0], levelOr)
		p.put(" then ")
		p.expr(e.Args[1], levelOr)
		p.put(" else ")
		p.expr(e.Args[2], levelIf)
	case e.Op.infix():
		p.infix(e, own)
	default:
		p.put(e.Op.Name + "(")
		for i, a := range e.Args {
			if i > 0 {
				p.put(", ")
			}
			p.expr(a, levelIf)
		}
		p.put(")")
	}
}

// level is how tightly the printed form of e holds together.
func (p *exprPrinter) level(e *Expr) int {
	switch e.Op {
	case OpLit:
		if math.Signbit(e.Lit) && e.Lit == e.Lit {
			return levelUnary
		}
	case OpNeg:
		return levelUnary
	case OpSelect:
		return levelIf
	case OpTest:
		switch len(e.Preds) {
		case 0:
		case 1:
			return levelCompare
		default:
			return levelAnd
		}
	}
	if l := e.Op.infixLevel(); l > 0 {
		return l
	}
	return levelPostfix
}

func (p *exprPrinter) infix(e *Expr, own int) {
	left, right := e.Args[0], e.Args[1]
	sign := " " + e.Op.Name + " "
	if p.compact && own == levelProduct {
		sign = e.Op.Name
	}
	switch own {
	case levelCompare:
		// The operands of a comparison have no type from outside.
		if !p.evident(left) && !p.evident(right) {
			p.wrap(left)
		} else {
			p.expr(left, levelSum)
		}
		p.put(sign)
		p.expr(right, levelSum)
	case levelAnd:
		// Unparenthesised predicates joined by and are one test.
		p.expr(left, conjunct(left, own))
		p.put(sign)
		p.expr(right, conjunct(right, own+1))
	default:
		p.expr(left, own)
		p.put(sign)
		p.expr(right, own+1)
	}
}

func conjunct(e *Expr, level int) int {
	if e.Op == OpTest {
		return levelPostfix
	}
	return level
}

// indexValue prints an index as a number: f32(i + 1). Where only values occur
// in it, brackets tell it from a conversion of an expression.
func (p *exprPrinter) indexValue(e *Expr) {
	ts, k := p.terms(e.Int)
	if len(ts) == 0 {
		p.put(LitText(e.Type, float64(k)))
		return
	}
	open, end := "[", "]"
	if standsForItself(plainAtoms(e.Int)) {
		open, end = "(", ")"
	}
	p.put(e.Type.String() + open)
	p.sum(ts, k)
	p.put(end)
}

// wrap prints e with its type: f32(…).
func (p *exprPrinter) wrap(e *Expr) {
	p.put(e.Type.String() + "(")
	p.expr(e, levelIf)
	p.put(")")
}

// typedExpr prints e where nothing around it tells its type.
func (p *exprPrinter) typedExpr(e *Expr, level int) {
	if p.evident(e) {
		p.expr(e, level)
	} else {
		p.wrap(e)
	}
}

// evident reports whether the text of e tells its type.
func (p *exprPrinter) evident(e *Expr) bool {
	for p.lets[e] == "" && idle(e) {
		e = e.Args[0]
	}
	if p.lets[e] != "" {
		return true
	}
	if known, ok := p.typed.Get(e); ok {
		return known
	}
	r := false
	switch {
	case e.Op == OpLit || e.Op == OpVar:
		r = e.Type == Bool
	case e.Op == OpIndex:
		ts, _ := p.terms(e.Int)
		r = len(ts) > 0
	case len(e.Args) == 0 || e.Op.Bool || e.Op == OpCast:
		r = true
	case e.Op == OpSelect:
		r = p.evident(e.Args[1]) || p.evident(e.Args[2])
	default:
		for _, a := range e.Args {
			r = r || p.evident(a)
		}
	}
	p.typed.Set(e, r)
	return r
}

func (p *exprPrinter) list(is []Int) string {
	return p.sub(func() {
		for k, i := range is {
			if k > 0 {
				p.put(",")
			}
			p.int(i)
		}
	})
}

// LitText prints a number of a type, so that it reads back exactly.
func LitText(t DType, v float64) string {
	switch {
	case t == Bool:
		return strconv.FormatBool(v != 0)
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(v, 'g', -1, 64), "+"))
	case t == I32:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case t == F32:
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
