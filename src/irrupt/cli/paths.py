"""From arguments to the library and back: each function is one leg of the way that the commands share."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from irrupt.cli import screen
from irrupt.cli.arguments import asked, is_yaml, names_an_organisation, organisation_file, refuse_old
from irrupt.cli.checking import check, refuse_strangers
from irrupt.cli.foresight import foresee
from irrupt.cli.groups import Answer, Reading, Report, Running
from irrupt.cli.planning import need_log, say_unclear_dates
from irrupt.errors import Fault, ModelError, UsageError, did_you_mean
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.chronicle import Chronicle
    from irrupt.discovery import Study
    from irrupt.experiment import AboutRuns, Comparison, Executor, Power, Search, Start
    from irrupt.experiment.rigidity import Rigidity
    from irrupt.organisation import Organisation
    from irrupt.regulation.answers import Answer as Reply
    from irrupt.regulation.model import Act
    from irrupt.regulation.parties import Party
    from irrupt.regulation.scenario import Scenario
    from irrupt.reporting.sections.sweep import Answered
    from irrupt.sight import ScheduleSight, Sight

    Result = Sight | ScheduleSight | Organisation | Comparison | Power | Rigidity | Search

Work = Literal["typical", "shortest", "longest"]
BOUNDS: tuple[Work, Work] = ("shortest", "longest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be tried, and how."""

    organisation: Path | None
    """The organisation's file, or a log, where the scenario file names it."""
    figures: Mapping[str, tuple[str, str]]
    """Client -> figure, and where the scenario file says so."""
    scenarios: Mapping[str, Sequence[Act]]
    acts: Sequence[Act]
    today: Sequence[Act]
    """What clients do anyway."""
    runs: AboutRuns
    """How many, over which time, by whom, and where they are kept."""
    precision: Sequence[str]
    parties: Sequence[Party] = ()
    """Who answers what others do."""
    proposed: Sequence[Act] = ()
    answers: Sequence[Reply] = ()
    """The acts of all scenarios before anybody answers, and what is answered to them."""
    places: Mapping[Act, str] = field(default_factory=dict)
    """Where acts stand in the scenario file."""
    plan: Scenario
    """The scenario file as it was read."""

    def run_by(self, executor: Executor | None) -> AboutRuns:
        """The settings of runs that *executor* is to do."""
        return {**self.runs, "executor": executor}

    def every_act(self) -> list[Act]:
        """The acts of today and of all scenarios."""
        return [*self.today, *self.acts, *(act for several in self.scenarios.values() for act in several)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Other organisations that the log of an organisation supports."""

    bounds: Mapping[str, Organisation] = field(default_factory=dict)
    """`shortest` and `longest`: with service times at both ends, where start times are assumed."""
    alternatives: Sequence[Organisation] = ()
    """What other samples of the same records might have shown."""


def read(log: Path, reading: Reading, answer: Answer, *, local: str = "UTC", learns: bool = False) -> Chronicle:
    """The Chronicle in *log*; times without an offset are those of *local* where nothing else was typed. *learns*: what
    it is read for takes more memory."""
    from irrupt.chronicle import read as read_log
    from irrupt.chronicle.shipped import BUNDLED, bundled_path

    said = asked(reading)
    foresee(log, anyway=reading.anyway, learns=learns)
    with screen.progress(_("reading {log}").format(log=log.name), quiet=answer.quiet):
        chronicle = read_log(
            log,
            mapping=said.mapping,
            said=said.said,
            client=reading.client,
            case_type=reading.case_type,
            groups=reading.groups,
            timezone=reading.timezone,
            local=local,
            begin=said.begin,
            end=said.end,
            merge_repeats=reading.merge_repeats,
        )
    called = BUNDLED if log == bundled_path() else str(log)
    return replace(chronicle, typed=shlex.join([called, *reading.typed()]))


def see(chronicle: Chronicle, answer: Answer) -> Sight:
    """What clients do in the event log of *chronicle*."""
    from irrupt.sight.look import see as look

    with screen.progress(_("looking"), quiet=answer.quiet):
        return look(chronicle)


def learn(
    chronicle: Chronicle | Study, answer: Answer, *, work: Work = "typical", fidelity: bool = True
) -> Organisation:
    """The organisation in *chronicle*."""
    from irrupt.discovery import discover

    with screen.progress(_("learning the organisation"), quiet=answer.quiet) as advance:
        return discover(chronicle, work=work, fidelity=fidelity, progress=lambda _step, share: advance(share))


def learn_for(
    task: Task, chronicle: Chronicle, answer: Answer, compiled: Callable[[], object] | None = None
) -> tuple[Organisation, Beside]:
    """The organisation, what else *chronicle* supports, and both ends of service times where start times are assumed.

    Clients whom *task* names are told apart, however small. Where the loop is being compiled elsewhere, all that needs
    no simulation is found out before *compiled* is called to wait for it. Raises `ModelError` as soon as it is known
    that *task* names what is not there.
    """
    from irrupt.chronicle import group_clients
    from irrupt.discovery import Study, alternatives, discover

    clients = group_clients(chronicle)
    if clients:
        refuse_strangers(task, {*clients, *clients.values()}, chronicle)
    clients |= _alone(task.every_act(), clients) | {name: name for name in task.plan.named if name in clients}
    study = Study(chronicle, clients)
    if compiled is not None:
        with screen.progress(_("learning the organisation"), quiet=answer.quiet):
            study.prepare("typical", *(BOUNDS if chronicle.starts == "missing" else ()))
            compiled()
    organisation = learn(study, answer)
    check(task, organisation)
    ends = () if organisation.learned is None or organisation.learned.starts == "measured" else BOUNDS
    with screen.progress(_("asking how sure this is"), quiet=answer.quiet), ThreadPoolExecutor() as pool:
        learned = {
            end: pool.submit(
                copy_context().run, partial(discover, study, work=end, fidelity=False, typical=organisation)
            )
            for end in ends
        }
        others = alternatives(study, organisation)
        bounds: dict[str, Organisation] = {end: found.result() for end, found in learned.items()}
    return organisation, Beside(bounds=bounds, alternatives=others)


def load_or_learn(
    source: Path, task: Task, reading: Reading, answer: Answer, log: Path | None = None
) -> tuple[Organisation, Beside]:
    """The organisation in the file *source*, or else that in the log *source* with what else the log supports;
    *reading* may be about another *log*, too."""
    if is_yaml(source):
        organisation = organisation_file(source, reading, log)
        check(task, organisation)
        return organisation, Beside()
    return learn_for(task, read_log(source, reading, answer), answer)


def organisation_of(source: Path, reading: Reading, answer: Answer, acts: Sequence[Act] = ()) -> Organisation:
    """The organisation in the file *source*, or else that in the log *source*, with the clients of *acts* told apart,
    however small; how far to trust it is not asked."""
    from irrupt.chronicle import group_clients
    from irrupt.discovery import Study

    if is_yaml(source):
        return organisation_file(source, reading)
    chronicle = read_log(source, reading, answer)
    clients = group_clients(chronicle)
    return learn(Study(chronicle, clients | _alone(acts, clients)), answer, fidelity=False)


def _alone(acts: Sequence[Act], clients: Mapping[str, str]) -> dict[str, str]:
    """Those of *clients* whose acts these are, each as a group of his own."""
    return {name: name for act in acts if (name := act.client or "") in clients}


def read_log(source: Path, reading: Reading, answer: Answer) -> Chronicle:
    """The log *source*, to learn from, with what is unclear in it said. Raises `UsageError` when it holds schedules."""
    chronicle = read(source, reading, answer, learns=True)
    need_log(chronicle, source)
    say_unclear_dates(chronicle)
    return chronicle


def save(organisation: Organisation, output: Path) -> None:
    """Write *organisation* to the file *output*."""
    from irrupt.organisation import dump

    dump(organisation, output)
    screen.say(_("Organisation: {file}").format(file=output))


def task(scenario: Path | None, texts: Sequence[str], running: Running, *, searching: bool = False) -> Task:
    """What the scenario file and the `--act` *texts* ask for; what the command line says goes before the file."""
    from irrupt.regulation.scenario import Scenario, scenario_at

    if scenario is None and not texts and not searching:
        asked = _("a scenario file, or --act")
        raise UsageError(Fault("", _("nothing to try"), asked, _("irrupt see suggests acts to try on a log")))
    plan = scenario_at(scenario) if scenario is not None else Scenario(comparisons=())
    return planned(plan if not searching else replace(plan, refusals=()), texts, running)


def planned(plan: Scenario, texts: Sequence[str], running: Running) -> Task:
    """The same for a scenario that was read."""
    from irrupt.experiment.executors import workers_faults

    if faults := workers_faults(running.workers, "--workers"):
        raise UsageError(faults)
    acts = acts_in(texts)
    return Task(
        organisation=plan.organisation,
        figures=plan.figures,
        scenarios=dict(plan.comparisons),
        acts=acts,
        today=plan.today,
        runs={
            "weeks": plan.weeks if running.weeks is None else running.weeks,
            "warm_up_weeks": plan.warm_up_weeks,
            "review_weeks": plan.review_weeks,
            "replications": _replications(running, plan),
            "seed": plan.seed if running.seed is None else running.seed,
            "workers": running.workers,
            "store": running.store,
        },
        precision=running.precision or (),
        parties=plan.parties,
        proposed=plan.proposed,
        answers=plan.answers,
        places={**dict.fromkeys(acts, "--act"), **plan.places},
        plan=plan,
    )


def _replications(running: Running, plan: Scenario) -> int | None:
    """Pairs of runs; the file's number is not the most that a precision may take."""
    if running.replications is not None:
        return running.replications
    return None if running.precision else plan.replications


def acts_in(texts: Sequence[str]) -> list[Act]:
    """The acts in *texts*; all that is wrong with them at once."""
    from irrupt.regulation import parse_act

    acts: list[Act] = []
    faults: list[Fault] = []
    for text in texts:
        try:
            acts.append(parse_act(text))
        except ModelError as error:
            faults += error.faults
    if faults:
        raise ModelError(faults)
    return acts


def sorted_out(
    source: Path, scenario: Path | None, texts: Sequence[str], running: Running, *, searching: bool = False
) -> tuple[Path, Task]:
    """What to run, and what to try on it: *source* may be a scenario file that names its organisation. When
    *searching* there need be no act."""
    if scenario is None and not texts and is_yaml(source) and names_an_organisation(source):
        found = task(source, texts, running)
        return found.organisation or source, found
    return source, task(scenario, texts, running, searching=searching)


def compare(
    organisation: Organisation,
    beside: Beside,
    task: Task,
    running: Running,
    answer: Answer,
    start: Start | None = None,
) -> Comparison:
    """Try what *task* asks for."""
    from irrupt.cli import settling, storing
    from irrupt.experiment import compare as try_acts
    from irrupt.reporting import sofar

    organisation = _with_figures(organisation, task.figures)
    with screen.executor(running.cluster, running.workers) as executor, ExitStack() as opened:
        agreed, said = settling.agreed(organisation, task, executor, running, answer)
        shown = opened.enter_context(screen.trying(_("trying"), quiet=answer.quiet))
        result = try_acts(
            organisation,
            *task.acts,
            scenarios=agreed,
            today=task.today,
            precision=task.precision,
            chronicles=running.chronicles,
            sized=storing.tell_size,
            bounds=beside.bounds,
            alternatives=beside.alternatives,
            start=start,
            progress=None if shown is None else shown.advance,
            watch=None if shown is None else lambda so_far: shown.show(sofar.show_so_far(so_far)),
            **task.run_by(executor),
        )
    if not said.answers:
        return result
    made = {**(result.provenance or {}), "answers": said.answers}
    return replace(result, parties=said.told, provenance=made)


def _with_figures(organisation: Organisation, figures: Mapping[str, tuple[str, str]]) -> Organisation:
    """*organisation* with the figures that a scenario gives its clients."""
    from irrupt.regulation.acts import MANAGEMENT

    clients, faults = organisation.clients, list[Fault]()
    for name, (figure, where) in figures.items():
        if name in clients:
            clients = {**clients, name: replace(clients[name], figure=figure)}
        elif name in organisation.teams or name == MANAGEMENT:
            found = _("only clients have a figure, and {name} is none").format(name=name)
            faults.append(Fault(where, found, remedy=_('say what counts under "watches"')))
        else:
            found = _('no client "{name}"').format(name=name)
            faults.append(Fault(where, found, remedy=did_you_mean(name, clients)))
    if faults:
        raise ModelError(faults)
    return organisation if clients is organisation.clients else replace(organisation, clients=clients)


def tell(result: Chronicle | Result, answer: Answer, page: Report | None = None, verbose: bool = True) -> None:
    """Show *result*, as JSON or in brief where asked, and write it as a report where asked."""
    from irrupt.chronicle import Chronicle
    from irrupt.reporting import machine, terminal
    from irrupt.reporting.brief import BRIEF, brief

    report = None if page is None else page.report
    if page is not None and report is not None and not isinstance(result, Chronicle):
        write(report, result, title=page.title)
    if answer.json:
        screen.show_json(machine.to_json(result))
        return
    if verbose or not isinstance(result, BRIEF):
        screen.show(terminal.show(result))
        return
    screen.show(brief(result))
    if report is None and not answer.quiet:
        screen.say(_("All of it: --verbose, or --report FILE"))


def write(output: Path, *results: Result | Answered | None, title: str | None = None) -> None:
    """Write *results* as one HTML report, with what was typed to have it."""
    from irrupt.reporting import report

    typed = shlex.join(["irrupt", *sys.argv[1:]])
    report(output, *[one for one in results if one is not None], title=title, typed=typed)
    screen.say(_("Report: {file}").format(file=output))


def check_output(output: Path, force: bool) -> None:
    """Raise `UsageError` when no log can be written to *output*: it is of no kind that is written, or there is a file
    that is not to be overwritten."""
    from irrupt.chronicle.writing import ending_of

    ending_of(output)
    refuse_old(output, force)


def convert(chronicle: Chronicle, output: Path) -> None:
    """Write *chronicle* to *output*, and say what stays behind."""
    from irrupt.chronicle import left_behind
    from irrupt.chronicle import write as write_log

    write_log(chronicle, output)
    screen.say(_("Written: {file}").format(file=output))
    if left := left_behind(chronicle, output):
        screen.say(_("Not in it: {tables}; a .parquet file holds them too").format(tables=", ".join(map(_, left))))
