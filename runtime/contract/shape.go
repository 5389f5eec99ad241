package contract

// shape is all of a product that decisions follow from, and where its operands reach to:
// all but the arrays, where in them the operands begin, and what is in them.
type shape struct {
	groups, batch, m, n, k, of int
	a, b, c, gate              layout // gate is none without that step
	then                       Steps
	sum, overlap               bool
}

// layout is how the elements of an operand lie.
type layout struct {
	leap, step, row, col int
	steps, rows, cols    *Table
	band                 Band
	kept                 bool
}

func (p *Product[T]) shape() shape {
	s := shape{groups: p.Groups, batch: p.Batch, m: p.M, n: p.N, k: p.K, of: p.Of,
		a: p.A.layout(), b: p.B.layout(), c: p.C.layout(), then: p.Then, sum: p.Sum, overlap: p.Overlap}
	if p.Then&Gate != 0 {
		s.gate = p.Gate.layout()
	}
	return s
}

func (o *Operand[T]) layout() layout {
	return layout{o.Leap, o.Step, o.Row, o.Col, o.Steps, o.Rows, o.Cols, o.Band, o.Kept > 0}
}

// hasShape reports whether s is the shape of p. To make that, and to compare the two,
// would take three times as long, and every call asks.
func (p *Product[T]) hasShape(s *shape) bool {
	return s.m == p.M && s.n == p.N && s.k == p.K && s.of == p.Of && s.batch == p.Batch && s.groups == p.Groups &&
		s.then == p.Then && s.sum == p.Sum && s.overlap == p.Overlap &&
		p.A.lies(&s.a) && p.B.lies(&s.b) && p.C.lies(&s.c) && (p.Then&Gate == 0 || p.Gate.lies(&s.gate))
}

// lies reports whether l is the layout of o.
func (o *Operand[T]) lies(l *layout) bool {
	return l.row == o.Row && l.col == o.Col && l.step == o.Step && l.leap == o.Leap &&
		l.steps == o.Steps && l.rows == o.Rows && l.cols == o.Cols && l.band == o.Band && l.kept == (o.Kept > 0)
}

// hash is the first place of a product's shape in a memo. Strides tell products of the
// same sizes apart; the factors are odd and spread what differs little.
func (p *Product[T]) hash() int {
	h := uint64(p.M)*0x9e3779b97f4a7c15 + uint64(p.N)*0xbf58476d1ce4e5b9 + uint64(p.K)*0x94d049bb133111eb +
		(uint64(p.A.Row)^uint64(p.A.Col)<<20^uint64(p.Batch)<<40)*0xd6e8feb86659fd93 + (uint64(p.B.Row)^uint64(p.B.Col)<<20^uint64(p.C.Row)<<40)*0xa0761d6478bd642f +
		uint64(p.Then)*0xe7037ed1a0b428db
	return int(h >> (64 - memoBits))
}
