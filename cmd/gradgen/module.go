package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"github.com/gradgen/gradgen/dsl/diag"
)

// maxSource is one byte more than a source may have: enough for the compiler
// to see that it is too large, without reading the rest.
const maxSource = 1<<20 + 1

// module is a Go module on disk or, outside of any, one directory. All reading
// and writing happens inside it: neither a name nor a symbolic link leads out.
type module struct {
	dir  string // absolute
	real bool   // it has a go.mod
	root *os.Root

	mu      sync.Mutex
	sources map[string]*diag.Source // by path in the module
	paths   map[*diag.Source]string
}

// modules finds the modules of directories, each once.
type modules struct{ known map[string]*module }

func newModules() *modules { return &modules{known: map[string]*module{}} }

// of opens the module that an absolute directory belongs to: the nearest one
// upwards with a go.mod, or the directory itself if there is none.
func (ms *modules) of(dir string) (*module, error) {
	root, real := dir, false
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			root, real = at, true
			break
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if m := ms.known[root]; m != nil {
		return m, nil
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	m := &module{dir: root, real: real, root: r, sources: map[string]*diag.Source{}, paths: map[*diag.Source]string{}}
	ms.known[root] = m
	return m, nil
}

// path is the slash-separated path in the module of an absolute name below it.
func (m *module) path(abs string) (string, error) {
	rel, err := filepath.Rel(m.dir, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is outside of the module %s", quoted(abs), quoted(m.dir))
	}
	return filepath.ToSlash(rel), nil
}

// abs is the inverse of path.
func (m *module) abs(p string) string { return filepath.Join(m.dir, filepath.FromSlash(p)) }

// load reads a source, once: several sources that import one file share it, and
// so do their findings.
func (m *module) load(p string) (*diag.Source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if src := m.sources[p]; src != nil {
		return src, nil
	}
	text, err := m.read(p, maxSource)
	if err != nil {
		return nil, err
	}
	src := diag.NewSource(displayed(m.abs(p)), text)
	m.sources[p], m.paths[src] = src, p
	return src, nil
}

// read returns at most limit bytes of a regular file. Others are not opened:
// reading a pipe would wait for ever.
func (m *module) read(p string, limit int64) ([]byte, error) {
	name := filepath.FromSlash(p)
	info, err := m.root.Stat(name)
	if err != nil {
		return nil, m.explain(p, err)
	}
	if !info.Mode().IsRegular() {
		return nil, m.explain(p, errors.New("not a regular file"))
	}
	f, err := m.root.Open(name)
	if err != nil {
		return nil, m.explain(p, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, m.explain(p, err)
	}
	return text, nil
}

// explain says which file an error is about, without the operation.
func (m *module) explain(p string, err error) error {
	if err == nil {
		return nil
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", quoted(displayed(m.abs(p))), err)
}

// Import finds a file that a source imports, in the same module. Its errors go
// on from "cannot be imported".
func (m *module) Import(from *diag.Source, name string) (*diag.Source, error) {
	m.mu.Lock()
	at, ok := m.paths[from]
	m.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%s is not a file", quoted(from.Name))
	}
	p := path.Join(path.Dir(at), name)
	if path.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(p)) {
		if m.real {
			return nil, errors.New("it is outside of the module")
		}
		return nil, errors.New("it is not beside the source, and there is no go.mod above that would make a module of both")
	}
	for d := path.Dir(p); d != "."; d = path.Dir(d) {
		if _, err := m.root.Stat(filepath.FromSlash(path.Join(d, "go.mod"))); err == nil {
			return nil, fmt.Errorf("it belongs to another module: there is a go.mod in %s", quoted(displayed(m.abs(d))))
		}
	}
	src, err := m.load(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s", quoted(displayed(m.abs(p))))
	}
	return src, err
}

// replace puts a text in the place of a file. The file is renamed into place,
// so that nobody sees half of it; a symbolic link stays one, and what it leads
// to is rewritten.
func (m *module) replace(p string, text []byte) error {
	name := filepath.FromSlash(p)
	info, err := m.root.Lstat(name)
	if err != nil {
		return m.explain(p, err)
	}
	if !info.Mode().IsRegular() {
		return m.explain(p, m.root.WriteFile(name, text, info.Mode().Perm()))
	}
	temp := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d.tmp", filepath.Base(name), os.Getpid()))
	if err := m.create(temp, text, info.Mode().Perm()); err != nil {
		return m.explain(p, err)
	}
	if err := m.root.Rename(temp, name); err != nil {
		return m.explain(p, errors.Join(err, m.root.Remove(temp)))
	}
	return nil
}

// create writes a file that is not there yet.
func (m *module) create(name string, text []byte, mode fs.FileMode) error {
	f, err := m.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, m.root.Remove(name))
	}
	return err
}
