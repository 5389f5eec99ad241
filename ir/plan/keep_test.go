package plan

import (
	"fmt"
	"strings"
	"testing"
)

// keeping outlines a program: its loops around calls, the operands that calls keep, and
// where they are forgotten.
func keeping(list []Stmt) (out []string) {
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			out = append(out, keeping(s.Body)...)
		case *Forget:
			out = append(out, fmt.Sprint("forget ", s.Kept))
		case *Loop:
			if inner := keeping(s.Body); len(inner) > 0 {
				out = append(out, "for "+s.Axis.Name+" ("+strings.Join(inner, "; ")+")")
			}
		case *Product:
			text := "call"
			for _, m := range []*Matrix{&s.A, &s.B} {
				if m.Kept > 0 {
					text += fmt.Sprint(" with ", m.Kept)
				}
			}
			out = append(out, text)
		}
	}
	return out
}

func TestKeep(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"weights whose columns are apart", `dim B
dim T
func f {
  input w : f32[96, 64]
  input u : f32[64, 96]
  input h0 : f32[B, 64]
  (last, e) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 96]; a[b,o] = sum[i < 64] w[o,i] * h[b,i]
    g : f32[B, 96]; g[b,o] = tanh(a[b,o])
    n : f32[B, 64]; n[b,o] = sum[i < 96] u[o,i] * g[b,i]
    next h = n
    emit n
  }
  return last
}`, "forget 1; forget 2; for t (call with 1; call with 2)"},
		{"weights that are read where they lie", `dim B
dim T
func f {
  input w : f32[64, 64]
  input h0 : f32[B, 64]
  (last) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 64]; a[b,o] = sum[i < 64] w[i,o] * h[b,i]
    next h = a
  }
  return last
}`, "for t (call)"},
		{"weights with rows far apart", `dim B
dim T
func f {
  input w : f32[512, 512]
  input h0 : f32[B, 512]
  (last) = scan t < T {
    carry h : f32[B, 512] = h0
    a : f32[B, 512]; a[b,o] = sum[i < 512] w[i,o] * h[b,i]
    next h = a
  }
  return last
}`, "forget 1; for t (call with 1)"},
		{"weights of a step", `dim B
dim T
func f {
  input w : f32[T, 64, 64]
  input h0 : f32[B, 64]
  (last) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 64]; a[b,o] = sum[i < 64] w[t,o,i] * h[b,i]
    next h = a
  }
  return last
}`, "for t (call)"},
		{"weights that are carried", `dim B
dim T
func f {
  input w0 : f32[64, 64]
  input h0 : f32[64, 64]
  (last, v1) = scan t < T {
    carry h : f32[64, 64] = h0
    carry w : f32[64, 64] = w0
    a : f32[64, 64]; a[b,o] = sum[i < 64] w[o,i] * h[b,i]
    b : f32[64, 64]; b[o,i] = tanh(a[o,i] + w[o,i])
    next h = a
    next w = b
  }
  return last, v1
}`, "for t (call)"},
		{"an image whose patches overlap", `dim T
func f {
  input x : f32[6, 14, 14]
  input k0 : f32[16, 6, 5, 5]
  (last) = scan t < T {
    carry k : f32[16, 6, 5, 5] = k0
    y : f32[16, 10, 10]; y[o,h,w] = sum[c < 6, i < 5, j < 5] k[o,c,i,j] * x[c,h + i,w + j]
    z : f32[16, 6, 5, 5]; z[o,c,i,j] = sum[h < 10, w < 10] y[o,h,w] * x[c,h + i,w + j]
    next k = z
  }
  return last
}`, "for t (call; call)"},
		{"weights of a convolution", `dim T
func f {
  input k : f32[6, 6, 5, 5]
  input x0 : f32[6, 14, 14]
  (last) = scan t < T {
    carry x : f32[6, 14, 14] = x0
    y : f32[6, 14, 14]; y[o,h,w] = sum[c < 6, i < 5, j < 5 where h + i >= 2 and h + i <= 15 and w + j >= 2 and w + j <= 15] k[c,o,i,j] * x[c,h + i - 2,w + j - 2]
    next x = y
  }
  return last
}`, "forget 1; for t (call with 1)"},
		{"outside of all scans that change nothing", `dim B
dim T
func f {
  input w : f32[64, 64]
  input h0 : f32[B, 64]
  (last) = scan t < T {
    carry h : f32[B, 64] = h0
    (g1) = scan u < T {
      carry g : f32[B, 64] = h
      a : f32[B, 64]; a[b,o] = sum[i < 64] w[o,i] * g[b,i]
      next g = a
    }
    next h = g1
  }
  return last
}`, "forget 1; for t (for u (call with 1))"},
		{"inside of a scan that makes them", `dim B
dim T
func f {
  input w0 : f32[64, 64]
  input h0 : f32[B, 64]
  (last, v1) = scan t < T {
    carry h : f32[B, 64] = h0
    carry w : f32[64, 64] = w0
    v : f32[64, 64]; v[o,i] = tanh(w[o,i])
    (g1) = scan u < T {
      carry g : f32[B, 64] = h
      a : f32[B, 64]; a[b,o] = sum[i < 64] v[o,i] * g[b,i]
      next g = a
    }
    next h = g1
    next w = v
  }
  return last, v1
}`, "for t (forget 1; for u (call with 1))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := lower(t, c.text, Options{Engine: WorthEngine})
			if got := strings.Join(keeping(p.Body), "; "); got != c.want {
				t.Errorf("got %s\nwant %s\n%v", got, c.want, p)
			}
		})
	}
}

// Memory is used again by the next scan, but not by one inside.
func TestKeptMemory(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`
  (x) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 64]; a[b,o] = sum[i < 64] w[o,i] * h[b,i]
    next h = a
  }
  (y) = scan s < T {
    carry g : f32[B, 64] = x
    c : f32[B, 64]; c[b,o] = sum[i < 64] w[o,i] * g[b,i]
    next g = c
  }
  return y`, "forget 1; for t (call with 1); forget 1; for s (call with 1)"},
		{`
  (x, v) = scan t < T {
    carry h : f32[B, 64] = h0
    carry u : f32[64, 64] = w
    (y) = scan s < T {
      carry g : f32[B, 64] = h
      c : f32[B, 64]; c[b,o] = sum[i < 64] w[o,i] * g[b,i]
      d : f32[B, 64]; d[b,o] = sum[i < 64] u[o,i] * c[b,i]
      next g = d
    }
    e : f32[64, 64]; e[b,i] = tanh(u[b,i])
    next h = y
    next u = e
  }
  return x, v`, "forget 1; for t (forget 2; for s (call with 1; call with 2))"},
	} {
		p := lower(t, "dim B\ndim T\nfunc f {\n  input w : f32[64, 64]\n  input h0 : f32[B, 64]"+c.text+"\n}", Options{Engine: WorthEngine})
		if got := strings.Join(keeping(p.Body), "; "); got != c.want {
			t.Errorf("got %s\nwant %s\n%v", got, c.want, p)
		}
	}
}
