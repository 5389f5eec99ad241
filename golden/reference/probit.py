#!/usr/bin/env python3
"""Reference values of the inverse normal distribution function.

Writes runtime/testdata/probit.txt: one "p z" a line, both as hexadecimal
floats; z is the correctly rounded quantile, found by Newton's method on
log Phi(z) = log p in 60 digits. Needs mpmath (1.4.1 was used).
"""
import math
import pathlib
import random

import mpmath as mp

mp.mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[2] / "runtime" / "testdata" / "probit.txt"


def quantile(p):
    """Phi^-1 of the exact value of the float p, 0 < p < 1."""
    p = mp.mpf(p)
    if p > mp.mpf(1) / 2:
        return -lower(1 - p)
    return lower(p)


def lower(p):
    if p == mp.mpf(1) / 2:
        return mp.mpf(0)
    if p > mp.mpf("0.02"):
        z = mp.sqrt(2) * mp.erfinv(2 * p - 1)
    else:
        z = -mp.sqrt(-2 * mp.log(p))
    target = mp.log(p)
    for _ in range(80):
        cdf = mp.erfc(-z / mp.sqrt(2)) / 2
        step = (mp.log(cdf) - target) * cdf / mp.npdf(z)
        z -= step
        if abs(step) < abs(z) * mp.mpf(10) ** -50:
            return z
    raise ArithmeticError(f"no convergence at {p}")


def points():
    yield from (5e-324, 2.2250738585072014e-308, 1e-300, 1e-200, 1e-100, 1e-50, 1e-20)
    yield from (math.exp(-25), math.nextafter(math.exp(-25), 0), 2.0**-53, 2.0**-24)
    for edge in (0.075, 0.925, 0.5):
        yield from (math.nextafter(edge, 0), edge, math.nextafter(edge, 1))
    yield from (1 - 2.0**-53, 1 - 2.0**-24, 0.5 + 2.0**-40, 0.5 - 2.0**-53)
    for i in range(1, 200):
        yield i / 200
    rng = random.Random(1)
    for _ in range(300):
        yield math.exp(-rng.uniform(0.7, 740))
    for _ in range(300):
        yield 1 - math.exp(-rng.uniform(0.7, 36))


with OUT.open("w", newline="\n") as out:
    out.write("# p, Phi^-1(p): written by golden/reference/probit.py\n")
    for p in sorted(set(points())):
        if 0 < p < 1:
            out.write(f"{p.hex()} {float(quantile(p)).hex()}\n")
