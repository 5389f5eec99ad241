package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gradgen": main})
}

// TestScripts runs the scripts in testdata/script, each in a directory of its
// own. Beside the usual commands they have
//
//	status N command…   the command exits with N
//	copyas FILE "NAME"  copy a file to a name in the syntax of Go
//	pipe "NAME"         make a named pipe
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", filepath.ToSlash(root))
			// The go command works as it does for whoever runs the tests.
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOPRIVATE", "GOTOOLCHAIN"} {
				value, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return err
				}
				env.Setenv(name, strings.TrimSpace(string(value)))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "copyas": copyAs, "pipe": pipe,
		},
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if want, err := strconv.Atoi(args[0]); err != nil || got != want {
		ts.Fatalf("exit status %d, not %s", got, args[0])
	}
}

func unquoted(ts *testscript.TestScript, text string) string {
	name, err := strconv.Unquote(text)
	ts.Check(err)
	return ts.MkAbs(name)
}

func copyAs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copyas FILE \"NAME\"")
	}
	ts.Check(os.WriteFile(unquoted(ts, args[1]), []byte(ts.ReadFile(args[0])), 0o644))
}

func pipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pipe \"NAME\"")
	}
	ts.Check(exec.Command("mkfifo", unquoted(ts, args[0])).Run())
}

// BenchmarkGenerate times the whole command on a small model. go generate runs
// it once a package, so it should stay well below 100 ms.
func BenchmarkGenerate(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	link := filepath.Join(dir, "gradgen")
	if err := os.Symlink(self, link); err != nil {
		b.Skip(err)
	}
	source := filepath.Join(dir, "model.grad")
	if err := os.WriteFile(source, starter, 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if out, err := exec.Command(link, source).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}
