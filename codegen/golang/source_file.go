package golang

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/dave/jennifer/jen"
)

// Source is a Go file in the making. Every declaration is printed and formatted
// by itself, while those after it, and other files, are still being made:
// nothing in the text of one depends on another.
type Source struct {
	pkg   string
	build string // a constraint, or empty
	decls []*declaration

	lock     sync.Mutex
	waiting  []*declaration // for a printer
	printers int            // at work
	all      sync.WaitGroup

	layouts layouts
}

// declaration is a piece of a file, and what to blame if it is not Go.
type declaration struct {
	name    string
	code    code // until it is printed
	text    []byte
	imports []string
	err     error
}

// newSource begins a file of a package whose name was checked.
func newSource(pkg string) (*Source, error) {
	if err := CheckPackage(pkg); err != nil {
		return nil, err
	}
	return &Source{pkg: pkg}, nil
}

// constrain limits a file to builds; the text is one of ours.
func (s *Source) constrain(build string) { s.build = build }

// add appends declarations, which nobody may change from now on. The name is
// what errors call them.
func (s *Source) add(name string, decls ...code) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, c := range decls {
		d := &declaration{name: name, code: c}
		s.decls, s.waiting = append(s.decls, d), append(s.waiting, d)
		if s.printers < runtime.GOMAXPROCS(0)-1 { // one processor has declarations to make
			s.printers++
			s.all.Go(s.print)
		}
	}
}

// next is a declaration that waits, or nil.
func (s *Source) next() *declaration {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.waiting) == 0 {
		s.printers--
		return nil
	}
	d := s.waiting[0]
	s.waiting = s.waiting[1:]
	return d
}

// print prints declarations as long as some wait, on one stack and into one
// buffer.
func (s *Source) print() {
	var b bytes.Buffer
	for d := s.next(); d != nil; d = s.next() {
		b.Reset()
		d.print(s.pkg, &b, &s.layouts)
	}
}

// print makes the text of a declaration, as that of a file which has no other,
// and takes it apart: what it imports is imported once for all.
func (d *declaration) print(pkg string, b *bytes.Buffer, l *layouts) {
	fail := func(err error) { d.err = &Fault{d.name, b.String(), err} }
	defer func() {
		if r := recover(); r != nil {
			fail(fmt.Errorf("%v", r))
		}
	}()
	f := jen.NewFile(pkg)
	f.NoFormat = true // here, where what is wrong can be shown
	f.ImportName(runtimePath, "runtime")
	f.ImportName(imports["contract"], "contract")
	f.Add(d.code)
	d.code = nil
	if err := f.Render(b); err != nil {
		fail(err)
		return
	}
	text, err := l.source(b.Bytes())
	if err != nil {
		fail(err)
		return
	}
	files := token.NewFileSet()
	head, err := parser.ParseFile(files, "", text, parser.ImportsOnly)
	if err != nil {
		fail(err)
		return
	}
	end := head.Name.End()
	for _, i := range head.Decls {
		end = i.End()
	}
	for _, i := range head.Imports {
		d.imports = append(d.imports, i.Path.Value)
	}
	d.text = bytes.TrimSpace(text[files.Position(end).Offset:])
}

// Text is the text of the file, formatted, once all of it is there: it prints what
// waits, too. An error is a [*Fault].
func (s *Source) Text() ([]byte, error) {
	s.lock.Lock()
	s.printers++
	s.lock.Unlock()
	s.print()
	s.all.Wait()
	n, all := 0, map[string]bool{}
	for _, d := range s.decls {
		if d.err != nil {
			return nil, d.err
		}
		n += len(d.text) + len("\n\n")
		for _, path := range d.imports {
			all[path] = true
		}
	}
	head := Header + "\n"
	if s.build != "" {
		head += "\n//go:build " + s.build + "\n"
	}
	head += "\npackage " + s.pkg + "\n" + importText(slices.Sorted(maps.Keys(all)))
	out := append(make([]byte, 0, len(head)+n), head...)
	for _, d := range s.decls {
		out = append(append(append(out, '\n'), d.text...), '\n')
	}
	return out, nil
}

// importText declares imports: the standard library first, as Go's own tools
// do, and everything else below an empty line.
func importText(quoted []string) string {
	if len(quoted) == 0 {
		return ""
	}
	if len(quoted) == 1 {
		return "\nimport " + quoted[0] + "\n"
	}
	var groups [2]string
	for _, path := range quoted {
		k := 0
		if strings.Contains(path, ".") {
			k = 1
		}
		groups[k] += "\t" + path + "\n"
	}
	between := ""
	if groups[0] != "" && groups[1] != "" {
		between = "\n"
	}
	return "\nimport (\n" + groups[0] + between + groups[1] + ")\n"
}
