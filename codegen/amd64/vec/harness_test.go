package vec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/scratch"
)

// trial is a call of a function.
type trial struct {
	f    *Func
	args []any // slices, numbers and integers
	// near tells that numbers may differ: results are estimates.
	near float64
}

// run calls functions and compares what they do with what the interpreter says.
func run(t *testing.T, trials []trial) {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("functions of AMD64 run on that only")
	}
	var funcs []*Func
	index := map[*Func]int{}
	var usable []trial
	for _, c := range trials {
		if !machineHas(c.f.ISA) {
			t.Logf("%s: this machine has no %s; it is not run", c.f.Name, c.f.ISA)
		} else {
			usable = append(usable, c)
		}
		if _, seen := index[c.f]; !seen {
			index[c.f] = len(funcs)
			funcs = append(funcs, c.f)
		}
	}
	text, err := Emit(funcs, Options{Tables: testTables()})
	if err != nil {
		t.Fatal(err)
	}
	m := scratch.New(t)
	m.CopyGo(".", "testdata/harness")
	m.Write("funcs_amd64.s", text)
	m.Write("funcs.go", declarations(funcs))
	kept := keep(text)
	m.Vet()
	var in bytes.Buffer
	put := func(x any) {
		if err := binary.Write(&in, binary.LittleEndian, x); err != nil {
			t.Fatal(err)
		}
	}
	put(int64(2 * len(usable)))
	for _, c := range usable {
		for head := range int64(2) {
			put(int64(index[c.f]))
			put(head)
			for _, a := range c.args {
				if v := reflect.ValueOf(a); v.Kind() == reflect.Slice {
					put(int64(v.Len()))
				}
				if k, ok := a.(int); ok {
					a = int64(k)
				}
				put(a)
			}
		}
	}
	cmd := exec.Command(m.Build())
	cmd.Stdin = &in
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%.4000s\n%s", err, errors.String(), kept)
	}
	for _, c := range usable {
		want, err := interpret(c.f, c.args)
		if err != nil {
			t.Fatalf("%v\n%s", err, c.f)
		}
		for head := range 2 {
			if err := compare(want, &out, c.near); err != nil {
				t.Errorf("%s, %s, %d: %v\n%s%s", c.f.Name, c.f.ISA, head, err, c.f, textOf(text, c.f.Name))
				if t.Failed() {
					t.Fatal(kept)
				}
			}
		}
	}
}

// keep leaves the assembly for a look after a failure.
func keep(text []byte) string {
	name := os.Getenv("VEC_KEEP")
	if name == "" {
		return "set VEC_KEEP to a file name to keep the assembly"
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return err.Error()
	}
	return name
}

// textOf is the assembly of a function.
func textOf(text []byte, name string) string {
	_, s, _ := strings.Cut(string(text), "// func "+name+"(")
	s, _, _ = strings.Cut(s, "\tRET\n")
	return s
}

// compare reads answers.
func compare(want []any, from *bytes.Buffer, near float64) error {
	for k, w := range want {
		v := reflect.ValueOf(w)
		got := reflect.New(v.Type())
		if v.Kind() == reflect.Slice {
			got.Elem().Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		if err := binary.Read(from, binary.LittleEndian, got.Interface()); err != nil {
			return err
		}
		if v.Kind() != reflect.Slice {
			if !same(v.Interface(), got.Elem().Interface(), near) {
				return fmt.Errorf("result %d is %v, not %v", k, got.Elem(), v)
			}
			continue
		}
		for i := range v.Len() {
			if a, b := v.Index(i).Interface(), got.Elem().Index(i).Interface(); !same(a, b, near) {
				return fmt.Errorf("argument %d [%d] becomes %v, not %v", k, i, b, a)
			}
		}
	}
	return nil
}

func same(want, got any, near float64) bool {
	var a, b float64
	switch w := want.(type) {
	case float32:
		a, b = float64(w), float64(got.(float32))
	case float64:
		a, b = w, got.(float64)
	default:
		return want == got
	}
	switch {
	case math.IsNaN(a) || math.IsNaN(b):
		return math.IsNaN(a) && math.IsNaN(b)
	case near > 0 && !math.IsInf(a, 0) && a != 0:
		return math.Abs(a-b) <= near*math.Abs(a)
	}
	return math.Float64bits(a) == math.Float64bits(b)
}

// declarations are the Go side of functions.
func declarations(funcs []*Func) []byte {
	var s strings.Builder
	s.WriteString("package main\n\n")
	for _, f := range funcs {
		fmt.Fprintf(&s, "//go:noescape\nfunc %s%s\n\n", f.Name, f.signature())
	}
	s.WriteString("var calls = []func(*stream){\n")
	for _, f := range funcs {
		var decode, args, results, write []string
		for k, p := range f.Params {
			name := fmt.Sprintf("a%d", k)
			switch {
			case p.slice():
				decode = append(decode, fmt.Sprintf("%s := slice[%s](s)", name, p.Type[2:]))
			case p.Type == "int":
				decode = append(decode, name+" := integer(s)")
			default:
				decode = append(decode, fmt.Sprintf("%s := number[%s](s)", name, p.Type))
			}
			args = append(args, name)
		}
		for k, p := range f.Results {
			name := fmt.Sprintf("r%d", k)
			results = append(results, name)
			if p.Type == "int" {
				name = "int64(" + name + ")"
			}
			write = append(write, "s.write("+name+")")
		}
		call := f.Name + "(" + strings.Join(args, ", ") + ")"
		if len(results) > 0 {
			call = strings.Join(results, ", ") + " := " + call
		}
		fmt.Fprintf(&s, "\tfunc(s *stream) {\n\t\t%s\n\t},\n", strings.Join(append(append(decode, call), write...), "\n\t\t"))
	}
	s.WriteString("}\n")
	return []byte(s.String())
}

func testTables() []Table {
	var list []Table
	for _, name := range []string{"table32", "table64"} {
		var b bytes.Buffer
		if err := binary.Write(&b, binary.LittleEndian, tables[name]); err != nil {
			panic(err)
		}
		list = append(list, Table{Name: name, Data: b.Bytes()})
	}
	return list
}
