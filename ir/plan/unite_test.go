package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// What nobody takes stays as it was: a run is halved until halves are done, also
// if it is one scan, which alone is worth a call.
func TestRunsThatNobodyTakesStay(t *testing.T) {
	scan := &Loop{Axis: ir.NewAxis("t", ir.Const(4)), Step: 1}
	carry := &Let{}
	for _, run := range [][]Stmt{{scan}, {carry, scan}, {carry, carry, scan}, {carry, scan, carry, scan}} {
		asked := 0
		out := united(run, func(*Block) bool {
			if asked++; asked > 2*len(run) {
				t.Fatalf("%d statements are asked about again and again", len(run))
			}
			return false
		})
		if len(out) != len(run) {
			t.Fatalf("%d statements became %d", len(run), len(out))
		}
		for i := range out {
			if out[i] != run[i] {
				t.Errorf("statement %d moved", i)
			}
		}
	}
}

// A function is given arrays: what it made its own names for them stand for, the
// function around would never know. So it declares the names that it moves.
func TestFunctionsMoveTheirOwnNames(t *testing.T) {
	a, b := &Buffer{Name: "now", Class: Alias, DType: ir.F64, Len: ir.Const(4)}, &Buffer{Name: "next", Class: Alias, DType: ir.F64, Len: ir.Const(4)}
	memory := &Buffer{Name: "memory", Class: Arena, DType: ir.F64, Len: ir.Const(8)}
	one, other := &Rebind{Alias: a, To: memory, Len: ir.Const(4), Declare: true}, &Rebind{Alias: b, To: memory, Off: ir.Const(4), Len: ir.Const(4), Declare: true}
	use := &Copy{To: b, From: a, Len: ir.Const(4)}
	moved := &Rebind{Alias: a, To: memory, Off: ir.Const(4), Len: ir.Const(4)}
	for _, c := range []struct {
		name  string
		body  []Stmt
		chunk *Chunk
		ok    bool
	}{
		{"declared and swapped", []Stmt{one, other, use, &Swap{a, b}}, nil, true},
		{"declared and moved", []Stmt{one, other, use, moved}, nil, true},
		{"one declared", []Stmt{one, use, &Swap{a, b}}, nil, false},
		{"given and swapped", []Stmt{use, &Swap{a, b}}, nil, false},
		{"given and moved", []Stmt{use, moved}, nil, false},
		{"given, for some steps", []Stmt{use, &Swap{a, b}}, &Chunk{Lo: ir.NewAxis("lo", ir.Const(8)), N: ir.NewAxis("n", ir.Const(8))}, true},
	} {
		block := &Block{Body: c.body, Chunk: c.chunk}
		if _, _, ok := (&keyer{uses: usesOf([]Stmt{block})}).structure(block); ok != c.ok {
			t.Errorf("%s: can be a function is %v, want %v", c.name, ok, c.ok)
		}
	}
}
