package plan

import (
	"slices"
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
			out = append(out, "forget "+s.Buffer.Name)
		case *Loop:
			if inner := keeping(s.Body); len(inner) > 0 {
				out = append(out, "for "+s.Axis.Name+" ("+strings.Join(inner, "; ")+")")
			}
		case *Product:
			text := "call"
			for _, m := range []*Matrix{&s.A, &s.B} {
				if m.Kept != nil {
					text += " with " + m.Kept.Name
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
}`, "forget w_packed; forget u_packed; for t (call with w_packed; call with u_packed)"},
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
}`, "forget w_packed; for t (call with w_packed)"},
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
}`, "forget k_packed; for t (call with k_packed)"},
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
}`, "forget w_packed; for t (for u (call with w_packed))"},
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
}`, "for t (forget wNext_packed; for u (call with wNext_packed))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := lower(t, c.text, Options{Engine: WorthEngine})
			if got := strings.Join(keeping(p.Body), "; "); got != c.want {
				t.Errorf("got %s\nwant %s\n%v", got, c.want, p)
			}
		})
	}
}

// What is kept lives as long as the scan, and its memory is used again after it.
func TestKeptLives(t *testing.T) {
	p := lower(t, `dim B
dim T
func f {
  input w : f32[64, 64]
  input h0 : f32[B, 64]
  (last) = scan t < T {
    carry h : f32[B, 64] = h0
    a : f32[B, 64]; a[b,o] = sum[i < 64] w[o,i] * h[b,i]
    next h = a
  }
  g : f32[64, 64]; g[o,i] = sum[b < B] last[b,o] * last[b,i]
  return g
}`, Options{Engine: WorthEngine, InArena: []bool{true}})
	k := slices.IndexFunc(p.Buffers, func(b *Buffer) bool { return b.Name == "w_packed" })
	if k < 0 {
		t.Fatalf("nothing is kept in\n%v", p)
	}
	kept := p.Buffers[k]
	for _, s := range p.Slots {
		for _, b := range s.Buffers {
			if b != kept && s == kept.Slot && b.First <= kept.Last && kept.First <= b.Last {
				t.Errorf("%v takes the memory of %v, which is still kept, in\n%v", b, kept, p)
			}
		}
	}
	if !slices.ContainsFunc(kept.Slot.Buffers, func(b *Buffer) bool { return b.Name == "g" }) {
		t.Errorf("the memory of %v is not used again in\n%v", kept, p)
	}
}
