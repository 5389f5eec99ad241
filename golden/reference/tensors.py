#!/usr/bin/env python3
"""A small file as the reference implementation of safetensors writes it.

Writes runtime/testdata/small.safetensors. Needs safetensors and numpy
(0.8.0 and 2.4.6 were used); the order of the tensors, the padding of the
header and the metadata are the library's own choice.
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file

OUT = pathlib.Path(__file__).resolve().parents[2] / "runtime" / "testdata" / "small.safetensors"
save_file(
    {
        "fc1.weight": np.array([[1, -2, 3.5], [0.1, -0.0, np.inf]], dtype=np.float32),
        "fc1.bias": np.array([0.25, -1e-40], dtype=np.float32),
        "steps": np.array(-7, dtype=np.int32),
        "empty": np.zeros((0, 4), dtype=np.float32),
        "mean": np.array([0.1, 5e-324, -1e300], dtype=np.float64),
        'odd "name" <é>\\\n': np.array([2], dtype=np.float32),
    },
    OUT,
    metadata={"format": "pt"},
)
