"""Results in notebooks: what a terminal shows, as HTML."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from irrupt.reporting.terminal import show

WIDTH = 100
_FRAME = '<pre style="line-height:normal;font-family:monospace;background:none;color:inherit">{code}</pre>'


def html(result: Any) -> str:
    """*result* as HTML, in the language in use."""
    console = Console(file=io.StringIO(), record=True, width=WIDTH, highlight=False, force_jupyter=False)
    console.print(show(result))
    return console.export_html(code_format=_FRAME, inline_styles=True)
