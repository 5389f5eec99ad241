package vec

import "testing"

// Sums of products with one vector become dots; those of anything else stay.
func TestDots(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(f *Func, x Vec, rows []Vec) []Vec
		want  bool
	}{
		{"products with one vector", func(f *Func, x Vec, rows []Vec) []Vec {
			moved := f.NewVec()
			f.Set(moved, f.Mul(rows[1], x))
			return []Vec{f.Mul(x, rows[0]), moved}
		}, true},
		{"of several vectors", func(f *Func, x Vec, rows []Vec) []Vec {
			return []Vec{f.Mul(x, rows[0]), f.Mul(rows[1], rows[1])}
		}, false},
		{"a product that is used again", func(f *Func, x Vec, rows []Vec) []Vec {
			p := f.Mul(x, rows[1])
			f.Put(OpStore, Addr{Base: f.Param("out")}, p.Reg)
			return []Vec{f.Mul(x, rows[0]), p}
		}, false},
		{"a vector that is assigned again", func(f *Func, x Vec, rows []Vec) []Vec {
			p, q := f.Mul(x, rows[0]), f.Mul(x, rows[1])
			f.Set(x, p)
			return []Vec{p, q}
		}, false},
		{"one row", func(f *Func, x Vec, rows []Vec) []Vec { return []Vec{f.Mul(x, rows[0])} }, false},
	} {
		f := New("f", AVX512, F32)
		f.Params = []Param{{"a", "[]float32"}, {"out", "[]float32"}}
		load := func(k int64) Vec { return f.At(OpLoad, Addr{Base: f.Param("a"), Disp: 64 * k}) }
		s := f.Sums(c.build(f, load(0), []Vec{load(1), load(2)}), 16)
		f.Put(OpStore, Addr{Base: f.Param("out")}, s.Reg)
		f.Dots()
		if _, _, err := f.verify(); err != nil {
			t.Fatalf("%s: %v\n%s", c.name, err, f)
		}
		got := false
		for _, n := range f.Body {
			i, ok := n.(*Inst)
			got = got || ok && i.Op == OpDots
		}
		if got != c.want {
			t.Errorf("%s: dots %v, not %v\n%s", c.name, got, c.want, f)
		}
	}
}

// Dots are not added to 0, which they begin with; to other numbers they are, and so
// are sums that are not products.
func TestDotsBegin(t *testing.T) {
	for _, c := range []struct {
		name     string
		first    float64
		products bool
		adds     int
	}{
		{"products", 0, true, 0},
		{"products to be added to 1", 1, true, 1},
		{"no products", 0, false, 1},
	} {
		f := New("f", AVX512, F32)
		f.Params = []Param{{"a", "[]float32"}, {"out", "[]float32"}}
		var rows []Vec
		x := f.At(OpLoad, Addr{Base: f.Param("a")})
		for k := range int64(2) {
			row := f.At(OpLoad, Addr{Base: f.Param("a"), Disp: 64 * (k + 1)})
			if c.products {
				row = f.Mul(x, row)
			}
			rows = append(rows, row)
		}
		s, total := f.Sums(rows, 16), f.NewVec()
		f.Set(total, f.Const(c.first))
		f.Into(total, OpAdd, total, s)
		f.Put(OpStore, Addr{Base: f.Param("out")}, total.Reg)
		f.Dots()
		if _, _, err := f.verify(); err != nil {
			t.Fatalf("%s: %v\n%s", c.name, err, f)
		}
		adds := 0
		for _, n := range f.Body {
			if i, ok := n.(*Inst); ok && i.Op == OpAdd {
				adds++
			}
		}
		if adds != c.adds {
			t.Errorf("%s: %d additions, not %d\n%s", c.name, adds, c.adds, f)
		}
	}
}
