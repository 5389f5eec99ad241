package runtime

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// What a header may hold beside the model's own tensors is capped, so that a
// hostile file costs memory in proportion to its own size.
const (
	maxExtra = 1 << 16 // tensors that the model lacks, entries of the metadata
	maxRank  = 64
)

// entry is one tensor as a header declares it.
type entry struct {
	name       string
	at         int64 // its place in the file's header
	dtype      string
	shape      []uint64
	begin, end uint64 // its bytes, from the start of the data
}

// String names the tensor with its type, shape and bytes.
func (e entry) String() string {
	return fmt.Sprintf("%s %s%v (data bytes %d:%d)", quote(e.name), quoteDType(e.dtype), e.shape, e.begin, e.end)
}

// quoteDType shows a dtype bare if it looks like one.
func quoteDType(dtype string) string {
	for _, r := range dtype {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && r != '_' {
			return quote(dtype)
		}
	}
	if dtype == "" || len(dtype) > 16 {
		return quote(dtype)
	}
	return dtype
}

// parseHeader reads a header: at most max tensors, each well-formed and named
// once, in the order of their data, which they cover without hole or overlap.
// Errors are *FormatError.
func parseHeader(text []byte, max int) ([]entry, error) {
	if !utf8.Valid(text) {
		return nil, &FormatError{Offset: prefixBytes, Reason: "header is not UTF-8"}
	}
	if len(text) == 0 || text[0] != '{' {
		return nil, &FormatError{Offset: prefixBytes, Reason: "header does not begin with {"}
	}
	h := header{dec: json.NewDecoder(bytes.NewReader(text))}
	h.dec.UseNumber()
	entries, err := h.tensors(max)
	if err != nil {
		return nil, err
	}
	if _, err := h.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, h.fault("text after the object")
	}
	return entries, contiguous(entries)
}

// contiguous sorts entries by their data and returns an error unless they
// cover it from 0 without hole or overlap.
func contiguous(entries []entry) error {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	covered := uint64(0)
	for _, e := range entries {
		switch {
		case e.begin > covered:
			return e.fault("its data begins at %d and leaves a hole after %d", e.begin, covered)
		case e.begin < covered:
			return e.fault("its data begins at %d and overlaps the data up to %d", e.begin, covered)
		}
		covered = e.end
	}
	return nil
}

// fault is an error about the entry, at its place in the header.
func (e entry) fault(format string, args ...any) error {
	return &FormatError{Offset: e.at, Tensor: e.name, Reason: fmt.Sprintf(format, args...)}
}

// header reads a header token by token: decoding into maps would silently drop
// names that occur twice.
type header struct {
	dec    *json.Decoder
	tensor string // the tensor being read
}

// fault is an error at the place that the decoder has reached.
func (h *header) fault(format string, args ...any) error {
	return &FormatError{Offset: prefixBytes + h.dec.InputOffset(), Tensor: h.tensor, Reason: "header: " + fmt.Sprintf(format, args...)}
}

// next reads a token, which must be of type T; what says which it stands for.
func next[T json.Token](h *header, what string) (T, error) {
	var zero T
	token, err := h.dec.Token()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return zero, h.fault("it ends where %s should stand", what)
	}
	if err != nil {
		return zero, h.fault("want %s: %v", what, err)
	}
	t, ok := token.(T)
	if !ok {
		return zero, h.fault("want %s", what)
	}
	return t, nil
}

// open reads the delimiter d, which opens what.
func (h *header) open(d json.Delim, what string) error {
	if got, err := next[json.Delim](h, what); err != nil {
		return err
	} else if got != d {
		return h.fault("want %s", what)
	}
	return nil
}

// object reads an object: member is called with each key, which occurs once,
// and reads its value. No more than max keys are allowed.
func (h *header) object(what string, max int, member func(key string) error) error {
	if err := h.open('{', what); err != nil {
		return err
	}
	seen := map[string]bool{}
	for h.dec.More() {
		key, err := next[string](h, "a name")
		if err != nil {
			return err
		}
		if seen[key] {
			return h.fault("%s occurs twice in %s", quote(key), what)
		}
		if len(seen) == max {
			return h.fault("%s has more than %d members", what, max)
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	return h.open('}', "the end of "+what)
}

// array reads an array: element is called to read each value, at most max.
func (h *header) array(what string, max int, element func() error) error {
	if err := h.open('[', what); err != nil {
		return err
	}
	for n := 0; h.dec.More(); n++ {
		if n == max {
			return h.fault("%s has more than %d elements", what, max)
		}
		if err := element(); err != nil {
			return err
		}
	}
	return h.open(']', "the end of "+what)
}

// size reads a non-negative integer.
func (h *header) size(what string) (uint64, error) {
	number, err := next[json.Number](h, what)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(number.String(), 10, 64)
	if err != nil {
		return 0, h.fault("%s is not an integer from 0 to 2^64-1", what)
	}
	return n, nil
}

// tensors reads the whole header.
func (h *header) tensors(max int) ([]entry, error) {
	var all []entry
	err := h.object("the header", max+1, func(name string) error {
		if name == metadataName {
			return h.metadata()
		}
		h.tensor = name
		defer func() { h.tensor = "" }()
		e, err := h.entry(name)
		all = append(all, e)
		return err
	})
	return all, err
}

// metadata reads and forgets a map of strings.
func (h *header) metadata() error {
	return h.object(metadataName, maxExtra, func(string) error {
		_, err := next[string](h, "a string in "+metadataName)
		return err
	})
}

// entry reads what the header says of one tensor, and checks that its size is
// that of its shape.
func (h *header) entry(name string) (entry, error) {
	e := entry{name: name, at: prefixBytes + h.dec.InputOffset()}
	var offsets []uint64
	found := 0
	err := h.object("the tensor", 3, func(key string) (err error) {
		found++
		switch key {
		case "dtype":
			e.dtype, err = next[string](h, "a string for dtype")
		case "shape":
			e.shape = []uint64{}
			err = h.sizes(&e.shape, "shape", maxRank)
		case "data_offsets":
			err = h.sizes(&offsets, "data_offsets", 2)
		default:
			err = h.fault("unknown member %s", quote(key))
		}
		return err
	})
	switch {
	case err != nil:
		return e, err
	case found < 3:
		return e, e.fault("want dtype, shape and data_offsets, got %d of them", found)
	case len(offsets) < 2:
		return e, e.fault("data_offsets holds %d numbers, want 2", len(offsets))
	}
	e.begin, e.end = offsets[0], offsets[1]
	return e, e.check()
}

// sizes reads an array of at most max non-negative integers.
func (h *header) sizes(to *[]uint64, what string, max int) error {
	return h.array(what, max, func() error {
		n, err := h.size(what)
		*to = append(*to, n)
		return err
	})
}

// check returns an error unless the entry's size is that of its shape. The
// size of dtypes that no model has is not known here.
func (e entry) check() error {
	if e.begin > e.end || e.end > math.MaxInt64-maxHeader-prefixBytes {
		return e.fault("data_offsets %d:%d are not a range of bytes", e.begin, e.end)
	}
	unit := dtypeBytes(e.dtype)
	want, ok := product(e.shape, uint64(max(unit, 1)))
	switch {
	case !ok:
		return e.fault("shape %v is larger than 2^64-1 bytes", e.shape)
	case unit > 0 && want != e.end-e.begin:
		return e.fault("%s%v takes %d bytes, data_offsets %d:%d hold %d", e.dtype, e.shape, want, e.begin, e.end, e.end-e.begin)
	}
	return nil
}
