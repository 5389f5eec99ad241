package ir

import "testing"

func TestBranchesFindAndDoNotAdd(t *testing.T) {
	b := NewBuilder()
	fill := func(b *Builder, v float64) *Value { return b.Fill("x", Type{F64, []Int{Const(3)}}, v) }
	old := fill(b, 1)
	one, other := b.Branch(), b.Branch()
	deep := one.Branch()
	for _, x := range []*Builder{one, other, deep} {
		if fill(x, 1) != old {
			t.Error("a branch made a value that its builder knows")
		}
	}
	made := fill(one, 2)
	if fill(one, 2) != made {
		t.Error("a branch does not find what it made")
	}
	if made == fill(other, 2) || made == fill(b, 2) {
		t.Error("what a branch makes is known elsewhere")
	}
	if made.ID == old.ID {
		t.Error("a new value has the number of an old one")
	}
}
