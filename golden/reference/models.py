#!/usr/bin/env python3
"""Reference losses, gradients and optimiser steps of small models.

Writes models.json beside itself. PyTorch differentiates, on the CPU in
float64, the programs of the language at sizes small enough to keep every
number; parameters and inputs come from one formula (see fill), so that the
file holds results only. Each gradient is checked against differences along
one direction before it is written. Needs torch (1.13.0a0 was used).
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
FILL = "element k (row-major, from 0) of a tensor is offset + scale*sin((k*k*k + 17*m + 1) mod 1013), the sine of an integer"

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Tensor:
    """A tensor made by the formula, or given by its elements."""

    def __init__(self, name, shape, m=None, scale=0.3, offset=0.0, data=None, ints=False):
        self.name, self.shape, self.grad = name, list(shape), None
        self.record = {"name": name, "shape": self.shape}
        if data is None:
            self.record["fill"] = {"m": m, "scale": scale, "offset": offset}
            data = [offset + scale * math.sin((k * k * k + 17 * m + 1) % 1013) for k in range(math.prod(shape))]
        else:
            self.record["data"] = data
        dtype = torch.int64 if ints else torch.float64
        self.t = torch.tensor(data, dtype=dtype).reshape(self.shape)
        if ints:
            self.record["dtype"] = "i32"
        else:
            self.t.requires_grad_()


def flat(t):
    """The elements in row-major order; no -0, which JSON readers disagree on."""
    return [v + 0.0 for v in t.detach().reshape(-1).tolist()]


def result(name, t):
    return {"name": name, "shape": list(t.shape), "data": flat(t)}


def summary(t):
    """What stands for a gradient too large to keep.

    gradSum, gradSumSq, gradDot = sum over k of g[k]*sin(k mod 1013), which a
    permutation changes, and samples spread over the elements that are not 0.
    """
    v = t.detach().reshape(-1)
    dot = sum(g * math.sin(k % 1013) for k, g in enumerate(v.tolist()))
    live = v.nonzero().reshape(-1).tolist()
    at = list(range(v.numel())) if v.numel() < 8 else [live[(2 * i + 1) * len(live) // 16] for i in range(8)]
    return {"gradSum": v.sum().item(), "gradSumSq": (v * v).sum().item(), "gradDot": dot, "at": at, "gradAt": flat(v[at])}


def check(loss, tensors, h=1e-5):
    """Gradients in .grad against Richardson differences along one direction."""
    before = [t.t.detach().clone() for t in tensors]
    to = [torch.cos(torch.arange(b.numel()) * 2.3 + i).reshape(b.shape) for i, b in enumerate(before)]

    def along(s):
        with torch.no_grad():
            for t, b, d in zip(tensors, before, to):
                t.t.copy_(b + s * d)
            return loss().item()

    slope = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
    along(0)
    want = sum((t.grad * d).sum().item() for t, d in zip(tensors, to))
    scale = sum((t.grad * d).abs().sum().item() for t, d in zip(tensors, to))
    assert abs(slope - want) <= 1e-7 * (1 + scale), (slope, want, scale)


def differentiate(loss, tensors, h=1e-5):
    """The loss; leaves the gradients in .grad, checked."""
    value = loss()
    for t, g in zip(tensors, torch.autograd.grad(value, [t.t for t in tensors])):
        t.grad = g
    check(loss, tensors, h)
    return value.item()


class Kinks:
    """relu and max pooling that remember how near they came to a kink."""

    def __init__(self):
        self.margin = math.inf

    def relu(self, x):
        self.margin = min(self.margin, x.abs().min().item())
        return F.relu(x)

    def pool(self, x, k):
        best = x.unfold(2, k, k).unfold(3, k, k).flatten(-2).topk(2).values
        live = best[..., 0] > 0  # a window of zeros after relu has no gradient to send
        self.margin = min(self.margin, (best[..., 0] - best[..., 1])[live].min().item())
        return F.max_pool2d(x, k)


def dense(P, name, x):
    return F.linear(x, P[name + ".weight"].t, P[name + ".bias"].t)


def by_name(params):
    return {p.name: p for p in params}


def case(model, loss_name, sizes, inputs, params, forward, loss, kinks=None, full=True, h=1e-5):
    """One entry of the file; loss() is differentiated by params and by the real inputs."""
    real = [x for x in inputs if x.t.is_floating_point()]
    if kinks:
        kinks.margin = math.inf
    out = {"model": model, "lossIs": loss_name, "sizes": sizes, "loss": differentiate(loss, params + real, h)}
    out["outputs"] = [result(*o) for o in forward()]
    if kinks:
        assert kinks.margin > 1e-6, kinks.margin
        out["margin"] = kinks.margin
    for t in params + real:
        t.record.update({"grad": flat(t.grad)} if full else summary(t.grad))
    out["inputs"] = [t.record for t in inputs]
    out["params"] = [t.record for t in params]
    return out


OPTIMISERS = {
    "adam": (lambda ps: torch.optim.Adam(ps, lr=1e-3), "Adam, lr 1e-3, beta1 0.9, beta2 0.999, eps 1e-8 added to sqrt(v/(1-beta2^t))"),
    "sgd": (lambda ps: torch.optim.SGD(ps, lr=0.1), "w -= 0.1*g"),
    "momentum": (lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.9), "v = 0.9*v + g, v = g at the first step; w -= 0.1*v"),
}


def train(entry, params, loss, steps=3):
    """Adds to the entry what each optimiser makes of the parameters on one batch."""
    nonzero = torch.cat([p.grad.reshape(-1) for p in params])
    assert nonzero[nonzero != 0].abs().min() > 1e-7  # else Adam divides rounding errors by themselves
    entry["training"] = {}
    for key, (make, rule) in OPTIMISERS.items():
        before = [p.t.detach().clone() for p in params]
        opt, losses = make([p.t for p in params]), []
        for _ in range(steps):
            opt.zero_grad()
            value = loss()
            value.backward()
            opt.step()
            losses.append(value.item())
        entry["training"][key] = {"rule": rule, "steps": steps, "losses": losses, "lossAfter": loss().item()}
        for p, b in zip(params, before):
            p.record.setdefault("after", {})[key] = flat(p.t)
            with torch.no_grad():
                p.t.copy_(b)


def mlp():
    params = [Tensor("fc1.weight", [8, 12], 0, 0.5), Tensor("fc1.bias", [8], 1), Tensor("fc2.weight", [5, 8], 2, 0.5), Tensor("fc2.bias", [5], 3)]
    x, y = Tensor("x", [3, 12], 4, 1.0), Tensor("y", [3], data=[3, 0, 4], ints=True)
    P, kinks = by_name(params), Kinks()

    def logits():
        return dense(P, "fc2", kinks.relu(dense(P, "fc1", x.t)))

    def loss():
        return F.cross_entropy(logits(), y.t)

    entry = case("fc2: Dense(5) ∘ relu ∘ fc1: Dense(8)", "mean(crossEntropy(model(x), y))", {"B": 3, "In": 12, "hidden": 8, "Classes": 5},
                 [x, y], params, lambda: [("logits", logits())], loss, kinks)
    train(entry, params, loss)
    return entry


def lenet():
    shapes = {"conv1.weight": [6, 1, 5, 5], "conv1.bias": [6], "conv2.weight": [16, 6, 5, 5], "conv2.bias": [16], "fc1.weight": [120, 400],
              "fc1.bias": [120], "fc2.weight": [84, 120], "fc2.bias": [84], "fc3.weight": [10, 84], "fc3.bias": [10]}
    scales = {"conv1": 0.3, "conv2": 0.12, "fc1": 0.1, "fc2": 0.15, "fc3": 0.2}
    params = [Tensor(name, shape, m, scales[name.split(".")[0]]) for m, (name, shape) in enumerate(shapes.items())]
    x, y = Tensor("x", [2, 1, 28, 28], 10, 1.0), Tensor("y", [2], data=[7, 2], ints=True)
    P, kinks = by_name(params), Kinks()

    def conv(name, x, pad):
        return F.conv2d(x, P[name + ".weight"].t, P[name + ".bias"].t, padding=pad)

    def logits():
        z = kinks.pool(kinks.relu(conv("conv1", x.t, 2)), 2)
        z = kinks.pool(kinks.relu(conv("conv2", z, 0)), 2).flatten(1)
        return dense(P, "fc3", kinks.relu(dense(P, "fc2", kinks.relu(dense(P, "fc1", z)))))

    return case("conv1: Conv2d(6, k=5, pad=2) >> relu >> MaxPool2d(2) >> conv2: Conv2d(16, k=5) >> relu >> MaxPool2d(2) >> Flatten() >> "
                "fc1: Dense(120) >> relu >> fc2: Dense(84) >> relu >> fc3: Dense(10)", "mean(crossEntropy(model(x), y))", {"B": 2},
                [x, y], params, lambda: [("logits", logits())], lambda: F.cross_entropy(logits(), y.t), kinks, full=False, h=1e-8)


def conv():
    params = [Tensor("conv.weight", [3, 2, 3, 3], 0, 0.5), Tensor("conv.bias", [3], 1), Tensor("fc.weight", [4, 6], 2, 0.5), Tensor("fc.bias", [4], 3)]
    x, y = Tensor("x", [2, 2, 7, 6], 4, 1.0), Tensor("y", [2], data=[1, 3], ints=True)
    P, kinks = by_name(params), Kinks()

    def logits():
        z = F.conv2d(x.t, P["conv.weight"].t, P["conv.bias"].t, stride=2, padding=1)
        return dense(P, "fc", kinks.pool(kinks.relu(z), 2).flatten(1))

    return case("conv: Conv2d(3, k=3, stride=2, pad=1) >> relu >> MaxPool2d(2) >> Flatten() >> fc: Dense(4)", "mean(crossEntropy(model(x), y))",
                {"B": 2, "channels": 2, "H": 7, "W": 6}, [x, y], params, lambda: [("logits", logits())], lambda: F.cross_entropy(logits(), y.t), kinks)


GRU_SHAPES = {"weight_ih_l0": [15, 3], "weight_hh_l0": [15, 5], "bias_ih_l0": [15], "bias_hh_l0": [15]}


def run_gru(P, prefix, xs, h0):
    """What torch.nn.GRU calls, on our tensors."""
    ys, last = torch.gru(xs, h0[None], [P[prefix + n].t for n in GRU_SHAPES], True, 1, 0.0, False, False, False)
    return ys, last[0]


def reader():
    params = [Tensor("rnn." + n, s, m, 0.6) for m, (n, s) in enumerate(GRU_SHAPES.items())]
    params += [Tensor("fc.weight", [4, 5], 4, 0.5), Tensor("fc.bias", [4], 5)]
    xs, y = Tensor("xs", [4, 2, 3], 6, 1.0), Tensor("y", [2], data=[2, 0], ints=True)
    P = by_name(params)

    def forward():
        ys, last = run_gru(P, "rnn.", xs.t, torch.zeros(2, 5))
        return [("ys", ys), ("last", last), ("logits", dense(P, "fc", last))]

    return case("(ys, last) = rnn: GRU(5)(xs, 0); fc: Dense(4)(last)", "mean(crossEntropy(model(xs), y))", {"T": 4, "B": 2, "inp": 3, "hid": 5},
                [xs, y], params, forward, lambda: F.cross_entropy(forward()[2][1], y.t))


def gru_layer():
    params = [Tensor("rnn." + n, s, m, 0.6) for m, (n, s) in enumerate(GRU_SHAPES.items())]
    xs, h0, dys, dlast = Tensor("xs", [4, 2, 3], 6, 1.0), Tensor("h0", [2, 5], 7, 0.8), Tensor("dys", [4, 2, 5], 8, 1.0), Tensor("dlast", [2, 5], 9, 1.0)
    P = by_name(params)

    def forward():
        ys, last = run_gru(P, "rnn.", xs.t, h0.t)
        return [("ys", ys), ("last", last)]

    def loss():
        (_, ys), (_, last) = forward()
        return (dys.t * ys).sum() + (dlast.t * last).sum()

    return case("(ys, last) = rnn: GRU(5)(xs, h0)", "sum(dys*ys) + sum(dlast*last)", {"T": 4, "B": 2, "inp": 3, "hid": 5},
                [xs, h0, dys, dlast], params, forward, loss)


def transformer(norm_scale):
    d, heads, ff, batch, time, blocks = 8, 2, 12, 2, 5, 2
    e = d // heads
    shapes = {"n1.weight": [d], "attn.Wq": [heads, e, d], "attn.Wk": [heads, e, d], "attn.Wv": [heads, e, d], "attn.Wo": [d, heads, e],
              "n2.weight": [d], "fc1.weight": [ff, d], "fc1.bias": [ff], "fc2.weight": [d, ff], "fc2.bias": [d]}
    params = []
    for i in range(blocks):
        for name, shape in shapes.items():
            norm = name in ("n1.weight", "n2.weight")
            params.append(Tensor(f"blocks.{i}.{name}", shape, len(params), norm_scale if norm else 0.5, 1.0 if norm else 0.0))
    x, y = Tensor("x", [batch, time, d], len(params), 1.0), Tensor("y", [batch, time, d], len(params) + 1, 1.0)
    P = by_name(params)

    def rms(x, w):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * w

    def attention(x, Wq, Wk, Wv, Wo):
        q, k, v = (torch.einsum("btc,hic->bhti", x, W) for W in (Wq, Wk, Wv))
        s = torch.einsum("bhti,bhui->bhtu", q, k) / math.sqrt(e)
        later = torch.ones(time, time).triu(1).bool()
        p = torch.softmax(s.masked_fill(later, -math.inf), -1)
        return torch.einsum("bhti,chi->btc", torch.einsum("bhtu,bhui->bhti", p, v), Wo)

    def forward():
        z = x.t
        for i in range(blocks):
            def w(name):
                return P[f"blocks.{i}.{name}"].t
            z = z + attention(rms(z, w("n1.weight")), w("attn.Wq"), w("attn.Wk"), w("attn.Wv"), w("attn.Wo"))
            z = z + dense(P, f"blocks.{i}.fc2", F.gelu(dense(P, f"blocks.{i}.fc1", rms(z, w("n2.weight")))))
        return z

    return case("blocks: stack(2, Block(2, 12)); Block = (id + (fc2: Dense(d) ∘ gelu ∘ fc1: Dense(ff) ∘ n2: RMSNorm())) ∘ (id + (attn: Attn(heads) ∘ n1: RMSNorm())); "
                "RMSNorm: x/sqrt(mean(x^2) + 1e-5)*weight; gelu by erf", "mean((model(x) - y)^2)",
                {"B": batch, "T": time, "d": d, "heads": heads, "ff": ff, "blocks": blocks}, [x, y], params, lambda: [("model(x)", forward())],
                lambda: ((forward() - y.t) ** 2).mean())


def rbf():
    params = [Tensor("rbf.c", [4, 2], 0, 1.0), Tensor("rbf.s", [4], 1, 0.5, 1.0), Tensor("out.weight", [1, 4], 2, 1.0), Tensor("out.bias", [1], 3)]
    x, y = Tensor("x", [5, 2], 4, 1.0), Tensor("y", [5, 1], 5, 1.0)
    P = by_name(params)

    def forward():
        square = ((x.t[:, None, :] - P["rbf.c"].t[None]) ** 2).sum(-1)
        return dense(P, "out", torch.exp(-P["rbf.s"].t * square))

    return case("out: Dense(1) ∘ rbf: RBF(4); rbf.s and its gradient are those of the constrained value", "mean((model(x) - y)^2)", {"B": 5, "inp": 2, "out": 4},
                [x, y], params, lambda: [("model(x)", forward())], lambda: ((forward() - y.t) ** 2).mean())


def write(path, script, cases):
    """JSON with a field, or a tensor of a list of tensors, on each line."""
    def line(v):
        return json.dumps(v, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def field(key, v):
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return f"      {line(key)}: [\n" + ",\n".join("        " + line(x) for x in v) + "\n      ]"
        return f"      {line(key)}: {line(v)}"

    provenance = {"script": "golden/reference/" + script, "library": "PyTorch", "version": torch.__version__, "dtype": "float64", "device": "cpu"}
    body = ",\n".join(f"    {line(name)}: {{\n" + ",\n".join(field(*f) for f in c.items()) + "\n    }" for name, c in cases.items())
    text = f'{{\n  "provenance": {line(provenance)},\n  "fill": {line(FILL)},\n  "cases": {{\n{body}\n  }}\n}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(HERE / "models.json", "models.py", {
        "mlp": mlp(),
        "lenet": lenet(),
        "conv": conv(),
        "reader": reader(),
        "gru": gru_layer(),
        "transformer": transformer(0.0),
        "transformerScaled": transformer(0.3),
        "rbf": rbf(),
    })
