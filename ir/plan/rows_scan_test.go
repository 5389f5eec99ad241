package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// recurrentText is a recurrent layer with a batch of rows, whose step ends with more lines, and
// the scan with others.
func recurrentText(step, after string) string {
	return `dim B, T
func f {
  input x : f32[T, B, 64]
  input w : f32[128, 64]
  input u : f32[64, 128]
  input h0 : f32[B, 64]
  (last, all) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 128]; a[b,o] = sum[i < 64] w[o,i] * h[b,i]
    g : f32[B, 128]; g[b,o] = tanh(a[b,o])
    s : f32[B, 64]; s[b,o] = sum[i < 128] u[o,i] * g[b,i]
` + step + `
    emit n
  }
` + after + `
}`
}

// Rows go through all steps together where nothing connects them, and nowhere else.
func TestRowsOfScans(t *testing.T) {
	for _, c := range []struct {
		name, step string
		want       bool
	}{
		{"every row for itself", `
    n : f32[B, 64]; n[b,i] = s[b,i] + x[t,b,i]
    next h = n`, true},
		{"rows of the step before that is kept", `
    n : f32[B, 64]; n[b,i] = s[b,i] + h[b,63 - i]
    next h = n`, true},
		{"half of a row here, half of it there", `
    n : f32[B, 64]; n[b,i] = if i < 32 then s[b,i + 32] else h[b,i - 32]
    next h = n`, true},
		{"the row before", `
    n : f32[B, 64]; n[b,i] = if b >= 1 then h[b - 1,i] + s[b,i] else 0
    next h = n`, false},
		{"what all rows have in common", `
    m : f32[64]; m[i] = sum[b < B] s[b,i]
    n : f32[B, 64]; n[b,i] = s[b,i] - m[i]
    next h = n`, false},
		{"a number of all rows", `
    m : f32; m = sum[b < B] s[b,0]
    n : f32[B, 64]; n[b,i] = m * s[b,i]
    next h = n`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := lower(t, recurrentText(c.step, "  return last, all"), Options{Engine: WorthEngine, Rows: WorthRows})
			if err := Verify(p); err != nil {
				t.Error(err)
			}
			got := slices.ContainsFunc(p.Body, func(s Stmt) bool { l, ok := s.(*Loop); return ok && l.Rows != nil })
			if got != c.want {
				t.Errorf("by rows: %v\n%v", got, p)
			}
			Share([]*Program{p}, nil)
			if err := Verify(p); err != nil {
				t.Error(err)
			}
			for _, s := range p.Body {
				if b, ok := s.(*Block); ok && b.Rows != nil && (b.Shared == nil || b.Rows.Within) {
					t.Errorf("a block of rows is no function:\n%v", p)
				}
			}
		})
	}
}

// Where the weights of a step do not stay in a cache, workers share its products.
func TestLargeScansAreNotByRows(t *testing.T) {
	for _, wide := range []int{128, 512} {
		p := lower(t, fmt.Sprintf(`dim B, T
func f {
  input w : f32[%[1]d, %[1]d]
  input h0 : f32[B, %[1]d]
  (last) = scan t < T {
    carry h : f32[B, %[1]d] = h0
    a : f32[B, %[1]d]; a[b,o] = sum[i < %[1]d] w[o,i] * h[b,i]
    next h = a
  }
  return last
}`, wide), Options{Engine: WorthEngine, Rows: WorthRows})
		got := slices.ContainsFunc(p.Body, func(s Stmt) bool { l, ok := s.(*Loop); return ok && l.Rows != nil })
		if want := wide*wide*4 <= scanWeights; got != want {
			t.Errorf("%d units: by rows %v\n%v", wide, got, p)
		}
	}
}

// Workers are at different steps: no array of a step takes the place of another one.
func TestArraysOfRowsLiveThroughAllSteps(t *testing.T) {
	p := lower(t, recurrentText(`
    n : f32[B, 64]; n[b,i] = s[b,i] + x[t,b,i]
    next h = n`, "  return last, all"), Options{Engine: WorthEngine, Rows: WorthRows, InArena: []bool{true}})
	k := slices.IndexFunc(p.Body, func(s Stmt) bool { _, ok := s.(*Loop); return ok })
	inside := map[*Slot]*Buffer{}
	eachStmt([]Stmt{p.Body[k]}, func(s Stmt) {
		eachBuffer(s, func(b *Buffer, _ bool) {
			if b.Slot == nil {
				return
			}
			if other := inside[b.Slot]; other != nil && other != b {
				t.Errorf("%v and %v are one in\n%v", b, other, p)
			}
			inside[b.Slot] = b
		})
	})
	if len(inside) < 3 {
		t.Errorf("only %d arrays in\n%v", len(inside), p)
	}
}

// What was carried is found after the last step, of which there may be none.
func TestCarriesAfterRows(t *testing.T) {
	for _, c := range []struct{ step, want string }{
		{"    n : f32[B, 64]; n[b,i] = s[b,i] + x[t,b,i]\n    next h = n", "if T >= 1 rebind"},
		{"    n : f32[B, 64]; n[b,i] = s[b,i] + x[t,b,i]\n    m : f32[B, 64]; m[b,i] = tanh(n[b,i])\n    next h = m", "if 2 divides T + 1 swap"},
	} {
		p := lower(t, recurrentText(c.step, "  y : f32[B, 64]; y[b,i] = 2*last[b,i]\n  return y, all"), Options{Engine: WorthEngine, Rows: WorthRows})
		Share([]*Program{p}, nil)
		var got []string
		for _, s := range p.Body {
			if s, ok := s.(*If); ok {
				text := "if " + exprText(s.Cond)
				for _, t := range s.Then {
					text += map[bool]string{true: " swap", false: " rebind"}[fmt.Sprintf("%T", t) == "*plan.Swap"]
				}
				got = append(got, text)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%q, want %q:\n%v", got, c.want, p)
		}
	}
}
