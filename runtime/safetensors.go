package runtime

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The safetensors format (https://huggingface.co/docs/safetensors), byte by
// byte:
//
//	0    8  the length h of the header, little-endian
//	8    h  a JSON object: for each tensor its name with dtype, shape and the
//	        data_offsets [begin, end) of its bytes; also "__metadata__", a map
//	        from strings to strings
//	8+h     the data: little-endian, row-major, without holes from 0 to the end
//
// The files written here are, byte for byte, those of the reference
// implementation with metadata {"format": "pt"}.

const (
	metadataName = "__metadata__"
	prefixBytes  = 8           // the header's length
	maxHeader    = 100_000_000 // bytes; the reference implementation's limit
	chunkBytes   = 1 << 16     // data is read and written in pieces of this size
)

// dtypeBytes is the size of an element of each dtype that models have, and 0
// for the dtypes that they do not.
func dtypeBytes(dtype string) int {
	switch dtype {
	case "F64":
		return 8
	case "F32", "I32":
		return 4
	}
	return 0
}

// tensor is a named view of a model.
type tensor struct {
	name string
	view View
}

// bytes is the size of the tensor's data.
func (t tensor) bytes() int64 { return int64(t.view.Len()) * int64(dtypeBytes(t.view.DType())) }

// String names the tensor with its type and shape.
func (t tensor) String() string {
	return fmt.Sprintf("%s %s%v", quote(t.name), t.view.DType(), t.view.Shape)
}

// collect lists the tensors of a model in its own order, and returns an error
// if no file could hold them.
func collect(ts iter.Seq2[string, View]) ([]tensor, error) {
	var all []tensor
	seen := map[string]bool{}
	for name, view := range ts {
		switch {
		case seen[name]:
			return nil, fmt.Errorf("safetensors: model has two tensors named %s", quote(name))
		case name == metadataName:
			return nil, fmt.Errorf("safetensors: tensor name %s is reserved", quote(name))
		case !utf8.ValidString(name):
			return nil, fmt.Errorf("safetensors: tensor name %s is not UTF-8", quote(name))
		}
		if err := view.check(); err != nil {
			return nil, fmt.Errorf("safetensors: tensor %s: %w", quote(name), err)
		}
		seen[name] = true
		all = append(all, tensor{name, view})
	}
	return all, nil
}

// FormatError reports that what was read is not a well-formed safetensors
// file, or ends early, or could not be read.
type FormatError struct {
	Offset int64  // the place of the fault, in bytes from the first byte read
	Tensor string // the tensor concerned, "" if none is
	Reason string
	Err    error // the reader's error, nil if it had none
}

// Error says place, tensor and reason on one line.
func (e *FormatError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "safetensors: byte %d: ", e.Offset)
	if e.Tensor != "" {
		fmt.Fprintf(&b, "tensor %s: ", quote(e.Tensor))
	}
	b.WriteString(e.Reason)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the reader's error.
func (e *FormatError) Unwrap() error { return e.Err }

// MismatchError reports that a well-formed file is one of another model.
type MismatchError struct {
	Problems []string // a line each, the model's tensors first; at most 50
	More     int      // problems beyond those listed
}

// Error lists the problems, a line each.
func (e *MismatchError) Error() string {
	var b strings.Builder
	b.WriteString("safetensors: file does not fit the model:")
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p)
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n\tand %d more", e.More)
	}
	return b.String()
}

// add appends a problem, or only counts it when enough are listed.
func (e *MismatchError) add(format string, args ...any) {
	const listed = 50
	if len(e.Problems) == listed {
		e.More++
		return
	}
	e.Problems = append(e.Problems, fmt.Sprintf(format, args...))
}

// quote shows a name from a file: escaped, and of bounded length.
func quote(name string) string {
	const shown = 100
	if len(name) > shown {
		return strconv.Quote(name[:shown]) + "…"
	}
	return strconv.Quote(name)
}
