package digits

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

// shapeError runs f and returns what it panics with.
func shapeError(t *testing.T, f func()) (e *runtime.ShapeError) {
	t.Helper()
	defer func() {
		e, _ = recover().(*runtime.ShapeError)
		if e == nil {
			t.Error("no *ShapeError")
			e = new(runtime.ShapeError)
		}
	}()
	f()
	return nil
}

func TestUse(t *testing.T) {
	p := NewMLPParams()
	p.Init(1)
	x, y := make([]float32, 3*4), []int32{0, 9, 1}
	fw, w := NewMLPWorkspace(3), NewXEntWorkspace(3)
	if got := p.Forward(fw, x); len(got) != 30 || got[29] != 2 {
		t.Errorf("Forward gives %v", got)
	}
	if got := len(p.Forward(fw, nil)); got != 0 {
		t.Errorf("no samples give %d numbers", got)
	}
	if got := XEnt(w, p, x, y); got != 2 {
		t.Errorf("XEnt is %v", got)
	}
	g := NewMLPParams()
	if got := XEntGrad(w, g, p, x, y); got != 2 || g.Fc1Bias[7] != 2 || g.Scale[0] != 2 {
		t.Errorf("gradient is %v, %v", got, g.Data)
	}
	tr := NewXEntTrainer(p, 3)
	p.Scale[0] = 5
	if got := tr.Step(x, y); got != 2 || tr.Steps != 1 || tr.MFc1Bias[0] != 2 || p.Scale[0] != 2 {
		t.Errorf("a step gives %v, %+v", got, tr)
	}
	if tr.LR != 1e-3 || tr.Beta1 != 0.9 {
		t.Errorf("hyper-parameters are %v, %v", tr.LR, tr.Beta1)
	}
}

func TestNothingAllocates(t *testing.T) {
	p, g := NewMLPParams(), NewMLPParams()
	x, y := make([]float32, 3*4), []int32{0, 9, 1}
	fw, w, tr := NewMLPWorkspace(8), NewXEntWorkspace(8), NewXEntTrainer(p, 8)
	for name, f := range map[string]func(){
		"Forward": func() { p.Forward(fw, x) }, "XEnt": func() { XEnt(w, p, x, y) },
		"XEntGrad": func() { XEntGrad(w, g, p, x, y) }, "Step": func() { tr.Step(x, y) }, "Init": func() { p.Init(3) },
	} {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func TestMistakesAreFound(t *testing.T) {
	p, g := NewMLPParams(), NewMLPParams()
	x, y := make([]float32, 3*4), []int32{0, 9, 1}
	fw, w := NewMLPWorkspace(3), NewXEntWorkspace(3)
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { p.Forward(fw, x[:11]) }, "MLPParams.Forward: x: want a length that is a multiple of 4, got length 11"},
		{func() { XEnt(w, p, x, y[:2]) }, "XEnt: y: want length 3, got length 2"},
		{func() { XEntGrad(w, p, p, x, y) }, "XEntGrad: g.Data: want memory apart from p.Data, got slices that overlap"},
		{func() { XEntGrad(w, g, p, g.Data[:12], y) }, "XEntGrad: g.Data: want memory apart from x, got slices that overlap"},
		{func() { p.Forward(fw, make([]float32, 16)) }, "MLPParams.Forward: B: want a size from 0 to the workspace's maximum, 3, got 4"},
		{func() { p.Forward(fw, p.Forward(fw, x)[:12]) }, "MLPParams.Forward: x: want memory apart from the workspace, got slices that overlap"},
		{func() { NewXEntTrainer(p, 3).Step(p.Data[:12], y) }, "XEntTrainer.Step: p.Data: want memory apart from x, got slices that overlap"},
		{func() { (&MLPParams{}).Init(1) }, "MLPParams.Init: p.Data: want length 41, got length 0"},
		{func() { NewMLPWorkspace(-1) }, "NewMLPWorkspace: maxB: want a size from 0 to the workspace's maximum, 2147483647, got -1"},
	} {
		if got := shapeError(t, c.f); got.Error() != c.want {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
}

func TestIndicesAreCheckedBeforeAnyWrite(t *testing.T) {
	p, g := NewMLPParams(), NewMLPParams()
	defer func() {
		e, ok := recover().(*runtime.IndexError)
		if !ok || e.Error() != "XEntGrad: y[1] = 10 is outside [0, 10)" {
			t.Errorf("%v", e)
		}
		if slices.ContainsFunc(g.Data, func(v float32) bool { return v != 0 }) {
			t.Error("the gradient was written")
		}
	}()
	XEntGrad(NewXEntWorkspace(3), g, p, make([]float32, 12), []int32{0, 10, -1})
}

func TestWeightsTravel(t *testing.T) {
	p := NewMLPParams()
	for i := range p.Data {
		p.Data[i] = float32(i) - 3
	}
	p.BnMean[3] = 7
	var file bytes.Buffer
	n, err := p.WriteTo(&file)
	if err != nil || n != int64(file.Len()) {
		t.Fatal(n, err)
	}
	text := file.Bytes()
	q := NewMLPParams()
	if m, err := q.ReadFrom(bytes.NewReader(text)); err != nil || m != n {
		t.Fatal(m, err)
	}
	if !slices.Equal(p.Data, q.Data) || !slices.Equal(p.Buffers, q.Buffers) {
		t.Error("other weights came back")
	}
	if c := q.Clone(); !slices.Equal(c.Data, q.Data) || !slices.Equal(c.Buffers, q.Buffers) || &c.Data[0] == &q.Data[0] {
		t.Error("a clone differs, or is not one")
	}
	before := slices.Clone(q.Data)
	p.Scale[0] = 0 // its interval is (0, inf)
	file.Reset()
	if _, err := p.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	_, err = q.ReadFrom(&file)
	if err == nil || err.Error() != `safetensors: tensor "scale": element 0 is 0, outside (0, inf)` {
		t.Errorf("a value outside its interval: %v", err)
	}
	if _, err := q.ReadFrom(bytes.NewReader(text[:50])); err == nil || errors.Is(err, nil) {
		t.Error("half a file is read")
	}
	if !slices.Equal(before, q.Data) {
		t.Error("a failed read changed parameters")
	}
	names := ""
	for name, v := range q.Tensors() {
		names += name + " "
		if v.Len() == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	if names != "fc1.weight fc1.bias scale bn.mean " {
		t.Errorf("tensors are %s", names)
	}
}
