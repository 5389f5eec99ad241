// Package scratch gives tests a Go module of their own, outside of this one,
// that uses this one as a user's module would: what the compiler emits is
// vetted, built and run there.
package scratch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Module is a Go module in a temporary directory.
type Module struct {
	Dir string
	t   testing.TB
}

// Path is the module's import path.
const Path = "example.test/scratch"

// New makes a module that ends with the test.
func New(t testing.TB) *Module {
	t.Helper()
	root := Root(t)
	m := &Module{t.TempDir(), t}
	m.Write("go.mod", fmt.Appendf(nil, "module %s\n\ngo 1.26\n\nrequire github.com/gradgen/gradgen v0.0.0\n\nreplace github.com/gradgen/gradgen => %s\n", Path, root))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	m.Write("go.sum", sum)
	return m
}

// Root is the directory of this module: the nearest above the test with a
// go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		switch {
		case err == nil:
			return dir
		case !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir):
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Write puts a file into the module.
func (m *Module) Write(name string, data []byte) {
	m.t.Helper()
	path := filepath.Join(m.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// CopyGo copies the Go files of a directory, such as testdata, into the module.
func (m *Module) CopyGo(to, from string) {
	m.t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "*.go"))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, name := range files {
		m.CopyFile(to+"/"+filepath.Base(name), name)
	}
}

// CopyFile copies a file into the module.
func (m *Module) CopyFile(to, from string) {
	m.t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		m.t.Fatal(err)
	}
	m.Write(to, data)
}

// Go runs the go command in the module, with no network.
func (m *Module) Go(args ...string) ([]byte, error) { return m.GoWith(nil, args...) }

// GoWith is Go with more in the environment. Paths are trimmed, for the
// directory is another each time: with it in what is compiled, the build cache
// would keep every package of every run, and find none of them again.
func (m *Module) GoWith(env []string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = m.Dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off", "GOPROXY=off"), env...)
	return cmd.CombinedOutput()
}

// Vet ends the test unless every package vets.
func (m *Module) Vet() {
	m.t.Helper()
	if out, err := m.Go("vet", "./..."); err != nil {
		m.t.Fatalf("go vet: %v\n%.8000s", err, out)
	}
}

// Build builds the program in the module's directory, with more arguments for
// go build, and gives its path. ("go run" would leave the program in the build
// cache.)
func (m *Module) Build(args ...string) string {
	m.t.Helper()
	const name = "program.exe"
	if out, err := m.Go(append(append([]string{"build", "-o", name}, args...), ".")...); err != nil {
		m.t.Fatalf("go build %v: %v\n%.8000s", args, err, out)
	}
	return filepath.Join(m.Dir, name)
}

// VetAndTest fails the test unless every package vets and passes its tests,
// with the best vectors that the machine has, with those before AVX-512, and
// without any.
func (m *Module) VetAndTest() {
	m.t.Helper()
	for _, way := range []struct {
		env  []string
		args []string
	}{
		{nil, []string{"vet", "./..."}},
		{nil, []string{"test", "-count=1", "./..."}},
		{[]string{"GODEBUG=cpu.avx512f=off"}, []string{"test", "-count=1", "./..."}},
		{nil, []string{"test", "-count=1", "-tags", "purego", "./..."}},
	} {
		if out, err := m.GoWith(way.env, way.args...); err != nil {
			m.t.Errorf("%v go %v: %v\n%s", way.env, way.args, err, out)
		}
	}
}
