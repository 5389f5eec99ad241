#!/usr/bin/env python3
"""Reference values and derivatives of functions.

Writes functions.json beside itself: activations and losses, Rosenbrock's
function, a curve to fit, a network inside a dynamic model, a Gaussian mixture.
PyTorch differentiates, on the CPU in float64. Where its own kernel loses the
relative accuracy of a small result (softplus, gelu, elu, binary cross entropy
far out) the formula that keeps it is differentiated instead and compared with
the kernel. Needs torch (1.13.0a0 was used).
"""
import math

import torch
import torch.nn.functional as F
from torch.autograd import functional as A

from models import HERE, Tensor, dense, by_name, differentiate, flat, result, write

POINTS = [-40, -8, -3, -1, -0.5, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.25, 1, 2.5, 8, 40]


def softplus(x):
    return torch.where(x > 0, x + torch.log1p(torch.exp(-x)), torch.log1p(torch.exp(x)))


def elu(x, alpha):
    """Valued by expm1, differentiated as exp, which keeps what 1 + expm1(x) loses."""
    e = torch.exp(x)
    return torch.where(x > 0, x, alpha * (torch.expm1(x).detach() + (e - e.detach())))


# name, parameter, the formula that is differentiated, PyTorch's kernel
ELEMENTWISE = [
    ("softplus", None, softplus, lambda x: F.softplus(x, threshold=50)),
    ("logSigmoid", None, lambda x: -softplus(-x), F.logsigmoid),
    ("gelu", None, lambda x: x * torch.erfc(-x / math.sqrt(2)) / 2, F.gelu),
    ("silu", None, lambda x: x / (1 + torch.exp(-x)), F.silu),
    ("elu", 1.0, lambda x: elu(x, 1.0), F.elu),
    ("elu", 0.75, lambda x: elu(x, 0.75), lambda x: F.elu(x, 0.75)),
    ("leakyRelu", 0.01, lambda x: torch.where(x > 0, x, 0.01 * x), F.leaky_relu),
    ("leakyRelu", 0.25, lambda x: torch.where(x > 0, x, 0.25 * x), lambda x: F.leaky_relu(x, 0.25)),
]


def grad(y, x, **more):
    return torch.autograd.grad(y, x, **more)[0]


def elementwise():
    """Value, first and second derivative; at a kink the convention of the language, which is PyTorch's."""
    rows = []
    for name, alpha, formula, kernel in ELEMENTWISE:
        x = torch.tensor(POINTS, requires_grad=True, dtype=torch.float64)
        y = formula(x)
        d1 = grad(y.sum(), x, create_graph=True)
        d2 = grad(d1.sum(), x) if d1.requires_grad else torch.zeros_like(x)
        assert torch.allclose(y, kernel(x), rtol=1e-15, atol=1e-15)
        assert torch.allclose(d1, grad(kernel(x).sum(), x), rtol=1e-14, atol=1e-14)
        rows.append({"name": name, **({} if alpha is None else {"alpha": alpha}), "value": flat(y), "d1": flat(d1), "d2": flat(d2)})
    return {"x": POINTS, "functions": rows}


def entry(formula, inputs, outputs, value=None, h=1e-5, **more):
    """A function of inputs; value() is differentiated by the real ones, outputs() are kept as they are."""
    out = {"formula": formula, **more}
    real = [t for t in inputs if t.t.is_floating_point()]
    if value:
        out["value"] = differentiate(value, real, h)
        for t in real:
            t.record["grad"] = flat(t.grad)
    out["inputs"] = [t.record for t in inputs]
    out["outputs"] = [result(*o) for o in outputs()]
    return out


def along_axis(name, f):
    """f along the last axis, with the vector-Jacobian product by w as the gradient of sum(w*f(x))."""
    x = Tensor("x", [3, 5], 0, 2.0)
    w = Tensor("w", [3] if name == "logsumexp" else [3, 5], 1, 1.0)
    return entry(f"sum(w * {name}(x)), {name} along the last axis", [x, w], lambda: [("y", f(x.t))], lambda: (w.t * f(x.t)).sum())


def far(name, f):
    """The same with logits no naive exponential survives."""
    x = Tensor("x", [4, 3], data=[1000, 999, -1000, -1000, -1000, -1001, 0, 0, 0, 700, -700, 0])
    w = Tensor("w", [4] if name == "logsumexp" else [4, 3], 1, 1.0)
    y = f(x.t)
    g = torch.autograd.grad((w.t * y).sum(), x.t)[0]
    x.record["grad"] = flat(g)
    return {"formula": f"sum(w * {name}(x)), {name} along the last axis", "inputs": [x.record, w.record], "outputs": [result("y", y)]}


def cross_entropy():
    x, y = Tensor("x", [4, 5], 0, 2.0), Tensor("y", [4], data=[0, 4, 2, 2], ints=True)
    return entry("mean(crossEntropy(x, y)), x logits, y classes", [x, y], lambda: [("crossEntropy(x, y)", F.cross_entropy(x.t, y.t, reduction="none"))],
                 lambda: F.cross_entropy(x.t, y.t))


def binary_cross_entropy():
    x, y = Tensor("x", [6], 0, 3.0), Tensor("y", [6], 1, 0.5, 0.5)

    def each():
        return y.t * softplus(-x.t) + (1 - y.t) * softplus(x.t)

    assert torch.allclose(each(), F.binary_cross_entropy_with_logits(x.t, y.t, reduction="none"), rtol=1e-14)
    return entry("mean(binaryCrossEntropy(x, y)), x logits, y probabilities", [x, y], lambda: [("binaryCrossEntropy(x, y)", each())], lambda: each().mean())


def binary_cross_entropy_far():
    """Value and derivative by x of each element for targets 0 and 1; gradient of the sum."""
    x = Tensor("x", [10], data=[-40, -40, -8, -8, 0, 0, 8, 8, 40, 40])
    y = Tensor("y", [10], data=[0, 1] * 5)
    values = y.t * softplus(-x.t) + (1 - y.t) * softplus(x.t)
    x.record["grad"] = flat(grad(values.sum(), x.t))
    return {"formula": "sum(binaryCrossEntropy(x, y)), x logits, y classes 0 and 1", "inputs": [x.record, y.record],
            "outputs": [result("binaryCrossEntropy(x, y)", values)]}


def rosenbrock():
    def f(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    x, v = Tensor("x", [5], 0, 1.0, 0.5), Tensor("v", [5], 1, 1.0)
    out = entry("sum[i < N-1] (100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", [x], lambda: [], lambda: f(x.t))
    out["inputs"].append(v.record)
    hess = A.hessian(f, x.t)
    hvp = A.hvp(f, x.t, v.t)[1]
    assert torch.allclose(hess @ v.t, hvp, rtol=1e-13)
    out["outputs"] = [result("hess(x)", hess), result("hvp(x; v)", hvp)]
    return out


def misra1a():
    b, x = Tensor("b", [2], data=[250, 0.0005]), Tensor("x", [7], 0, 340.0, 420.0)

    def f(b):
        return -b[0] * torch.expm1(-b[1] * x.t)

    return entry("y[m] = -b[0]*expm1(-b[1]*x[m])", [b, x], lambda: [("y", f(b.t)), ("jac(b)", A.jacobian(f, b.t))], M=7)


def cost():
    params = [Tensor("fc1.weight", [16, 3], 0, 1.0), Tensor("fc1.bias", [16], 1, 0.5), Tensor("fc2.weight", [1, 16], 2, 4.0), Tensor("fc2.bias", [1], 3, 2.0)]
    s0, u = Tensor("s0", [2], data=[0.6, -1.5]), Tensor("u", [20], 4, 2.0)
    P = by_name(params)

    def roll():
        s, losses = s0.t, []
        for a in u.t:
            acc = dense(P, "fc2", torch.tanh(dense(P, "fc1", torch.stack([torch.sin(s[0]), s[1], a]))))
            s = torch.stack([s[0] + 0.001 * s[1], s[1] + 0.001 * acc[0]])
            losses.append(s[0] ** 2 + 0.01 * a ** 2)
        return s, torch.stack(losses).sum()

    out = entry("the cost of language.md: n = s + 0.001*[s[1], Plant([sin(s[0]), s[1], a])[0]], sum of n[0]^2 + 0.01*a^2, Plant = fc2: Dense(1) ∘ tanh ∘ fc1: Dense(16)",
                [s0, u] + params, lambda: [("last state", roll()[0])], lambda: roll()[1])
    out["inputs"], out["params"] = out["inputs"][:2], out["inputs"][2:]
    return out


def mixture(d, K, n, gamma, m):
    """The Gaussian mixture with a Wishart prior of ADBench; icf is log-diagonal, then the strictly lower triangle column by column."""
    alpha, mu, icf = Tensor("alpha", [K], 0, 1.0), Tensor("mu", [K, d], 1, 1.0), Tensor("icf", [K, d * (d + 1) // 2], 2, 0.7)
    x = Tensor("x", [n, d], 3, 1.5)

    def value():
        q, low = icf.t[:, :d], icf.t[:, d:]
        terms, prior = [], 0
        for k in range(K):
            Q = torch.diag(torch.exp(q[k]))
            at = 0
            for col in range(d):
                for row in range(col + 1, d):
                    unit = torch.zeros(d, d)
                    unit[row, col] = 1
                    Q = Q + unit * low[k, at]
                    at += 1
            y = (x.t - mu.t[k]) @ Q.T
            terms.append(alpha.t[k] + q[k].sum() - (y * y).sum(-1) / 2)
            prior = prior + gamma ** 2 / 2 * ((torch.exp(q[k]) ** 2).sum() + (low[k] ** 2).sum()) - m * q[k].sum()
        N = d + m + 1
        C = N * d * (math.log(gamma) - math.log(2) / 2) - torch.mvlgamma(torch.tensor(N / 2), d).item()
        likelihood = torch.logsumexp(torch.stack(terms, -1), -1).sum() - n * torch.logsumexp(alpha.t, 0)
        return -n * d / 2 * math.log(2 * math.pi) + likelihood + prior - K * C

    return entry("F = -n*d/2*log(2*pi) + sum_i logsumexp_k(alpha_k + sum_j q_kj - |Q_k (x_i - mu_k)|^2/2) - n*logsumexp(alpha) "
                 "+ sum_k (gamma^2/2*(|exp(q_k)|^2 + |L_k|^2) - m*sum_j q_kj) - K*C, C = N*d*(log(gamma) - log(2)/2) - logGamma_d(N/2), N = d + m + 1; "
                 "Q_k lower triangular, exp(q_k) on its diagonal; icf[k] = q_k, then L_k column by column",
                 [alpha, mu, icf, x], lambda: [], value, sizes={"d": d, "K": K, "n": n}, gamma=gamma, m=m)


ALONG = {
    "softmax": lambda x: torch.softmax(x, -1),
    "logSoftmax": lambda x: torch.log_softmax(x, -1),
    "logsumexp": lambda x: torch.logsumexp(x, -1),
}

if __name__ == "__main__":
    cases = {"elementwise": elementwise()}
    for name, f in ALONG.items():
        cases[name] = along_axis(name, f)
        cases[name + "Far"] = far(name, f)
    cases |= {
        "crossEntropy": cross_entropy(),
        "binaryCrossEntropy": binary_cross_entropy(),
        "binaryCrossEntropyFar": binary_cross_entropy_far(),
        "rosenbrock": rosenbrock(),
        "misra1a": misra1a(),
        "cost": cost(),
        "mixture": mixture(2, 3, 4, 1.0, 0),
        "mixturePrior": mixture(3, 2, 5, 0.8, 2),
    }
    write(HERE / "functions.json", "functions.py", cases)
