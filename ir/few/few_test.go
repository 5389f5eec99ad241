package few

import (
	"math/rand/v2"
	"testing"
)

func TestLikeMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var m Map[int, int]
	for round := range 3 {
		want := map[int]int{}
		for range 40 * (round + 1) {
			k, v := r.IntN(60), r.Int()
			m.Set(k, v)
			want[k] = v
		}
		if m.Len() != len(want) {
			t.Fatalf("%d keys, not %d", m.Len(), len(want))
		}
		for k := range 70 {
			v, ok := m.Get(k)
			if w, known := want[k]; v != w || ok != known || m.At(k) != w {
				t.Fatalf("%d: %d, %v", k, v, ok)
			}
		}
		m.Clear()
		if _, ok := m.Get(1); ok || m.Len() != 0 {
			t.Fatal("not empty")
		}
	}
}

func TestLikeSet(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s Set[int]
	known := map[int]bool{}
	for range 200 {
		k := r.IntN(60)
		if s.Add(k) == known[k] {
			t.Fatalf("%d is new: %v", k, known[k])
		}
		known[k] = true
	}
}
