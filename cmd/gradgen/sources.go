package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl/diag"
)

// source is a file to work on.
type source struct {
	mod  *module
	path string // in the module
}

func (s source) dir() string  { return path.Dir(s.path) }
func (s source) name() string { return displayed(s.mod.abs(s.path)) }

// folder is a directory that was named, or walked: its sources, and what was
// made from sources that are gone, are of interest.
type folder struct {
	mod  *module
	path string // in the module
}

// selection is what the arguments of a command select, in order of display,
// each file and folder once.
type selection struct {
	t       *tool
	sources []source
	folders []folder
	seen    map[string]bool
}

// choose finds the sources that arguments select. What cannot be found is a
// failure, and does not keep the others from being found; so is an argument
// that selects nothing.
func (t *tool) choose(args []string) *selection {
	return t.chooseFrom(args, func(arg string) error {
		if arg == "." {
			return errors.New("no .grad files here: name some, or begin with gradgen init")
		}
		return fmt.Errorf("no .grad files in %s", quoted(arg))
	})
}

// chooseFrom is choose with another view of arguments that select nothing.
func (t *tool) chooseFrom(args []string, nothing func(arg string) error) *selection {
	s := &selection{t: t, seen: map[string]bool{}}
	if len(args) == 0 {
		args = []string{"."}
	}
	for _, arg := range args {
		found, err := s.add(arg)
		if err == nil && !found {
			err = nothing(arg)
		}
		if err != nil {
			t.fail(err)
		}
	}
	slices.SortFunc(s.sources, func(a, b source) int { return cmp.Compare(a.name(), b.name()) })
	slices.SortFunc(s.folders, func(a, b folder) int {
		return cmp.Or(cmp.Compare(a.mod.dir, b.mod.dir), cmp.Compare(a.path, b.path))
	})
	return s
}

// add selects what one argument names, and reports whether there was anything.
func (s *selection) add(arg string) (bool, error) {
	slashed := filepath.ToSlash(arg)
	if dir, ok := strings.CutSuffix(slashed, "/..."); ok || slashed == "..." {
		if slashed == "..." {
			dir = "."
		} else if dir == "" {
			dir = "/"
		}
		return s.walk(filepath.FromSlash(dir))
	}
	abs, err := filepath.Abs(arg)
	if err != nil {
		return false, err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, s.missing(arg)
	case err != nil:
		return false, fmt.Errorf("%s: %w", quoted(arg), cause(err))
	case info.IsDir():
		return s.folder(abs)
	case !strings.HasSuffix(arg, codegen.SourceSuffix):
		return false, fmt.Errorf("%s is not a .grad file", quoted(arg))
	}
	return true, s.file(abs)
}

// missing guesses what an argument was meant to be: without a known command in
// front, a misspelt one counts as a file.
func (s *selection) missing(arg string) error {
	if !strings.ContainsAny(arg, `./\`) {
		if arg == "help" {
			return errors.New("help is gradgen --help, or --help after a command")
		}
		if c := diag.Suggest(arg, commandNames()); c != "" {
			return fmt.Errorf("there is no file %s and no such command; is it gradgen %s?", quoted(arg), c)
		}
		return fmt.Errorf("there is no file %s and no such command; gradgen --help lists the commands", quoted(arg))
	}
	return fmt.Errorf("%s does not exist", quoted(arg))
}

// walk selects the sources below a directory. It goes where the go command
// goes: not into other modules, testdata, vendor, and names that begin with a
// dot or _.
func (s *selection) walk(dir string) (bool, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	found := false
	err = filepath.WalkDir(start, func(at string, e fs.DirEntry, err error) error {
		if err != nil {
			s.t.fail(fmt.Errorf("%s: %w", quoted(displayed(at)), cause(err)))
			return nil
		}
		if !e.IsDir() {
			return nil
		}
		name := e.Name()
		if at != start {
			_, other := os.Stat(filepath.Join(at, "go.mod"))
			if hidden(name) || name == "testdata" || name == "vendor" || other == nil {
				return fs.SkipDir
			}
		}
		some, err := s.folder(at)
		found = found || some
		return err
	})
	return found, err
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") }

// folder selects the sources in a directory.
func (s *selection) folder(abs string) (bool, error) {
	m, err := s.t.modules.of(abs)
	if err != nil {
		return false, err
	}
	p, err := m.path(abs)
	if err != nil {
		return false, err
	}
	if !s.seen[abs] {
		s.seen[abs] = true
		s.folders = append(s.folders, folder{m, p})
	}
	entries, err := os.ReadDir(abs)
	if err != nil {
		return false, fmt.Errorf("%s: %w", quoted(displayed(abs)), cause(err))
	}
	found := false
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), codegen.SourceSuffix) || hidden(e.Name()) {
			continue
		}
		// Links are followed when they are read, where they cannot lead out.
		if e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 {
			found = true
			if err := s.file(filepath.Join(abs, e.Name())); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// file selects one file.
func (s *selection) file(abs string) error {
	m, err := s.t.modules.of(filepath.Dir(abs))
	if err != nil {
		return err
	}
	p, err := m.path(abs)
	if err != nil || s.seen[abs] {
		return err
	}
	s.seen[abs] = true
	s.sources = append(s.sources, source{m, p})
	return nil
}

// cause is an error without the operation and the path that it repeats.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
