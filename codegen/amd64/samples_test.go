package amd64_test

import (
	"fmt"

	"github.com/gradgen/gradgen/codegen/amd64/elementary"
	"github.com/gradgen/gradgen/ir"
)

// samples are all programs of the proof.
func samples() []sample {
	return append(elementarySamples(), written...)
}

// portableError bounds the error of the functions of package math and of package runtime, in halves of a unit in the
// last place; in single precision it is that of one rounding.
const portableError = 2

// elementarySamples apply each function of the table to elements. Two forms are apart by the sum of their errors, which
// is within what they may be apart by if each errs by the greater one.
func elementarySamples() []sample {
	var out []sample
	for _, row := range elementary.Table[uint64, bool]() {
		op := ir.OpByName(row.Name)
		expr := fmt.Sprintf("%s(x[i])", row.Name)
		switch {
		case row.Name == "neg":
			expr = "-x[i]"
		case row.Name == "mulz":
			expr = "if y[i] == 0 then 0 else x[i] * y[i]"
		case len(row.Name) == 1:
			expr = "x[i] " + row.Name + " y[i]"
		case row.Args == 2:
			expr = fmt.Sprintf("%s(x[i], y[i])", row.Name)
		}
		lo, hi := op.Lo, op.Hi
		if row.Name == "log2" {
			lo, hi = 2, 4 // package math loses digits next to 1
		}
		exact := row.F32 == 0
		out = append(out, sample{name: "elementary " + row.Name, free: true, relative: true, exact: exact, lo: lo, hi: hi, bound: max(row.F32, row.F64, portableError),
			text: "fn NAME(x: f64[N], y: f64[N]) -> f64[N] { r[i] = " + expr + "; return r }\n"})
	}
	return out
}

var written = []sample{
	{name: "broadcast", exact: true, bound: 3, relative: false, text: `
fn NAME(a: f64[M, SIZE], b: f64[SIZE], c: f64[M], s: f64) -> f64[M, SIZE] { r[i,j] = a[i,j]*b[j] + c[i] + s; return r }
derive NAME { value, vjp(a, b, c, s) }`, terms: "M*SIZE"},
	{name: "sum", exact: true, bound: 1, terms: "SIZE", text: `
fn NAME(x: f64[SIZE]) -> f64 = sum[i] x[i]`},
	{name: "dot", exact: true, bound: 2, terms: "SIZE", text: `
fn NAME(x: f64[SIZE], y: f64[SIZE]) -> f64 = sum[i] x[i]*y[i]
derive NAME { value, grad(x, y) }`},
	{name: "several sums in one loop", exact: true, bound: 3, terms: "SIZE", text: `
fn NAME(x: f64[SIZE], y: f64[SIZE]) -> f64[3] { a = sum[i] x[i]; b = sum[i] x[i]*y[i]; c = sum[i] y[i]*y[i]; return [a, b, c] }`},
	{name: "a sum, a maximum and a minimum", exact: true, text: `
fn NAME(x: f64[SIZE]) -> f64[4] { a = sum[i] x[i]; b = max[i] x[i]; c = min[i] x[i]; d = max[i] abs(x[i]); return [a, b, c, d] }`},
	{name: "sums along rows", exact: true, bound: 2, terms: "SIZE", text: `
fn NAME(x: f64[M, SIZE], y: f64[SIZE]) -> f64[M] { r[i] = sum[j] x[i,j]*y[j]; return r }
derive NAME { value, vjp(x, y) }`},
	{name: "sums along columns", exact: true, bound: 2, terms: "SIZE*M", text: `
fn NAME(x: f64[M, SIZE], y: f64[M]) -> f64[SIZE] { r[j] = sum[i] x[i,j]*y[i]; return r }
derive NAME { value, vjp(x, y) }`},
	{name: "sums of rows of constant number", exact: true, bound: 2, terms: "SIZE", text: `
fn NAME(x: f64[7, SIZE], y: f64[SIZE]) -> f64[7] { r[i] = sum[j] x[i,j]*y[j]; return r }
derive NAME { value, vjp(x, y) }`},
	{name: "sums of many rows", exact: true, bound: 2, terms: "SIZE*37", text: `
fn NAME(w: f64[37, SIZE], x: f64[SIZE], b: f64[37]) -> f64[37] { r[i] = relu(b[i] + sum[j] w[i,j]*x[j]); return r }`},
	{name: "crosswise sums with a condition", exact: true, text: `
fn NAME(w: f64[21, SIZE], x: f64[SIZE]) -> f64[21] { r[i] = sum[j where x[j] > 0] w[i,j]*x[j]; return r }
fn NAMET(w: f64[21, SIZE], x: f64[SIZE]) -> f64[21] { r[i] = sum[j where j <= i] w[i,j]*x[j]; return r }
derive NAMET { value, vjp(w, x) }`},
	{name: "sums over several axes", exact: true, bound: 1, terms: "SIZE*M", text: `
fn NAME(x: f64[M, SIZE]) -> f64 = sum[i, j] x[i,j]
fn NAMEB(x: f64[3, M, SIZE]) -> f64[3] { r[k] = sum[i, j] x[k,i,j]; return r }
fn NAMEC(x: f64[M, 5, SIZE]) -> f64[5] { r[k] = sum[i, j] x[i,k,j]; return r }`},
	{name: "maxima along rows and columns", exact: true, text: `
fn NAME(x: f64[M, SIZE]) -> f64[M] { r[i] = max[j] x[i,j]; return r }
fn NAMEC(x: f64[M, SIZE]) -> f64[SIZE] { r[j] = max[i] x[i,j]; return r }
fn NAMEM(x: f64[M, SIZE]) -> f64[SIZE] { r[j] = min[i] x[i,j]; return r }
fn NAMEG(x: f64[SIZE]) -> f64 = max[i] x[i]
derive NAME { value, vjp(x) }
derive NAMEC { value, vjp(x) }
derive NAMEG { grad(x) }`},
	{name: "argmax", exact: true, text: `
fn NAME(x: f64[5, N + 1], y: f64[5, N + 1]) -> f64[5] { r[i] = y[i, argmax[j](x[i,j])]; return r }
derive NAME { value, vjp(x, y) }
fn NAMEC(x: f64[5, N], y: f64[5, N]) -> f64[N] { r[j] = y[argmin[i](x[i,j]), j]; return r }
derive NAMEC { value, vjp(y) }`, free: true},
	{name: "products along an axis", exact: true, text: `
fn NAME(x: f64[3, SIZE]) -> f64[SIZE] { r[j] = prod[i] x[i,j]; return r }
derive NAME { value, vjp(x) }`},
	{name: "masks on data", exact: true, text: `
fn NAME(x: f64[SIZE], y: f64[SIZE]) -> f64[SIZE] { r[i] = if x[i] > 0 then y[i] else if x[i] < -1 and not (y[i] == 2) or y[i] >= 3 then 2*x[i] else 1; return r }
derive NAME { value, vjp(x, y) }
fn NAMES(x: f64[SIZE], y: f64[SIZE]) -> f64 = sum[i where x[i] != 0] y[i]
derive NAMES { value, grad(y) }`},
	{name: "guards", exact: true, text: `
fn NAME(x: f64[SIZE]) -> f64[SIZE] { r[i < SIZE] = x[i - 1 else 0] + 2*x[i + 1 else 3] - x[2*i else 1] + x[i + 7 else 0]; return r }
derive NAME { value, vjp(x) }
fn NAMEM(x: f64[M, SIZE]) -> f64[M, SIZE] { r[i < M, j < SIZE] = x[i - 1, j - 2 else 0] + x[i + 1, j + 1 else -1]; return r }
derive NAMEM { value, vjp(x) }`},
	{name: "guards under conditions", exact: true, text: `
fn NAME(x: f64[SIZE], y: f64[SIZE]) -> f64[SIZE] { r[i < SIZE] = if y[i] > 0 then x[i - 3 else 0] else (if i > 2 then x[i - 2 else 0]*2 else y[i]); return r }
derive NAME { value, vjp(x, y) }`},
	{name: "triangles", exact: true, bound: 2, terms: "SIZE", text: `
fn NAME(x: f64[SIZE, SIZE], y: f64[SIZE]) -> f64[SIZE] { r[i] = sum[j where j <= i] x[i,j]*y[j]; return r }
derive NAME { value }
fn NAMEU(x: f64[SIZE]) -> f64[SIZE] { r[i] = sum[j where j > i] x[j]; return r }
derive NAMEU { value, vjp(x) }
fn NAMEB(x: f64[SIZE]) -> f64[SIZE] { r[i] = max[j where j <= i and i - j < 5] x[j]; return r }`, fixed: true},
	{name: "triangles of run-time size", exact: true, text: `
fn NAME(x: f64[N]) -> f64[N] { r[i] = sum[j where j <= i and i - j < 6] (1 + j)*x[j]; return r }
derive NAME { value, vjp(x) }
fn NAMEC(x: f64[N, M]) -> f64[N, M] { r[i,j] = if j <= i then x[i,j] else 0; return r }
derive NAMEC { value, vjp(x) }`, free: true},
	{name: "gathers", exact: true, below: "7", text: `
fn NAME(e: f64[7, SIZE], k: i32[M]) -> f64[M, SIZE] { r[i,j] = e[k[i],j]; return r }
derive NAME { value, vjp(e) }
fn NAMEV(e: f64[7], k: i32[SIZE], s: f64[SIZE]) -> f64[SIZE] { r[i] = e[k[i]]*s[i] + e[6 - k[i] else 0]; return r }
derive NAMEV { value, vjp(e, s) }
fn NAMEC(e: f64[SIZE, 7], k: i32[SIZE]) -> f64 = sum[i] e[i, k[i]]
derive NAMEC { value, grad(e) }
fn NAMEM(e: f64[7], k: i32[SIZE], s: f64[SIZE]) -> f64[SIZE] { r[i] = if s[i] > 0 then e[k[i]] else 0; return r }
derive NAMEM { value, vjp(e) }`},
	{name: "gathers that may be left out", exact: true, below: "9", text: `
fn NAME(e: f64[7], k: i32[SIZE], s: f64[SIZE]) -> f64[SIZE] { r[i] = if k[i] < 7 then e[k[i]] + s[i] else s[i]; return r }
derive NAME { value, vjp(e, s) }
fn NAMEG(e: f64[7], k: i32[SIZE], s: f64[SIZE]) -> f64[SIZE] { r[i] = e[k[i] - 2 else 0] * s[i]; return r }
derive NAMEG { value, vjp(s) }
fn NAMEW(e: f64[SIZE, 7], k: i32[SIZE]) -> f64 = sum[i where k[i] < 7] e[i, k[i]]
derive NAMEW { value, grad(e) }`},
	{name: "elements that any of several vectors may need", exact: true, below: "9", text: `
fn NAME(e: f64[SIZE], k: i32[M], x: f64[M]) -> f64 { y[m < SIZE] = sum[i where k[i] == m] x[i]*e[k[i] else 0]; return sum(y*e) }
derive NAME { value, grad(e, x) }
fn NAMEC(e: f64[9], k: i32[SIZE], x: f64[SIZE]) -> f64[37] { r[m < 37] = sum[i where k[i] + 9 == m] x[i]*e[k[i]]; return r }
derive NAMEC { value, vjp(e, x) }`},
	{name: "rows by index arrays, as far as others go", exact: true, bound: 4, free: true, below: "7", terms: "5", text: `
fn NAME(e: f64[7, N], s: f64[M], k: i32[4]) -> f64[M] { r[j < M] = s[j] + (sum[i where j < N] e[k[i], j]); return r }`},
	{name: "index arrays as numbers", exact: true, below: "9", text: `
fn NAME(k: i32[SIZE], l: i32[SIZE]) -> i32[SIZE] { r[i] = k[i]*l[i] - 3*l[i] + max(k[i], l[i]) - min(k[i], i); return r }
fn NAMEF(k: i32[SIZE], x: f64[SIZE]) -> f64[SIZE] { r[i] = k[i]*x[i] + i; return r }
fn NAMEO(k: i32[SIZE]) -> i32[SIZE] { r[i] = k[i]*1000003*1000003 + 2147483647*k[i]; return r }`},
	{name: "concat", exact: true, text: `
fn NAME(a: f64[SIZE], b: f64[M]) -> f64[SIZE + M] { c = concat[0](a, b); return c }
derive NAME { value, vjp(a, b) }
fn NAMER(a: f64[M, SIZE], b: f64[M, 3]) -> f64[M, SIZE + 3] { c = concat[1](a, b); r[i,j] = 2*c[i,j] + 1; return r }
derive NAMER { value, vjp(a, b) }`},
	{name: "strided windows", exact: true, text: `
fn NAME(x: f64[2*SIZE + 3], w: f64[3]) -> f64[SIZE] { r[h < SIZE] = sum[p < 3] w[p]*x[2*h + p]; return r }
derive NAME { value, vjp(x, w) }
fn NAMED(x: f64[SIZE + 6], w: f64[4]) -> f64[SIZE] { r[h < SIZE] = sum[p < 4] w[p]*x[h + 2*p]; return r }
derive NAMED { value, vjp(x, w) }`, fixed: true},
	{name: "padded convolutions", exact: true, text: `
fn NAME(x: f64[M, SIZE], w: f64[3, 3]) -> f64[M, SIZE] { r[h,v] = sum[p < 3, q < 3] w[p,q]*x[h + p - 1, v + q - 1 else 0]; return r }
derive NAME { value, vjp(x, w) }
fn NAMEL(x: f64[SIZE], w: f64[5]) -> f64[SIZE] { r[h] = sum[p < 5] w[p]*x[h + p - 2 else 0]; return r }
derive NAMEL { value, vjp(x, w) }`},
	{name: "maximum pooling", exact: true, text: `
fn NAME(x: f64[M, 2*SIZE]) -> f64[M, SIZE] { r[i, j < SIZE] = max[q < 2] x[i, 2*j + q]; return r }
derive NAME { value, vjp(x) }
fn NAMEA(x: f64[M, 4, 2*SIZE]) -> f64[M, 2, SIZE] {
  best[n, i < 2, j < SIZE] = argmax[p < 2, q < 2](x[n, 2*i + p, 2*j + q])
  (p, q) = best
  r[n, i, j] = x[n, 2*i + p[n,i,j], 2*j + q[n,i,j]]
  return r
}
derive NAMEA { value, vjp(x) }`, fixed: true},
	{name: "scans", exact: true, text: `
fn NAME(x: f64[6, SIZE], h: f64[SIZE]) -> f64[6, SIZE] {
  step cell(a: f64[SIZE], v: f64[SIZE]) {
    n[i] = relu(v[i] - a[i]) + (if v[i] > 1 then a[i] else 0)
    m[i] = clamp(n[i], -3, 3)
    return (m, m)
  }
  (last, ys) = scan(cell, h, x)
  return ys
}
derive NAME { value, vjp(x, h) }`},
	{name: "scans of run-time length", exact: true, text: `
fn NAME(x: f64[M, SIZE], h: f64[SIZE]) -> f64[M, SIZE] {
  step cell(a: f64[SIZE], s: f64, v: f64[SIZE]) {
    n[i] = relu(v[i] - a[i]) + s
    m[i] = clamp(n[i], -3, 3)
    return ((m, 1 - s), n)
  }
  (last, ys) = scan(cell, (h, 0), x)
  (hn, sn) = last
  r[t, i] = ys[t, i] + sn * hn[i]
  return r
}
derive NAME { value, vjp(x, h) }`},
	{name: "scans that multiply", relative: true, bound: 60, lo: 0.125, hi: 0.5, terms: "12*SIZE", text: `
fn NAME(x: f64[5, SIZE], h: f64[SIZE], w: f64[SIZE, SIZE]) -> f64[5, SIZE] {
  step cell(a: f64[SIZE], v: f64[SIZE]) {
    n[i] = v[i] + sum[j] w[i,j]*a[j]
    m[i] = n[i] / SIZE
    return (m, m)
  }
  (last, ys) = scan(cell, h, x)
  return ys
}
derive NAME { value, vjp(x, h, w) }`, fixed: true},
	{name: "softmax", relative: true, bound: 40, terms: "SIZE", text: `
fn NAME(x: f64[M, SIZE]) -> f64[M, SIZE] { p[i,j] = softmax[j](x[i,j]); return p }
fn NAMEM(x: f64[M, SIZE]) -> f64[M, SIZE] { p[i,j] = softmax[j where j <= i](x[i,j]); return p }
fn NAMEL(x: f64[M, SIZE]) -> f64[M] { p[i] = 20 + logsumexp[j](x[i,j]); return p }`},
	{name: "softmax along columns", relative: true, bound: 40, terms: "M", text: `
fn NAME(x: f64[M, SIZE]) -> f64[M, SIZE] { p[i,j] = softmax[i](x[i,j]); return p }`},
	{name: "adding where asked to", exact: true, text: `
fn NAME(x: f64[SIZE], old: f64[SIZE], add: bool) -> f64[SIZE] { r[i] = 2*x[i] + (if add then old[i] else 0); return r }
derive NAME { value, vjp(x) }
fn NAMEC(x: f64[M, SIZE], old: f64[SIZE], add: bool) -> f64[SIZE] { r[j] = (sum[i] x[i,j]) + (if add then old[j] else 0); return r }`},
	{name: "a chain of small layers", exact: true, fixed: true, text: `
fn NAME(x: f64[5], a: f64[SIZE, 5], b: f64[3, SIZE], c: f64[3, 3]) -> f64 {
  h[i] = relu(sum[j] a[i,j]*x[j])
  g[i] = relu(sum[j] b[i,j]*h[j])
  k[i] = sum[j] c[i,j]*g[j]
  return sum[i] k[i]*g[i]
}
derive NAME { value, grad(x, a, b, c) }`},
	{name: "rows shorter than a vector", exact: true, fixed: true, bound: 2, terms: "8*SIZE", text: `
fn NAME(w: f64[SIZE, 4], x: f64[4]) -> f64[SIZE] { r[i] = sum[j] w[i,j]*x[j]; return r }
derive NAME { value, vjp(w, x) }
fn NAMEP(w: f64[SIZE, 2], x: f64[2], y: f64[SIZE]) -> f64[SIZE, 2] { r[i,j] = w[i,j] + y[i]*x[j]; return r }
derive NAMEP { value, vjp(w, x, y) }
fn NAMEE(w: f64[SIZE, 8], x: f64[8]) -> f64[SIZE] { r[i] = 1 + sum[j] w[i,j]*x[j]; return r }
derive NAMEE { value, vjp(w, x) }
fn NAMES(w: f64[3*SIZE, 2], x: f64[5]) -> f64[3*SIZE] { r[i] = sum[j] w[i,j]*x[2*j + 1]; return r }
fn NAMEL(x: f64[SIZE], y: f64[4]) -> f64[2, SIZE, 4] { r[k,i,j] = x[i]*y[j] + k; return r }`},
	{name: "numbers of rows, and the rows", exact: true, fixed: true, text: `
fn NAME(x: f64[SIZE], h: f64[SIZE]) -> (f64[SIZE], f64[SIZE, 6]) { d[i] = x[i]*(2 - h[i]); w[i,j] = d[i]*(j + 1); return (d, w) }
fn NAMET(x: f64[SIZE], h: f64[9]) -> (f64[SIZE], f64[SIZE, 9]) { d[i] = x[i]*x[i] + 1; w[i,j] = d[i]*h[j] + x[i]; return (d, w) }`},
	{name: "long sums in blocks", exact: true, bound: 2, terms: "40*SIZE", text: `
fn NAME(x: f64[40*SIZE + 7], y: f64[40*SIZE + 7]) -> f64[2] { a = sum[i] x[i]*y[i]; b = sum[i] y[i]; return [a, b] }`},
	{name: "crossed bounds", exact: true, text: `
fn NAME(x: f64[N + 20]) -> f64[N + 20] { r[i] = sum[j where j > 20 and j + 30 <= i] x[j]; return r }
fn NAMEW(x: f64[N, M]) -> f64[N] { r[i] = sum[j where j >= i and j + 4 < M] x[i,j]; return r }
derive NAMEW { value, vjp(x) }
fn NAMES(x: f64[N]) -> f64 = sum[i where i >= M and i < 2*M] x[i]
derive NAMES { value, grad(x) }
fn NAMED(x: f64[N]) -> f64 = sum[i < N - 1] x[i + 1]*x[i]
derive NAMED { value, grad(x), hess(x) }`, free: true},
	{name: "reversed and transposed", exact: true, text: `
fn NAME(x: f64[SIZE]) -> f64[SIZE] { r[i < SIZE] = x[SIZE - 1 - i] + 2*x[i]; return r }
derive NAME { value, vjp(x) }
fn NAMET(x: f64[M, SIZE]) -> f64[SIZE, M] { r[j,i] = x[i,j] + j - 2*i; return r }
derive NAMET { value, vjp(x) }
fn NAMEG(x: f64[SIZE, SIZE]) -> f64[SIZE] { r[i] = x[i,i] - x[0,i] + x[i,0]; return r }
derive NAMEG { value, vjp(x) }`, fixed: true},
	{name: "quotients of indices", exact: true, text: `
fn NAME(x: f64[2*SIZE]) -> f64[6*SIZE] { y = reshape(x, [SIZE, 2]); r[i,j,k < 3] = y[i,j]*(k + 1); return reshape(r, [6*SIZE]) }
derive NAME { value, vjp(x) }
fn NAMEC(x: f64[3*SIZE]) -> f64[SIZE, 3] { y = reshape(x, [3, SIZE]); r[i,j] = y[j,i] + 1; return r }
derive NAMEC { value, vjp(x) }`, fixed: true},
	{name: "places that lanes share, and every second one", exact: true, below: "9", text: `
fn NAME(x: f64[SIZE + 2]) -> f64[2*SIZE + 1] { r[i < 2*SIZE + 1] = x[floor(i/2)] + 2*x[floor((i + 1)/2)] - x[floor(i/3)] + 3*x[floor(i/4)] + x[floor((i + 3)/2)]; return r }
fn NAMEM(x: f64[M, SIZE]) -> f64[2*M, 2*SIZE] { r[i < 2*M, j < 2*SIZE] = if x[floor(i/2), floor(j/2)] > 0 then j - 2*floor(j/2) else i; return r }
fn NAMES(x: f64[2*SIZE + 5]) -> f64[SIZE] { r[i < SIZE] = x[2*i] + 2*x[2*i + 5] - x[2*i + 1]; return r }
fn NAMEK(k: i32[2*SIZE + 1]) -> i32[2*SIZE] { r[i < 2*SIZE] = k[floor((i + 2)/2)] - 5*k[floor(i/2)]; return r }
fn NAMEL(k: i32[2*SIZE + 1]) -> i32[SIZE] { r[i < SIZE] = k[2*i] - 3*k[2*i + 2]; return r }`, fixed: true},
	{name: "running sums", exact: true, text: `
fn NAME(x: f64[M, SIZE]) -> f64[M, SIZE] { r[i,j] = cumsum[j](x[i,j]); return r }
fn NAMEC(x: f64[SIZE, M]) -> f64[SIZE, M] { r[i,j] = cumsum[i](x[i,j]); return r }
derive NAMEC { value, vjp(x) }`},
	{name: "outer products and their sums", exact: true, bound: 3, terms: "SIZE*M", text: `
fn NAME(x: f64[M], y: f64[SIZE], w: f64[M, SIZE]) -> f64 = sum[i, j] x[i]*w[i,j]*y[j]
derive NAME { value, grad(x, y, w) }
fn NAMEH(x: f64[SIZE]) -> f64 = sum[i] x[i]*x[i]*x[i]
derive NAMEH { value, grad(x), hvp(x) }`},
}
