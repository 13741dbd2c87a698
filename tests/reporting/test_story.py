"""Stories: a little Markdown, and never anybody's markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from irrupt.reporting.story import html, title_of


def test_headings_lists_tables_and_words_are_told_apart() -> None:
    text = "# T\n\n## Head\n\ntwo\nlines, `code` and **strong**\n\n- one\n- two\n  more\n"
    text += "\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    page = str(html(text))
    assert title_of(text) == "T"
    assert "<h3>Head</h3>" in page
    assert "<p>two lines, <code>code</code> and <strong>strong</strong></p>" in page
    assert "<li>two more</li>" in page
    assert "<td>2</td>" in page
    assert "T" not in page


@given(st.text())
def test_nothing_of_a_story_becomes_markup(text: str) -> None:
    assert "<script" not in html(f"# T\n\n{text} <script>alert(1)</script>").lower()
