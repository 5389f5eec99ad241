package runtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
)

// ReadTensors reads a safetensors file to its end and stores its tensors in
// the views of ts, by name. It returns the number of bytes taken from r.
//
// The file must hold exactly the tensors of ts, with their shapes and dtypes;
// no dtype is converted. If not, the error is a *MismatchError that lists all
// differences; if the file is malformed, truncated, has bytes after its end, or
// r fails, it is a *FormatError with the place. After an error no view has
// changed. Arrays are as large as the model's, whatever the file says.
func ReadTensors(r io.Reader, ts iter.Seq2[string, View]) (int64, error) {
	return ReadTensorsChecked(r, ts, nil)
}

// ReadTensorsChecked is [ReadTensors] with a say in what may be stored: check
// is called with each tensor of ts, in their order, holding the values read,
// before any view changes. Its first error, wrapped with the tensor's name, is
// returned, and nothing has changed. Parameters that are constrained to an
// interval are guarded so.
func ReadTensorsChecked(r io.Reader, ts iter.Seq2[string, View], check func(name string, v View) error) (int64, error) {
	model, err := collect(ts)
	if err != nil {
		return 0, err
	}
	left, err := remaining(r)
	if err != nil {
		return 0, err
	}
	src := &source{r: r, size: left}
	read, err := readFile(src, model)
	if err != nil {
		return src.n, err
	}
	for i, t := range model {
		if check == nil {
			break
		}
		if err := check(t.name, read[i]); err != nil {
			return src.n, fmt.Errorf("safetensors: tensor %s: %w", quote(t.name), err)
		}
	}
	for i, t := range model {
		t.view.set(read[i])
	}
	return src.n, nil
}

// readFile reads a whole file into new views, in the order of the model.
func readFile(src *source, model []tensor) ([]View, error) {
	text, err := readHeader(src)
	if err != nil {
		return nil, err
	}
	entries, err := parseHeader(text, len(model)+maxExtra)
	if err != nil {
		return nil, err
	}
	order, err := match(entries, model)
	if err != nil {
		return nil, err
	}
	data := src.n
	end := data
	if n := len(entries); n > 0 {
		end += int64(entries[n-1].end)
	}
	if src.size >= 0 && src.size < end {
		return nil, &FormatError{Offset: src.size, Reason: fmt.Sprintf("file ends here, its data at byte %d", end)}
	}
	read := make([]View, len(model))
	chunk := make([]byte, min(chunkBytes, end-data))
	for i, e := range entries {
		v := model[order[i]].view.like()
		if err := readData(src, v, chunk); err != nil {
			return nil, src.fault(e.name, fmt.Sprintf("file ends inside its data, bytes %d:%d", data+int64(e.begin), data+int64(e.end)), err)
		}
		read[order[i]] = v
	}
	switch n, err := io.ReadFull(src, make([]byte, 1)); {
	case n > 0:
		return nil, &FormatError{Offset: end, Reason: "bytes after the end of the data"}
	case err != io.EOF:
		return nil, src.fault("", "", err)
	}
	return read, nil
}

// readHeader reads the text of the header. It allocates no more than a small
// multiple of the bytes that arrive.
func readHeader(src *source) ([]byte, error) {
	var prefix [prefixBytes]byte
	if _, err := io.ReadFull(src, prefix[:]); err != nil {
		return nil, src.fault("", "file ends inside the length of its header", err)
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	switch {
	case n > maxHeader:
		return nil, &FormatError{Reason: fmt.Sprintf("header of %d bytes is longer than %d", n, maxHeader)}
	case src.size >= 0 && int64(n) > src.size-prefixBytes:
		return nil, &FormatError{Reason: fmt.Sprintf("header of %d bytes is longer than the file of %d", n, src.size)}
	}
	var text bytes.Buffer
	if _, err := io.CopyN(&text, src, int64(n)); err != nil {
		return nil, src.fault("", fmt.Sprintf("file ends inside its header of %d bytes", n), err)
	}
	return text.Bytes(), nil
}

// match finds the place in the model of each entry; the error is a
// *MismatchError with all differences.
func match(entries []entry, model []tensor) ([]int, error) {
	at := make(map[string]int, len(entries))
	for i, e := range entries {
		at[e.name] = i
	}
	var differ MismatchError
	order := make([]int, len(entries))
	known := make([]bool, len(entries))
	for i, t := range model {
		j, ok := at[t.name]
		if !ok {
			differ.add("missing: %v", t)
			continue
		}
		order[j], known[j] = i, true
		if e := entries[j]; e.dtype != t.view.DType() {
			differ.add("dtype: file has %v, model has %v; dtypes are not converted", e, t)
		} else if !sameShape(e.shape, t.view.Shape) {
			differ.add("shape: file has %v, model has %v", e, t)
		}
	}
	for i, e := range entries {
		if !known[i] {
			differ.add("not in the model: %v", e)
		}
	}
	if len(differ.Problems) > 0 {
		return nil, &differ
	}
	return order, nil
}

// sameShape compares a shape of a file with one of a model.
func sameShape(a []uint64, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i, d := range b {
		if a[i] != uint64(d) {
			return false
		}
	}
	return true
}

// readData fills v, through the buffer chunk. Data need not be aligned.
func readData(src *source, v View, chunk []byte) error {
	switch {
	case v.F64 != nil:
		return readElements(src, v.F64, chunk, 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
	case v.F32 != nil:
		return readElements(src, v.F32, chunk, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	}
	return readElements(src, v.I32, chunk, 4, func(b []byte) int32 { return int32(binary.LittleEndian.Uint32(b)) })
}

// readElements fills to with elements of size bytes each.
func readElements[T any](src *source, to []T, chunk []byte, size int, decode func([]byte) T) error {
	for len(to) > 0 {
		b := chunk[:min(len(chunk)/size, len(to))*size]
		if _, err := io.ReadFull(src, b); err != nil {
			return err
		}
		n := len(b) / size
		for i := range to[:n] {
			to[i] = decode(b[i*size:])
		}
		to = to[n:]
	}
	return nil
}

// source is a reader that counts, and that gives up on one that returns
// neither data nor an error.
type source struct {
	r    io.Reader
	n    int64 // bytes read so far
	size int64 // bytes there are in all, -1 if unknown
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for range 100 {
		n, err := s.r.Read(p)
		s.n += int64(n)
		if n != 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// fault is an error at the place reached: early, if the file ended, else the
// reader's own.
func (s *source) fault(tensor, early string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{Offset: s.n, Tensor: tensor, Reason: early, Err: io.ErrUnexpectedEOF}
	}
	return &FormatError{Offset: s.n, Tensor: tensor, Reason: "cannot be read", Err: err}
}

// remaining is the number of bytes left in r, or -1 if it cannot be known.
func remaining(r io.Reader) (int64, error) {
	switch r := r.(type) {
	case *bytes.Buffer:
		return int64(r.Len()), nil
	case io.Seeker: // as files and bytes.Reader; pipes cannot seek, devices have no size
		here, err := r.Seek(0, io.SeekCurrent)
		if err != nil {
			return -1, nil
		}
		end, err := r.Seek(0, io.SeekEnd)
		if err != nil {
			return -1, nil
		}
		if _, err := r.Seek(here, io.SeekStart); err != nil {
			return -1, fmt.Errorf("safetensors: %w", err)
		}
		if end > here {
			return end - here, nil
		}
	}
	return -1, nil
}
