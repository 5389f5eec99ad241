package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// A sum that a mask throws away is not computed.
func TestMaskedSumsAreDead(t *testing.T) {
	p := lower(t, `dim T
func f {
  input q : f64[T, 8]
  input k : f64[T, 8]
  s : f64[T, T]; s[t,u] = sum[i < 8] q[t,i] * k[u,i]
  p : f64[T, T]; p[t,u] = if u <= t then s[t,u] else -inf
  return p
}`, Options{})
	read, set := map[*Reg]bool{}, map[*Reg]bool{}
	eachStmt(p.Body, func(s Stmt) {
		own := (*Reg)(nil)
		if s, ok := s.(*Set); ok {
			own, set[s.Reg] = s.Reg, true
		}
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if e.Op == ir.OpVar && e.Reg != own {
					read[e.Reg] = true
				}
			})
		})
	})
	for r := range set {
		if !read[r] {
			t.Errorf("%s is added up and not used:\n%v", r, p)
		}
	}
}

// Sums over several long loops have a register for each, so that errors do not
// grow with the product.
func TestLongSumsAreBlocked(t *testing.T) {
	p := lower(t, `dim N
func f {
  input x : f32[N, 50, 60]
  y : f32; y = sum[i < N, j < 50, k < 60] x[i,j,k]
  return y
}`, Options{})
	sums := map[int]bool{} // the depths at which something is added
	var visit func(list []Stmt, depth int)
	visit = func(list []Stmt, depth int) {
		for _, s := range list {
			if s, ok := s.(*Set); ok && s.Op == AssignAdd {
				sums[depth] = true
			}
			if _, ok := s.(*Loop); ok {
				visit(s.(*Loop).Body, depth+1)
			} else {
				for _, body := range bodies(s) {
					visit(*body, depth)
				}
			}
		}
	}
	visit(p.Body, 0)
	if !sums[1] || !sums[2] || !sums[3] {
		t.Errorf("added at depths %v:\n%v", sums, p)
	}
}

// A number that only one of two loops reads is not kept in the other: a
// variable for it there would be one that nobody reads.
func TestWinnersThatOneLoopReadsAreDeadInTheOther(t *testing.T) {
	p := lower(t, `func f {
  input x : f64[3, 5]
  w : i32[9]; w[i] = argmax[j < 9](if i <= 2 and j <= 4 then x[i,j] else 0.25)
  y : f64[9]; y[i] = if i <= 2 and 4 >= w[i] then x[i,w[i]] else 0.25
  return y
}`, Options{Force: Loops})
	read := map[*Reg]bool{}
	eachStmt(p.Body, func(s Stmt) {
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if e.Op == ir.OpVar {
					read[e.Reg] = true
				}
			})
		})
	})
	eachStmt(p.Body, func(s Stmt) {
		if s, ok := s.(*Let); ok && !read[s.Reg] {
			t.Errorf("nobody reads %s:\n%v", s.Reg.Name, p)
		}
	})
}
