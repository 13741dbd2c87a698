"""From a Chronicle to an Organisation: the main path of discovery, in one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.stretch import period
from irrupt.discovery.building import Built, build
from irrupt.discovery.findings import Findings, Progress, find, silent
from irrupt.discovery.log import WEEK, aware
from irrupt.discovery.memory import present
from irrupt.discovery.notes import notes_on
from irrupt.discovery.starts import Work, assume_starts, checked
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation import Learned, Organisation

_MOST = 0.9
"""Share of the cases that must begin in a stretch of less than half of the log for it alone to be used."""


def discover(
    chronicle: Chronicle,
    *,
    clients: Mapping[str, str] | None = None,
    work: Work = "typical",
    fidelity: bool = True,
    seed: int = 1,
    typical: Organisation | None = None,
    progress: Progress | None = None,
) -> Organisation:
    """Learn the organisation that *chronicle* records: demand, procedure, teams, hours, durations and delays.

    *clients* maps clients of the log to the clients or groups that are to be told apart; without it the larger ones
    stand alone. Where the log has no start times, *work* says which plausible times of work to assume, and *typical* is
    what was learned from the same log with typical ones, where that is there already. With *fidelity* the distance of
    simulated to held-out records is measured as well, and kept in `Organisation.learned`. *progress* is called with
    what is being done and the share done.

    Raises `DataError` when nothing can be learned. Cost: seconds for 100,000 steps.
    """
    tell = progress or silent
    checked(work)
    tell(_("reading the records"), 0.0)
    chronicle, notes = in_use(chronicle)
    if typical is None and chronicle.starts == "missing" and work != "typical":
        typical = _built(chronicle, clients, "typical", seed, silent)[1].organisation
    findings, built = _built(chronicle, clients, work, seed, tell, typical)
    learned = _learned(chronicle, findings, work, notes + notes_on(findings, built))
    if fidelity:
        tell(_("comparing with held-out records"), 0.5)
        from irrupt.discovery.fidelity import measured

        distances, more = measured(chronicle, clients=clients, work=work, seed=seed)
        learned = replace(learned, fidelity=distances, notes=learned.notes + more)
    tell(_("done"), 1.0)
    return replace(built.organisation, learned=learned)


def in_use(chronicle: Chronicle) -> tuple[Chronicle, tuple[str, ...]]:
    """The cases of the period that *chronicle* really covers, and a note where that is much less than the whole.

    Where traffic merely changes, all of it is kept: the past fades as fast as the records say.
    """
    ends = pl.coalesce("end", "start")
    events = chronicle.events.with_columns(ends.alias("end")).drop_nulls("end")
    if events.is_empty():
        raise DataError(_("The log has no step with a readable time: nothing can be learned from it."))
    chronicle = chronicle.with_events(events)
    stretch = period(chronicle)
    weeks = float(events.select((pl.col("end").max() - pl.col("end").min()).dt.total_seconds()).item()) / WEEK
    if stretch.whole or stretch.share_of_cases < _MOST or stretch.weeks > weeks / 2:
        return chronicle, ()
    note = _("{weeks} weeks are used, in which {share} % of the cases begin.").format(
        weeks=stretch.weeks, share=number(100 * stretch.share_of_cases, 0)
    )
    return chronicle.between(stretch.begin, stretch.end), (note,)


def _built(
    chronicle: Chronicle,
    clients: Mapping[str, str] | None,
    work: Work,
    seed: int,
    tell: Progress,
    typical: Organisation | None = None,
) -> tuple[Findings, Built]:
    timed = chronicle if chronicle.starts != "missing" else assume_starts(chronicle, work)
    findings = find(timed, clients, work, tell)
    tell(_("fitting delays"), 0.3)
    return findings, build(findings, name=_name(chronicle), seed=seed, typical=typical)


def _name(chronicle: Chronicle) -> str:
    return chronicle.source.replace("\\", "/").rsplit("/", 1)[-1] or _("organisation")


def _learned(chronicle: Chronicle, findings: Findings, work: Work, notes: tuple[str, ...]) -> Learned:
    log = findings.log
    begin, end = log.span
    since = present(log, findings.memory)
    return Learned(
        source=chronicle.source,
        cases=log.cases,
        events=len(log.case),
        begin=aware(log.origin + timedelta(seconds=begin), log.timezone),
        end=aware(log.origin + timedelta(seconds=end), log.timezone),
        starts=log.starts,
        work=work if log.starts != "measured" else "measured",
        present=None if since is None else aware(log.origin + timedelta(seconds=since), log.timezone),
        notes=notes,
    )
