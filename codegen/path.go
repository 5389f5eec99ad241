package codegen

import (
	"fmt"
	"path/filepath"
	"strings"
)

// SourceSuffix ends the names of source files.
const SourceSuffix = ".grad"

// The files made from one source are named by one stem, [mark], and an ending.
// No ending with the mark before it ends in another, so that files of sources
// with different stems have different names.
const (
	mark        = "_grad"
	endMain     = ".go"
	endTests    = "_test.go"
	endDeclared = "_amd64.go"   // declares functions of assembly
	endAssembly = "_amd64.s"    // defines them
	endGeneric  = "_generic.go" // is in the place of both on other machines
)

var endings = []string{endMain, endTests, endDeclared, endAssembly, endGeneric}

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
	return stem + mark + endMain, nil
}

// TestsName is the name of the file of tests beside the Go file called name.
func TestsName(name string) string { return sibling(name, endTests) }

// sibling is the name with another ending for the source of the Go file called
// name.
func sibling(name, end string) string { return strings.TrimSuffix(name, endMain) + end }

// stemOf is what the names of all files made from one source begin with, and ""
// for names that none of them has.
func stemOf(name string) string {
	for _, end := range endings {
		if stem, ok := strings.CutSuffix(name, mark+end); ok {
			return stem
		}
	}
	return ""
}
