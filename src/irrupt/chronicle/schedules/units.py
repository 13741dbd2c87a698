"""Units of messages that are multiples of what they count: thousands, hundreds, dozens."""

from __future__ import annotations

from collections.abc import Mapping

EDIFACT: Mapping[str, int] = {
    "MIO": 1_000_000, "MIL": 1_000, "T3": 1_000, "E12": 1_000, "CEN": 100, "HC": 100, "SCO": 20, "TP": 10,
    "DZN": 12, "DPC": 12, "HD": 6, "GRO": 144, "GGR": 1_728,
}  # fmt: skip
"""Codes of UN/ECE recommendation 20, code list 6411: million, thousand, thousand pieces, mille, hundred, hundred count,
score, ten pack, dozen, dozen pieces, half dozen, gross, great gross."""
X12: Mapping[str, int] = {
    "TH": 1_000, "T3": 1_000, "HU": 100, "HC": 100, "TP": 10, "DZ": 12, "HD": 6, "GS": 144, "GG": 1_728,
}  # fmt: skip
"""Codes of code list 355: thousand, thousand pieces, hundred, hundred count, ten pack, dozen, half dozen, gross, great
gross. The codes of EDIFACT were compared with the published list; that of X12 is sold, and only GG was found in a
public copy. VDA 4905 has codes of its own, which are not read."""


class Multiples:
    """Counts quantities singly, and keeps which units were multiples."""

    def __init__(self, codes: Mapping[str, int]) -> None:
        self._codes = codes
        self.seen: dict[str, int] = {}
        """Code -> how many it stands for."""

    def singly(self, amount: float | None, code: str) -> float | None:
        """*amount* of a unit with this *code*, in what the unit is a multiple of.

        >>> counted = Multiples(EDIFACT)
        >>> counted.singly(1.5, "MIL"), counted.singly(40.0, "PCE"), counted.seen
        (1500.0, 40.0, {'MIL': 1000})
        """
        factor = self._codes.get(code.strip().upper(), 1)
        if not amount or factor == 1:
            return amount
        self.seen[code.strip().upper()] = factor
        return amount * factor
