package golang

import "github.com/gradgen/gradgen/ir/plan"

const mlp = `dim B
func mlp {
  input W1 : f32[16, 20]
  input b1 : f32[16]
  input W2 : f32[10, 16]
  input b2 : f32[10]
  input x : f32[B, 20]
  input y : i32[B]
  s1 : f32[B, 16]; s1[b,o] = sum[i < 20] W1[o,i] * x[b,i]
  a1 : f32[B, 16]; a1[b,o] = s1[b,o] + b1[o]
  h1 : f32[B, 16]; h1[b,o] = relu(a1[b,o])
  s2 : f32[B, 10]; s2[b,o] = sum[i < 16] W2[o,i] * h1[b,i]
  z : f32[B, 10]; z[b,o] = s2[b,o] + b2[o]
  m : f32[B]; m[b] = max[o < 10] z[b,o]
  e : f32[B, 10]; e[b,o] = exp(z[b,o] - m[b])
  q : f32[B]; q[b] = sum[o < 10] e[b,o]
  l : f32[B]; l[b] = log(q[b]) + m[b] - z[b,y[b]]
  t : f32; t = sum[b < B] l[b]
  loss : f32; loss = t / f32(B)
  dz : f32[B, 10]; dz[b,o] = (e[b,o] / q[b] - (if y[b] = o then 1 else 0)) / f32(B)
  dW2 : f32[10, 16]; dW2[o,i] = sum[b < B] dz[b,o] * h1[b,i]
  db2 : f32[10]; db2[o] = sum[b < B] dz[b,o]
  dh : f32[B, 16]; dh[b,i] = sum[o < 10] dz[b,o] * W2[o,i]
  da : f32[B, 16]; da[b,i] = if 0 < h1[b,i] then dh[b,i] else 0
  dW1 : f32[16, 20]; dW1[o,i] = sum[b < B] da[b,o] * x[b,i]
  db1 : f32[16]; db1[o] = sum[b < B] da[b,o]
  return loss, dW1, db1, dW2, db2
}`

// cases are the shapes of loops that real programs are made of.
var cases = []struct {
	name, text string
	dims       []map[string]int
	opts       plan.Options
	exact      bool // results are those of the interpreter, bit for bit
}{
	{name: "mlp", text: mlp, dims: sizes("B", 5, 0, 8)},
	{name: "matmul", dims: sizes("M", 0, 1, 3, 6), text: `dim M
func matmul {
  input a : f64[M, 7]
  input b : f64[7, 9]
  input c : f64[9, 7]
  input d : f64[M, 9]
  nn : f64[M, 9]; nn[i,j] = sum[k < 7] a[i,k] * b[k,j]
  nt : f64[M, 9]; nt[i,j] = sum[k < 7] a[i,k] * c[j,k]
  tn : f64[7, 9]; tn[i,j] = sum[k < M] a[k,i] * d[k,j]
  tt : f64[7, 7]; tt[i,j] = sum[k < 9] b[i,k] * c[k,j]
  return nn, nt, tn, tt
}`},
	{name: "rows in lanes beside columns that would run side by side", text: `func f {
  input s1 : f64[3]
  input x1 : f64[20, 3]
  rows : f64[4, 20, 2]; rows[i,r2,r3] = relu(s1[r3] * x1[r2,0])
  m : f64[4, 2]; m[i,j] = max[r2 < 20, r3 < 2] (if i <= 2 then 0.5 else 0.25) * rows[i,r2,r3]
  ties : f64[4, 2]; ties[i,j] = sum[r2 < 20, r3 < 2] (if (if i <= 2 then 0.5 else 0.25) * rows[i,r2,r3] == m[i,j] then 1 else 0)
  dm : f64[4, 2]; dm[i,j] = sum[r2 < 20, r3 < 2] (if (if i <= 2 then 0.5 else 0.25) * rows[i,r2,r3] == m[i,j] then (if i <= 2 then 1.5 else 0) * rows[i,r2,r3] / ties[i,j] else if m[i,j] != m[i,j] then m[i,j] else 0)
  return rows, dm
}`},
	{name: "what won is found where its parts have other uses", dims: sizes("N", 3, 40), text: `dim N
func f {
  input a : f32[N]
  input b : f32[N]
  input c : f32[N]
  m : f32; m = max[i < N] (a[i] * b[i] + c[i])
  p : f32[N]; p[i] = a[i] * b[i] * m
  y : f32[N]; y[i] = if a[i] * b[i] + c[i] == m then a[i] * b[i] else 0
  n : f32; n = sum[i < N] (if a[i] * b[i] + c[i] == m then 1 else 0)
  return p, y, n
}`},
	{name: "few elements that are true", dims: sizes("N", 1, 3, 40), text: `dim N
func f {
  input v : f32[N]
  y : bool[N, 3]; y[i,j] = if i = 1 then v[i] < v[0] else false
  z : bool[N, 3]; z[i,j] = v[i] < v[0] where i = j
  return y, z
}`},
	{name: "elements that a condition chooses may be anything where it does not hold", dims: sizes("N", 3, 40), text: `dim N
func f {
  input v : f32[N]
  input wild : i32[N]
  y : f32[N]; y[i] = if i <= 1 then v[wild[i]] else 0
  z : f32[N]; z[i] = if i <= 2 then (if 1 <= i then relu(v[wild[i]]) else 0.5) * v[i] else 0
  w : f32[N]; w[i] = if v[i] < 2 and i <= 2 then (if i <= 1 then sin(0.1 * f32(i)) else relu(v[wild[i]])) * v[i] else 0
  return y, z, w
}`},
	{name: "sgd in place", dims: sizes("B", 3), opts: plan.Options{Donate: []int{0, 1}}, text: `dim B
func step {
  input W : f32[6, 5]
  input b : f32[6]
  input x : f32[B, 5]
  input lr : f32
  s : f32[B, 6]; s[n,o] = sum[i < 5] W[o,i] * x[n,i]
  h : f32[B, 6]; h[n,o] = tanh(s[n,o] + b[o])
  dx : f32[B, 5]; dx[n,i] = sum[o < 6] h[n,o] * W[o,i]
  dW : f32[6, 5]; dW[o,i] = sum[n < B] h[n,o] * dx[n,i]
  W2 : f32[6, 5]; W2[o,i] = W[o,i] - lr * dW[o,i]
  db : f32[6]; db[o] = sum[n < B] h[n,o]
  b2 : f32[6]; b2[o] = b[o] - lr * db[o]
  return W2, b2
}`},
	{name: "donation that the order forbids", dims: sizes("N", 4), opts: plan.Options{Donate: []int{0, 1}}, text: `dim N
func swap {
  input a : f64[N]
  input b : f64[N]
  a2 : f64[N]; a2[i] = b[i] + a[-i + N - 1]
  b2 : f64[N]; b2[i] = a[i] * a2[i]
  return a2, b2
}`},
	{name: "softmax rows in the arena", dims: sizes("B", 4), opts: plan.Options{InArena: []bool{true}}, text: `dim B
func softmax {
  input x : f32[B, 10]
  m : f32[B]; m[b] = max[j < 10] x[b,j]
  e : f32[B, 10]; e[b,j] = exp(x[b,j] - m[b])
  s : f32[B]; s[b] = sum[j < 10] e[b,j]
  p : f32[B, 10]; p[b,j] = e[b,j] / s[b]
  return p
}`},
	{name: "convolution", dims: sizes("B", 2), text: `dim B
func conv {
  input x : f64[B, 3, 12, 13]
  input w : f64[4, 3, 3, 3]
  input c : f64[4]
  s : f64[B, 4, 12, 13]; s[n,o,h,v] = sum[i < 3, k < 3, l < 3 where h + k >= 1 and h + k <= 12 and v + l >= 1 and v + l <= 13] w[o,i,k,l] * x[n,i,h + k - 1,v + l - 1]
  y : f64[B, 4, 12, 13]; y[n,o,h,v] = s[n,o,h,v] + c[o]
  dw : f64[4, 3, 3, 3]; dw[o,i,k,l] = sum[n < B, h < 12, v < 13 where h + k >= 1 and h + k <= 12 and v + l >= 1 and v + l <= 13] y[n,o,h,v] * x[n,i,h + k - 1,v + l - 1]
  dx : f64[B, 3, 12, 13]; dx[n,i,h,v] = sum[o < 4, k < 3, l < 3 where h >= k - 1 and h <= k + 10 and v >= l - 1 and v <= l + 11] w[o,i,k,l] * y[n,o,h - k + 1,v - l + 1]
  return y, dw, dx
}`},
	{name: "strided convolution with a remainder", dims: sizes("B", 2), text: `dim B
func strided {
  input x : f64[B, 10]
  input w : f64[4]
  y : f64[B, 4]; y[n,h] = sum[k < 4 where 2*h + k >= 1 and 2*h + k <= 10] w[k] * x[n,2*h + k - 1]
  dx : f64[B, 10]; dx[n,i] = sum[h < 4, k < 4 where i = 2*h + k - 1] w[k] * y[n,h]
  dw : f64[4]; dw[k] = sum[n < B, h < 4 where 2*h + k >= 1 and 2*h + k <= 10] y[n,h] * x[n,2*h + k - 1]
  return y, dx, dw
}`},
	{name: "max pool with ties", dims: sizes("B", 3), text: `dim B
func pool {
  input x : f64[B, 4, 6]
  input dy : f64[B, 2, 3]
  a : i32[B, 2, 3]; a[n,i,j] = argmax[k < 2, l < 2](if x[n,2*i + k,2*j + l] < 0 then 0 else x[n,2*i + k,2*j + l])
  y : f64[B, 2, 3]; y[n,i,j] = x[n,2*i + floor(a[n,i,j]/2),2*j + a[n,i,j] - 2*floor(a[n,i,j]/2)]
  dx : f64[B, 4, 6]; dx[n,2*i + floor(a[n,i,j]/2),2*j + a[n,i,j] - 2*floor(a[n,i,j]/2)] += dy[n,i,j] for n < B, i < 2, j < 3
  return y, dx
}`},
	{name: "max pool of what it reads, and back", dims: sizes("B", 3), text: `dim B
func pool {
  input x : f64[B, 4, 6]
  input dy : f64[B, 2, 2]
  a : i32[B, 2, 2]; a[n,i,j] = argmax[k < 2, l < 3](x[n,2*i + k,3*j + l])
  y : f64[B, 2, 2]; y[n,i,j] = x[n,2*i + floor(a[n,i,j]/3),3*j + a[n,i,j] - 3*floor(a[n,i,j]/3)]
  dx : f64[B, 4, 6]; dx[n,k,l] = if k = 2*floor(k/2) + floor(a[n,floor(k/2),floor(l/3)]/3) and l = 3*floor(l/3) + a[n,floor(k/2),floor(l/3)] - 3*floor(a[n,floor(k/2),floor(l/3)]/3) then dy[n,floor(k/2),floor(l/3)] else 0
  other : f64[B, 2, 2]; other[n,i,j] = x[n,2*i + floor(a[n,i,j]/3),3*j + 2 - (a[n,i,j] - 3*floor(a[n,i,j]/3))]
  return y, dx, other
}`},
	{name: "loops of almost one length", dims: sizes("N", 1, 2, 3, 4, 70), text: `dim N
func f {
  input x : f64[N]
  y : f64; y = sum[i < N - 1] x[i] * x[i + 1]
  z : f64[N]; z[i] = (if i >= 1 then x[i - 1] else 3) * x[i]
  d : f64[N - 1]; d[i] = x[i + 1] - x[i]
  return y, z, d
}`},
	{name: "stencil", dims: sizes("N", 0, 1, 2, 9), text: `dim N
func rosenbrock {
  input x : f64[N]
  y : f64; y = sum[i < N where i + 2 <= N] (100 * (x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i]) + (1 - x[i]) * (1 - x[i]))
  g : f64[N]; g[i] = (if i + 2 <= N then -400 * (x[i + 1] - x[i] * x[i]) * x[i] - 2 * (1 - x[i]) else 0) + (if i >= 1 then 200 * (x[i] - x[i - 1] * x[i - 1]) else 0)
  return y, g
}`},
	{name: "rotations", dims: sizes("N", 0, 1, 5), text: `dim N
func rotations {
  input x : f64[N]
  input a : f64[2]
  input q0 : f64
  c : f64[N]; c[i] = cos(x[i])
  s : f64[N]; s[i] = sin(x[i])
  d : f64[N]; d[i] = c[i] * s[i] + c[i]
  b : f64[2]; b[i] = sin(a[i])
  e : f64[2]; e[i] = cos(a[i]) * b[1 - i] - b[i]
  (last) = scan t < N {
    carry q : f64 = q0
    s2 : f64; s2 = sin(q)
    n : f64; n = s2 + x[t]
    c2 : f64; c2 = cos(n)
    o : f64; o = s2 * c2 + cos(q)
    next q = o
  }
  return d, e, last
}`},
	{name: "hessian by deltas", dims: sizes("N", 0, 1, 2, 6), text: `dim N
func hessian {
  input x : f64[N]
  h : f64[N, N]; h[i,j] = (if i = j and i + 2 <= N then 1200 * x[i] * x[i] - 400 * x[i + 1] + 2 else 0) + (if i = j and i >= 1 then 200 else 0) + (if j = i + 1 then -400 * x[i] else 0) + (if i = j + 1 then -400 * x[j] else 0)
  return h
}`},
	{name: "gru", dims: sizes("T", 0, 1, 5), opts: plan.Options{InArena: []bool{true}}, text: `dim T
func gru {
  input a : f64[T, 2, 3]
  input W : f64[3, 3]
  input h0 : f64[2, 3]
  input q0 : f64
  (last, q, ys, zs) = scan t < T {
    carry h : f64[2, 3] = h0
    carry p : f64 = q0
    s : f64[2, 3]; s[b,j] = sum[i < 3] W[j,i] * h[b,i]
    z : f64[2, 3]; z[b,j] = sigmoid(s[b,j] + a[t,b,j])
    g : f64[2, 3]; g[b,j] = z[b,j] * h[b,j] + (1 - z[b,j]) * tanh(a[t,b,j])
    m : f64; m = sum[b < 2, j < 3] g[b,j]
    r : f64; r = 0.5 * p + m
    next h = g
    next p = r
    emit g
    emit z
  }
  (dh, ds) = scan u < T reverse {
    carry e : f64[2, 3] = last
    f : f64[2, 3]; f[b,i] = sum[j < 3] W[j,i] * (e[b,j] * zs[u,b,j] + ys[u,b,j])
    next e = f
    emit e
  }
  return ys, q, last, dh, ds
}`},
	{name: "two carries of one value", dims: sizes("T", 0, 1, 2, 5), text: `dim T
func twins {
  input a : f64[T, 12]
  input h0 : f64[12]
  input p0 : f64[12]
  (last, other, ys) = scan t < T {
    carry h : f64[12] = h0
    carry p : f64[12] = p0
    n : f64[12]; n[i] = tanh(a[t,i] + h[i]) - p[i]
    m : f64; m = sum[i < 12] n[i] * h[i]
    next h = n
    next p = n
    emit m
  }
  return ys, last, other
}`},
	{name: "random numbers", exact: true, dims: sizes("N", 0, 1, 5, 16, 37), text: `dim N
func noise {
  input x : f32[N]
  input k : i32[N]
  a : f32[N, 9]; a[n,i] = f32(random[7; 9*n + i])
  b : f32[N]; b[n] = if x[n] < f32(random[8; 3*N + 5 - 3*n]) then 0 else x[n] * 2
  c : f32[N]; c[n] = f32(random[4294967295; 2*k[n] + 1]) - f32(random[9; 6])
  d : f32[N]; d[n] = f32(random[9; 17179869180 + 5*n])
  return a, b, c, d
}`},
	{name: "random numbers of double precision", exact: true, dims: sizes("N", 0, 1, 5, 16, 37), text: `dim N
func noise {
  input x : f64[N]
  input k : i32[N]
  a : f64[N, 9]; a[n,i] = f64(random[7; 9*n + i])
  b : f64[N]; b[n] = if x[n] < f64(random[8; 3*N + 5 - 3*n]) then 0 else x[n] * 2
  c : f64[N]; c[n] = f64(random[4294967295; 2*k[n] + 1]) - f64(random[9; 6])
  d : f64[N]; d[n] = f64(random[9; 8589934590 + 5*n])
  return a, b, c, d
}`},
	{name: "random numbers in a scan", exact: true, dims: sizes("T", 0, 1, 2, 5), text: `dim T
func dropped {
  input a : f64[T, 12]
  input h0 : f64[12]
  (last, ys) = scan t < T {
    carry h : f64[12] = h0
    n : f64[12]; n[i] = if f64(random[3; 12*t + i]) < 0.5 then 0 else h[i] + a[t,i]
    next h = n
    emit n
  }
  return ys, last
}`},
	{name: "truth values in memory", exact: true, dims: sizes("N", 0, 1, 5, 8, 16, 37), text: `dim N
func truths {
  input x : f32[N]
  input s : f32[4]
  input on : bool[N]
  input rows : bool[4, N]
  input all : bool
  a : bool[N]; a[n] = x[n] < 0.25 and on[n] or not (all)
  b : bool[4, N]; b[i,n] = not (rows[i,n]) or on[n]
  c : f32[4, N]; c[i,n] = if b[i,n] then x[n] * 2 else if n >= 2 then (if on[n - 2] then 1 else x[n - 1]) else (if rows[i,n] then 4 else 5)
  d : i32[N]; d[n] = if on[n] then 3 else if a[n] then 5 else 7
  e : f32[N]; e[n] = sum[i < 4] (if rows[i,n] then x[n] else 0)
  f : bool[4]; f[i] = s[i] < 0.1
  g : f32[4, N]; g[i,n] = if f[i] then x[n] else 1
  return a, b, c, d, e, f, g
}`},
	{name: "truth values in memory with double precision", exact: true, dims: sizes("N", 0, 1, 5, 8, 16, 37), text: `dim N
func truths {
  input x : f64[N]
  input s : f64[4]
  input on : bool[N]
  input rows : bool[4, N]
  input all : bool
  a : bool[N]; a[n] = x[n] < 0.25 and on[n] or not (all)
  b : bool[4, N]; b[i,n] = not (rows[i,n]) or on[n]
  c : f64[4, N]; c[i,n] = if b[i,n] then x[n] * 2 else if n >= 2 then (if on[n - 2] then 1 else x[n - 1]) else (if rows[i,n] then 4 else 5)
  d : i32[N]; d[n] = if on[n] then 3 else if a[n] then 5 else 7
  e : f64[N]; e[n] = sum[i < 4] (if rows[i,n] then x[n] else 0)
  f : bool[4]; f[i] = s[i] < 0.1
  g : f64[4, N]; g[i,n] = if f[i] then x[n] else 1
  return a, b, c, d, e, f, g
}`},
	{name: "gather and scatter", dims: sizes("T", 0, 4), text: `dim T
func embed {
  input E : f32[3, 5]
  input tok : i32[T]
  input on : bool[T]
  y : f32[T, 5]; y[t,c] = if on[t] then E[tok[t],c] else 0
  dE : f32[3, 5]; dE[tok[t],c] += y[t,c] * 2 for t < T, c < 5
  return y, dE
}`},
	{name: "concat and masks", dims: sizes("N", 1, 4), text: `dim N
func concat {
  input a : f64[N, 3]
  input b : f64[N, 2]
  y : f64[N, 5]; y[n,j] = (if j <= 2 then a[n,j] else 0) + (if j >= 3 then b[n,j - 3] else 0)
  t : f64[N, 5]; t[n,j] = sum[m < N where m <= n] y[m,j]
  u : f64[N]; u[n] = prod[j < 5 where j <= n] (y[n,j] + 1)
  return y, t, u
}`},
	{name: "winners in memory that iterations use in turn", text: `func turns {
  input x : f64[4, 1, 5]
  input s : f64[4]
  w : i32[4, 1]; w[i,j] = argmax[k < 5](x[i,j,k])
  m : f64[4, 1]; m[i,j] = tanh(x[i,0,w[i,0]])
  v : f64[4]; v[i] = (if i >= 1 and i <= 2 then s[i] else 0.5) * m[i,0]
  return v
}`},
	{name: "a long sum over short loops, and a mask", dims: sizes("N", 0, 1, 70), text: `dim N
func masked {
  input a : f64[N, 7, 9]
  input b : f64[N, 9]
  y : f64; y = sum[i < N, j < 7, k < 9] a[i,j,k] * a[i,j,k]
  s : f64[7, N]; s[j,i] = sum[k < 9] a[i,j,k] * b[i,k]
  p : f64[7, N]; p[j,i] = if i <= j then s[j,i] else -inf
  return y, p
}`},
	{name: "arm", text: `func arm {
  input q : f64[3]
  input l : f64
  a : f64[3]; a[j] = sum[i < 3 where i <= j] q[i]
  x : f64; x = sum[j < 3] l * cos(a[j])
  y : f64; y = sum[j < 3] l * sin(a[j])
  dx : f64[3]; dx[i] = sum[j < 3 where i <= j] -(l * sin(a[j]))
  return x, y, dx
}`},
	{name: "overlapping products, matrices in each other", dims: sizes("N", 1, 3), opts: plan.Options{Engine: 1}, text: `dim N
func f {
  input d : f64[8, N, 5]
  input w : f64[N, 5, 8]
  x : f64[15, N]; x[i,b] = sum[n < 5, k < 8 where k <= i and i <= k + 7] d[i - k,b,n] * w[b,n,k]
  return x
}`},
	{name: "products of nothing", dims: sizes("N", 0, 2), opts: plan.Options{Engine: 1}, text: `dim N
func nothing {
  input x : f64[N, 8]
  input y : f64[8, N]
  s : f64[N, N]; s[i,j] = sum[k < 8] x[i,k] * y[k,j]
  return s
}`},
	{name: "elements that only the condition before them allows to read", dims: sizes("N", 30), text: `dim N
func guarded {
  input x : f64[N]
  input e : f64[3]
  input at : i32[3]
  y : f64[N]; y[i] = (if i <= 1 then exp(x[i]) else 0) + (if i <= 2 and at[i] >= 1 and 2 >= at[i] then e[at[i]] else 0)
  z : f64[N]; z[i] = (if i <= 1 then exp(x[i]) else 0) + (if i <= 2 and at[i] >= 1 then tanh(x[i]) else x[i])
  return y, z
}`},
	{name: "what is added to one element again and again, and then read beside others", text: `func f {
  input a : f64[3]
  d : f64[1, 2, 4]; d[floor(i/2),j,j - 1] += a[i] for i < 3, j < 4 where floor(i/2) <= 0 and j <= 1 and j >= 1
  e : f64[1, 2, 4]; e[i,j,k] = 2 * d[0,j,k]
  return e
}`},
	{name: "sums into part of an array", exact: true, text: `func f {
  y : f64[2, 3]; y[0,j] += 0.25 for i < 4, j < 3
  z : f64[2, 11]; z[1,j + 2] += 0.5 for i < 4, j < 3
  return y, z
}`},
	{name: "literals that Go has no constant for", dims: sizes("N", 3), text: `dim N
func literals {
  input x : f32[N]
  y : f32[N]; y[n] = if x[n] < 2 then x[n] else inf
  z : f32[N]; z[n] = max(x[n], nan) + (-inf)
  w : f32[N]; w[n] = abs(x[n]) / -(0)
  return y, z, w
}`},
}

func sizes(dim string, ns ...int) []map[string]int {
	var out []map[string]int
	for _, n := range ns {
		out = append(out, map[string]int{dim: n})
	}
	return out
}
