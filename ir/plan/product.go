package plan

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// Product is one call of the contraction engine: for each matrix of a batch
//
//	C[m,n] = steps(sum over k of A[m,k]*B[k,n])
//
// or, with Sum, of the sum over the batch, which Factor and Onto may follow. With
// Overlap, C names elements several times, which are then the sums for all their
// names, and Onto may follow. The steps happen in the order of the fields: Factor
// multiplies, Row and Col are added, Relu, Gate, and what C held is added if Onto
// holds.
type Product struct {
	// Groups is how many batches there are, of Batch matrices each.
	Groups, Batch ir.Int
	M, N, K       ir.Int
	Sum           bool
	Overlap       bool
	A, B, C       Matrix
	// Of is not nil if the M rows are some of so many, each as if all were computed at
	// once.
	Of *ir.Int

	Factor   *Expr   // nil: none
	Row, Col *Vector // nil, or what is added to the elements of each row or column
	Relu     bool
	Gate     *Matrix // nil, or what the derivative of relu is taken by
	Onto     *Expr   // nil, or whether C's old elements are added
}

// Matrix is a buffer seen as batches of matrices: element (i, j) of matrix b of
// group g lies at Off plus what each of the four indices contributes.
type Matrix struct {
	Buffer         *Buffer
	Off            ir.Int
	Leap           ir.Int // from group to group
	Step, Row, Col Stride
	Band           *Band // nil: the whole matrix
	Kept           int   // 0, or the number of the engine's memory in which it stays packed from call to call
}

// Forget is before the calls that keep an operand: the engine of a type holds none of
// that number yet.
type Forget struct {
	DType ir.DType
	Kept  int
}

// KeptSizes is how many rows or columns, and how many terms, an operand of p has that
// is kept in memory k, if one is.
func (p *Product) KeptSizes(k int) (n, terms ir.Int, ok bool) {
	rows, cols, terms := p.Most()
	switch k {
	case p.B.Kept:
		return cols, terms, true
	case p.A.Kept:
		return rows, terms, true
	}
	return ir.Int{}, ir.Int{}, false
}

// Stride is how an index moves through a buffer: i*By, or, where an index
// counts through several axes that no one step describes, by Levels.
type Stride struct {
	By     ir.Int
	Levels []Level
}

// Level is one axis of several, the outermost first: N positions, By apart.
type Level struct{ N, By int64 }

// Vector is so many neighbouring elements of a buffer.
type Vector struct {
	Buffer   *Buffer
	Off, Len ir.Int
}

// Most is the number of rows, columns and terms; if it does a range of rows, as if that
// were all there are.
func (p *Product) Most() (m, n, k ir.Int) {
	if p.Of != nil {
		return *p.Of, p.N, p.K
	}
	return p.M, p.N, p.K
}

// Reach is how many elements there are, at most, from the lowest to the highest
// of a matrix of the operands that move with the batch, of the result, too, if its
// elements overlap; nothing, unless there is a batch and levels describe one of
// these.
func (p *Product) Reach() []ir.Int {
	if p.Batch.Is(1) || !p.Overlap && p.A.Row.Levels == nil && p.A.Col.Levels == nil && p.B.Row.Levels == nil && p.B.Col.Levels == nil {
		return nil
	}
	var out []ir.Int
	for _, o := range []struct {
		*Matrix
		rows, cols ir.Int
	}{{&p.A, p.M, p.K}, {&p.B, p.K, p.N}, {&p.C, p.M, p.N}} {
		if !o.Step.Fixed() && (o.Matrix != &p.C || p.Overlap) {
			out = append(out, o.Row.reach(o.rows).Add(o.Col.reach(o.cols)).Add(ir.Const(1)))
		}
	}
	return out
}

// reach is how far it is from the lowest of n positions to the highest.
func (s Stride) reach(n ir.Int) ir.Int {
	if s.Levels == nil {
		by := s.By
		if c, ok := by.IsConst(); ok {
			by = ir.Const(max(c, -c))
		}
		return n.Sub(ir.Const(1)).Mul(by)
	}
	total := int64(0)
	for _, l := range s.Levels {
		total += (l.N - 1) * max(l.By, -l.By)
	}
	return ir.Const(total)
}

// eachMatrix calls f for the matrices of p.
func (p *Product) eachMatrix(f func(*Matrix)) {
	f(&p.A)
	f(&p.B)
	f(&p.C)
	if p.Gate != nil {
		f(p.Gate)
	}
}

// eachVector calls f for the vectors of p.
func (p *Product) eachVector(f func(*Vector)) {
	for _, v := range []*Vector{p.Row, p.Col} {
		if v != nil {
			f(v)
		}
	}
}

func (p *Product) eachInt(f func(*ir.Int)) {
	for _, i := range []*ir.Int{&p.Groups, &p.Batch, &p.M, &p.N, &p.K, p.Of} {
		if i != nil {
			f(i)
		}
	}
	p.eachMatrix(func(m *Matrix) {
		for _, i := range []*ir.Int{&m.Off, &m.Leap, &m.Step.By, &m.Row.By, &m.Col.By} {
			f(i)
		}
		if m.Band != nil {
			f(&m.Band.From)
			f(&m.Band.To)
		}
	})
	p.eachVector(func(v *Vector) {
		f(&v.Off)
		f(&v.Len)
	})
}

func (p *Product) eachExpr(f func(**Expr)) {
	for _, e := range []**Expr{&p.Factor, &p.Onto} {
		if *e != nil {
			f(e)
		}
	}
}

func (p *Product) eachBuffer(f func(b *Buffer, write bool)) {
	f(p.A.Buffer, false)
	f(p.B.Buffer, false)
	p.eachVector(func(v *Vector) { f(v.Buffer, false) })
	if p.Gate != nil {
		f(p.Gate.Buffer, false)
	}
	if p.Onto != nil {
		f(p.C.Buffer, false)
	}
	f(p.C.Buffer, true)
}

// text is a product as the text of a program shows it.
func (p *Product) text() string {
	var t strings.Builder
	fmt.Fprintf(&t, "product %s x %s x %s", p.M, p.N, p.K)
	if p.Of != nil {
		fmt.Fprintf(&t, ", of %s rows", *p.Of)
	}
	if !p.Groups.Is(1) {
		fmt.Fprintf(&t, ", groups %s", p.Groups)
	}
	if !p.Batch.Is(1) {
		fmt.Fprintf(&t, ", %s %s", map[bool]string{false: "batch", true: "sum over"}[p.Sum], p.Batch)
	}
	fmt.Fprintf(&t, ": %s = %s . %s", p.C, p.A, p.B)
	if p.Overlap {
		t.WriteString(", overlapping")
	}
	if p.Factor != nil {
		fmt.Fprintf(&t, ", scale by %s", exprText(p.Factor))
	}
	if p.Row != nil {
		fmt.Fprintf(&t, ", add to rows %s", p.Row)
	}
	if p.Col != nil {
		fmt.Fprintf(&t, ", add to columns %s", p.Col)
	}
	if p.Relu {
		t.WriteString(", relu")
	}
	if p.Gate != nil {
		fmt.Fprintf(&t, ", gate by %s", p.Gate)
	}
	switch e := p.Onto; {
	case e == nil:
	case e.Op == ir.OpLit:
		t.WriteString(", accumulate")
	default:
		fmt.Fprintf(&t, ", accumulate if %s", exprText(e))
	}
	return t.String()
}

func (m Matrix) String() string {
	text := fmt.Sprintf("%s[%s; %s, %s]", m.Buffer, m.Off, m.Row, m.Col)
	switch {
	case !m.Leap.Is(0):
		text = fmt.Sprintf("%s[%s; %s, %s, %s, %s]", m.Buffer, m.Off, m.Leap, m.Step, m.Row, m.Col)
	case !m.Step.Fixed():
		text = fmt.Sprintf("%s[%s; %s, %s, %s]", m.Buffer, m.Off, m.Step, m.Row, m.Col)
	}
	if m.Band != nil {
		text += " band " + m.Band.String()
	}
	if m.Kept > 0 {
		text += fmt.Sprintf(" (kept, %d)", m.Kept)
	}
	return text
}

func (v *Vector) String() string {
	return fmt.Sprintf("%s[%s : %s]", v.Buffer, v.Off, v.Off.Add(v.Len))
}

// Fixed reports that an index does not move.
func (s Stride) Fixed() bool { return s.Levels == nil && s.By.Is(0) }

func (s Stride) String() string {
	if s.Levels == nil {
		return s.By.String()
	}
	texts := make([]string, len(s.Levels))
	for i, l := range s.Levels {
		texts[i] = fmt.Sprintf("%dx%d", l.N, l.By)
	}
	return "(" + strings.Join(texts, " ") + ")"
}

func (*Product) stmt() {}
func (*Forget) stmt()  {}
