package runtime

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWriteTensorsGivesTheBytesOfTheReferenceImplementation(t *testing.T) {
	want, err := os.ReadFile("testdata/small.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	n, err := WriteTensors(&got, small().all())
	if err != nil || n != int64(len(want)) {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if diff := cmp.Diff(want, got.Bytes()); diff != "" {
		t.Error(diff)
	}
}

func TestReadTensorsReadsTheFileOfTheReferenceImplementation(t *testing.T) {
	f, err := os.Open("testdata/small.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := small().blank()
	info, _ := f.Stat()
	if n, err := ReadTensors(f, m.all()); err != nil || n != info.Size() {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if diff := cmp.Diff(small().bits(), m.bits()); diff != "" {
		t.Error(diff)
	}
}

func TestTensorsSurviveARoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m named
		names := rapid.SliceOfNDistinct(rapid.String(), 0, 6, rapid.ID[string]).Draw(t, "names")
		for _, name := range names {
			shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
			n, _ := product(shape, 1)
			v := View{Shape: shape}
			switch rapid.IntRange(0, 2).Draw(t, "dtype") {
			case 0:
				v.F32 = rapid.SliceOfN(rapid.Float32(), int(n), int(n)).Draw(t, "data")
			case 1:
				v.F64 = rapid.SliceOfN(rapid.Float64(), int(n), int(n)).Draw(t, "data")
			case 2:
				v.I32 = rapid.SliceOfN(rapid.Int32(), int(n), int(n)).Draw(t, "data")
			}
			m = append(m, tensor{name, v})
		}
		var file bytes.Buffer
		if _, err := WriteTensors(&file, m.all()); err != nil {
			t.Fatal(err)
		}
		size := int64(file.Len())
		back := m.blank()
		if n, err := ReadTensors(&file, back.all()); err != nil || n != size {
			t.Fatalf("%d of %d bytes, %v", n, size, err)
		}
		if diff := cmp.Diff(m.bits(), back.bits()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestLargeTensorsCrossChunks(t *testing.T) {
	w := make([]float32, 3*chunkBytes/4+5)
	for i := range w {
		w[i] = float32(i)
	}
	m := named{{"s", View{I32: []int32{1}}}, {"w", View{Shape: []int{len(w)}, F32: w}}, {"x", View{Shape: []int{2}, F64: []float64{1, 2}}}}
	var file bytes.Buffer
	n, err := WriteTensors(&file, m.all())
	if err != nil || n != int64(file.Len()) || n%4 != 0 {
		t.Fatal(n, err)
	}
	for name, r := range map[string]io.Reader{
		"whole":     bytes.NewReader(file.Bytes()),
		"by halves": iotest.HalfReader(bytes.NewReader(file.Bytes())),
		"with EOF":  iotest.DataErrReader(bytes.NewReader(file.Bytes())),
	} {
		back := m.blank()
		if _, err := ReadTensors(r, back.all()); err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(m.bits(), back.bits()); diff != "" {
			t.Fatal(name, diff)
		}
	}
}

func TestCheckSeesWhatWasReadBeforeAnythingChanges(t *testing.T) {
	source := named{{"a", View{Shape: []int{2}, F32: []float32{1, 2}}}, {"b", View{Shape: []int{1, 1}, F64: []float64{-3}}}}
	var file bytes.Buffer
	if _, err := WriteTensors(&file, source.all()); err != nil {
		t.Fatal(err)
	}
	m := pair()
	var seen named
	outside := errors.New("-3 is outside (0, inf)")
	_, err := ReadTensorsChecked(bytes.NewReader(file.Bytes()), m.all(), func(name string, v View) error {
		seen = append(seen, tensor{name, v})
		if name == "b" && v.F64[0] <= 0 {
			return outside
		}
		return nil
	})
	if !errors.Is(err, outside) || err.Error() != `safetensors: tensor "b": -3 is outside (0, inf)` {
		t.Error(err)
	}
	if diff := cmp.Diff(source.bits(), seen.bits()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
		t.Error(diff)
	}
	accept := func(string, View) error { return nil }
	if _, err := ReadTensorsChecked(bytes.NewReader(file.Bytes()), m.all(), accept); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(source.bits(), m.bits()); diff != "" {
		t.Error(diff)
	}
}

func TestModelsThatNoFileCanHoldAreRefused(t *testing.T) {
	one := View{Shape: []int{1}, F32: []float32{1}}
	for _, c := range []struct {
		model named
		want  string
	}{
		{named{{"a", one}, {"a", one}}, `model has two tensors named "a"`},
		{named{{metadataName, one}}, `tensor name "__metadata__" is reserved`},
		{named{{"\xff", one}}, `tensor name "\xff" is not UTF-8`},
		{named{{"a", View{}}}, `tensor "a": view holds 0 kinds of data, want 1`},
		{named{{"a", View{Shape: []int{1}, F32: []float32{1}, I32: []int32{}}}}, `tensor "a": view holds 2 kinds of data, want 1`},
		{named{{"a", View{Shape: []int{2}, F32: []float32{1}}}}, `tensor "a": view of shape [2] holds 1 elements`},
		{named{{"a", View{Shape: []int{-1}, F32: []float32{1}}}}, `tensor "a": view of shape [-1] holds 1 elements`},
	} {
		var out bytes.Buffer
		n, err := WriteTensors(&out, c.model.all())
		if err == nil || !strings.Contains(err.Error(), c.want) || n != 0 || out.Len() != 0 {
			t.Errorf("%d bytes, %v, want %s", n, err, c.want)
		}
		if _, err := ReadTensors(&out, c.model.all()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
