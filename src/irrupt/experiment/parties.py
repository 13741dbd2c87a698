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
    said: dict[str, None] = {}
    plain: list[str] = []
    for one in decisions:
        alone = str(one) == _plainly(party, [one.act])
        plain += [one.act] if alone else []
        said[_PLAIN if alone else str(one)] = None
    return [_plainly(party, plain) if text == _PLAIN else text for text in said]


_PLAIN = ""
"""The place of what is accepted without a word."""


def _plainly(party: str, acts: Iterable[str]) -> str:
    told = _("Accepted by {party}: {act}").format(party=party_name(party), act=_("; ").join(acts))
    return f"{told}."
