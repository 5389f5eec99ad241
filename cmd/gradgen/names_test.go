package main

import "testing"

// cases checks a function of one text.
func cases(t *testing.T, f func(string) string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := f(pairs[i]); got != pairs[i+1] {
			t.Errorf("%q gives %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

func TestPackageNamed(t *testing.T) {
	cases(t, packageNamed, "digits", "digits", "My-Model", "mymodel", "123", "model", "3d", "d", "func", "model",
		"go_test", "model", "documentation", "model", "наверх", "model", "", "model", "a\nb//", "ab", "_x", "x")
}

func TestModuleName(t *testing.T) {
	cases(t, moduleName, "module example.com/a/b\n", "b", "// x\n\nmodule \"example.com/a/v2\" // y\ngo 1.26\n", "a",
		"module v2", "v2", "module example.com/vx", "vx", "module `example.com/q`", "q", "go 1.26", "", "", "")
}

func TestGrouped(t *testing.T) {
	cases(t, grouped, "1", "1", "1000", "1,000", "1234567*B + 12", "1,234,567*B + 12", "B1000 + 1000", "B1000 + 1,000",
		"max(10000, N)", "max(10,000, N)", "Γ1000", "Γ1000")
}

func TestQuoted(t *testing.T) {
	cases(t, quoted, "a b.grad", "a b.grad", "a\nb", `"a\nb"`, "\x1b[31m", `"\x1b[31m"`, "", `""`, " x", `" x"`, "\xff", `"\xff"`, "ü", "ü")
}
