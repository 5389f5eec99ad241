package plan

import (
	"maps"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// linked outlines the calls of a program: those of a chain in one line, by rows or by
// columns.
func linked(p *Program) (out []string) {
	eachStmt(p.Body, func(s Stmt) {
		switch s := s.(type) {
		case *Product:
			out = append(out, s.C.Buffer.Name)
		case *Chain:
			var names []string
			for _, k := range s.Links {
				names = append(names, map[bool]string{false: "rows of ", true: "columns of "}[k.Cols]+k.C.Buffer.Name)
			}
			out = append(out, strings.Join(names, ", "))
		}
	})
	return out
}

// counted is an integer expression with a number for all run-time sizes.
func counted(i ir.Int, size int64) int {
	terms, n := i.Terms()
	for _, t := range terms {
		product := t.Coef
		for range t.Atoms {
			product *= size
		}
		n += product
	}
	return int(n)
}

// touched lists the elements that part of a link uses, one position of the axis by which
// it is cut, and those of them that it writes.
func (k Link) touched(part int, size int64) (all, written map[*Buffer]map[int]bool) {
	all, written = map[*Buffer]map[int]bool{}, map[*Buffer]map[int]bool{}
	note := func(m *Matrix, rows, cols, row, col int, write bool) {
		for _, to := range []map[*Buffer]map[int]bool{all, written} {
			if to[m.Buffer] == nil {
				to[m.Buffer] = map[int]bool{}
			}
		}
		for i := range rows {
			for j := range cols {
				if row >= 0 && i != row || col >= 0 && j != col {
					continue
				}
				at := counted(m.Off, size) + i*counted(m.Row.By, size) + j*counted(m.Col.By, size)
				all[m.Buffer][at] = true
				if write {
					written[m.Buffer][at] = true
				}
			}
		}
	}
	m, n, terms := counted(k.M, size), counted(k.N, size), counted(k.K, size)
	row, col := part, -1
	if k.Cols {
		row, col = -1, part
	}
	note(&k.A, m, terms, row, -1, false)
	note(&k.B, terms, n, -1, col, false)
	note(&k.C, m, n, row, col, true)
	if k.Gate != nil {
		note(k.Gate, m, n, row, col, false)
	}
	return all, written
}

// collision is an element that part of a link writes, and another part of another one
// uses; "" if there is none.
func (c *Chain) collision(size int64) string {
	for i, k := range c.Links {
		length := counted(k.M, size)
		if k.Cols {
			length = counted(k.N, size)
		}
		for part := range length {
			_, written := k.touched(part, size)
			for j, other := range c.Links {
				end := counted(other.M, size)
				if other.Cols {
					end = counted(other.N, size)
				}
				for p := range end {
					if i == j || p == part {
						continue
					}
					all, _ := other.touched(p, size)
					for b, elements := range written {
						for at := range maps.Keys(elements) {
							if all[b][at] {
								return b.Name
							}
						}
					}
				}
			}
		}
	}
	return ""
}

func TestChains(t *testing.T) {
	const inputs = `dim B
func f {
  input w : f32[24, 20]
  input c : f32[24]
  input u : f32[16, 24]
  input x : f32[B, 20]
  input dy : f32[B, 16]
  input h : f32[B, 24]
  input lr : f32
`
	const back = inputs + `  dh : f32[B, 24]; dh[b,o] = sum[k < 16] dy[b,k] * u[k,o]
  du : f32[16, 24]; du[k,o] = sum[b < B] dy[b,k] * h[b,o]
  u2 : f32[16, 24]; u2[k,o] = u[k,o] - lr * du[k,o]
  dw : f32[24, 20]; dw[o,i] = sum[b < B] dh[b,o] * x[b,i]
  w2 : f32[24, 20]; w2[o,i] = w[o,i] - lr * dw[o,i]
`
	for _, c := range []struct {
		name, text string
		donate     []int
		want       string
	}{
		{"back through a layer: all by its units", back + "  return u2, w2\n}", []int{2, 0}, "columns of dh, rows of w, columns of u"},
		{"what stands between comes after", back + `  dc : f32[24]; dc[o] = sum[b < B] dh[b,o]
  return dc, u2, w2
}`, []int{-1, 2, 0}, "columns of dh, columns of u, rows of w"},
		{"layers by the rows of the batch", inputs + `  s : f32[B, 24]; s[b,o] = sum[i < 20] w[o,i] * x[b,i]
  g : f32[B, 24]; g[b,o] = relu(s[b,o] + c[o])
  y : f32[B, 16]; y[b,k] = sum[o < 24] u[k,o] * g[b,o]
  return y
}`, nil, "rows of g, rows of y"},
		{"a sum over the units needs all of them", inputs + `  dh : f32[B, 24]; dh[b,o] = sum[k < 16] dy[b,k] * u[k,o]
  dw : f32[24, 20]; dw[o,i] = sum[b < B] dh[b,o] * x[b,i]
  z : f32[16, 20]; z[k,i] = sum[o < 24] u[k,o] * dw[o,i]
  return z
}`, nil, "columns of dh, rows of dw; z"},
		{"a weight is overwritten by other parts than those that read it", inputs + `  dh : f32[B, 24]; dh[b,o] = sum[k < 16] dy[b,k] * u[k,o]
  g : f32[16, B]; g[k,b] = sum[o < 24] u[k,o] * h[b,o]
  du : f32[16, 24]; du[k,o] = sum[b < B] g[k,b] * h[b,o]
  u2 : f32[16, 24]; u2[k,o] = u[k,o] - lr * du[k,o]
  return dh, g, u2
}`, []int{-1, -1, 2}, "dh; rows of g, rows of u"},
		{"work on elements between the calls", inputs + `  dh : f32[B, 24]; dh[b,o] = sum[k < 16] dy[b,k] * u[k,o]
  e : f32[B, 24]; e[b,o] = tanh(dh[b,o])
  dw : f32[24, 20]; dw[o,i] = sum[b < B] e[b,o] * x[b,i]
  return dw
}`, nil, "dh; dw"},
		{"nothing in common", inputs + `  p : f32[B, 24]; p[b,o] = sum[k < 16] dy[b,k] * u[k,o]
  q : f32[24, B]; q[o,b] = sum[i < 20] w[o,i] * x[b,i]
  return p, q
}`, nil, "p; q"},
	} {
		p := lower(t, c.text, Options{Engine: 1, Donate: c.donate, Force: Loops})
		if err := Verify(p); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := strings.Join(linked(p), "; "); got != c.want {
			t.Errorf("%s: %s, want %s\n%v", c.name, got, c.want, p)
		}
		eachStmt(p.Body, func(s Stmt) {
			if s, ok := s.(*Chain); ok {
				if b := s.collision(7); b != "" {
					t.Errorf("%s: parts of %s collide\n%v", c.name, b, p)
				}
			}
		})
	}
}
