"""The column that tells when plans were issued, among those of a table that is not understood yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from irrupt.chronicle.schedules.roles import told_by


def issue_in(frame: pl.DataFrame, mapping: Mapping[str, str], aside: Collection[str], *also: str) -> str | None:
    """The column of *frame* that is asked for in *mapping*, or else the one whose name tells of the issue, or of
    whatever *also* may tell it, the first role first; none of those *aside*. None where there is none.

    >>> issue_in(pl.DataFrame({"Issued": ["2024-01-02"], "KW 2": [5]}), {}, ["KW 2"])
    'Issued'
    """
    if mapping.get("issued") in frame.columns:
        return mapping["issued"]
    others = [name for name in frame.columns if name not in aside]
    return next((name for role in ("issued", *also) if (name := told_by(role, frame, others)) is not None), None)
