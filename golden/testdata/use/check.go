package use

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Check puts all questions to a program.
func Check[F Float](t *testing.T, p *Program[F]) {
	t.Run("an empty batch", func(t *testing.T) { empty(t, p) })
	t.Run("a larger workspace changes nothing", func(t *testing.T) { reuse(t, p) })
	t.Run("the gradient agrees with differences", func(t *testing.T) { differences(t, p) })
	t.Run("gradients add up", func(t *testing.T) { accumulate(t, p) })
	t.Run("nothing is allocated", func(t *testing.T) { allocations(t, p) })
	t.Run("weights survive a file", func(t *testing.T) { file(t, p) })
	t.Run("training lowers the loss", func(t *testing.T) { train(t, p) })
}

func (p *Program[F]) batch(n []int) *Data[F] { return p.Batch(n, rand.New(rand.NewPCG(7, 11))) }

func empty[F Float](t *testing.T, p *Program[F]) {
	i := p.New(p.Max)
	i.Init(1)
	d := p.batch(p.Empty)
	if y := i.Forward(d); len(y) != 0 {
		t.Errorf("%d results", len(y))
	}
	before := slices.Clone(i.Params)
	i.Value(d) // the mean of nothing, whatever that is
	i.Gradient(d)
	if k := slices.IndexFunc(i.Grad, func(g F) bool { return g != 0 }); k >= 0 {
		t.Errorf("element %d of the gradient is %v", k, i.Grad[k])
	}
	i.Step(d)
	for k, v := range i.Params {
		if d := math.Abs(float64(v - before[k])); !(d <= 1e-6) {
			t.Fatalf("a step changes parameter %d from %v to %v", k, before[k], v)
		}
	}
}

func reuse[F Float](t *testing.T, p *Program[F]) {
	big := p.New(p.Max)
	for _, n := range p.Sizes {
		d := p.batch(n)
		small := p.New(n)
		big.Init(3)
		small.Init(3)
		Poison(big.Memory...)
		if a, b := big.Forward(d), small.Forward(d); !slices.Equal(a, b) {
			t.Errorf("sizes %v: Forward differs", n)
		}
		if a, b := big.Value(d), small.Value(d); a != b {
			t.Errorf("sizes %v: values %v and %v", n, a, b)
		}
		a, b := big.Gradient(d), small.Gradient(d)
		if v := big.Value(d); a != b || math.Abs(float64(a-v)) > 1e-5*math.Abs(float64(v)) {
			t.Errorf("sizes %v: the gradient gives values %v and %v, the value is %v", n, a, b, v)
		}
		if !slices.Equal(big.Grad, small.Grad) {
			t.Errorf("sizes %v: gradients differ", n)
		}
	}
}

// differences compares a derivative along random directions with differences.
func differences[F Float](t *testing.T, p *Program[F]) {
	if _, single := any(F(0)).(float32); single {
		t.Skip("the gradient in double precision is compared with differences, that in single precision with it")
	}
	h, bound := 1e-3, 1e-7
	if !p.Smooth {
		h, bound = 1e-6, 1e-5
	}
	i := p.New(p.Max)
	i.Init(5)
	r := rand.New(rand.NewPCG(2, 3))
	for _, n := range p.Sizes {
		d := p.batch(n)
		i.Gradient(d)
		norm := 0.0
		for _, g := range i.Grad {
			norm += float64(g) * float64(g)
		}
		norm = math.Sqrt(norm)
		x := slices.Clone(i.Params)
		u := make([]float64, len(x))
		want := 0.0
		for k := range u {
			// Along the gradient for the most part: a random direction alone
			// is nearly orthogonal to it.
			u[k] = float64(i.Grad[k])/norm + r.NormFloat64()/math.Sqrt(float64(len(u)))
			if !p.Smooth {
				u[k] = float64(i.Grad[k]) / norm
			}
			want += u[k] * float64(i.Grad[k])
		}
		at := func(h float64) float64 {
			for k := range x {
				i.Params[k] = F(float64(x[k]) + h*u[k])
			}
			return float64(i.Value(d))
		}
		slope := func(h float64) float64 { return (at(h) - at(-h)) / (2 * h) }
		got := slope(h)
		if p.Smooth { // Richardson: the errors of second and fourth order cancel
			a, b, c := slope(h), slope(h/2), slope(h/4)
			b, c = b+(b-a)/3, c+(c-b)/3
			got = c + (c-b)/15
		}
		copy(i.Params, x)
		if !(math.Abs(got-want) <= bound*math.Abs(want)) {
			t.Errorf("sizes %v: %v along a direction, %v by differences", n, want, got)
		}
	}
}

func accumulate[F Float](t *testing.T, p *Program[F]) {
	i := p.New(p.Max)
	i.Init(5)
	d := p.batch(p.Task)
	i.Gradient(d)
	once := slices.Clone(i.Grad)
	i.Accumulate(true)
	i.Gradient(d)
	scale := 0.0
	for _, g := range once {
		scale = max(scale, math.Abs(float64(g)))
	}
	for k, g := range i.Grad {
		if math.Abs(float64(g)-2*float64(once[k])) > 1e-5*scale {
			t.Fatalf("element %d: %v twice is not %v", k, once[k], g)
		}
	}
	i.Accumulate(false)
	i.Gradient(d)
	if !slices.Equal(once, i.Grad) {
		t.Error("what was there before remains")
	}
}

func allocations[F Float](t *testing.T, p *Program[F]) {
	i := p.New(p.Max)
	i.Init(5)
	for _, n := range p.Sizes {
		d := p.batch(n)
		for name, f := range map[string]func(){
			"Forward":  func() { i.Forward(d) },
			"value":    func() { i.Value(d) },
			"gradient": func() { i.Gradient(d) },
			"step":     func() { i.Step(d) },
		} {
			if k := testing.AllocsPerRun(2, f); k != 0 {
				t.Errorf("sizes %v: %s allocates %v times", n, name, k)
			}
		}
	}
}

func file[F Float](t *testing.T, p *Program[F]) {
	a, b := p.New(p.Max), p.New(p.Max)
	a.Init(8)
	b.Init(9)
	var buf bytes.Buffer
	n, err := a.WriteTo(&buf)
	if err != nil || n != int64(buf.Len()) {
		t.Fatal(n, err)
	}
	if _, err := b.ReadFrom(bytes.NewReader(buf.Bytes()[:buf.Len()-1])); err == nil {
		t.Error("a file that is cut off was read")
	}
	if _, err := b.ReadFrom(&buf); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Params, b.Params) {
		t.Error("other weights")
	}
}

func train[F Float](t *testing.T, p *Program[F]) {
	i := p.New(p.Max)
	i.Init(4)
	d := p.batch(p.Task)
	first := float64(i.Value(d))
	for range p.Steps {
		i.Step(d)
	}
	last := float64(i.Value(d))
	t.Logf("the loss fell from %.4g to %.4g in %d steps", first, last, p.Steps)
	if !(last*p.Fall <= first) {
		t.Errorf("the loss fell from %v to %v only, not by a factor of %v", first, last, p.Fall)
	}
	if p.Check != nil {
		if s := p.Check(i); s != "" {
			t.Error(s)
		}
	}
}
