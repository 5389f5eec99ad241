package runtime

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
)

// WriteTensors writes the tensors of ts as a safetensors file and returns the
// number of bytes written. The bytes depend on the tensors only, not on their
// order in ts: wide dtypes come first, which keeps data aligned, and names are
// sorted within a dtype. The error is w's, or says which tensor no file can
// hold (a name twice or not UTF-8, a view that contradicts itself); then
// nothing was written.
func WriteTensors(w io.Writer, ts iter.Seq2[string, View]) (int64, error) {
	model, err := collect(ts)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(model, func(a, b tensor) int {
		return cmp.Or(fileRank(a)-fileRank(b), strings.Compare(a.name, b.name))
	})
	head, err := formatHeader(model)
	if err != nil {
		return 0, err
	}
	out := &sink{w: w, buf: make([]byte, 0, chunkBytes)}
	out.write(head)
	for _, t := range model {
		for _, x := range t.view.F64 {
			out.buf = binary.LittleEndian.AppendUint64(out.room(8), math.Float64bits(x))
		}
		for _, x := range t.view.F32 {
			out.buf = binary.LittleEndian.AppendUint32(out.room(4), math.Float32bits(x))
		}
		for _, x := range t.view.I32 {
			out.buf = binary.LittleEndian.AppendUint32(out.room(4), uint32(x))
		}
		if out.err != nil {
			break
		}
	}
	out.flush()
	return out.n, out.err
}

// fileRank orders dtypes as the reference implementation writes them.
func fileRank(t tensor) int {
	return strings.Index("F64 F32 I32", t.view.DType())
}

// formatHeader is the length and the text of the header, padded with spaces so
// that the data begins at a multiple of 8 bytes.
func formatHeader(model []tensor) ([]byte, error) {
	var b bytes.Buffer
	b.Write(make([]byte, prefixBytes))
	b.WriteString(`{"` + metadataName + `":{"format":"pt"}`)
	quoter := json.NewEncoder(&b)
	quoter.SetEscapeHTML(false)
	end := int64(0)
	for _, t := range model {
		begin := end
		if end += t.bytes(); end < begin {
			return nil, fmt.Errorf("safetensors: tensor %s: more than 2^63-1 bytes of data", quote(t.name))
		}
		b.WriteByte(',')
		if err := quoter.Encode(t.name); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the encoder's newline
		fmt.Fprintf(&b, `:{"dtype":"%s","shape":[`, t.view.DType())
		for i, d := range t.view.Shape {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprint(&b, d)
		}
		fmt.Fprintf(&b, `],"data_offsets":[%d,%d]}`, begin, end)
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	n := b.Len() - prefixBytes
	if n > maxHeader {
		return nil, fmt.Errorf("safetensors: header of %d bytes is longer than %d", n, maxHeader)
	}
	binary.LittleEndian.PutUint64(b.Bytes(), uint64(n))
	return b.Bytes(), nil
}

// sink is a writer that buffers and counts, and keeps its first error.
type sink struct {
	w   io.Writer
	buf []byte
	n   int64
	err error
}

// room returns the buffer with space for n more bytes.
func (s *sink) room(n int) []byte {
	if len(s.buf)+n > cap(s.buf) {
		s.flush()
	}
	return s.buf
}

// flush writes the buffer out and empties it.
func (s *sink) flush() {
	s.write(s.buf)
	s.buf = s.buf[:0]
}

// write writes p past the buffer, unless an error came before.
func (s *sink) write(p []byte) {
	if s.err != nil || len(p) == 0 {
		return
	}
	n, err := s.w.Write(p)
	s.n += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
}
