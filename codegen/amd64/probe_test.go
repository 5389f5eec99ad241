package amd64

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
)

func TestProbe(t *testing.T) {
	files, _ := filepath.Glob(os.Getenv("PROBE"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		b := ir.NewBuilder()
		m, found := dsl.CompileIn(b, diag.NewSource(filepath.Base(file), text), nil)
		if m == nil {
			t.Fatal(found.Text())
		}
		var programs []*plan.Program
		for _, e := range m.Exports {
			f, err := pass.Optimize(b, e.Func, pass.Options{})
			if err != nil {
				t.Fatal(err)
			}
			o := golang.PlanOptions(e)
			o.Lanes = true
			p, err := plan.Lower(f, o)
			if err != nil {
				t.Fatal(err)
			}
			programs = append(programs, p)
		}
		ok, no := 0, 0
		start := time.Now()
		plan.Share(programs, func(b *plan.Block, ops *plan.Operands) bool {
			k, err := Lower(b, ops)
			name := b.Values[len(b.Values)-1].String()
			if err != nil {
				fmt.Println("-", file, name, ":", err)
				if os.Getenv("SHOW") == name && b.Lanes != nil {
					fmt.Println(b.Lanes)
				}
				no++
				return false
			}
			if os.Getenv("SHOW") == name { fmt.Println(b.Lanes)
				fmt.Println(k.Funcs[1])
			}
			ok++
			return true
		})
		fmt.Println(file, ok, no, time.Since(start))
	}
}
