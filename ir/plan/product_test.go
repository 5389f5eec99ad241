package plan

import (
	"strings"
	"testing"
)

// calls lists the calls of a program, and why other sums of products have none.
func calls(p *Program) []string {
	var out []string
	eachStmt(p.Body, func(s Stmt) {
		switch s := s.(type) {
		case *Block:
			if _, why, ok := strings.Cut(s.Form, "no call of the engine: "); ok {
				out = append(out, why)
			}
		case *Loop:
			if _, ok := s.Body[0].(*Product); ok {
				out = append(out, "for "+s.Axis.Name)
			}
		case *Product:
			out = append(out, s.text())
		case *Chain:
			for _, k := range s.Links {
				out = append(out, k.text())
			}
		}
	})
	return out
}

func TestProducts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		donate     []int
		want       []string
	}{
		{name: "a dense layer, three ways, and the step", donate: []int{-1, -1, 0}, text: `dim B
func f {
  input w : f32[128, 64]
  input c : f32[128]
  input x : f32[B, 64]
  input dy : f32[B, 128]
  input lr : f32
  s : f32[B, 128]; s[b,o] = sum[i < 64] w[o,i] * x[b,i]
  h : f32[B, 128]; h[b,o] = relu(s[b,o] + c[o])
  dx : f32[B, 64]; dx[b,i] = sum[o < 128] dy[b,o] * w[o,i]
  dw : f32[128, 64]; dw[o,i] = sum[b < B] dy[b,o] * x[b,i]
  w2 : f32[128, 64]; w2[o,i] = w[o,i] - lr * dw[o,i]
  return h, dx, w2
}`, want: []string{
			"product B x 128 x 64: h[0; 128, 1] = x[0; 64, 1] . w[0; 1, 64], add to columns c[0 : 128], relu",
			"product B x 64 x 128: dx[0; 64, 1] = dy[0; 128, 1] . w[0; 64, 1]",
			"product 128 x 64 x B: w[0; 64, 1] = dy[0; 1, 128] . x[0; 64, 1], scale by neg(lr), accumulate",
		}},
		{name: "a gradient that may add to the old one", donate: []int{0}, text: `dim B
func f {
  input old : f32[64, 64]
  input acc : bool
  input x : f32[B, 64]
  input dy : f32[B, 64]
  dw : f32[64, 64]; dw[o,i] = sum[b < B] dy[b,o] * x[b,i]
  g : f32[64, 64]; g[o,i] = dw[o,i] + (if acc then old[o,i] else 0)
  return g
}`, want: []string{"product 64 x 64 x B: old[0; 64, 1] = dy[0; 1, 64] . x[0; 64, 1], accumulate if acc"}},
		{name: "a convolution, three ways", text: `dim B
func f {
  input x : f32[B, 6, 14, 14]
  input k : f32[16, 6, 5, 5]
  input dy : f32[B, 16, 10, 10]
  y : f32[B, 16, 10, 10]; y[b,o,h,w] = sum[c < 6, i < 5, j < 5] k[o,c,i,j] * x[b,c,h + i,w + j]
  dx : f32[B, 6, 14, 14]; dx[b,c,h,w] = sum[o < 16, i < 5, j < 5 where i <= h and h <= i + 9 and j <= w and w <= j + 9] dy[b,o,h - i,w - j] * k[o,c,i,j]
  dk : f32[16, 6, 5, 5]; dk[o,c,i,j] = sum[b < B, h < 10, w < 10] dy[b,o,h,w] * x[b,c,h + i,w + j]
  return y, dx, dk
}`, want: []string{
			"product 16 x 100 x 150, batch B: y[0; 1600, 100, 1] = k[0; 150, 1] . x[0; 1176, (6x196 5x14 5x1), (10x14 10x1)]",
			"product 100 x 150 x 16, batch B: dx[0; 1176, (10x14 10x1), (6x196 5x14 5x1)] = dy[0; 1600, 1, 100] . k[0; 150, 1], overlapping",
			"product 16 x 150 x 100, sum over B: dk[0; 150, 1] = dy[0; 1600, 100, 1] . x[0; 1176, (10x14 10x1), (6x196 5x14 5x1)]",
		}},
		{name: "zeros around an operand, if they are few or its products would leave the result", text: `dim B
func f {
  input k : f32[16, 6, 3, 3]
  input dy : f32[B, 16, 40, 40]
  dx : f32[B, 6, 42, 42]; dx[b,c,h,w] = sum[o < 16, i < 3, j < 3 where i <= h and h <= i + 39 and j <= w and w <= j + 39] dy[b,o,h - i,w - j] * k[o,c,i,j]
  dz : f32[B, 6, 40, 40]; dz[b,c,h,w] = sum[o < 16, i < 3, j < 3 where i <= h + 1 and h <= i + 38 and j <= w + 1 and w <= j + 38] dy[b,o,h - i + 1,w - j + 1] * k[o,c,i,j]
  return dx, dz
}`, want: []string{
			"product 6 x 1764 x 144, batch B: dx[0; 10584, 1764, 1] = k[0; 9, (16x54 9x1)] . dy_padded.4[90; 30976, (16x1936 3x-44 3x-1), (42x44 42x1)]",
			"product 6 x 1600 x 144, batch B: dz[0; 9600, 1600, 1] = k[0; 9, (16x54 9x1)] . dy_padded.5[86; 28224, (16x1764 3x-42 3x-1), (40x42 40x1)]",
		}},
		{name: "results of calls that follow each other do not overlap", text: `dim M
func f {
  input x : f32[M, 16]
  input dv : f32[40, M, M]
  dy : f32[55, M]; dy[i,n] = sum[m < M, k < 16 where k <= i and i <= k + 39] dv[i - k,m,n] * x[m,k]
  return dy
}`, want: []string{
			"for k",
			"product 1 x M x M, batch 55: dy[0; M, 0, 1] = x[k; 0, 16] . dv_padded.3[-k*M*M + 15*M*M; M*M, M, 1], accumulate",
		}},
		{name: "results that overlap are added to others", donate: []int{0}, text: `dim B
func f {
  input old : f32[B, 6, 14, 14]
  input k : f32[16, 6, 5, 5]
  input dy : f32[B, 16, 10, 10]
  dx : f32[B, 6, 14, 14]; dx[b,c,h,w] = sum[o < 16, i < 5, j < 5 where i <= h and h <= i + 9 and j <= w and w <= j + 9] dy[b,o,h - i,w - j] * k[o,c,i,j]
  r : f32[B, 6, 14, 14]; r[b,c,h,w] = dx[b,c,h,w] + old[b,c,h,w]
  return r
}`, want: []string{
			"product 100 x 150 x 16, batch B: old[0; 1176, (10x14 10x1), (6x196 5x14 5x1)] = dy[0; 1600, 1, 100] . k[0; 150, 1], overlapping, accumulate",
		}},
		{name: "scores of attention heads that lie side by side", text: `dim B, T
func f {
  input q : f32[B, T, 4, 32]
  input k : f32[B, T, 4, 32]
  s : f32[B, 4, T, T]; s[b,h,i,j] = sum[d < 32] q[b,i,h,d] * k[b,j,h,d]
  r : f32[B, 4, T, T]; r[b,h,i,j] = s[b,h,i,j] * 0.125
  return r
}`, want: []string{
			"product T x T x 32, groups B, batch 4: r[0; 4*T*T, T*T, T, 1] = q[0; 128*T, 32, 128, 1] . k[0; 128*T, 32, 1, 128], scale by 0.125",
		}},
		{name: "operands of two arrays side by side are copies of both", text: `dim B
func f {
  input a : f32[B, 24]
  input b : f32[B, 40]
  input w : f32[64, 64]
  y : f32[B, 64]; y[n,o] = sum[i < 64] (if i < 24 then a[n,i] else b[n,i - 24]) * w[o,i]
  return y
}`, want: []string{
			"product B x 64 x 64: y[0; 64, 1] = a_operand.4[0; 64, 1] . w[0; 1, 64]",
		}},
		{name: "a division by a number is a scaling, by one that may be 0 a pass", text: `dim B
func f {
  input x : f32[B, 64]
  input w : f32[64, 64]
  input e : f32
  s : f32[B, 64]; s[b,o] = sum[i < 64] x[b,i] * w[o,i]
  y : f32[B, 64]; y[b,o] = s[b,o] / 8.5
  r : f32[B, 64]; r[b,o] = sum[i < 64] y[b,i] * w[i,o]
  z : f32[B, 64]; z[b,o] = r[b,o] / e
  return z
}`, want: []string{
			"product B x 64 x 64: y.4[0; 64, 1] = x[0; 64, 1] . w[0; 1, 64], scale by 0.11764706",
			"product B x 64 x 64: r.5[0; 64, 1] = y.4[0; 64, 1] . w[0; 64, 1]",
		}},
		{name: "heads lie as the products before and after them count, the batches in between are of each sample", text: `dim B, T
func f {
  input x : f32[B, T, 128]
  input w : f32[4, 32, 128]
  input u : f32[4, 32, 128]
  input c : f32[4, 32]
  s : f32[B, 4, T, 32]; s[b,h,t,i] = sum[d < 128] x[b,t,d] * w[h,i,d]
  q : f32[B, 4, T, 32]; q[b,h,t,i] = s[b,h,t,i] + c[h,i]
  p : f32[B, 4, T, T]; p[b,h,t,v] = sum[i < 32] q[b,h,t,i] * q[b,h,v,i]
  y : f32[B, T, 128]; y[b,t,d] = sum[h < 4, i < 32] q[b,h,t,i] * u[h,i,d]
  return p, y
}`, want: []string{
			"product B*T x 128 x 128: q.6[0; 128, 1] = x[0; 128, 1] . w[0; 1, 128], add to columns c[0 : 128]",
			"product B*T x 128 x 128: y[0; 128, 1] = q.6[0; 128, 1] . u[0; 128, 1]",
			"product T x T x 32, groups B, batch 4: p[0; 4*T*T, T*T, T, 1] = q.6[0; 128*T, 32, 128, 1] . q.6[0; 128*T, 32, 1, 128]",
		}},
		{name: "what is added to columns, another for each head, is added by calls for each head", text: `dim B, T
func f {
  input x : f32[B, 4, T, 32]
  input w : f32[B, 4, 32, 32]
  input c : f32[4, 32]
  s : f32[4, B, T, 32]; s[h,b,t,i] = sum[d < 32] x[b,h,t,d] * w[b,h,i,d]
  y : f32[4, B, T, 32]; y[h,b,t,i] = s[h,b,t,i] + c[h,i]
  return y
}`, want: []string{
			"for h",
			"product T x 32 x 32, batch B: y[32*h*B*T; 32*T, 32, 1] = x[32*h*T; 128*T, 32, 1] . w[1024*h; 4096, 1, 32], add to columns c[32*h : 32*h + 32]",
		}},
		{name: "products that are added add to one array", donate: []int{-1, 0}, text: `dim B
func f {
  input old : f32[2, 64, 64]
  input acc : bool
  input x : f32[B, 64]
  input y : f32[B, 64]
  input w : f32[64, 64]
  input c : f32[64]
  s : f32[B, 64]; s[b,o] = sum[i < 64] x[b,i] * w[o,i]
  r : f32[B, 64]; r[b,o] = sum[i < 64] y[b,i] * w[i,o]
  z : f32[B, 64]; z[b,o] = 0.5 * s[b,o] + r[b,o] + c[o]
  g : f32[2, 64, 64]; g[p,o,i] = sum[b < B where p = 0] x[b,o] * y[b,i]
  h : f32[2, 64, 64]; h[p,o,i] = sum[b < B where p = 1] y[b,o] * x[b,i]
  d : f32[2, 64, 64]; d[p,o,i] = g[p,o,i] + h[p,o,i] + (if acc then old[p,o,i] else 0)
  return z, d
}`, want: []string{
			"product B x 64 x 64: z[0; 64, 1] = x[0; 64, 1] . w[0; 1, 64], scale by 0.5, add to columns c[0 : 64]",
			"product B x 64 x 64: z[0; 64, 1] = y[0; 64, 1] . w[0; 64, 1], accumulate",
			"product 64 x 64 x B: old[0; 64, 1] = x[0; 1, 64] . y[0; 64, 1], accumulate if acc",
			"product 64 x 64 x B: old[4096; 64, 1] = y[0; 1, 64] . x[0; 64, 1], accumulate if acc",
		}},
		{name: "to zeros, where they leave some", donate: []int{0}, text: `dim B
func f {
  input old : f32[3, 64, 64]
  input acc : bool
  input x : f32[B, 64]
  input y : f32[B, 64]
  g : f32[3, 64, 64]; g[p,o,i] = sum[b < B where p = 0] x[b,o] * y[b,i]
  h : f32[3, 64, 64]; h[p,o,i] = sum[b < B where p = 1] y[b,o] * x[b,i]
  d : f32[3, 64, 64]; d[p,o,i] = g[p,o,i] + h[p,o,i] + (if acc then old[p,o,i] else 0)
  return d
}`, want: []string{
			"product 64 x 64 x B: old[0; 64, 1] = x[0; 1, 64] . y[0; 64, 1], accumulate",
			"product 64 x 64 x B: old[4096; 64, 1] = y[0; 1, 64] . x[0; 64, 1], accumulate",
		}},
		{name: "and where two are of one place", text: `dim B
func f {
  input x : f32[B, 64]
  input y : f32[B, 64]
  g : f32[2, 64, 64]; g[p,o,i] = sum[b < B where p = 1] x[b,o] * y[b,i]
  h : f32[2, 64, 64]; h[p,o,i] = sum[b < B where p = 1] y[b,o] * x[b,i]
  d : f32[2, 64, 64]; d[p,o,i] = g[p,o,i] + h[p,o,i]
  return d
}`, want: []string{
			"product 64 x 64 x B: d[4096; 64, 1] = x[0; 1, 64] . y[0; 64, 1], accumulate",
			"product 64 x 64 x B: d[4096; 64, 1] = y[0; 1, 64] . x[0; 64, 1], accumulate",
		}},
		{name: "but not what is made of the sum of both, nor what is read twice", text: `dim B
func f {
  input x : f32[B, 64]
  input w : f32[64, 64]
  s : f32[B, 64]; s[b,o] = sum[i < 64] x[b,i] * w[o,i]
  r : f32[B, 64]; r[b,o] = sum[i < 64] x[b,i] * w[i,o]
  z : f32[B, 64]; z[b,o] = relu(s[b,o] + r[b,o])
  u : f32[B, 64]; u[b,o] = sum[i < 64] z[b,i] * w[o,i]
  v : f32[B, 64]; v[b,o] = sum[i < 64] z[b,i] * w[i,o]
  y : f32[B, 64]; y[b,o] = u[b,o] + v[b,o]
  return y, v
}`, want: []string{
			"product B x 64 x 64: s.4[0; 64, 1] = x[0; 64, 1] . w[0; 1, 64]",
			"product B x 64 x 64: r.5[0; 64, 1] = x[0; 64, 1] . w[0; 64, 1]",
			"product B x 64 x 64: v[0; 64, 1] = z.6[0; 64, 1] . w[0; 64, 1]",
			"product B x 64 x 64: u.7[0; 64, 1] = z.6[0; 64, 1] . w[0; 1, 64]",
		}},
		{name: "leading axes are one", text: `dim B, T
func f {
  input x : f64[B, T, 32]
  input w : f64[32, 48]
  y : f64[B, T, 48]; y[b,t,o] = sum[i < 32] x[b,t,i] * w[i,o]
  return y
}`, want: []string{"product B*T x 48 x 32: y[0; 48, 1] = x[0; 32, 1] . w[0; 48, 1]"}},
		{name: "work on an operand is done once", text: `dim B
func f {
  input x : f32[B, 64]
  input w : f32[64, 64]
  y : f32[B, 64]; y[b,o] = sum[i < 64] tanh(x[b,i]) * w[o,i]
  return y
}`, want: []string{"product B x 64 x 64: y[0; 64, 1] = x_operand.3[0; 64, 1] . w[0; 1, 64]"}},
		{name: "elements chosen by data are laid out", text: `dim B
func f {
  input tok : i32[B]
  input e : f32[50, 64]
  input w : f32[64, 64]
  y : f32[B, 64]; y[b,o] = sum[i < 64] e[tok[b],i] * w[o,i]
  return y
}`, want: []string{"product B x 64 x 64: y[0; 64, 1] = e_operand.4[0; 64, 1] . w[0; 1, 64]"}},
		{name: "one of three matrices, the others are zeros", text: `dim B
func f {
  input x : f32[B, 64]
  input dy : f32[B, 64]
  dw : f32[3, 64, 64]; dw[p,o,i] = sum[b < B where p = 1] dy[b,o] * x[b,i]
  return dw
}`, want: []string{"product 64 x 64 x B: dw[4096; 64, 1] = dy[0; 1, 64] . x[0; 64, 1], accumulate"}},
		{name: "other work comes after the call", text: `dim B
func f {
  input x : f32[B, 64]
  input w : f32[64, 64]
  s : f32[B, 64]; s[b,o] = sum[i < 64] x[b,i] * w[o,i]
  y : f32[B, 64]; y[b,o] = tanh(s[b,o])
  return y
}`, want: []string{"product B x 64 x 64: s.3[0; 64, 1] = x[0; 64, 1] . w[0; 1, 64]"}},
		{name: "too little work", text: `dim B
func f {
  input x : f32[B, 8]
  input w : f32[8, 8]
  y : f32[B, 8]; y[b,o] = sum[i < 8] x[b,i] * w[o,i]
  return y
}`, want: []string{"4096 multiply-adds, fewer than the 16384 of a call"}},
		{name: "a narrow matrix", text: `dim B
func f {
  input x : f32[4, 8192]
  input w : f32[2, 8192]
  y : f32[4, 2]; y[b,o] = sum[i < 8192] x[b,i] * w[o,i]
  return y
}`, want: []string{"two of the three sizes are below 8"}},
		{name: "a triangle", text: `dim T
func f {
  input x : f32[T, 64]
  input w : f32[T, T]
  y : f32[T, 64]; y[t,i] = sum[s < T where s <= t] w[t,s] * x[s,i]
  return y
}`, want: []string{"product T x 64 x T: y[0; 64, 1] = w_masked.3[0; T, 1] band -T + 1 to 1 . x[0; 64, 1]"}},
		{name: "an upper half", text: `dim T
func f {
  input x : f32[T, 64]
  input w : f32[T, T]
  y : f32[T, 64]; y[t,i] = sum[s < T where s <= 2*t] w[t,s] * x[s,i]
  return y
}`, want: []string{"the condition 2*t >= s is neither the range of an operand nor along a diagonal of one"}},
		{name: "a sum is finished before what it reads is overwritten", donate: []int{-1, 0}, text: `dim B
func f {
  input u : f32[64, 64]
  input h : f32[B, 64]
  input dy : f32[B, 64]
  input lr : f32
  s : f32[B, 64]; s[b,o] = sum[k < 64] dy[b,k] * u[k,o]
  e : f32[B, 64]; e[b,o] = relu(s[b,o])
  c : f32[64]; c[o] = sum[b < B] e[b,o]
  du : f32[64, 64]; du[k,o] = sum[b < B] dy[b,k] * h[b,o]
  u2 : f32[64, 64]; u2[k,o] = u[k,o] - lr * du[k,o]
  return c, u2
}`, want: []string{
			"product B x 64 x 64: e.5[0; 64, 1] = dy[0; 64, 1] . u[0; 64, 1], relu",
			"product 64 x 64 x B: u[0; 64, 1] = dy[0; 1, 64] . h[0; 64, 1], scale by neg(lr), accumulate",
		}},
		{name: "a kernel as large as the image, most of it zeros", text: `dim B
func f {
  input dy : f32[B, 16, 28, 28]
  input k : f32[16, 5, 5]
  y : f32[B, 28, 28]; y[b,h,w] = sum[o < 16, i < 28, j < 28 where i <= h and h <= i + 4 and j <= w and w <= j + 4] dy[b,o,i,j] * k[o,h - i,w - j]
  return y
}`, want: []string{"most of the products would be with zeros around an operand"}},
		{name: "work on an operand that is used once", text: `dim B
func f {
  input x : f32[512]
  input w : f32[512, 512]
  y : f32[512]; y[o] = sum[i < 512] exp(w[o,i]) * x[i]
  return y
}`, want: []string{"a copy of an operand costs too much beside its use"}},
	} {
		p := lower(t, c.text, Options{Engine: WorthEngine, Donate: c.donate, Force: Loops})
		if err := Verify(p); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := calls(p); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s\n%v", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"), p)
		}
		for _, s := range calls(lower(t, c.text, Options{Donate: c.donate, Force: Loops})) {
			t.Errorf("%s: without an engine: %s", c.name, s)
		}
	}
}

// A sum waits for the addition it takes along only as long as what it reads is
// there.
func TestWaitingForAnAddition(t *testing.T) {
	for _, engine := range []int64{0, 1} {
		p := lower(t, `func f {
  input w : f32[64, 64]
  input x : f32[64]
  input lr : f32
  input c : f32[64]
  s : f32[64]; s[o] = sum[i < 64] w[o,i] * x[i]
  w2 : f32[64, 64]; w2[o,i] = w[o,i] - lr
  d : f32[64]; d[o] = sum[i < 64] w2[o,i] * c[i]
  y : f32[64]; y[o] = s[o] + d[o]
  return w2, y
}`, Options{Donate: []int{0, -1}, Engine: engine, Force: Loops})
		reads := false
		eachStmt(p.Body, func(s Stmt) {
			b, ok := s.(*Block)
			if !ok {
				return
			}
			for _, v := range b.Values {
				reads = reads || v.Name == "s"
				if v.Name == "w2" && !reads {
					t.Errorf("engine %d: the old value is overwritten before it is read\n%v", engine, p)
				}
			}
		})
	}
}

// The engine adds up what overlaps, or the matrices of a batch, and not both: what
// would need both is a call of another form, or a nest if that does not pay.
func TestSumsOverABatchDoNotOverlap(t *testing.T) {
	p := lower(t, `dim M
func f {
  input d : f64[5, 2, M]
  input s : f64[5, M, 2]
  y : f64[3]; y[i] = sum[b < 5, m < M, k < 2 where k <= i and i <= k + 1] d[b,i - k,m] * s[b,m,k]
  return y
}`, Options{Engine: 1, Force: Loops})
	for _, c := range p.Products {
		if c.Sum && c.Overlap {
			t.Errorf("both:\n%v", p)
		}
	}
}
