"""Judged labels stand beside their words, which are what is counted."""

from __future__ import annotations

from irrupt.chronicle.lexicon import words_of
from irrupt.chronicle.likeness import judged_labels, likeness


def test_words_of_judged_labels_are_those_that_are_read_now() -> None:
    """`python tools/judged.py` writes them."""
    stale = [one.label for one in judged_labels() if one.words != words_of(one.label, {})]
    assert not stale[:9]


def test_what_a_list_says_is_left_out_where_it_is_judged() -> None:
    own = next(one for one in judged_labels() if one.list == "clerks" and len(one.words) > 2)
    with_it, without = likeness(), likeness("clerks")
    assert with_it.usual.shape == without.usual.shape == (4,)
    assert len(without.says) < len(with_it.says)
    assert abs(without.usual.sum() - 1) < 1e-12
    assert with_it.chances(own.words) is not None
    assert with_it.chances(()) is None
