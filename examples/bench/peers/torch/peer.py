"""Networks in PyTorch on one core, as a peer of the benchmark.

See process in peer.go for what is read and written. The models have the names
and layouts of the generated ones, because those are PyTorch's.
"""

import json
import os
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
FOLDER = sys.argv[1]


def load(workload, name, dtype=torch.float32):
    with open(os.path.join(FOLDER, workload, name), "rb") as f:
        return torch.frombuffer(bytearray(f.read()), dtype=dtype)


def fill(workload, net, dtype=torch.float32):
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(load(workload, name, dtype).reshape(p.shape))


def mlp(*sizes, act=nn.ReLU):
    net = nn.Sequential()
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        net.add_module(f"fc{i + 1}", nn.Linear(a, b))
        if i < len(sizes) - 2:
            net.add_module(f"act{i + 1}", act())
    return net


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.fc = nn.GRU(64, 64), nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][-1])


def training(net, shape, optimizer):
    """Steps on one batch; the losses of the first four."""

    def make(workload):
        fill(workload, net)
        x, y = load(workload, "x").reshape(shape), load(workload, "y", torch.int32).long()
        loss, opt = nn.CrossEntropyLoss(), optimizer(net.parameters())

        def step():
            opt.zero_grad(set_to_none=True)
            v = loss(net(x), y)
            v.backward()
            opt.step()
            return v

        return step, lambda: [step().item() for _ in range(4)]

    return make


def tiny(dtype):
    def make(workload):
        net = mlp(4, 16, 16, 3, act=nn.Tanh).to(dtype)
        fill(workload, net, dtype)
        x, y, loss = load(workload, "x", dtype), torch.tensor(1), nn.CrossEntropyLoss()

        def gradient():
            net.zero_grad(set_to_none=True)
            v = loss(net(x), y)
            v.backward()
            return v

        return gradient, lambda: [gradient().item()] + [g for p in net.parameters() for g in p.grad.flatten().tolist()]

    return make


def inference(workload):
    net, x = mlp(784, 128, 10), load(workload, "x").reshape(1, 784)
    fill(workload, net)

    def scores():
        with torch.no_grad():
            return net(x)

    return scores, lambda: scores().flatten().tolist()


def transformer(workload):
    net = nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
    fill(workload, net)
    x, mask = load(workload, "x").reshape(4, 64, 128), torch.triu(torch.full((64, 64), float("-inf")), 1)

    def gradient():
        net.zero_grad(set_to_none=True)
        v = net(x, src_mask=mask).square().mean()
        v.backward()
        return v

    def values():
        v = gradient().item()
        return [v] + [p.grad.norm().item() for _, p in sorted(net.named_parameters())]

    return gradient, values


def product(dtype):
    def make(workload):
        a, b = (load(workload, name, dtype).reshape(1024, 1024) for name in "ab")
        c = torch.empty(1024, 1024, dtype=dtype)
        run = lambda: torch.mm(a, b, out=c)
        return run, lambda: run().diagonal().tolist()

    return make


SGD = lambda ps: torch.optim.SGD(ps, lr=1e-2)
WORKLOADS = {
    "tiny f32: gradient": tiny(torch.float32),
    "tiny f64: gradient": tiny(torch.float64),
    "mlp: sgd step": training(mlp(784, 128, 10), (64, 784), SGD),
    "mlp: adam step": training(mlp(784, 128, 10), (64, 784), lambda ps: torch.optim.Adam(ps, lr=1e-3)),
    "mlp deep: sgd step": training(mlp(784, 512, 256, 10), (64, 784), SGD),
    "mlp: one sample": inference,
    "lenet: sgd step": training(LeNet(), (64, 1, 28, 28), SGD),
    "gru: sgd step": training(Reader(), (32, 16, 64), SGD),
    "transformer: gradient": transformer,
    "product f32": product(torch.float32),
    "product f64": product(torch.float64),
}


def per_call(entry):
    """One turn: as many calls as fill two milliseconds, after one that warms up."""
    entry["run"]()
    while True:
        start = time.perf_counter_ns()
        for _ in range(entry["calls"]):
            entry["run"]()
        took = time.perf_counter_ns() - start
        if took >= 2e6:
            return took / entry["calls"]
        entry["calls"] *= 2


def main():
    def say(answer):
        print(json.dumps(answer), flush=True)

    say({"name": "PyTorch " + torch.__version__.split("+")[0], "workloads": list(WORKLOADS)})
    made = {}
    for line in sys.stdin:
        name = line.rstrip("\n")
        if name in made:
            say({"nanoseconds": per_call(made[name])})
        else:
            run, values = WORKLOADS[name](name)
            made[name] = {"run": run, "calls": 1}
            say({"values": values()})


main()
