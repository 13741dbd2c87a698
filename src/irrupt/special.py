"""Distribution functions and their inverses: normal, Student, gamma, chi-squared, Poisson.

One idea serves them all. On a fitting scale (the logarithm of a gamma variable, the area hyperbolic sine of a Student
variable) the density is smooth and log-concave. A tail is then the density at its border times an integral that begins
with 1 and falls: that integral is taken by Gauss-Legendre quadrature up to where it is over, so that a tail of 1e-300
has as many right digits as one of 0.3. And the logarithm of a tail is concave (Prékopa 1973), so that Newton's
iteration on it finds the quantile from any start.

Relative error below 1e-12 for shapes and degrees of freedom up to a million. All functions take numbers or arrays,
broadcast them, and give nan where an argument has no meaning.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats

Tail = Callable[[Floats], tuple[Floats, Floats, Floats]]
"""At a point: the logarithm of the tail, the tail over the density, and the slope of the density's logarithm."""
NODES = 28
OVER = 38.0
"""An integrand that begins with 1 is over at exp(-38)."""
LARGE = 4.0
"""From this shape on quadrature is exact enough; below, recurrences."""
AS_NORMAL = 1e15
"""From so many degrees of freedom on Student's distribution is the normal one, to the last digit."""
CLOSE = 1e-5
"""From this error of a tail's logarithm one step, whose error is of third order, leads to the last digit."""
EXCESS = tuple(1.0 / math.factorial(n) for n in range(16, 1, -1))
"""exp(v) - 1 - v as a series, from the highest power down."""


def normal_cdf(z: npt.ArrayLike) -> Floats:
    """Probability that a standard normal variable is below *z*.

    >>> round(float(normal_cdf(-1.96)), 6)
    0.024998
    """
    return 0.5 * _each(math.erfc, np.asarray(z, dtype=np.float64) * -math.sqrt(0.5))


def normal_quantile(p: npt.ArrayLike) -> Floats:
    """The value below which a standard normal variable is with probability *p* (Wichura 1988, AS 241).

    >>> round(float(normal_quantile(0.975)), 6)
    1.959964
    """
    from statistics import NormalDist

    p = np.asarray(p, dtype=np.float64)
    inside = (p > 0.0) & (p < 1.0)
    found = _each(NormalDist().inv_cdf, np.where(inside, p, 0.5))
    return np.where(inside, found, np.where(p == 0.0, -np.inf, np.where(p == 1.0, np.inf, np.nan)))


def student_cdf(t: npt.ArrayLike, freedom: npt.ArrayLike) -> Floats:
    """Probability that a Student variable with *freedom* > 0 degrees of freedom is below *t*.

    >>> round(float(student_cdf(-2.262157, 9)), 6)
    0.025
    """
    (t, freedom), shape = _flat(t, freedom)
    found = np.full(t.shape, np.nan)
    known = (freedom > 0.0) & ~np.isnan(t)
    t, freedom = t[known], np.minimum(freedom[known], AS_NORMAL)
    tail = np.exp(_student_tail(freedom)(np.arcsinh(np.abs(t) / np.sqrt(freedom)))[0])
    found[known] = np.where(t < 0.0, tail, 1.0 - tail)
    return found.reshape(shape)


def student_quantile(p: npt.ArrayLike, freedom: npt.ArrayLike) -> Floats:
    """The value below which a Student variable with *freedom* > 0 degrees of freedom is with probability *p*.

    >>> student_quantile(0.975, [1, 9, 1000]).round(4).tolist()
    [12.7062, 2.2622, 1.9623]
    """
    (p, freedom), shape = _flat(p, freedom)
    found = np.where(p == 0.0, -np.inf, np.where(p == 1.0, np.inf, np.nan))
    known = (freedom > 0.0) & (p > 0.0) & (p < 1.0)
    # many ask for the same, and again and again: each pair of arguments is solved once, as are the same pairs
    pairs, place = np.unique(p[known] + 1j * np.minimum(freedom[known], AS_NORMAL), return_inverse=True)
    found[known] = _student_points(pairs.tobytes())[place]
    return found.reshape(shape)


@lru_cache(maxsize=256)
def _student_points(pairs: bytes) -> Floats:
    """The quantiles of *pairs*, probabilities and degrees of freedom as complex numbers."""
    known = np.frombuffer(pairs, dtype=np.complex128)
    p, freedom = known.real, known.imag
    outside = np.minimum(p, 1.0 - p)
    # the tail is at most half of cosh(w)**-freedom, which the start solves
    far = -np.log(2.0 * outside) / freedom
    start = far + np.log1p(np.sqrt(-np.expm1(-2.0 * far)))
    w = _solve(_student_tail(freedom), start, np.log(outside), -1.0)
    with np.errstate(over="ignore"):
        size = np.sqrt(freedom) * np.sinh(np.maximum(w, 0.0))
    return np.where(p < 0.5, -size, size)


def gamma_lower(shape: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Probability that a gamma variable of scale 1 and *shape* > 0 is below *x*.

    >>> round(float(gamma_lower(1.0, 2.0)), 6)
    0.864665
    """
    return _gamma(shape, x, upper=False)


def gamma_upper(shape: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Probability that a gamma variable of scale 1 and *shape* > 0 is above *x*.

    >>> round(float(gamma_upper(1.0, 2.0)), 6)
    0.135335
    """
    return _gamma(shape, x, upper=True)


def gamma_lower_inverse(shape: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The value that a gamma variable of scale 1 and *shape* > 0 is below with probability *p*.

    >>> round(float(gamma_lower_inverse(1.0, 0.5)), 6)
    0.693147
    """
    return _gamma_inverse(shape, p, upper=False)


def gamma_upper_inverse(shape: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The value that a gamma variable of scale 1 and *shape* > 0 is above with probability *p*.

    >>> round(float(gamma_upper_inverse(1.0, 1e-20)), 4)
    46.0517
    """
    return _gamma_inverse(shape, p, upper=True)


def weibull_power(cv: float) -> float:
    """The power, up to 20, of exponential variables whose coefficient of variation is *cv* > 0: they are Weibull's.

    >>> round(weibull_power(1.0), 3), round(weibull_power(0.5227), 3)
    (1.0, 0.5)
    """
    low, high = 0.0, 20.0
    for _turn in range(60):
        middle = (low + high) / 2.0
        varies = math.exp(math.lgamma(1.0 + 2.0 * middle) - 2.0 * math.lgamma(1.0 + middle)) - 1.0
        low, high = (middle, high) if varies < cv * cv else (low, middle)
    return high


def chi_squared_quantile(p: npt.ArrayLike, freedom: npt.ArrayLike) -> Floats:
    """The value below which a chi-squared variable with *freedom* degrees of freedom is with probability *p*.

    >>> round(float(chi_squared_quantile(0.95, 10)), 4)
    18.307
    """
    return 2.0 * gamma_lower_inverse(np.asarray(freedom) / 2.0, p)


def poisson_quantile(p: float, mean: float) -> int:
    """The smallest count that a Poisson variable with this *mean* does not exceed with probability *p* < 1 or more.

    >>> poisson_quantile(0.025, 100.0), poisson_quantile(0.975, 100.0), poisson_quantile(0.5, 0.1)
    (81, 120, 0)
    """
    beyond = math.ceil(mean + 9.0 * math.sqrt(mean) + 40.0)
    return bisect_left(range(beyond), p, key=lambda count: float(gamma_upper(count + 1.0, mean)))


def _flat(*arguments: npt.ArrayLike) -> tuple[list[Floats], tuple[int, ...]]:
    together = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in arguments))
    return [one.ravel() for one in together], together[0].shape


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    return np.asarray(np.frompyfunc(function, 1, 1)(values), dtype=np.float64)


@lru_cache(maxsize=1)
def _quadrature() -> tuple[Floats, Floats]:
    """Nodes and weights on [0, 1]."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    return (node + 1.0) / 2.0, weight / 2.0


def _solve(tail: Tail, start: Floats, wanted: Floats, sign: float) -> Floats:
    """The points where *tail* has the logarithm *wanted*; *sign* is 1 where the tail grows with the point, else -1.

    Halley's iteration on the logarithm of the tail: its curvature costs nothing, since the density is known.
    """
    point = start
    for _ in range(100):
        log_mass, integral, slope = tail(point)
        off = log_mass - wanted
        newton = sign * integral * off
        point = point - newton / np.maximum(1.0 - newton * (slope - sign / integral) / 2.0, 0.5)
        if np.all(np.abs(off) < CLOSE):
            break
    return point


def _log_ratio(x: Floats, a: Floats) -> Floats:
    """log(x / a), to the last digit also where they are near, and where their quotient would be 0 or infinite."""
    found = np.log(x) - np.log(a)
    plain = np.abs(found) < 100.0
    x, a = x[plain], a[plain]
    near = np.abs(x - a) < a / 2.0
    found[plain] = np.where(near, np.log1p(np.where(near, x - a, 0.0) / a), np.log(x / a))
    return found


def _stirling(a: Floats) -> Floats:
    """log Γ(a) - (a - 1/2) log a + a - log(2π)/2 (Abramowitz & Stegun 6.1.41)."""
    large = np.maximum(a, 10.0)
    found = np.zeros_like(large)
    for factor in (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        found = found / large**2 + factor
    small = a < 10.0
    found /= large
    b = a[small]
    found[small] = _each(math.lgamma, b) - (b - 0.5) * np.log(b) + b - 0.5 * math.log(2.0 * math.pi)
    return found


def _student_tail(freedom: Floats) -> Tail:
    """Student's variable is √freedom · sinh(w), where w has a density in proportion to cosh(w)**-freedom.

    For w >= 0; the tail at 0 is one half, which says what the proportion is.
    """
    whole = 2.0 * _student_integral(freedom, np.zeros_like(freedom))

    def tail(w: Floats) -> tuple[Floats, Floats, Floats]:
        integral = _student_integral(freedom, w)
        small = np.minimum(w, 1.0)
        log_cosh = np.where(w < 1.0, np.log1p(2.0 * np.sinh(small / 2.0) ** 2), w + np.log1p(np.expm1(-2.0 * w) / 2.0))
        return np.log(integral / whole) - freedom * log_cosh, integral, -freedom * np.tanh(w)

    return tail


def _student_integral(freedom: Floats, w: Floats) -> Floats:
    """∫ (cosh w / cosh v)**freedom dv from *w* >= 0 upwards.

    Taken for 24 degrees of freedom more, then led back: integration by parts relates *freedom* to *freedom* + 2, and
    all terms are positive.
    """
    raised = 24
    nodes, weights = _quadrature()
    tanh = np.tanh(w)
    limit = OVER / (freedom + raised)
    root = np.sqrt(np.expm1(2.0 * limit) + tanh**2)
    length = np.log1p((np.expm1(limit) + np.expm1(2.0 * limit) / (root + tanh)) / (1.0 + tanh))
    half = np.multiply.outer(length, nodes) / 2.0
    sinh = np.sinh(half)
    fallen = np.log1p(2.0 * sinh * (sinh + tanh[:, None] * np.cosh(half)))
    found: Floats = length * (np.exp(-(freedom + raised)[:, None] * fallen) @ weights)
    for more in range(raised - 2, -1, -2):
        found = ((freedom + more + 1.0) * found * (1.0 - tanh) * (1.0 + tanh) + tanh) / (freedom + more)
    return found


def _gamma(shape: npt.ArrayLike, x: npt.ArrayLike, *, upper: bool) -> Floats:
    (a, x), form = _flat(shape, x)
    found = np.where(x == 0.0, float(upper), np.where(x == np.inf, float(not upper), np.nan))
    found[~(a > 0.0)] = np.nan
    known = (a > 0.0) & (x > 0.0) & (x < np.inf) & (a < np.inf)
    a, x = a[known], x[known]
    place = _log_ratio(x, a)
    # each side is taken where it is small, the other is its complement; below 1 both can be taken
    own = (x >= a) | ((a < 1.0) & (x < 1.0)) if upper else x < np.maximum(a, 1.0)
    part = np.empty_like(a)
    for side, where in ((upper, own), (not upper, ~own)):
        if not where.any():
            continue
        mass = np.minimum(np.exp(_gamma_tail(a[where], side)(place[where])[0]), 1.0)
        part[where] = mass if side == upper else 1.0 - mass
    found[known] = part
    return found.reshape(form)


def _gamma_inverse(shape: npt.ArrayLike, p: npt.ArrayLike, *, upper: bool) -> Floats:
    (a, p), form = _flat(shape, p)
    found = np.where(p == float(upper), 0.0, np.where(p == float(not upper), np.inf, np.nan))
    found[~(a > 0.0)] = np.nan
    known = (p > 0.0) & (p < 1.0) & (a > 0.0) & (a < np.inf)
    for side, where in ((upper, known & (p <= 0.5)), (not upper, known & (p > 0.5))):
        if not where.any():
            continue
        b, outside = a[where], p[where] if side == upper else 1.0 - p[where]
        start = _gamma_start(b, outside, side)
        found[where] = b * np.exp(_solve(_gamma_tail(b, side), start, np.log(outside), -1.0 if side else 1.0))
    return found.reshape(form)


def _gamma_start(a: Floats, p: Floats, upper: bool) -> Floats:
    """About where the tail *p* <= 1/2 begins, as the logarithm of x / a (Wilson & Hilferty 1931, held within bounds).

    Below, x**a / Γ(a + 1) is never less than the probability; above, x = a + √(2as) + s has a tail below exp(-s)
    (Boucheron, Lugosi & Massart 2013, section 2.4).
    """
    log_below = np.log1p(-p) if upper else np.log(p)
    least = (log_below + _each(math.lgamma, a + 1.0)) / a - np.log(a)
    z = normal_quantile(p) * (-1.0 if upper else 1.0)
    usual = 3.0 * np.log(np.maximum(1.0 - 1.0 / (9.0 * a) + z / (3.0 * np.sqrt(a)), 1e-9))
    if not upper:
        return np.maximum(usual, least)
    s = -np.log(p)
    most = np.log1p((np.sqrt(2.0 * a * s) + s) / a)
    return np.where(a < 1.0, np.where(least + np.log(a) < -1.0, least, most), np.clip(usual, least, most))


def _gamma_tail(a: Floats, upper: bool) -> Tail:
    """A gamma variable is a·exp(v), where v has a density in proportion to exp(-a (exp(v) - 1 - v)) (Temme 1979)."""
    norm = 0.5 * np.log(a / (2.0 * math.pi)) - _stirling(a)

    def tail(v: Floats) -> tuple[Floats, Floats, Floats]:
        integral = (_upper_integral if upper else _lower_integral)(a, v)
        return norm - a * _excess(v) + np.log(integral), integral, -a * np.expm1(v)

    return tail


def _excess(v: Floats) -> Floats:
    """exp(v) - 1 - v, without loss of digits near 0."""
    found = np.expm1(v) - v
    small = np.abs(v) < 0.5
    near = v[small]
    series = np.zeros_like(near)
    for term in EXCESS:
        series = series * near + term
    found[small] = series * near * near
    return found


def _lower_integral(a: Floats, v: Floats) -> Floats:
    """∫ exp(x (1 - exp(-u)) - a u) du over u >= 0 with x = a exp(v), for x < max(a, 1)."""
    found = np.empty_like(a)
    for part, where in ((_lower_by_recurrence, a < LARGE), (_lower_by_quadrature, a >= LARGE)):
        if where.any():
            found[where] = part(a[where], a[where] * np.exp(v[where]))
    return found


def _lower_by_recurrence(a: Floats, x: Floats) -> Floats:
    """The integral is (1 + x times that of *a* + 1) / a; for *x* < 4, forty steps up begin with anything."""
    found = 1.0 / (a + 40.0)
    for n in range(39, -1, -1):
        found = (1.0 + x * found) / (a + n)
    return found


def _lower_by_quadrature(a: Floats, x: Floats) -> Floats:
    limit = OVER / a
    length = np.minimum(OVER / np.maximum(a - x, 1e-300), limit + np.sqrt(2.0 * limit))
    for _ in range(2):
        gone = x * np.exp(-length)
        length = length - (a * length - x + gone - OVER) / (a - gone)
    nodes, weights = _quadrature()
    u = np.multiply.outer(length, nodes)
    found: Floats = length * (np.exp(-x[:, None] * np.expm1(-u) - a[:, None] * u) @ weights)
    return found


def _upper_integral(a: Floats, v: Floats) -> Floats:
    """∫ exp(a u - x (exp(u) - 1)) du over u >= 0 with x = a exp(v), for x near a or above, or both below 1."""
    x = a * np.exp(v)
    small = (a < 1.0) & (x < 1.0)
    found = _upper_by_quadrature(a, np.where(small, 1.0, x))
    if small.any():
        found[small] = _from_one_down(a[small], v[small] + np.log(a[small]), found[small])
    return found


def _upper_by_quadrature(a: Floats, x: Floats) -> Floats:
    limit = OVER / x
    length = np.log1p(limit + np.sqrt(2.0 * limit))
    length = np.minimum(length, np.where(x > a, OVER / np.maximum(x - a, 1e-300), np.inf))
    for _ in range(3):
        grown = x * np.exp(length)
        length = length - (grown - x - a * length - OVER) / (grown - a)
    nodes, weights = _quadrature()
    u = np.multiply.outer(length, nodes)
    found: Floats = length * (np.exp(a[:, None] * u - x[:, None] * np.expm1(u)) @ weights)
    return found


def _from_one_down(a: Floats, log_x: Floats, at_one: Floats) -> Floats:
    """The integral of `_upper_integral` at x < 1 from that at 1: ∫ t**(a - 1) exp(-t) dt from x to 1, as a series."""
    total = at_one * math.exp(-1.0)
    for n in range(20):
        total = total - (-1) ** n / math.factorial(n) * np.expm1((a + n) * log_x) / (a + n)
    found: Floats = total * np.exp(np.exp(log_x) - a * log_x)
    return found
