package codegen

import (
	"fmt"
	"path/filepath"
	"strings"
)

// SourceSuffix ends the names of source files; outputSuffix those of the Go
// files made from them.
const (
	SourceSuffix = ".grad"
	outputSuffix = "_grad.go"
)

// OutputName is the name of the Go file for a source file: digits_grad.go for
// digits.grad.
//
// The ending keeps Go from reading anything into the name: it never ends in
// _test.go or in the name of a system or an architecture, whatever the source
// is called. Go ignores files whose names begin with _ or a dot, so these are
// taken off; characters that not every system allows in file names, or that a
// module may not hold, become _.
func OutputName(source string) (string, error) {
	if filepath.Base(source) != source || strings.ContainsAny(source, `/\`) {
		return "", fmt.Errorf("%q is not the name of a file", source)
	}
	stem := strings.TrimSuffix(source, SourceSuffix)
	stem = strings.TrimLeft(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, stem), "_.-")
	if stem == "" {
		return "", fmt.Errorf("cannot name a Go file after %q", source)
	}
	return stem + outputSuffix, nil
}
