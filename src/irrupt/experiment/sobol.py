"""Sobol' sequences: points that fill a cube evenly, however many one takes.

Source: Sobol' 1967; direction numbers of Joe & Kuo 2008, Constructing Sobol' sequences with better two-dimensional
projections (their first 13 dimensions); in the order of Antonov & Saleev 1979, shifted digit by digit by the seed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats

BITS = 32
_NUMBERS = (
    # Degree and coefficients of the primitive polynomial, then the first direction numbers.
    *((1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3)), (4, 4, (1, 3, 5, 13))),
    *((5, 2, (1, 1, 5, 5, 17)), (5, 4, (1, 1, 5, 5, 5)), (5, 7, (1, 1, 7, 11, 19)), (5, 11, (1, 1, 5, 1, 1))),
    *((5, 13, (1, 1, 1, 3, 11)), (5, 14, (1, 3, 5, 5, 31))),
)
MOST = len(_NUMBERS) + 1
"""Dimensions for which there are direction numbers here."""


def sobol(points: int, width: int, seed: int | None = None) -> Floats:
    """The first *points* of the sequence in *width* dimensions (at most 13), in [0, 1); unshifted without a seed.

    >>> sobol(4, 2).tolist()
    [[0.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    """
    found = np.zeros((points, width), np.uint64)
    change = np.array([(n & -n).bit_length() - 1 for n in range(1, points)], np.int64)
    for dimension in range(width):
        if points > 1:
            found[1:, dimension] = np.bitwise_xor.accumulate(_directions(dimension)[change])
    if seed is not None:
        generator = np.random.Generator(np.random.PCG64(seed))
        found ^= generator.integers(0, 1 << BITS, width, dtype=np.uint64)
        # Half a step in, so that no point lies on a side.
        return (found.astype(np.float64) + 0.5) / 2.0**BITS
    return found.astype(np.float64) / 2.0**BITS


def _directions(dimension: int) -> npt.NDArray[np.uint64]:
    if dimension == 0:
        return np.array([1 << (BITS - 1 - n) for n in range(BITS)], np.uint64)
    degree, coefficients, first = _NUMBERS[dimension - 1]
    numbers = [m << (BITS - 1 - n) for n, m in enumerate(first)]
    for n in range(degree, BITS):
        value = numbers[n - degree] ^ (numbers[n - degree] >> degree)
        for k in range(1, degree):
            if coefficients >> (degree - 1 - k) & 1:
                value ^= numbers[n - k]
        numbers.append(value)
    return np.array(numbers, np.uint64)
