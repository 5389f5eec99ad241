package runtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
