"""Powers of two with an exponent not above 0, as a polynomial a compiler can vectorise.

numba has had no vector exponential since 0.62, and calls the C library once per number. A polynomial of what remains
after the whole powers costs a tenth of that; base 2 because the caller has factors to fold log2(e) into. Both
functions stay plain callees, compiled by `physics._jit.fast_kernel` without reassociation: inlined under looser rules
the rounding by a large number is optimised away, and the result is wrong by a fifth.
"""

from __future__ import annotations

import numpy as np

from physics._jit import fast_kernel

LOG2_E = 1.4426950408889634
"""e^x is 2^(x LOG2_E)."""

LOWEST = -1021.0
"""Exponents below this count as this: below 2^-1022 numbers are denormal, and slow."""
LOWEST_SINGLE = np.float32(-125.0)
"""The same in single precision."""

_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number and leaves that in the low bits
_ROUND_SINGLE = np.float32(12582912.0)  # 1.5 * 2^23

# Polynomials of 2^r for |r| <= 1/2 of least greatest relative error (1.4e-14 and 7.5e-8), by Remez exchange: those of
# e^r in r ln 2.
_LN2 = 0.6931471805599453
_A0 = 1.0000000000000129
_A1 = 0.9999999999998901 * _LN2
_A2 = 0.49999999999456185 * _LN2**2
_A3 = 0.16666666667844582 * _LN2**3
_A4 = 0.0416666670329699 * _LN2**4
_A5 = 0.008333332998258806 * _LN2**5
_A6 = 0.0013888802777610924 * _LN2**6
_A7 = 0.00019841601199679194 * _LN2**7
_A8 = 2.4884026889776e-05 * _LN2**8
_A9 = 2.748044113243966e-06 * _LN2**9
_B0 = np.float32(1.0000000716546822)
_B1 = np.float32(0.9999996919915161 * _LN2)
_B2 = np.float32(0.49998894851221404 * _LN2**2)
_B3 = np.float32(0.16667574728754506 * _LN2**3)
_B4 = np.float32(0.041915381991738714 * _LN2**4)
_B5 = np.float32(0.008297655080444324 * _LN2**5)


@fast_kernel
def power_of_two(x: float) -> float:
    """2^x for x <= 0, relative error 2e-14."""
    held = x if x > LOWEST else LOWEST
    shifted = held + _ROUND
    r = held - (shifted - _ROUND)
    p = _A9
    p = p * r + _A8
    p = p * r + _A7
    p = p * r + _A6
    p = p * r + _A5
    p = p * r + _A4
    p = p * r + _A3
    p = p * r + _A2
    p = p * r + _A1
    p = p * r + _A0
    bits = np.float64(p).view(np.int64) + (np.float64(shifted).view(np.int64) << np.int64(52))
    return float(np.int64(bits).view(np.float64))


@fast_kernel
def power_of_two_single(x: np.float32) -> np.float32:
    """2^x for x <= 0 in single precision, relative error 2e-7."""
    held = x if x > LOWEST_SINGLE else LOWEST_SINGLE
    shifted = held + _ROUND_SINGLE
    r = held - (shifted - _ROUND_SINGLE)
    p = _B5
    p = p * r + _B4
    p = p * r + _B3
    p = p * r + _B2
    p = p * r + _B1
    p = p * r + _B0
    bits = np.float32(p).view(np.int32) + np.int32(np.float32(shifted).view(np.int32) << np.int32(23))
    return np.int32(bits).view(np.float32)
