package amd64_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/codegen/amd64"
	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
)

var update = flag.Bool("update", false, "record what kernels are made now")

// TestLanes holds the kernels of small programs, before they are assembly, to
// what is recorded beside the programs in testdata/lanes.
func TestLanes(t *testing.T) {
	paths, err := filepath.Glob("testdata/lanes/*.grad")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			made, record := kernels(t, source), strings.TrimSuffix(path, ".grad")+".txt"
			if *update {
				if err := os.WriteFile(record, made, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(record)
			if err != nil {
				t.Fatalf("%v; run the test with -update", err)
			}
			if diff := cmp.Diff(string(want), string(made)); diff != "" {
				t.Errorf("recorded (-) and made now (+):\n%s", diff)
			}
		})
	}
}

// kernels is the text of every kernel of a program, for the best set of
// instructions, or why a block has none.
func kernels(t *testing.T, source []byte) []byte {
	t.Helper()
	b := ir.NewBuilder()
	m, found := dsl.CompileIn(b, diag.NewSource("in.grad", source), nil)
	if m == nil {
		t.Fatal(found.Text())
	}
	var programs []*plan.Program
	for _, e := range m.Exports {
		f, err := pass.Optimize(b, e.Func, pass.Options{Check: true})
		if err != nil {
			t.Fatal(err)
		}
		o := golang.PlanOptions(e)
		o.Lanes, o.Force = true, plan.Loops
		p, err := plan.Lower(f, o)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, p)
	}
	// Blocks are asked about several at a time.
	var lock sync.Mutex
	texts := map[*plan.Block]string{}
	plan.Share(programs, func(b *plan.Block, ops *plan.Operands) bool {
		k, err := amd64.Lower(b, ops, false)
		text := ""
		if err != nil {
			text = fmt.Sprintf("%s stays in Go: %v\n", b.Values[len(b.Values)-1], err)
		} else {
			text = k.Funcs[len(k.Funcs)-1].String() + "\n"
		}
		lock.Lock()
		defer lock.Unlock()
		texts[b] = text
		return err == nil
	})
	var out bytes.Buffer
	for _, p := range programs {
		plan.Each(p.Body, func(s plan.Stmt) {
			if b, ok := s.(*plan.Block); ok {
				out.WriteString(texts[b])
			}
		})
	}
	return out.Bytes()
}
