package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
)

// The exit statuses.
const (
	exitFine  = 0
	exitWrong = 1 // a model is wrong
	exitUsage = 2 // usage, input or output
	exitStale = 3 // generated files are stale
)

// tool is one run of the program: where it writes, and what it found.
type tool struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	plain, errors  style // of the two streams
	json           bool  // findings as JSON
	warns          bool  // warnings are findings, too

	modules  *modules
	findings diag.List
	failures []error // of usage, input and output
	stale    bool
}

func newTool(stdin, stdout, stderr *os.File) *tool {
	return &tool{stdin: stdin, stdout: stdout, stderr: stderr,
		plain: styleOf(stdout), errors: styleOf(stderr), modules: newModules()}
}

// fail records what kept the run, or the work on one file, from going on.
func (t *tool) fail(err error) { t.failures = append(t.failures, separate(err)...) }

// separate lists the errors that errors.Join put together.
func separate(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || errors.Join(joined.Unwrap()...).Error() != err.Error() {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, separate(e)...)
	}
	return out
}

// finish prints what was found and returns the exit status. What the user
// cannot mend in a model outweighs what is wrong with one, and a wrong model
// outweighs stale files.
func (t *tool) finish() int {
	t.findings = t.findings.Dedupe()
	if t.json {
		t.printJSON()
	} else {
		t.printText()
	}
	switch {
	case len(t.failures) > 0:
		return exitUsage
	case t.findings.HasErrors():
		return exitWrong
	case t.stale:
		return exitStale
	}
	return exitFine
}

func (t *tool) printText() {
	var b bytes.Buffer
	for i, d := range t.findings {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.errors.finding(d))
	}
	for _, err := range t.failures {
		fmt.Fprintf(&b, "%s %s\n", t.errors.bold("gradgen:"), err)
	}
	// There is no one left to tell that the standard error cannot be written.
	_, _ = t.stderr.Write(b.Bytes())
}

// printJSON prints one object in any case, so that a program need not guess
// whether there is something to read. Failures have no code and no place.
func (t *tool) printJSON() {
	all := t.findings
	for _, err := range t.failures {
		all = append(all, &diag.Diagnostic{Message: err.Error()})
	}
	text, err := all.JSON()
	if err != nil {
		text = []byte(err.Error() + "\n")
	}
	_, _ = t.stderr.Write(text)
}

// print writes a command's product.
func (t *tool) print(text string) error {
	_, err := io.WriteString(t.stdout, text)
	return err
}

// displayed is how messages call a file: relative to the current directory
// unless that is longer. It depends on the path alone, so that a file has one
// name however it was found.
func displayed(abs string) string {
	name := abs
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, abs); err == nil && len(rel) < len(abs) {
			name = rel
		}
	}
	return filepath.ToSlash(name)
}

// quoted is a name from outside as part of a line of text: as it is unless it
// could be taken for something else.
func quoted(name string) string {
	odd := func(r rune) bool { return !strconv.IsPrint(r) || r == '"' || r == '\ufffd' }
	if name == "" || strings.ContainsFunc(name, odd) || strings.TrimSpace(name) != name {
		return strconv.Quote(name)
	}
	return name
}
