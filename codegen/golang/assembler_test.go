package golang

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestAssemblerWords asks the assembler itself which short names it does not
// take for those of parameters.
func TestAssemblerWords(t *testing.T) {
	const letters, more = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var names []Ident
	for _, a := range letters {
		names = append(names, Ident(a))
		for _, b := range more {
			names = append(names, Ident(a)+Ident(b))
			for _, c := range more {
				names = append(names, Ident(a)+Ident(b)+Ident(c))
			}
		}
	}
	for w := range assemblerWords {
		if len(w) > 3 {
			names = append(names, w)
		}
	}

	var text bytes.Buffer
	text.WriteString("#include \"textflag.h\"\nTEXT ·f(SB), NOSPLIT, $0-8\n")
	const before = 2 // lines
	for _, n := range names {
		fmt.Fprintf(&text, "\tMOVQ %s+0(FP), AX\n", n)
	}
	text.WriteString("\tRET\n")
	dir := t.TempDir()
	source := filepath.Join(dir, "f.s")
	if err := os.WriteFile(source, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	include := filepath.Join(string(bytes.TrimSpace(root)), "pkg", "include")
	cmd := exec.Command("go", "tool", "asm", "-e", "-p", "f", "-I", include, "-o", filepath.Join(dir, "f.o"), source)
	cmd.Env = append(os.Environ(), "GOARCH=amd64")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("the assembler takes a register for a parameter")
	}
	refused := map[Ident]bool{}
	for _, m := range regexp.MustCompile(`f\.s:(\d+):`).FindAllSubmatch(out, -1) {
		line, _ := strconv.Atoi(string(m[1]))
		refused[names[line-before-1]] = true
	}
	for _, n := range names {
		if refused[n] != assemblerWords[n] {
			t.Errorf("%s: refused by the assembler %t, by this package %t", n, refused[n], assemblerWords[n])
		}
	}
}
