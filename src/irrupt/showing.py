"""How results show themselves in notebooks: as in a terminal."""

from __future__ import annotations

from importlib import import_module


def in_notebook(result: object) -> str:
    """What a notebook shows of *result*: the method `_repr_html_` of results.

    Results lie below the package that writes pages: it is looked up when a notebook asks.
    """
    shown: str = import_module("irrupt.reporting.notebook").html(result)
    return shown
