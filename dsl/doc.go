// Package dsl compiles programs of the gradgen language, which are files that end in .grad. This page is the reference
// of the language; [Compile] is the way in for tools.
//
// # A program
//
// A file holds declarations. Together they state functions of arrays, and which derivatives of them are wanted. Nothing
// is assigned twice, nothing recurses, and nothing loops without a bound, so every program has a derivative, and its
// cost and memory are known before it runs.
//
//	// Net maps two features to a score for each of three classes.
//	dim B
//	model Net : f32[B, 2] -> f32[B, 3] = out: Dense(3) ∘ relu ∘ hidden: Dense(16)
//	loss XEnt(x: f32[B, 2], y: i32[B]) = mean(crossEntropy(Net(x), y))
//	train XEnt with Adam(lr = 1e-3)
//
// A line ends a statement unless it is obviously not complete: inside ( ) and [ ], after an operator, or when the next
// line begins with one. A semicolon ends one, too. Comments run from // to the end of the line; those directly above a
// declaration become its documentation in Go. Greek letters and mathematical signs may be used, and each sign has an
// ASCII twin: ∘ is <<, → is ->, ≤ is <=, π is pi, ∞ is inf.
//
// # Sizes, types, numbers
//
// A dim without a value is a size that is known when the function is called; with a value it is constant. Sizes are
// computed from sizes: 3*hid, floor(n/2) + 1. A quotient of sizes has to be exact. In a formula a size is its number.
//
// An array type is an element type and a size for each axis: f32[B, 784], i32[B], bool; no axes is a single number. The
// element types are f32, f64, i32 and bool. Two constant sizes are equal if their numbers are, two run-time sizes if
// they are the same dim. An array has at most eight axes.
//
// In the signature of a layer or a function, a size that is not declared is a variable, settled by the arguments; real
// is the float type of the caller; and ... at the front stands for any leading axes, of which prod(...) is the size: how
// many elements they have together. A function with a signature like that is written out for each use, and so never
// slower than one for fixed sizes.
//
//	fn rows(x: real[..., n]) -> real[prod(...), n] = reshape(x, [prod(...), n])
//	fn f(x: f64[2, 5, 3]) -> f64[10, 3] = rows(x)
//
// Numbers are exact, and so is arithmetic on them: 1/3 is a third. They are rounded once, where they meet f32 or f64.
// A const is a number, a table of numbers, or a table by formula:
//
//	const eps = 1e-5
//	const nodes = [0, 0.5, 1]
//	const binomial[n < 3, k < 3] = if k > n then 0 else if k == 1 then n else 1
//	fn f(x: f64[3]) -> f64 = eps + sum[i] nodes[i] * x[i]
//
// Integers become floats where they meet floats. f32 and f64 do not mix; f32(x), f64(x), i32(x) convert.
//
// # Functions
//
// A fn is a formula, or a body that defines names and returns a value. Several values are returned as a tuple and taken
// apart by (a, b) = …. Inputs may have defaults and be given by name. Inputs may also be functions, g: fn, sizes, n: dim,
// truth values, on: bool, and instances of layers, l: layer.
//
//	fn swish(x: real[...], beta: real = 1) -> real[...] = x * sigmoid(beta * x)
//	fn polar(x: real, y: real) -> (real, real) {
//	  r = hypot(x, y)
//	  return (r, atan2(y, x))
//	}
//	fn energy(x: f64[3]) -> f64 {
//	  (r, a) = polar(x[0], x[1])
//	  return r + swish(a, beta = 2) + x[2]
//	}
//
// A function of fixed types is emitted. The scalar functions abs, sign, floor, ceil, round, sqrt, rsqrt, cbrt, exp,
// expm1, log, log1p, log2, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc, sigmoid,
// softplus, relu, lgamma, digamma, trigamma, probit, pow, atan2, hypot, max and min apply to each element of arrays.
// size(x) is the number of elements of an array, size(x, k) the length of an axis.
//
// Formulas that are right on paper and fail in floating point are computed in the form that does not fail, and their
// derivatives are those of that form: log(softmax(x)), log(1 + exp(x)), exp(x) - 1, a softmax or a sigmoid by hand. So
// are formulas that a few statements make together. Where the stable form costs more or is another function at some
// point, as for mean(x^2) - mean(x)^2, the formula stays. gradgen vet names both kinds; package ir/stable lists them.
//
// Functions compose: f ∘ g applies g first, and g >> f is the same. id does nothing. f + g adds what both make of an
// argument, so id + f is a residual block. iterate(3, f) applies f three times.
//
// # Equations
//
// An array is defined by a formula for one element, with named indices. The range of an index is stated, i < n, or
// follows: from its use as a plain index of an axis, or from the type of the result.
//
//	fn affine(w: f64[3, 4], x: f64[4], b: f64[3]) -> f64[3] {
//	  y[o] = sum[i] w[o, i] * x[i] + b[o]
//	  return y
//	}
//
// sum, prod, max, min and mean reduce over indices, and bind like Σ: they take in a product and end before a plus.
// argmax[i](…) and argmin[i](…) yield the index of the winner, the first one, or a tuple of indices, to read with.
// logsumexp[i](…) reduces, too; softmax[i](…), logSoftmax[i](…) and cumsum[i](…) work along an index of the left side
// and keep it. Each can be masked, with conditions on indices or on data: sum[u where u <= t] …. What is masked takes no
// part, whatever it is, and conditions on indices bound the loops. Where data says to which element a term belongs, as in
// sum[k where to[k] == n] m[k], each term is visited once. A masked entry of softmax is 0, one of
// logSoftmax -inf. Over a whole array, sum(x), mean(x), max(x), min(x), prod(x) and softmax(x) go without indices.
//
//	fn smooth(x: f64[9]) -> f64[9] {
//	  y[t] = mean[u where u <= t and t - u < 3] x[u]
//	  return y
//	}
//
// A read is proved to stay in its array, for all indices and sizes; what cannot be proved is an error. x[i - 1 else 0]
// is 0 outside. An index may come from an i32 argument, table[k[i]] or table[k[i] - 1], whose elements are checked when
// the function is called, as far as no condition keeps them inside: where k[i] >= 0 lets -1 mark what is left out. An
// index that is computed is proved to stay inside, too, or has a value outside: x[argmax[i](x[i]) else 0] has one where
// x may be empty, which any size is that is known at run time only. With fewer indices than axes a read is a part:
// table[k] is a row. An index used in a formula is its number.
//
// if c then a else b takes nothing from the other side, neither value nor gradient, not even NaN. Between arrays it
// chooses element by element. Elementwise operations need equal shapes; only a number goes with any. A @ B multiplies
// matrices and vectors, A.T transposes. reshape(x, [m, n]) keeps the elements and their order; concat[axis](a, b)
// joins. x^2 is multiplication. stop(x) is x without a derivative.
//
// A step is run along the leading axis of arrays by scan, with a carry; it returns the next carry and an output:
//
//	fn decay(x: f64[50], rate: f64) -> f64[50] {
//	  step leak(s: f64, v: f64) {
//	    n = (1 - rate)*s + rate*v
//	    return (n, n)
//	  }
//	  (last, all) = scan(leak, 0, x)
//	  return all
//	}
//
// scan(f, carry, 10) runs ten steps without an input. Several carries are a tuple: scan(f, (a, b), xs).
//
// # Layers and models
//
// A layer has hyper-parameters, in its first list, and inputs, in its second. It owns parameters. With its
// hyper-parameters it is an instance, Dense(10), which is a function. A layer may also state its types and be a
// composition.
//
//	layer Scale(start: real = 1)(x: real[..., n]) -> real[..., n] {
//	  param weight : real[n] = start
//	  y[..., i] = weight[i] * x[..., i]
//	  return y
//	}
//	layer Block(hidden: dim) : real[..., n] -> real[..., n] = id + (down: Dense(n) ∘ gelu ∘ up: Dense(hidden) ∘ Scale())
//	model Tower : f32[16, 8] -> f32[16, 8] = blocks: stack(4, Block(32))
//
// A parameter starts from an initialiser, ~ uniform(-1, 1), or from a number or a table, = 0. One with a condition, when
// useBias, is 0 where the condition does not hold. One in an interval, in (0, inf), stays inside it while it is trained:
// an optimiser moves its logarithm or logit. Shapes of parameters are constant. A state changes by training steps only:
// state m : real[n] = 0, and next m = … says how. random[i] is a draw while training; if training then … else … says
// what else happens.
//
// A label before an instance, fc: Dense(10), is the first part of the names of its parameters: fc.weight. An instance
// without one is called after its layer. The label alone means the same instance again, so that weights are shared, and
// fc.weight reads a parameter. A quoted label may be a path, to match the names in files of others. stack(4, Block(32))
// makes four copies, numbered from 0.
//
// A model is one instance of a layer, with fixed types, and becomes a Go type. Its name is a function in losses,
// functions and other models, and M.fc.weight reads its parameters.
//
// # Losses, training, derivatives
//
// A loss is a number computed with models; its value and its gradient by the parameters are emitted. train makes a
// trainer, whose step is forward, backward and update, of all models that the loss uses; they have one float type. on
// "fc.*" trains the parameters whose names match and leaves the others as they are: neither gradient nor memory of the
// optimiser is made for them. A pattern matches the name of a parameter, in any of the models, or the same behind the
// name of its model: "Encoder.fc.*", "*.bias".
//
//	dim B
//	model Curve : f64[B, 1] -> f64[B, 1] = out: Dense(1) ∘ tanh ∘ hidden: Dense(8)
//	loss Fit(x: f64[B, 1], y: f64[B, 1]) = mse(Curve(x), y) + 1e-4*sum(Curve.hidden.weight^2)
//	train Fit with SGD(lr = 0.1, momentum = 0.9)
//	train Head = Fit with Adam(lr = 1e-2) on "out.*"
//
// derive says which derivatives of a function, a loss or a model are emitted, each as a Go function of its own: value;
// grad and hess and hvp, a product with the Hessian, of a function with one number as its result; jac, and its products
// jvp and vjp, of any. They are by arguments, by models that the function calls, which stand for their parameters, or by
// several of both; without a list they are by every argument that is a float. Of a loss, those by a model are of what
// training goes down along, those by arguments alone of its value.
//
// Gradients, tangents, cotangents and products are apart, one for each argument, in the order of the list; slices of one
// vector can be passed. Those by a model are in its struct, *MParams, and are added to it if the workspace says so. A
// matrix is one: a Jacobian has a row for each output and a column for each element of the whole list, row-major;
// jac(x).T has them the other way; a Hessian by several is one symmetric matrix. The columns of a model are the elements
// of its Data, in that order, as a Levenberg–Marquardt step over all parameters takes them. hess and hvp yield the
// gradient, too. grad(x, y) and hess(x, y) of a function of two vectors so fit an optimiser over the vector z = [x, y]:
// FGrad(w, g[:n], g[n:], z[:n], z[n:]), FHess(w, h.RawSymmetric().Data, g[:n], g[n:], z[:n], z[n:]) with gonum.
//
//	fn valley(x: f64[3], y: f64[2]) -> f64 = sum[i] (x[i]^2 - y[0])^2 + y[1]^2
//	derive valley { value, grad, hess, hvp(x, y) }
//	dim B
//	model Line : f64[B, 2] -> f64[B, 1] = Dense(1)
//	derive Line { jac(Line), jvp(Line), vjp(Line, x) }
//
//	dim N
//	fn bowl(x: f64[N]) -> f64 = sum[i] (i + 1) * x[i]^2
//	derive bowl { value, grad(x), hvp(x) }
//
// A function may bring a derivative of its own, which is that of its calls then, and what derive emits. jvp names a
// tangent for each argument and yields one for each result, vjp names a cotangent for each result and yields one for
// each argument. One of them suffices: they are linear, and each is the transpose of the other.
//
//	fn bump(x: real[...]) -> real[...] = exp(-x^2)
//	rule jvp bump(x; dx) = -2 * x * bump(x) * dx
//	fn f(x: f64[3]) -> f64 = sum(bump(x))
//	derive f { grad(x) }
//
// An optimizer is formulas over the weight w, its gradient g, the number t of the step, from 1, and states like the
// weight that start at 0. An init is the value of one element of a parameter, where random is a draw from [0, 1).
//
//	optimizer Descent(lr: real = 0.1, friction: real = 0.1) {
//	  state v = 0
//	  u = (1 - friction) * v - lr * g
//	  next v = u
//	  next w = w + u
//	}
//	init triangle(width) = width * (random - 0.5)
//
// The hyper-parameters of an optimiser that are numbers become fields of the trainer. One that is 0 is fixed, and what
// it turns off is not there: SGD without momentum keeps no second array.
//
// import "blocks.grad" makes the declarations of another file of the same module visible. A model can be imported from
// the same directory only, as it is a Go type there.
//
// # The prelude
//
// Every layer, loss, optimiser, initialiser and function that programs find ready is written in this language, in
// package prelude: layers Dense, Conv2d, MaxPool2d, AvgPool2d, Flatten, RMSNorm, LayerNorm, BatchNorm1d, Embedding,
// Dropout, GRU, LSTM; losses crossEntropy, binaryCrossEntropy, mse, mae, huber; optimisers SGD, Adam, AdamW, RMSprop,
// Adagrad; initialisers uniform, normal, constant, xavier, xavierNormal, kaiming, kaimingNormal; functions gelu,
// geluTanh, silu, mish, softsign, logSigmoid, elu, leakyRelu, relu6, hardtanh, hardsigmoid, clamp, softmax,
// logSoftmax, logsumexp, cumsum, and maskedSoftmax, maskedLogSoftmax, maskedLogsumexp, maskedCumsum, which take a mask.
// Formulas, names and layouts are those of PyTorch. A declaration of a program hides one of the same name.
//
// # Where to go next
//
// Package syntax reads the text, package check resolves names, checks types and writes the program out as equations of
// package ir, and package diag holds the registry of errors, which gradgen explain prints.
package dsl
