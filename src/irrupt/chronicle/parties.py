"""Clients as parties: the large ones by name, all others together."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.model import Chronicle
from irrupt.i18n import mark

OTHERS = mark("other clients")
"""The party of all clients that are not named."""
ALL = mark("all clients")
"""The only party where no client is visible."""

_FEW = 12
_FEW_CASES = 30
_MANY_CASES = 100


def group_clients(chronicle: Chronicle, *, most: int = 3, share: float = 0.005) -> dict[str, str]:
    """Client -> party. Empty where no client is visible.

    Up to twelve clients are a party each, if they have thirty cases. Of more, the largest *most* that each have at
    least the *share* of all cases and a hundred cases are; all others are `other clients`.

    >>> from irrupt.chronicle.reading import read
    >>> days = ["2024-01-01", "2024-01-02"]
    >>> frame = pl.DataFrame({"case": ["1", "2"], "activity": "a", "end": days, "client": ["x", "y"]})
    >>> group_clients(read(frame))
    {'x': 'other clients', 'y': 'other clients'}
    """
    sizes = (
        chronicle.events.lazy()
        .select("case", "client")
        .group_by("case")
        .agg(pl.col("client").drop_nulls().first())
        .drop_nulls()
        .group_by("client")
        .len()
        .sort("len", "client", descending=[True, False])
        .collect()
    )
    if not sizes.height:
        return {}
    if sizes.height <= _FEW:
        large = sizes.filter(pl.col("len") >= _FEW_CASES)["client"]
    else:
        least = max(share * chronicle.cases, _MANY_CASES)
        large = sizes.filter(pl.col("len") >= least)["client"].head(most)
    named = set(large)
    return {name: name if name in named else OTHERS for name in sizes["client"].sort()}
