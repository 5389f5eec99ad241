package contract

import "testing"

// Products are remembered beside each other, also those that fall on one place.
func TestMemo(t *testing.T) {
	e := NewEngine[float32](nil, nil)
	of := func(m, k int) *Product[float32] {
		data := make([]float32, m*k+8*m+8*k)
		return &Product[float32]{Groups: 1, Batch: 1, M: m, N: 8, K: k, A: Matrix(data, k, 1), B: Matrix(data, 8, 1), C: Matrix(data, 8, 1)}
	}
	var list []*Product[float32]
	first := 0
	for m := 1; len(list) < memoPlaces; m++ {
		p := of(m, 8)
		if len(list) == 0 {
			first = p.hash()
		}
		if p.hash() == first {
			list = append(list, p)
		}
	}
	var answers []*decision
	for _, p := range list {
		answers = append(answers, e.decide(p))
	}
	for i, p := range list {
		if d := e.decide(p); d != answers[i] || d.m != p.M && d.n != p.M {
			t.Errorf("product %d of %d on one place is not remembered", i, len(list))
		}
	}
	for n := range 4 * memoSize { // more than there is room for
		if d := e.decide(of(3, 100+n)); d.k != 100+n {
			t.Errorf("the answer to %d terms is about %d", 100+n, d.k)
		}
	}
}

// What is remembered of a product is not that its operands are long enough.
func TestMemoChecksOperands(t *testing.T) {
	e := NewEngine[float32](nil, make([]float32, Space(4, 8, 8)))
	p := Product[float32]{M: 4, N: 8, K: 8, A: Matrix(make([]float32, 32), 8, 1), B: Matrix(make([]float32, 64), 8, 1), C: Matrix(make([]float32, 32), 8, 1)}
	e.Run(p)
	for _, short := range []func(p *Product[float32]){
		func(p *Product[float32]) { p.A.Data = p.A.Data[:31] },
		func(p *Product[float32]) { p.B.Off = 1 },
		func(p *Product[float32]) { p.C.Off = -1 },
	} {
		func() {
			q := p
			short(&q)
			defer func() {
				if recover() == nil {
					t.Errorf("an operand that is too short is not found: %+v", q)
				}
			}()
			e.Run(q)
		}()
	}
}
