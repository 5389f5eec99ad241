package contract

import "strconv"

// check panics unless every operand stays within its slice. Kernels trust it.
func (p *Product[T]) check() {
	if p.K > 0 {
		p.A.check("A", p.Batch, p.M, p.K)
		p.B.check("B", p.Batch, p.K, p.N)
	}
	p.C.check("C", p.Batch, p.M, p.N)
	if p.Then&Gate != 0 {
		p.Gate.check("Gate", p.Batch, p.M, p.N)
	}
	if p.Then&AddRow != 0 && len(p.Row) < p.M {
		fail("Row", p.M-1, len(p.Row))
	}
	if p.Then&AddCol != 0 && len(p.Col) < p.N {
		fail("Col", p.N-1, len(p.Col))
	}
}

func (o *Operand[T]) check(name string, batch, rows, cols int) {
	lo, hi := o.Off, o.Off
	for _, x := range [...]struct {
		n, stride int
		table     *Table
	}{{batch, o.Step, o.Steps}, {rows, o.Row, o.Rows}, {cols, o.Col, o.Cols}} {
		switch {
		case x.table != nil:
			if len(x.table.at) < x.n {
				panic("contract: a table of operand " + name + " has " + strconv.Itoa(len(x.table.at)) +
					" entries, the axis " + strconv.Itoa(x.n))
			}
			lo, hi = lo+x.table.min, hi+x.table.max
		case x.stride >= 0:
			hi += (x.n - 1) * x.stride
		default:
			lo += (x.n - 1) * x.stride
		}
	}
	if lo < 0 {
		fail(name, lo, len(o.Data))
	}
	if hi >= len(o.Data) {
		fail(name, hi, len(o.Data))
	}
}

//go:noinline
func fail(name string, at, n int) {
	panic("contract: operand " + name + " reaches element " + strconv.Itoa(at) + " of " + strconv.Itoa(n))
}
