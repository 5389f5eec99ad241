package runtime

import (
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// caught returns the panic value of f, nil if it does not panic.
func caught(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestChecksPanicWithFunctionArgumentWantAndGot(t *testing.T) {
	data := make([]float32, 10)
	for _, c := range []struct {
		name string
		call func()
		want string
	}{
		{"wrong length", func() { CheckLen("F", "x", 3, 4) }, "F: x: want length 4, got length 3"},
		{"no multiple", func() { CheckMultiple("F", "x", 10, 4) }, "F: x: want a length that is a multiple of 4, got length 10"},
		{"elements for a unit of none", func() { CheckMultiple("F", "x", 10, 0) }, "F: x: want length 0, got length 10"},
		{"above the maximum", func() { CheckMax("F", "B", 65, 64) }, "F: B: want a size from 0 to the workspace's maximum, 64, got 65"},
		{"negative size", func() { CheckMax("F", "B", -1, 64) }, "F: B: want a size from 0 to the workspace's maximum, 64, got -1"},
		{"index at the limit", func() { CheckIndices("F", "y", []int32{0, 9, 10, 11}, 10) }, "F: y[2] = 10 is outside [0, 10)"},
		{"negative index", func() { CheckIndices("F", "y", []int32{-1}, 10) }, "F: y[0] = -1 is outside [0, 10)"},
		{"least index", func() { CheckIndices("F", "y", []int32{math.MinInt32}, math.MaxInt32) }, "F: y[0] = -2147483648 is outside [0, 2147483647)"},
		{"index after many", func() { CheckIndices("F", "y", append(make([]int32, 100), 3, -7, 4), 3) }, "F: y[100] = 3 is outside [0, 3)"},

		{"one index at the limit", func() { CheckIndex("F", "y", 10, 10) }, "F: y = 10 is outside [0, 10)"},
		{"one negative index", func() { CheckIndex("F", "y", -1, math.MaxInt32) }, "F: y = -1 is outside [0, 2147483647)"},
		{"below a range", func() { CheckRange("F", "y", []int32{1, 4, 0}, 1, 5) }, "F: y[2] = 0 is outside [1, 5)"},
		{"above a range", func() { CheckRange("F", "y", []int32{1, 4, 5}, 1, 5) }, "F: y[2] = 5 is outside [1, 5)"},
		{"above, with no least", func() { CheckRange("F", "y", []int32{math.MinInt32, 5}, math.MinInt32, 5) }, "F: y[1] = 5 is not below 5"},
		{"below, with no limit", func() { CheckRange("F", "y", []int32{math.MaxInt32, -1}, 0, 1<<31) }, "F: y[1] = -1 is below 0"},
		{"an empty range", func() { CheckRange("F", "y", []int32{0}, 1, 1) }, "F: y[0] = 0 is outside [1, 1)"},
		{"index into nothing", func() { CheckIndices("F", "y", []int32{0}, 0) }, "F: y[0] = 0 is outside [0, 0)"},
		{"same slice", func() { CheckAlias("F", "g", "p", Overlap(data, data)) }, "F: g: want memory apart from p, got slices that overlap"},
		{"one shared element", func() { CheckAlias("F", "g", "p", Overlap(data[:5], data[4:])) }, "F: g: want memory apart from p, got slices that overlap"},
		{"one inside the other", func() { CheckAlias("F", "g", "p", Overlap(data[4:5], data)) }, "F: g: want memory apart from p, got slices that overlap"},
	} {
		t.Run(c.name, func(t *testing.T) {
			value := caught(c.call)
			switch value.(type) {
			case *ShapeError, *IndexError:
			default:
				t.Fatalf("panic value %T", value)
			}
			if diff := cmp.Diff(c.want, value.(error).Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestChecksAcceptWhatIsRight(t *testing.T) {
	data := make([]float64, 10)
	for _, c := range []struct{ got, unit, want int }{{12, 4, 3}, {0, 4, 0}, {0, 0, 0}, {7, 1, 7}} {
		if n := CheckMultiple("F", "x", c.got, c.unit); n != c.want {
			t.Errorf("CheckMultiple(%d, %d) = %d, want %d", c.got, c.unit, n, c.want)
		}
	}
	CheckMax("F", "B", 0, 0)
	CheckMax("F", "B", 64, 64)
	CheckIndex("F", "y", 0, 1)
	CheckIndices("F", "y", nil, 0)
	if n := int64(1) << 31; int64(int(n)) == n { // where int has 64 bits
		CheckIndex("F", "y", math.MaxInt32, int(n))
		CheckIndices("F", "y", []int32{0, math.MaxInt32}, math.MaxInt)
		CheckRange("F", "y", []int32{math.MinInt32, 0, math.MaxInt32}, math.MinInt32, n)
	}
	CheckRange("F", "y", nil, 1, 0)
	CheckIndices("F", "y", []int32{math.MaxInt32 - 1}, math.MaxInt32)
	for _, c := range [][2][]float64{
		{data[:5], data[5:]}, {data[5:], data[:5]}, {data[3:3], data}, {data, data[3:3]},
		{data[:0], data}, {data[10:], data}, {nil, nil}, {data, nil}, {data[:2], data[8:]},
	} {
		CheckAlias("F", "g", "p", Overlap(c[0], c[1]))
	}
}

func TestChecksDoNotAllocate(t *testing.T) {
	x, y, idx := make([]float32, 8), make([]float32, 8), []int32{1, 2, 3}
	if n := testing.AllocsPerRun(100, func() {
		CheckLen("F", "x", len(x), 8)
		CheckMax("F", "B", CheckMultiple("F", "x", len(x), 4), 2)
		CheckIndex("F", "idx", idx[0], 4)
		CheckIndices("F", "idx", idx, 4)
		CheckRange("F", "idx", idx, -1, 4)
		CheckAlias("F", "x", "y", Overlap(x, y))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestArenaIsAlignedZeroAndExact(t *testing.T) {
	for n := range 200 {
		f32, f64 := NewArena[float32](n), NewArena[float64](n)
		if len(f32) != n || cap(f32) != n || len(f64) != n || cap(f64) != n {
			t.Fatalf("NewArena(%d): lengths %d, %d, capacities %d, %d", n, len(f32), len(f64), cap(f32), cap(f64))
		}
		for i := range n {
			if f32[i] != 0 || f64[i] != 0 {
				t.Fatalf("NewArena(%d) is not zero", n)
			}
		}
		if n == 0 {
			continue
		}
		for _, p := range []string{fmt.Sprintf("%p", f32), fmt.Sprintf("%p", f64)} {
			var address uint64
			if _, err := fmt.Sscanf(p, "0x%x", &address); err != nil || address%arenaAlign != 0 {
				t.Fatalf("NewArena(%d) at %s: %v", n, p, err)
			}
		}
	}
}

// TestChecksInline: a check of a size or of slices is a comparison at the place where it stands, and no call.
func TestChecksInline(t *testing.T) {
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"CheckLen", "CheckMultiple", "CheckMax", "CheckIndex", "CheckAlias"} {
		if !bytes.Contains(out, []byte("can inline "+name+"\n")) {
			t.Errorf("%s does not inline", name)
		}
	}
}
