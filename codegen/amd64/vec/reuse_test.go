package vec

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A function computes the same after Reuse, whatever it assigns again, and has
// fewer instructions where there was something to be found.
func TestReuseKeepsResults(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 3))
	left := 0
	for seed := range uint64(40) {
		isa, elem := ISA(seed%2), Elem(seed/2%2)
		make := func() *Func { return randomProgram(seed, "f", isa, elem, 30+int(seed)) }
		f, g := make(), make()
		g.Reuse()
		left += strings.Count(f.String(), "\n") - strings.Count(g.String(), "\n")
		if _, _, err := g.verify(); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, g)
		}
		args := []any{randomNumbers(r, elem, randomIn), randomNumbers(r, elem, randomIn), randomInts(r, randomIn),
			zeros(elem, randomOut), append([]int32{}, zeroInts...), 3, r.Uint32(), one(elem, 0.375)}
		want, err := interpret(f, args)
		if err != nil {
			t.Fatal(err)
		}
		got, err := interpret(g, args)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, sameBits); diff != "" {
			t.Fatalf("seed %d: without (-) and with reuse (+):\n%s\n%s", seed, diff, g)
		}
	}
	if left < 20 {
		t.Errorf("only %d instructions were left out", left)
	}
}

var zeroInts = make([]int32, randomOut)

// sameBits lets NaN be equal.
var sameBits = cmp.Options{
	cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b }),
	cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b }),
}

// What is assigned again is computed again, and so is what a loop changes.
func TestReuse(t *testing.T) {
	f := New("f", AVX2, F32)
	f.Params = []Param{{"n", "int"}, {"x", "float32"}}
	x := f.ParamFloat("x")
	sum := f.Copy(x)
	f.Add(sum, x)
	f.Set(sum, f.Add(sum, x)) // as the one before
	f.Add(sum, x)             // of another sum
	f.Loop(Number(0), To(f.Param("n")), 1, func(Int) {
		f.Set(sum, f.Add(sum, x)) // in each iteration of another
	})
	f.Add(sum, x)
	f.Reuse()
	want := `func f(n int, x float32) f32 x8()
	v1 = param.float x
	v2 = move v1
	v3 = add v2 v1
	v2 = move v3
	v5 = add v2 v1
	i6 = param n
	for i7 = 0; < i6; += 1
		v8 = add v2 v1
		v2 = move v8
	v9 = add v2 v1
`
	if diff := cmp.Diff(want, f.String()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
