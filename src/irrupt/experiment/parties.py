"""What the parties did before anything was compared, party by party."""

from __future__ import annotations

from collections.abc import Iterable

from irrupt.experiment.settling import Decision, Settled
from irrupt.groups import party_name
from irrupt.i18n import gettext as _

Told = tuple[tuple[str, tuple[str, ...]], ...]
"""Whose part it is, and what is to be said of it."""


def told_of(settled: Settled, proposed: Iterable[str]) -> Told:
    """What each party answered, in order of time, acts that it accepted without a word together; then, for each of the
    comparisons that were *proposed*, that nothing is left of it, where that is so."""
    by_party: dict[str, list[Decision]] = {}
    for one in settled.decisions:
        by_party.setdefault(one.party, []).append(one)
    parties = tuple((party_name(party), tuple(_sentences(party, said))) for party, said in by_party.items())
    gone = [name for name in proposed if name not in settled.comparisons]
    nothing = _("Nothing is left to try of “{comparison}”: all of it is refused.")
    return parties + tuple((name, (nothing.format(comparison=name),)) for name in gone)


def _sentences(party: str, decisions: Iterable[Decision]) -> list[str]:
    said = [(str(one), one.act) for one in decisions]
    plain = {text: act for text, act in said if text == _plainly(party, [act])}
    together = _plainly(party, [act for text, act in said if text in plain])
    return [*dict.fromkeys(together if text in plain else text for text, _act in said)]


def _plainly(party: str, acts: Iterable[str]) -> str:
    told = _("Accepted by {party}: {act}").format(party=party_name(party), act=_("; ").join(acts))
    return f"{told}."
