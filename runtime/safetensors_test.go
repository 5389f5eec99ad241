package runtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// named is a model for tests: tensors in an order.
type named []tensor

// all is the model's Tensors method.
func (m named) all() iter.Seq2[string, View] {
	return func(yield func(string, View) bool) {
		for _, t := range m {
			if !yield(t.name, t.view) {
				return
			}
		}
	}
}

// bits lists the data of the model, exactly.
func (m named) bits() []string {
	var all []string
	for _, t := range m {
		var line strings.Builder
		line.WriteString(t.String())
		for _, x := range t.view.F32 {
			fmt.Fprintf(&line, " %08x", math.Float32bits(x))
		}
		for _, x := range t.view.F64 {
			fmt.Fprintf(&line, " %016x", math.Float64bits(x))
		}
		for _, x := range t.view.I32 {
			fmt.Fprintf(&line, " %d", x)
		}
		all = append(all, line.String())
	}
	return all
}

// blank is a model of the same tensors filled with a mark.
func (m named) blank() named {
	var b named
	for _, t := range m {
		v := t.view.like()
		for i := range v.F32 {
			v.F32[i] = 77
		}
		for i := range v.F64 {
			v.F64[i] = 77
		}
		for i := range v.I32 {
			v.I32[i] = 77
		}
		b = append(b, tensor{t.name, v})
	}
	return b
}

// small is what golden/reference/tensors.py wrote.
func small() named {
	return named{
		{"steps", View{Shape: []int{}, I32: []int32{-7}}},
		{"fc1.weight", View{Shape: []int{2, 3}, F32: []float32{1, -2, 3.5, 0.1, float32(math.Copysign(0, -1)), float32(math.Inf(1))}}},
		{"fc1.bias", View{Shape: []int{2}, F32: []float32{0.25, -1e-40}}},
		{"empty", View{Shape: []int{0, 4}, F32: []float32{}}},
		{"odd \"name\" <é>\\\n", View{Shape: []int{1}, F32: []float32{2}}},
		{"mean", View{Shape: []int{3}, F64: []float64{0.1, 5e-324, -1e300}}},
	}
}

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

// file is a safetensors file with a header as given and n bytes of data.
func file(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	return append(b, make([]byte, n)...)
}

func TestUnalignedDataIsRead(t *testing.T) {
	m := named{{"a", View{Shape: []int{1}, F64: []float64{77}}}}
	for pad := range 8 {
		b := file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`+strings.Repeat(" ", pad), 8)
		if _, err := ReadTensors(bytes.NewReader(b), m.all()); err != nil {
			t.Error(err)
		}
	}
}

// pair is the model that the cases below are read into.
func pair() named {
	return named{
		{"a", View{Shape: []int{2}, F32: []float32{77, 77}}},
		{"b", View{Shape: []int{1, 1}, F64: []float64{77}}},
	}
}

const (
	entryA   = `"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}`
	entryB   = `"b":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}`
	goodPair = "{" + entryA + "," + entryB + "}"
)

var malformed = []struct {
	name string
	file []byte
	want string
}{
	{"empty file", nil, `byte 0: file ends inside the length of its header: unexpected EOF`},
	{"seven bytes", make([]byte, 7), `byte 7: file ends inside the length of its header: unexpected EOF`},
	{"header longer than any", []byte{1, 0xe1, 0xf5, 5, 0, 0, 0, 0}, `byte 0: header of 100000001 bytes is longer than 100000000`},
	{"header length with the sign bit", bytes.Repeat([]byte{255}, 8), `byte 0: header of 18446744073709551615 bytes is longer than 100000000`},
	{"header longer than the file", file(goodPair, 16)[:50], `byte 0: header of 110 bytes is longer than the file of 50`},
	{"empty header", file("", 0), `byte 8: header does not begin with {`},
	{"header that begins with space", file(" "+goodPair, 16), `byte 8: header does not begin with {`},
	{"header that is an array", file("[]", 0), `byte 8: header does not begin with {`},
	{"header that is not UTF-8", file("{\"\xff\":1}", 0), `byte 8: header is not UTF-8`},
	{"header cut short", file(goodPair[:len(goodPair)-1], 16), `byte 117: header: it ends where the end of the header should stand`},
	{"text after the header", file(goodPair+"{}", 16), `byte 119: header: text after the object`},
	{"comma before the end", file("{"+entryA+",}", 16), `header: want a name: invalid character '}'`},
	{"missing colon", file(`{"a"{}}`, 16), `tensor "a": header: want the tensor: invalid character '{' after object key`},
	{"same name twice", file("{"+entryA+","+entryA+"}", 16), `header: "a" occurs twice in the header`},
	{"same name twice, once escaped", file("{"+entryA+","+strings.Replace(entryA, "a", `\u0061`, 1)+"}", 16), `header: "a" occurs twice in the header`},
	{"same member twice", file(`{"a":{"dtype":"F32","dtype":"F32"}}`, 0), `tensor "a": header: "dtype" occurs twice in the tensor`},
	{"unknown member", file(`{"a":{"strides":[1]}}`, 0), `tensor "a": header: unknown member "strides"`},
	{"missing member", file(`{"a":{"dtype":"F32","shape":[2]}}`, 0), `byte 12: tensor "a": want dtype, shape and data_offsets, got 2 of them`},
	{"tensor that is a list", file(`{"a":[]}`, 0), `tensor "a": header: want the tensor`},
	{"tensor that is a number", file(`{"a":1}`, 0), `tensor "a": header: want the tensor`},
	{"dtype that is a number", file(`{"a":{"dtype":1}}`, 0), `tensor "a": header: want a string for dtype`},
	{"shape that is null", file(`{"a":{"shape":null}}`, 0), `tensor "a": header: want shape`},
	{"shape that is nested", file(`{"a":{"shape":[[1]]}}`, 0), `tensor "a": header: want shape`},
	{"deep nesting", file(`{"a":`+strings.Repeat("[", 1<<20), 0), `tensor "a": header: want the tensor`},
	{"negative size", file(`{"a":{"shape":[-1]}}`, 0), `tensor "a": header: shape is not an integer from 0 to 2^64-1`},
	{"fractional size", file(`{"a":{"shape":[2.0]}}`, 0), `tensor "a": header: shape is not an integer from 0 to 2^64-1`},
	{"size of 65 bits", file(`{"a":{"shape":[18446744073709551616]}}`, 0), `tensor "a": header: shape is not an integer from 0 to 2^64-1`},
	{"too many axes", file(`{"a":{"shape":[`+strings.Repeat("1,", 64)+`1]}}`, 0), `tensor "a": header: shape has more than 64 elements`},
	{"one offset", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}`, 0), `tensor "a": data_offsets holds 1 numbers, want 2`},
	{"three offsets", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}`, 0), `tensor "a": header: data_offsets has more than 2 elements`},
	{"offsets that descend", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}`, 8), `byte 12: tensor "a": data_offsets 8:0 are not a range of bytes`},
	{"offsets beyond any file", file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551615]}}`, 8), `tensor "a": data_offsets 0:18446744073709551615 are not a range of bytes`},
	{"shape that overflows", file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), `tensor "a": shape [4294967296 4294967296] is larger than 2^64-1 bytes`},
	{"shape whose bytes overflow", file(`{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}`, 0), `tensor "a": shape [4611686018427387904] is larger than 2^64-1 bytes`},
	{"size unlike the shape", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), `byte 12: tensor "a": F32[2] takes 8 bytes, data_offsets 0:4 hold 4`},
	{"hole at the start", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}`, 16), `byte 12: tensor "a": its data begins at 8 and leaves a hole after 0`},
	{"hole in the middle", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[9,17]},`+entryB+`}`, 17), `byte 12: tensor "a": its data begins at 9 and leaves a hole after 8`},
	{"overlap", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[7,15]},`+entryB+`}`, 15), `byte 12: tensor "a": its data begins at 7 and overlaps the data up to 8`},
	{"metadata that is not a map", file(`{"__metadata__":[]}`, 0), `header: want __metadata__`},
	{"metadata of a number", file(`{"__metadata__":{"format":1}}`, 0), `header: want a string in __metadata__`},
	{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), `header: "__metadata__" occurs twice in the header`},
	{"no data", file(goodPair, 0), `byte 118: file ends here, its data at byte 134`},
	{"data cut short", file(goodPair, 15), `byte 133: file ends here, its data at byte 134`},
	{"a byte too many", file(goodPair, 17), `byte 134: bytes after the end of the data`},
	{"tensor missing", file("{"+entryB+"}", 8), "file does not fit the model:\n\tmissing: \"a\" F32[2]"},
	{
		"everything differs", file(`{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"F64","shape":[],"data_offsets":[16,24]},"c":{"dtype":"BF16","shape":[2],"data_offsets":[24,28]}}`, 28),
		"file does not fit the model:\n\tdtype: file has \"a\" F64[2] (data bytes 0:16), model has \"a\" F32[2]; dtypes are not converted" +
			"\n\tshape: file has \"b\" F64[] (data bytes 16:24), model has \"b\" F64[1 1]" +
			"\n\tnot in the model: \"c\" BF16[2] (data bytes 24:28)",
	},
	{"half precision", file(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},`+entryB+`}`, 12), `dtype: file has "a" F16[2] (data bytes 8:12), model has "a" F32[2]; dtypes are not converted`},
	{"a made-up dtype", file(`{"a":{"dtype":"%s\n","shape":[2],"data_offsets":[8,12]},`+entryB+`}`, 12), `dtype: file has "a" "%s\n"[2]`},
	{"a long foreign name", file(`{"`+strings.Repeat("x", 1000)+`":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0), `not in the model: "` + strings.Repeat("x", 100) + `"… U8[0]`},
}

func TestMalformedFilesAreRefusedAndChangeNothing(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			m := pair()
			_, err := ReadTensors(bytes.NewReader(c.file), m.all())
			if err == nil {
				t.Fatal("read without an error")
			}
			var format *FormatError
			var mismatch *MismatchError
			if !errors.As(err, &format) && !errors.As(err, &mismatch) {
				t.Errorf("error of type %T", err)
			}
			if !strings.HasPrefix(err.Error(), "safetensors: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
			if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
				t.Error(diff)
			}
			// The same without a known size.
			if _, err := ReadTensors(io.MultiReader(bytes.NewReader(c.file)), m.all()); err == nil {
				t.Error("read without an error from a stream")
			}
			if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	var whole bytes.Buffer
	if _, err := WriteTensors(&whole, pair().all()); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		m := pair().blank()
		for _, r := range []io.Reader{bytes.NewReader(whole.Bytes()[:n]), io.MultiReader(bytes.NewReader(whole.Bytes()[:n]))} {
			_, err := ReadTensors(r, m.all())
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%d bytes: %v", n, err)
			}
		}
		if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestStreamThatEndsInsideATensorNamesIt(t *testing.T) {
	b := file(goodPair, 12)
	_, err := ReadTensors(io.MultiReader(bytes.NewReader(b)), pair().all())
	want := `safetensors: byte 130: tensor "a": file ends inside its data, bytes 126:134: unexpected EOF`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestReaderErrorsAreReturned(t *testing.T) {
	broken := errors.New("broken")
	good := file(goodPair, 16)
	for n := range len(good) + 1 {
		m := pair()
		r := io.MultiReader(bytes.NewReader(good[:n]), iotest.ErrReader(broken))
		if got, err := ReadTensors(r, m.all()); !errors.Is(err, broken) || got != int64(n) {
			t.Fatalf("after %d bytes: %d, %v", n, got, err)
		}
		if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
			t.Fatal(diff)
		}
	}
	if _, err := ReadTensors(idle{}, pair().all()); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

// idle is a reader that never returns anything.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestALyingHeaderLengthAllocatesLittle(t *testing.T) {
	lie := binary.LittleEndian.AppendUint64(nil, maxHeader)
	m := pair()
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	_, err := ReadTensors(io.MultiReader(bytes.NewReader(lie)), m.all())
	goruntime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 1<<18 {
		t.Errorf("%d bytes allocated for an empty header, %v", n, err)
	}
}

func TestTooManyTensorsAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range maxExtra + 10 {
		fmt.Fprintf(&b, `"t%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	_, err := ReadTensors(bytes.NewReader(file(b.String(), 0)), pair().all())
	if err == nil || !strings.Contains(err.Error(), "the header has more than 65539 members") {
		t.Error(err)
	}
}

func TestLongListsOfDifferencesAreCut(t *testing.T) {
	b := "{"
	for i := range 100 {
		b += fmt.Sprintf(`"t%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	_, err := ReadTensors(bytes.NewReader(file(b[:len(b)-1]+"}", 0)), pair().all())
	var mismatch *MismatchError
	if !errors.As(err, &mismatch) || len(mismatch.Problems) != 50 || mismatch.More != 52 || !strings.HasSuffix(err.Error(), "and 52 more") {
		t.Error(err)
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

func TestWriterErrorsAreReturned(t *testing.T) {
	var whole bytes.Buffer
	if _, err := WriteTensors(&whole, small().all()); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		w := &limited{left: n}
		if got, err := WriteTensors(w, small().all()); err != io.ErrShortBuffer || got != int64(n) {
			t.Fatalf("after %d bytes: %d, %v", n, got, err)
		}
	}
}

// limited is a writer that fails when it is full.
type limited struct{ left int }

func (w *limited) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, io.ErrShortBuffer
	}
	w.left -= len(p)
	return len(p), nil
}

func TestReadingBeginsWhereTheFileStands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	var b bytes.Buffer
	b.WriteString("prologue")
	if _, err := WriteTensors(&b, small().all()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(8, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	m := small().blank()
	if n, err := ReadTensors(f, m.all()); err != nil || n != int64(b.Len()-8) {
		t.Fatal(n, err)
	}
	if diff := cmp.Diff(small().bits(), m.bits()); diff != "" {
		t.Error(diff)
	}
}

func FuzzReadTensors(f *testing.F) {
	f.Add(file(goodPair, 16))
	for _, c := range malformed {
		if len(c.file) < 4096 {
			f.Add(c.file)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m := pair()
		n, err := ReadTensors(bytes.NewReader(data), m.all())
		if n > int64(len(data)) {
			t.Fatalf("%d bytes read of %d", n, len(data))
		}
		stream := pair()
		_, streamErr := ReadTensors(io.MultiReader(bytes.NewReader(data)), stream.all())
		if (err == nil) != (streamErr == nil) {
			t.Fatalf("known size: %v; stream: %v", err, streamErr)
		}
		if err != nil {
			if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
				t.Fatal(diff)
			}
			return
		}
		// What was accepted survives being written again.
		var again bytes.Buffer
		if _, err := WriteTensors(&again, m.all()); err != nil {
			t.Fatal(err)
		}
		back := pair()
		if _, err := ReadTensors(&again, back.all()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.bits(), back.bits()); diff != "" {
			t.Fatal(diff)
		}
	})
}
