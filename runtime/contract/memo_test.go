package contract

import (
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// Questions are remembered beside each other, also those that fall on one place.
func TestMemo(t *testing.T) {
	m := newMachine(sets.For[float32]()[0])
	s := make(memo, memoSize)
	var list []*question
	for n := 1; len(list) < memoPlaces; n++ {
		p := Product[float32]{M: n, N: 8, K: 8, Batch: 1}
		p.A, p.B, p.C = Matrix[float32](nil, 8, 1), Matrix[float32](nil, 8, 1), Matrix[float32](nil, 8, 1)
		if q := p.ask(); len(list) == 0 || q.hash() == list[0].hash() {
			list = append(list, &q)
		}
	}
	var answers []*decision
	for _, q := range list {
		answers = append(answers, s.decide(q, m, 1))
	}
	for i, q := range list {
		if d := s.decide(q, m, 1); d != answers[i] || d.m != q.m && d.n != q.m {
			t.Errorf("question %d of %d on one place is not remembered", i, len(list))
		}
	}
	for n := range 4 * memoSize { // more than there is room for
		q := *list[0]
		q.k = 100 + n
		if d := s.decide(&q, m, 1); d.k != q.k {
			t.Errorf("the answer to %d terms is about %d", q.k, d.k)
		}
	}
}
