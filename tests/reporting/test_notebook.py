"""Results in a notebook, and in one line."""

from __future__ import annotations

import re

from irrupt.experiment.model import Comparison
from irrupt.organisation.model import Organisation
from irrupt.sight.model import Sight


def test_a_notebook_shows_what_a_terminal_shows(
    sight: Sight, organisation: Organisation, comparison: Comparison
) -> None:
    for result in (sight.chronicle, sight, organisation, comparison):
        html = result._repr_html_()
        assert html.startswith("<pre")
        assert "<script" not in html
        assert "Object" not in html
    assert sight.findings[0].text.split("\u202f")[0] in re.sub(r"\\s+", " ", sight._repr_html_())


def test_a_result_is_one_line_where_python_shows_it(sight: Sight, comparison: Comparison) -> None:
    for result in (sight.chronicle, sight, comparison):
        assert repr(result).startswith(f"<{type(result).__name__} ".replace("Comparison ", "Comparison:"))
        assert len(repr(result).splitlines()) == 1
        assert len(repr(result)) < 300
