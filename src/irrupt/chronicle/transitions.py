"""The words for what becomes of a step: transitions of the lifecycle extension of XES, and how others write them.

The standard model is that of IEEE 1849-2016, section 7.2: a step is scheduled, assigned (and reassigned), started,
suspended and resumed, and ends as completed, skipped (automatically, or by hand), withdrawn, or aborted (alone, or with
its case). The other model there is that of BPAF, the Business Process Analytics Format of the Workflow Management
Coalition (zur Muehlen and Swenson, BPM Workshops 2010): its words are states, of which each event tells the one that is
entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from irrupt.chronicle.hints import TRANSITIONS, unaccented

START, SUSPEND, RESUME, COMPLETE = "start", "suspend", "resume", "complete"
BEFORE = frozenset({"schedule", "assign", "reassign"})
"""Before work on a step begins."""
SKIPS = frozenset({"autoskip", "manualskip", "withdraw"})
"""Ends of a step that is not done."""
ABORTS = frozenset({"ate_abort", "pi_abort"})
"""Ends of a step, done as far as it was begun."""

_STATES = (
    (r"closed[._]completed.*|closed$", COMPLETE),
    (r"closed[._]cancell?ed.*", "ate_abort"),
    (r"open[._](?:not_?running|running)[._]suspended.*", SUSPEND),
    (r"open[._]running.*", RESUME),
    (r"open[._]not_?running[._](?:assigned|reserved).*", "assign"),
    (r"open.*", "schedule"),
)
"""States of BPAF -> the transition into them; what runs is begun, or resumed where it was suspended."""
_ALSO = {
    "schedule": "scheduled create created enabled offered ready geplant planifie",
    "assign": "assigned allocate allocated assignment claim claimed zugewiesen affecte",
    "reassign": "reassigned delegated delegate",
    START: "started begin began begun gestartet begonnen beginn anfang demarre debut commence inicio inizio",
    SUSPEND: "suspended pause paused hold on_hold held unterbrochen unterbrechung suspendu suspension",
    RESUME: "resumed continue continued unpause fortgesetzt fortsetzung repris reprise",
    COMPLETE: "completed end ended finish finished done abgeschlossen beendet ende termine fin fine",
    "withdraw": "withdrawn cancel cancelled canceled revoked zuruckgezogen annule",
    "ate_abort": "abort aborted terminated failed abgebrochen abandonne",
    "pi_abort": "process_aborted",
    "manualskip": "skip skipped ubersprungen",
}
"""Transition -> how others write it; understood only where a step is both begun and ended so."""
_OTHERS = {word: standard for standard, words in _ALSO.items() for word in words.split()}


def standard(words: Iterable[str]) -> dict[str, str]:
    """Each of *words* -> the standard transition that it means; only those that mean one.

    >>> standard(["Complete", "pi-abort", "parked"])
    {'Complete': 'complete', 'pi-abort': 'pi_abort'}
    >>> standard(["started", "paused", "finished"])
    {'started': 'start', 'paused': 'suspend', 'finished': 'complete'}
    >>> standard(["Début", "Terminé"])
    {'Début': 'start', 'Terminé': 'complete'}
    >>> standard(["assigned", "closed"]), standard(["Open.Running.InProgress", "Closed.Completed.Success"])
    ({}, {'Open.Running.InProgress': 'resume', 'Closed.Completed.Success': 'complete'})
    """
    plain = {word: re.sub(r"[\s\-]+", "_", unaccented(word.strip().lower())) for word in words}
    found = {word: text for word, text in plain.items() if text in TRANSITIONS}
    states = {word: state for word, text in plain.items() if (state := _state(text)) is not None}
    if states and all(word in states for word in plain if plain[word]):
        return states
    others = {word: _OTHERS.get(text, found.get(word, "")) for word, text in plain.items() if text}
    if all(others.values()) and {START, COMPLETE} <= set(others.values()):
        return others
    return found


def _state(text: str) -> str | None:
    """The transition into the state of BPAF that *text* names."""
    if "." not in text and text not in ("open", "closed"):
        return None
    return next((standard for pattern, standard in _STATES if re.fullmatch(pattern, text)), None)
