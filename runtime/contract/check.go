package contract

import "strconv"

// check panics unless every operand stays within its slice. Kernels trust it.
func (p *Product[T]) check() {
	if p.Groups > 1 && (p.Sum || p.Overlap || p.A.Steps != nil || p.B.Steps != nil || p.C.Steps != nil || p.Gate.Steps != nil) {
		panic("contract: of several batches there are neither sums nor tables, and none overlap")
	}
	if p.K > 0 {
		p.A.check("A", p.Groups, p.Batch, p.M, p.K)
		p.B.check("B", p.Groups, p.Batch, p.K, p.N)
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
	p.C.check("C", p.Groups, p.Batch, p.M, p.N)
	if p.Then&Gate != 0 {
		p.Gate.check("Gate", p.Groups, p.Batch, p.M, p.N)
	}
	if p.Then&AddRow != 0 && len(p.Row) < p.M {
		fail("Row", p.M-1, len(p.Row))
	}
	if p.Then&AddCol != 0 && len(p.Col) < p.N {
		fail("Col", p.N-1, len(p.Col))
	}
}

func (o *Operand[T]) check(name string, groups, batch, rows, cols int) {
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
	lo, hi = lo+first+least+o.Off, hi+last+most+o.Off
	if lo < 0 {
		fail(name, lo, len(o.Data))
	}
	if hi >= len(o.Data) {
		fail(name, hi, len(o.Data))
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
