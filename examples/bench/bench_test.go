package main

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
)

var everything = regexp.MustCompile("")

// TestPortable: what is timed computes the same as the build in plain Go, by
// way of what peers are asked with.
func TestPortable(t *testing.T) {
	c := &crew{dir: t.TempDir()}
	c.portable()
	if len(c.peers) != 1 {
		t.Fatal(c.absent)
	}
	portable := c.peers[0]
	defer portable.close()
	for _, w := range chosen(computations, everything) {
		if !portable.has(w.name) {
			t.Errorf("the portable build has no %q", w.name)
			continue
		}
		got, err := portable.values(w.name)
		if err == nil {
			err = w.agree(got, w.values())
		}
		if err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

// TestAgree: a value that is off is seen.
func TestAgree(t *testing.T) {
	w := &workload{element: 4}
	want := []float64{1000, 1, -2}
	if err := w.agree([]float64{1000.01, 1.01, -2}, want); err != nil {
		t.Error(err)
	}
	for _, got := range [][]float64{{1000, 1}, {1000, 1.2, -2}, {1001, 1, -2}, {1000, math.NaN(), -2}} {
		if w.agree(got, want) == nil {
			t.Errorf("%v passes for %v", got, want)
		}
	}
}

var errTest = errors.New("out of order")

// TestTable: a peer that fails is named, in the table and as an error.
func TestTable(t *testing.T) {
	w := &workload{name: "one", element: 4, flops: 1e3}
	peer := func(name string, fault error) comparison { return comparison{name, times{2000}, fault} }
	r := report{machine: "machine", peers: []string{"good", "bad", "idle"}, absent: []missing{{"gone", errTest}}}
	r.results = []*result{{workload: w, ours: times{1100, 1000, 1050}, ceiling: 4e9, copies: times{950, 900}, against: []comparison{peer("good", nil), peer("bad", errTest)}}}
	var out strings.Builder
	if err := r.table(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1.00 µs", "1.05 µs", "25 %", "90 %", "0.5 of 2.00 µs", "failed", "not installed: gone"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if err := r.disagreement(); err == nil || !strings.Contains(err.Error(), "one, bad") {
		t.Errorf("disagreement is %v", err)
	}
}
