package golden_test

import (
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
)

// odd are programs with less in them than most, or with names that Go uses
// otherwise: what comes out of them compiles, and passes its own tests.
var odd = map[string]string{
	"nothing": `
dim B
model Id : f64[B, 2] -> f64[B, 2] = id
model Zero(x: f64[B, 2]) -> f64[B, 2] { y[b,i] = 0*x[b,i]; return y }
model Aside(x: f64[B, 2]) -> f64[B, 3] { param w : real[3] = 1; param unused : real[2] = 1; y[b,i] = w[i]; return y }
model Alone() -> f64[3] { param w : real[3] = [1, 2, 3]; return 2*w }
loss L(x: f64[B, 2]) = mean(Id(x)^2) + mean(Zero(x))
loss K(x: f64[B, 2]) = mean(Aside(x)^2) + sum(Alone())
train K with SGD(momentum = 0.9)
fn f() -> f64 = 3
fn g(x: f64) -> f64 = 3
fn h(x: f64[0, 3]) -> f64[0, 3] = 2*x
fn k(x: f64[B]) -> (f64[B], f64[B]) = (x, x)
fn l(x: f64[0]) -> f64 = sum(x)
derive L { value, grad(x), hess(x) }
derive K { grad(Aside), hess(Alone) }
derive Alone { jac(Alone), jvp(Alone), vjp(Alone) }
derive g { value, grad, hess, hvp, jvp, vjp }
derive h { value, jac, jvp, vjp }
derive k { value, jac, jvp, vjp }
derive l { value, grad, hess, jvp, vjp }
`,
	"words": `
dim B
dim type = 3
fn func(type: f64[B], range: f64[B]) -> f64 = sum(type*range)
fn string(float64: f64, nil: f64) -> f64[2] = [float64, nil]
fn math(runtime: f64[B], math: f64[B]) -> f64 = sum[i] exp(runtime[i])*sin(math[i])
fn error(x: f64[B], w: f64[B], N: f64[B]) -> f64 = sum(w) + sum(N*x)
fn go(p: f64, g: f64, v: f64, h: f64) -> f64 = p*g*v*h
fn init(new: f64[B], append: f64[B], copy: f64[B]) -> f64[B] { cap = new + append; iota = copy*cap; return cap*iota }
fn _f(x_1: f64[B], x__1: f64) -> f64 = sum(x_1)*x__1
model Params : f64[B, 2] -> f64[B, 2] = data: Dense(2) >> clone: Dense(2) >> init: Dense(2) >> readFrom: Dense(2)
loss Workspace(x: f64[B, 2]) = mean(Params(x)^2)
train Workspace with Adam()
derive func { value, grad, hess, hvp, jvp, vjp }
derive string { value, jac, jvp, vjp }
derive math { value, grad, hess, hvp }
derive error { value, grad, hess, hvp, jvp, vjp }
derive go { value, grad, hess, hvp, jvp, vjp }
derive init { value, jac, jvp, vjp }
derive _f { value, grad, hvp }
`,
}

func TestOddPrograms(t *testing.T) {
	module := scratch.New(t)
	for name, text := range odd {
		files, err := codegen.Generate(compile(t, name, text).module, codegen.Options{Tests: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			module.Write(name+"/"+f.Name, f.Data)
		}
	}
	module.VetAndTest()
}
