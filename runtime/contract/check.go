package contract

import "strconv"

// normalize gives what a product means, but does not say, its values.
func (p *Product[T]) normalize() {
	if p.Sum {
		p.C.Step, p.C.Steps = 0, nil
		if p.Batch == 0 {
			p.K = 0
		}
	}
	p.Groups, p.Batch = max(p.Groups, 1), max(p.Batch, 1)
	if p.Groups > 1 {
		p.A.each, p.B.each, p.C.each, p.Gate.each = p.Batch, p.Batch, p.Batch, p.Batch
	}
}

// check panics unless the shape of the product is one.
func (p *Product[T]) check() {
	if p.Groups > 1 && (p.Sum || p.Overlap || p.A.Steps != nil || p.B.Steps != nil || p.C.Steps != nil || p.Gate.Steps != nil) {
		panic("contract: of several batches there are neither sums nor tables, and none overlap")
	}
	if tables := p.A.Rows != nil || p.A.Cols != nil || p.B.Rows != nil || p.B.Cols != nil || p.C.Rows != nil || p.C.Cols != nil; p.Of > 0 &&
		(p.Of < p.M || p.Groups > 1 || p.Batch > 1 || p.Sum || p.Overlap || tables || p.Then&AddRow != 0 && p.Then&AddCol != 0) {
		panic("contract: part of a product is some rows of one matrix without tables, and is added to by rows or by columns")
	}
	if p.Sum && p.Then&^(Scale|Accumulate) != 0 {
		panic("contract: a sum over a batch may be scaled and accumulated, nothing else")
	}
	if p.Overlap && (p.Sum || p.Then&^Accumulate != 0) {
		panic("contract: sums that overlap may be accumulated, nothing else")
	}
	if p.Overlap && p.Batch > 1 && p.C.Steps == nil {
		if lo, hi := p.C.reach(p.M, p.N); max(p.C.Step, -p.C.Step) <= hi-lo {
			panic("contract: matrices whose elements overlap do not lie apart")
		}
	}
}

// bounds are the lowest and the highest element of all matrices of an operand, as
// offsets from where the first one lies, if it is read or written at all.
type bounds struct {
	lo, hi int
	used   bool
}

// names of operands, in the order in which bounds are listed.
var operandNames = [...]string{"A", "B", "C", "Gate"}

// bounds are those of all operands. It panics if a table is too short.
func (p *Product[T]) bounds() (out [4]bounds) {
	if p.K > 0 {
		out[0] = p.A.bounds(operandNames[0], p.Groups, p.Batch, p.M, p.K)
		out[1] = p.B.bounds(operandNames[1], p.Groups, p.Batch, p.K, p.N)
	}
	out[2] = p.C.bounds(operandNames[2], p.Groups, p.Batch, p.M, p.N)
	if p.Then&Gate != 0 {
		out[3] = p.Gate.bounds(operandNames[3], p.Groups, p.Batch, p.M, p.N)
	}
	return out
}

func (o *Operand[T]) bounds(name string, groups, batch, rows, cols int) bounds {
	for _, x := range [...]struct {
		n     int
		table *Table
	}{{batch, o.Steps}, {rows, o.Rows}, {cols, o.Cols}} {
		if x.table != nil && len(x.table.at) < x.n {
			panic("contract: a table of operand " + name + " has " + strconv.Itoa(len(x.table.at)) +
				" entries, the axis " + strconv.Itoa(x.n))
		}
	}
	lo, hi := o.reach(rows, cols)
	first, last := span(batch, o.Step, o.Steps)
	least, most := span(groups, o.Leap, nil)
	return bounds{lo + first + least, hi + last + most, true}
}

// within panics unless every operand stays within its slice. Kernels trust it.
func (p *Product[T]) within(b *[4]bounds) {
	for i, o := range [...]*Operand[T]{&p.A, &p.B, &p.C, &p.Gate} {
		switch b := &b[i]; {
		case !b.used:
		case o.Off+b.lo < 0:
			fail(operandNames[i], o.Off+b.lo, len(o.Data))
		case o.Off+b.hi >= len(o.Data):
			fail(operandNames[i], o.Off+b.hi, len(o.Data))
		}
	}
	if p.Then&AddRow != 0 && len(p.Row) < p.M {
		fail("Row", p.M-1, len(p.Row))
	}
	if p.Then&AddCol != 0 && len(p.Col) < p.N {
		fail("Col", p.N-1, len(p.Col))
	}
}

// reach is where the lowest and the highest element of a matrix lie, as offsets
// from where the matrix does.
func (o *Operand[T]) reach(rows, cols int) (lo, hi int) {
	top, bottom := span(rows, o.Row, o.Rows)
	left, right := span(cols, o.Col, o.Cols)
	return top + left, bottom + right
}

// span is the lowest and the highest offset of n positions of an axis.
func span(n, stride int, table *Table) (lo, hi int) {
	switch {
	case table != nil:
		return table.min, table.max
	case stride >= 0:
		return 0, (n - 1) * stride
	}
	return (n - 1) * stride, 0
}

//go:noinline
func fail(name string, at, n int) {
	panic("contract: operand " + name + " reaches element " + strconv.Itoa(at) + " of " + strconv.Itoa(n))
}
