#!/usr/bin/env python3
"""Reference values of codegen/amd64/elementary in double precision.

Writes codegen/amd64/elementary/testdata/reference.bin. A function is a line

    name arguments points from to least most

and then, for each point, the nearest float64 to the exact value and what is
left, in 1/200 units in the last place: 8 bytes, little endian, and a signed
one. Where from, to, least and most are 0, the arguments come before the value,
8 bytes each: arguments known to be hard. Else points are drawn by SplitMix64 from a seed that is the function's position:
in turn evenly from [from, to], and with random sign and bits and an exponent
from least to most; the test draws them likewise. Needs mpmath (1.3.0 was used).
"""
import math
import pathlib
import struct

import mpmath as mp

OUT = pathlib.Path(__file__).resolve().parents[2] / "codegen" / "amd64" / "elementary" / "testdata" / "reference.bin"
POINTS = 2000


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def softplus(x):
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def cbrt(x):
    return mp.sign(x) * mp.cbrt(abs(x))


def real(f):
    """f, and NaN where it is not real."""

    def g(*x):
        try:
            y = f(*x)
        except (ValueError, ZeroDivisionError):
            return mp.nan
        return mp.nan if isinstance(y, mp.mpc) else y

    return g


# name, function, interval, exponents
FUNCTIONS = [
    ("rsqrt", lambda x: 1 / mp.sqrt(x), (0, 4), (-1074, 1023)),
    ("cbrt", cbrt, (-8, 8), (-1074, 1023)),
    ("exp", mp.exp, (-746, 710), (-60, 9)),
    ("expm1", mp.expm1, (-3, 3), (-1074, 9)),
    ("sinh", mp.sinh, (-3, 3), (-1074, 9)),
    ("cosh", mp.cosh, (-3, 3), (-60, 9)),
    ("tanh", mp.tanh, (-20, 20), (-1074, 5)),
    ("sigmoid", sigmoid, (-750, 50), (-60, 6)),
    ("softplus", softplus, (-750, 50), (-60, 6)),
    ("log", mp.log, (0.1, 4), (-1074, 1023)),
    ("log1p", mp.log1p, (-1, 4), (-1074, 1023)),
    ("log2", lambda x: mp.log(x) / mp.log(2), (0.1, 4), (-1074, 1023)),
    ("asinh", mp.asinh, (-4, 4), (-1074, 1023)),
    ("acosh", mp.acosh, (1, 4), (0, 1023)),
    ("atanh", mp.atanh, (-1, 1), (-1074, -1)),
    ("sin", mp.sin, (-10, 10), (-1074, 1023)),
    ("cos", mp.cos, (-10, 10), (-60, 1023)),
    ("tan", mp.tan, (-10, 10), (-1074, 1023)),
    ("asin", mp.asin, (-1, 1), (-1074, -1)),
    ("acos", mp.acos, (-1, 1), (-60, -1)),
    ("atan", mp.atan, (-3, 3), (-1074, 1023)),
    ("erf", mp.erf, (-6, 6), (-1074, 3)),
    ("erfc", mp.erfc, (-6, 28), (-60, 3)),
    ("hypot", mp.hypot, (-3, 3), (-1074, 1023)),
    ("atan2", mp.atan2, (-3, 3), (-30, 30)),
    ("pow", lambda x, y: mp.power(x, y), (0, 20), (-8, 8)),
]


def near_multiples():
    """Arguments next to multiples of π/2, and those nearest to one in relation
    to their size (Muller et al., Handbook of Floating-Point Arithmetic)."""
    yield (math.ldexp(6381956970095103, 797),)
    yield (math.ldexp(5319372648326541, 255 - 53 + 1),)
    rng = SplitMix(99)
    for e in [*range(0, 40), *range(40, 1022, 9)]:
        for _ in range(4):
            n = 2**e + (rng.next() << max(e - 64, 0)) % 2**e
            mp.mp.prec = 2400
            yield (float(n * mp.pi / 2),)


def near_one():
    for e in range(1, 53):
        yield (1 + 2.0**-e,)
        yield (1 - 2.0**-e,)
    for e in range(1, 1074, 13):
        yield (math.ldexp(1.3, -e),)


def powers():
    rng = SplitMix(98)
    for k in range(400):
        x = 1 + math.ldexp(rng.next() % 2**53, -53 - k % 40) * (1 if k & 1 else -0.5)
        at = (rng.next() % 1400) - 740
        yield (x, float(at / mp.log(x)))


# name, function, hard arguments
HARD = [
    ("sin", mp.sin, near_multiples),
    ("cos", mp.cos, near_multiples),
    ("tan", mp.tan, near_multiples),
    ("log", mp.log, near_one),
    ("log2", lambda x: mp.log(x) / mp.log(2), near_one),
    ("acosh", mp.acosh, near_one),
    ("asin", mp.asin, near_one),
    ("acos", mp.acos, near_one),
    ("atanh", mp.atanh, near_one),
    ("pow", mp.power, powers),
]


class SplitMix:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)


def draw(rng, even, interval, exponents):
    z = rng.next()
    if even:
        return interval[0] + (interval[1] - interval[0]) * ((z >> 11) * 2.0**-53)
    e = exponents[0] + (z >> 53) % (exponents[1] - exponents[0] + 1)
    m = 1 + (z & ((1 << 52) - 1)) * 2.0**-52
    x = math.ldexp(m, e)
    return -x if z >> 52 & 1 else x


def nearest(y):
    """The nearest float64 and the rest in 1/200 of its last place."""
    if mp.isnan(y):
        return math.nan, 0
    if y == 0 or mp.isinf(y) or abs(y) >= mp.mpf(2) ** 1024:
        return math.copysign(0.0 if y == 0 else math.inf, y), 0
    unit = max(math.frexp(mp.frexp(abs(y))[0])[1] + mp.frexp(abs(y))[1] - 53, -1074)
    n = int(mp.nint(y / mp.mpf(2) ** unit))
    rest = y / mp.mpf(2) ** unit - n
    try:
        return math.ldexp(n, unit), int(mp.nint(200 * rest))
    except OverflowError:
        return math.copysign(math.inf, y), 0


def main():
    out = bytearray()
    for seed, (name, f, interval, exponents) in enumerate(FUNCTIONS):
        count = 2 if name in ("hypot", "atan2", "pow") else 1
        out += f"{name} {count} {POINTS} {interval[0]} {interval[1]} {exponents[0]} {exponents[1]}\n".encode()
        rng = SplitMix(seed)
        for k in range(POINTS):
            x = [mp.mpf(draw(rng, k % 2 == 0, interval, exponents)) for _ in range(count)]
            # Results near 0 and reductions need as many bits as arguments have.
            mp.mp.prec = 300 + sum(2 * abs(mp.frexp(v)[1]) for v in x)
            y, rest = nearest(real(f)(*x))
            out += struct.pack("<db", y, rest)
    for name, f, arguments in HARD:
        points = list(arguments())
        out += f"{name} {len(points[0])} {len(points)} 0 0 0 0\n".encode()
        for x in points:
            mp.mp.prec = 3000
            y, rest = nearest(real(f)(*map(mp.mpf, x)))
            out += struct.pack("<" + len(x) * "d", *x) + struct.pack("<db", y, rest)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(out)


if __name__ == "__main__":
    main()
