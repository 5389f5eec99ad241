#!/usr/bin/env python3
"""Reference values of the runtime's scalar functions.

Writes runtime/testdata/scalar.txt: "name x y" a line, x and y as hexadecimal
floats, y correctly rounded from 60 digits. With --digamma it prints instead
the constants of runtime/digamma.go: the positive root of digamma in two parts
and the Taylor coefficients there. Needs mpmath (1.4.1 was used).
"""
import math
import pathlib
import random
import sys

import mpmath as mp

mp.mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[2] / "runtime" / "testdata" / "scalar.txt"


def digamma_constants():
    root = mp.findroot(mp.digamma, mp.mpf("1.4616321449683623"))
    high = float(root)
    print("root", repr(high), repr(float(root - mp.mpf(high))))
    for k in range(1, 25):
        print(k, repr(float(mp.polygamma(k, root) / mp.factorial(k))))


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x <= 0 else x + mp.log1p(mp.exp(-x))


def everywhere(rng):
    yield from (0.0, 1.0, -1.0, 0.5, -0.5, 2.0**-53, -(2.0**-53), 1e-300, -1e-300, 5e-324, -5e-324)
    yield from (36.0, 37.0, 40.0, -36.0, -37.0, -40.0, 700.0, -700.0, 708.0, -708.0, 800.0, 1e300)
    for _ in range(200):
        yield rng.uniform(-5, 5)
    for _ in range(100):
        yield rng.uniform(-708, 708)


def for_digamma(rng):
    yield from (1.0, 2.0, 0.5, 10.0, 1e-300, 1e-9, -1e-9, 1e-3, 1e5, 1e300, 1.4616321449683622, 1.4616321449683625)
    yield from (9.999999999999998, 10.000000000000002, 1.25, 1.75, -0.5, -1.5, -0.504083008264455, -20.25)
    for _ in range(200):
        yield rng.uniform(0.01, 12)
    for _ in range(50):
        yield math.exp(rng.uniform(2, 40))
    for _ in range(50):
        yield rng.uniform(-30, 0)


def for_log(rng):
    yield from (1.0, 2.0, 0.5, 5e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308)
    yield from (math.nextafter(1, 0), math.nextafter(1, 2), math.sqrt(0.5), math.sqrt(2), 0.75, 1.5)
    for _ in range(200):
        yield rng.uniform(0.4, 2.5)
    for _ in range(200):
        yield math.exp(rng.uniform(-744, 709))


if "--digamma" in sys.argv:
    digamma_constants()
    sys.exit()

rng = random.Random(2)
with OUT.open("w", newline="\n") as out:
    out.write("# name, x, value: written by golden/reference/scalar.py\n")
    for name, f in (("sigmoid", sigmoid), ("softplus", softplus), ("logSigmoid", lambda x: -softplus(-x))):
        for x in everywhere(rng):
            out.write(f"{name} {x.hex()} {float(f(mp.mpf(x))).hex()}\n")
    for x in for_log(rng):
        out.write(f"log {x.hex()} {float(mp.log(mp.mpf(x))).hex()}\n")
    for x in for_digamma(rng):
        out.write(f"digamma {x.hex()} {float(mp.digamma(mp.mpf(x))).hex()}\n")
