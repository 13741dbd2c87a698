"""Small panels of columns with what describes them, and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from irrupt.reporting import charts
from irrupt.reporting.parts import Figure, Table, figure, numeral, text
from irrupt.reporting.words import written


def columned(
    title: str, reading: str, panels: Sequence[charts.Series], labels: Sequence[str], head: str = ""
) -> Figure:
    """A panel of columns for each series, which *labels* name; where these have a *head*, also in numbers."""
    said = "; ".join(f"{panel.name}: {panel.remark}" for panel in panels)
    return figure(
        title,
        reading,
        lambda width: charts.columns(panels, labels, width=width, title=title, description=said),
        _numbers(head, panels, labels) if head else None,
    )


def _numbers(head: str, panels: Sequence[charts.Series], labels: Sequence[str]) -> Table:
    heads = (text(head), *(numeral(panel.name) for panel in panels))
    rows = [
        (text(label), *(numeral(written(value, 0)) for value in values))
        for label, *values in zip(labels, *(panel.values for panel in panels), strict=False)
    ]
    return Table(heads, rows)
