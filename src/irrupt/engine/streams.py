"""Luck, by name: every draw is a function of what it is for, never of when it is asked for.

A number is drawn for (seed, replication, client, arrival of that client, activity, occurrence of the activity in the
case, purpose) and for nothing else. So a scenario and its baseline share their luck even where their routes differ, and
neither the order of declarations nor the number of workers changes a result.

Keys are 64-bit hashes (blake2b) of ids, mixed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast
splittable pseudorandom number generators"). These are the plain-integer forms that the readable loop uses; `kernel.py`
repeats them in machine arithmetic, and tests hold the two together.
"""

from __future__ import annotations

import math
import operator
from functools import lru_cache
from hashlib import blake2b

from irrupt.errors import Fault, UsageError, whole_faults
from irrupt.i18n import gettext as _

MASK = 0xFFFFFFFFFFFFFFFF
MOST_SEED = 2**63 - 1
"""Seeds are stored as 64-bit integers with a sign."""
MOST_RUNS = 1_000_000
"""More than anybody waits for."""
GOLDEN = 0x9E3779B97F4A7C15
ARRIVALS = 0x6A09E667F3BCC909
"""Tells the stream of a client's gaps between arrivals from that of his cases' keys."""
SIZES = 0xBB67AE8584CAA73B
"""And that of how many cases he brings at a time."""
DURATION, ROUTE, DELAY, CASE = 0, 1, 2, 3
"""Purposes of a draw. The last, with the key of `start`: what a case is like."""
CLASS, QUANTITY, DUE = 0, 1, 2
"""What a case is like: occurrences of that purpose."""


@lru_cache(maxsize=65536)
def key_of(kind: str, name: str) -> int:
    """The 64-bit key of an element of an organisation.

    >>> hex(key_of("activity", "Check invoice"))
    '0xd37dc17602868046'
    """
    return int.from_bytes(blake2b(f"{kind}:{name}".encode(), digest_size=8).digest(), "little")


def run_key(seed: int, replication: int) -> int:
    """The key of one run. Raises `UsageError` where *seed* or *replication* is no whole number, 0 or more.

    >>> run_key(1, 0) == run_key(True, 0)
    True
    """
    faults = seed_faults(seed) + whole_faults("replication", replication, 0, _("0 or more"))
    if faults:
        raise UsageError(faults)
    return key_of("run", f"{int(seed)}/{int(replication)}")


def seed_faults(seed: object, where: str = "seed") -> list[Fault]:
    """What is wrong with a *seed*, said at *where*: a good one is a whole number from 0 to `MOST_SEED`.

    >>> seed_faults(MOST_SEED), [str(fault) for fault in seed_faults(-1)]
    ([], ['seed  -1; expected a whole number from 0 to 9223372036854775807'])
    """
    expected = _("a whole number from 0 to {most}").format(most=MOST_SEED)
    faults = whole_faults(where, seed, 0, expected)
    if not faults and operator.index(seed) > MOST_SEED:  # type: ignore[arg-type]
        return [Fault(where, str(seed), expected)]
    return faults


def derived(seed: int, purpose: str) -> int:
    """A 32-bit seed for another *purpose* than runs of *seed*: a hash, as sums of seeds would let purposes coincide.

    >>> derived(1, "proposals") == derived(2, "proposals"), derived(1, "proposals") < 2**32
    (False, True)
    """
    return key_of(purpose, str(int(seed))) >> 32


def mix(word: int) -> int:
    """SplitMix64's finaliser: every bit of *word* moves every bit of the result.

    >>> hex(mix(GOLDEN))
    '0xe220a8397b1dcdaf'
    """
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def client_key(run: int, client: int) -> int:
    """The key of a client in a run."""
    return mix((run + client) & MASK)


def case_key(client: int, arrival: int) -> int:
    """The key of the case that a client's *arrival* (0, 1, ...) brings; *client* is his key in the run."""
    return mix((client + GOLDEN * (arrival + 1)) & MASK)


def gap(client: int, arrival: int, evenness: float = 0.0) -> float:
    """What passes, in expected arrivals, before *arrival* of a client: a unit exponential, drawn towards 1."""
    drawn = exponential(unit(mix((mix(client ^ ARRIVALS) + GOLDEN * (arrival + 1)) & MASK)))
    return evenness + (1.0 - evenness) * drawn


def size_luck(client: int, arrival: int) -> float:
    """The uniform number that says how many cases a client brings at a time, of which *arrival* is the first."""
    return unit(mix((mix(client ^ SIZES) + GOLDEN * (arrival + 1)) & MASK))


def draw(case: int, activity: int, occurrence: int, purpose: int) -> float:
    """The uniform number in [0, 1) of a case, an activity, its occurrence in the case (0, 1, ...) and a purpose."""
    return unit(mix((case + mix((activity + GOLDEN * (4 * occurrence + purpose)) & MASK)) & MASK))


def unit(word: int) -> float:
    """The first 53 bits of *word* as a number in [0, 1)."""
    return (word >> 11) * 2.0**-53


def exponential(uniform: float) -> float:
    """The unit exponential of a *uniform* number, by inversion.

    >>> exponential(0.5)
    0.6931471805599453
    """
    return -logarithm(1.0 - uniform)


def logarithm(x: float) -> float:
    """The natural logarithm of a normal *x* > 0, to 1 unit in the last place, in arithmetic that every machine shares.

    The algorithm of fdlibm's `e_log.c` (Sun Microsystems, 1993): C libraries differ in the last bit, this does not.
    """
    fraction, exponent = math.frexp(x)
    if fraction < 0.7071067811865476:
        fraction *= 2.0
        exponent -= 1
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    odd = z * (
        0.6666666666666735130 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860510658591))
    )
    half = 0.5 * f * f
    low = s * (half + (odd + even)) + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - low) - f)
