package check

import (
	"fmt"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/prelude"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// Files finds the files that a program imports.
type Files interface {
	// Import returns the text of the file that the source from calls path. The path is clean, relative to the folder of
	// from, uses slashes, and ends in .grad; it may begin with ../, and whether that leaves the module is for Import to
	// say. The same file is returned as a Source of the same name every time.
	Import(from *diag.Source, path string) (*diag.Source, error)
}

// Compile checks a program and makes it a module with everything that is to be emitted. The module is nil if the list
// holds errors. files may be nil if nothing is imported.
//
// The values of the module are made by b, in which further passes must work.
func Compile(b *ir.Builder, src *diag.Source, files Files) (m *ir.Module, list diag.List) {
	go prelude.Files() // beside the program
	file, list := syntax.Parse(src)
	c := newChecker(b, files)
	c.list = list
	defer func() {
		if r := recover(); r != nil && !c.aborted {
			c.list.Errorf(diag.InternalFault, src.Span(0, 0), "the compiler failed: %v", r).
				Helpf("this is a mistake in gradgen, not in the program: please report it")
			if rethrow {
				panic(r)
			}
		}
		for d, notes := range c.within {
			d.Notes = append(d.Notes, notes...)
		}
		if list = c.list.Dedupe(); list.HasErrors() {
			m = nil
		}
	}()
	m = c.module(file)
	return m, nil
}

// rethrow lets tests see where the compiler failed.
var rethrow = false

// checker holds what the checking of one program needs.
type checker struct {
	b         *ir.Builder
	files     Files
	list      diag.List
	reported  map[finding]bool
	warned    map[finding]bool
	quiet     int // above 0 while something is evaluated only for its shape
	aborted   bool
	within    map[*diag.Diagnostic][]diag.Note // what was being instantiated, for the end of the notes
	bystander bool                             // only errors in the user's own text are reported
	lost      bool                             // something was not emitted, for which there must be an error
	steps     int
	values    int

	file    *diag.Source // the program
	prelude *scope
	main    *scope
	sources map[*diag.Source]*syntax.File
	dims    map[string]*ir.Dim

	weight  map[*ir.Expr]int       // nodes of an expression, shared ones counted every time
	needs   map[*ir.Expr][]ir.Pred // what must hold for the reads in an expression
	rules   map[string]*ruled      // functions with a rule, by types and shapes
	ruledBy map[*ir.Func]*decl     // what they are instantiated from
	missing map[string]diag.Span   // names that nothing declares, where they were reported
	sites   map[place]uint32
	newest  int // the highest ID of a value made by the statement at hand
}

type finding struct {
	code diag.Code
	span diag.Span
}

func newChecker(b *ir.Builder, files Files) *checker {
	c := &checker{
		b: b, files: files, reported: map[finding]bool{}, warned: map[finding]bool{}, sources: map[*diag.Source]*syntax.File{},
		dims: map[string]*ir.Dim{}, weight: map[*ir.Expr]int{}, needs: map[*ir.Expr][]ir.Pred{}, rules: map[string]*ruled{},
		ruledBy: map[*ir.Func]*decl{},
		sites:   map[place]uint32{}, missing: map[string]diag.Span{}, within: map[*diag.Diagnostic][]diag.Note{}, newest: -1,
	}
	c.prelude = newScope(c, nil)
	for _, f := range prelude.Files() {
		c.sources[f.Source] = f
		c.declare(c.prelude, f, false)
	}
	return c
}

// The bounds on the work that a program can ask for. A block of a transformer takes about two thousand steps and forty
// values.
const (
	maxSteps  = 400_000
	maxValues = 20_000
	maxCalls  = 200
	maxErrors = 100
)

type abort struct{}

// spend counts work, so that a short program cannot ask for more than a second of it.
func (c *checker) spend(e *env, at syntax.Node) {
	if c.steps++; c.steps > maxSteps || c.values > maxValues {
		c.giveUp(e, at.Span())
	}
}

// aloud reports errors even while something is evaluated for its shape only: what is kept for later uses, such as a
// model, is evaluated once. It returns what ends it.
func (c *checker) aloud() (end func()) {
	quiet := c.quiet
	c.quiet = 0
	return func() { c.quiet = quiet }
}

func (c *checker) giveUp(e *env, at diag.Span) {
	c.quiet = 0
	c.errorf(e, diag.ProgramTooLarge, at, "the program is too large once its layers and functions are written out").
		Helpf("repetition of work is written as an axis of an array, or as a scan")
	c.aborted = true
	panic(abort{})
}

// errorf reports an error, once for a code and a place, however often the text there is instantiated. A place in the
// prelude becomes the place of the call in the user's text.
func (c *checker) errorf(e *env, code diag.Code, at diag.Span, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf(code, at, format, args...)
	if c.quiet > 0 || c.bystander && c.inPrelude(at) {
		return d
	}
	b := e.running()
	if c.inPrelude(at) {
		for ; b != nil && c.inPrelude(d.Span); b = b.up {
			if b.call.IsValid() {
				d.Span = b.call
			}
		}
		d.With(diag.Note{Text: at.Text(), Origin: at})
	}
	key := finding{code, d.Span}
	if c.reported[key] {
		return d
	}
	c.reported[key] = true
	if len(c.reported) > maxErrors {
		c.list.Errorf(diag.TooManyErrors, d.Span, "too many errors; the rest are not listed")
		c.aborted = true
		panic(abort{})
	}
	for ; b != nil; b = b.up {
		if b.generic && b.call.IsValid() && !c.inPrelude(b.call) && !covers(b.call, d.Span) {
			c.within[d] = append(c.within[d], diag.Note{Label: "in", Text: b.what, Origin: b.call})
		}
	}
	c.list.Add(d)
	return d
}

// warnf warns of the user's own text, once for a code and a place. Warnings are not counted as errors are.
func (c *checker) warnf(code diag.Code, at diag.Span, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf(code, at, format, args...)
	d.Severity = diag.Warning
	key := finding{code, at}
	if c.quiet > 0 || !at.IsValid() || c.inPrelude(at) || c.warned[key] {
		return d
	}
	c.warned[key] = true
	c.list.Add(d)
	return d
}

// covers reports whether one place lies in another.
func covers(outer, inner diag.Span) bool {
	return outer.File == inner.File && outer.Start <= inner.Start && inner.End <= outer.End
}

// declared is the note that says where something is declared; places in the prelude are named, not shown.
func (c *checker) declared(at diag.Span) diag.Note {
	if c.inPrelude(at) {
		return diag.Note{Label: "declared", Text: "here", Origin: at}
	}
	return diag.Note{Span: at, Label: "declared", Text: "here"}
}

func (e *env) running() *body {
	if e == nil {
		return nil
	}
	return e.body
}

func (c *checker) inPrelude(at diag.Span) bool {
	if !at.IsValid() {
		return false
	}
	_, is := c.prelude.files[at.File]
	return is
}

// userPlace is the innermost place in the user's text that led to a place.
func (c *checker) userPlace(e *env, at diag.Span) diag.Span {
	for b := e.running(); b != nil && c.inPrelude(at); b = b.up {
		if b.call.IsValid() {
			at = b.call
		}
	}
	return at
}

// place gives values made from now on a place.
func (c *checker) place(e *env, at diag.Span) {
	at = c.userPlace(e, at)
	p := at.Pos()
	if at.IsValid() {
		c.b.Place = ir.Place{File: at.File.Name, Line: p.Line, Col: p.Col}
	}
}

func irPlace(at diag.Span) ir.Place {
	if !at.IsValid() {
		return ir.Place{}
	}
	p := at.Pos()
	return ir.Place{File: at.File.Name, Line: p.Line, Col: p.Col}
}

func (c *checker) made(v *ir.Value) *ir.Value {
	c.values++
	c.newest = max(c.newest, v.ID)
	return v
}

func plural(n int, one string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
