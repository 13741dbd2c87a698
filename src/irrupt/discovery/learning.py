"""From a Chronicle to an Organisation: the main path of discovery, in one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from irrupt.arguments import as_annotated
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins.starts import checked
from irrupt.discovery.begins.work_limits import Work
from irrupt.discovery.building import Built, build, draft
from irrupt.discovery.findings import Findings, Progress, silent
from irrupt.discovery.memory import present
from irrupt.discovery.notes import notes_on
from irrupt.discovery.study import Study
from irrupt.engine.streams import seed_faults
from irrupt.errors import UsageError
from irrupt.i18n import gettext as _
from irrupt.organisation import Learned, Organisation


@as_annotated
def discover(
    chronicle: Chronicle | Study,
    *,
    clients: Mapping[str, str] | None = None,
    work: Work = "typical",
    fidelity: bool = True,
    seed: int = 1,
    typical: Organisation | None = None,
    progress: Progress | None = None,
) -> Organisation:
    """Learn the organisation that *chronicle* records: demand, procedure, teams, hours, durations and delays.

    *clients* maps each client of the log to the client or group that it is shown as; by default the larger clients
    stand alone and the others are one group. Where the log has no start times, *work* says which plausible durations to
    assume (`typical`, `shortest` or `longest`), and *typical* passes what was already learned with typical ones. With
    *fidelity* the distance of simulated to held-out records is measured too (`Organisation.fidelity`).
    *progress* is called with what is being done and the share that is done. A `Study` may be passed instead of
    *chronicle*; it has clients of its own. Takes seconds for 100,000 events.

    Raises `DataError` if nothing can be learned from the log, `UsageError` if *chronicle* is not a Chronicle or *seed*
    is invalid.

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> discover(simulate(counter(), weeks=4, seed=1), fidelity=False)
    <Organisation 'counter, simulated (seed 1, run 0)': 1 clients, 1 steps, 1 people>
    """
    tell = progress or silent
    checked(work)
    if faults := seed_faults(seed):
        raise UsageError(faults)
    tell(_("reading the records"), 0.0)
    study = chronicle if isinstance(chronicle, Study) else Study(chronicle, clients)
    if typical is None and study.chronicle.starts == "missing" and work != "typical":
        typical = _built(study, "typical", seed, silent)[1].organisation
    findings, built = _built(study, work, seed, tell, typical)
    learned = replace(_learned(study.chronicle, findings, work), notes=study.notes + notes_on(findings, built))
    if fidelity:
        tell(_("comparing with held-out records"), 0.5)
        from irrupt.discovery.trust.fidelity import measured

        distances, more = measured(study, work=work, seed=seed)
        learned = replace(learned, fidelity=distances, notes=learned.notes + more)
    tell(_("done"), 1.0)
    return replace(built.organisation, learned=learned)


def _built(
    study: Study, work: Work, seed: int, tell: Progress, typical: Organisation | None = None
) -> tuple[Findings, Built]:
    findings, plain = study.found(work, tell)
    tell(_("fitting delays"), 0.3)
    learned = _learned(study.chronicle, findings, work)
    drawn = draft(findings, plain, name=_name(study.chronicle), learned=learned, typical=typical)
    return findings, build(findings, drawn, seed=seed)


def _name(chronicle: Chronicle) -> str:
    return chronicle.source.replace("\\", "/").rsplit("/", 1)[-1] or _("organisation")


def _learned(chronicle: Chronicle, findings: Findings, work: Work) -> Learned:
    log = findings.log
    begin, end = log.span
    since = present(log, findings.memory)
    return Learned(
        source=chronicle.source,
        cases=log.cases,
        events=len(log.case),
        begin=log.moment(begin),
        end=log.moment(end),
        starts=log.starts,
        work=work if log.starts != "measured" else "measured",
        told=log.starts != "measured" and findings.begins_told,
        present=None if since is None else log.moment(since),
    )
