"""Options that several commands share, as dataclasses: a command takes one group, the user sees its options."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _

READING, RUNNING, ANSWER = _("Reading the log"), _("Running"), _("Answer")
PLANNING = _("Schedules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a log is read."""

    client: Annotated[
        str | None,
        typer.Option("--client", metavar="COLUMN", help=_("Column that names the client."), rich_help_panel=READING),
    ] = None
    case_type: Annotated[
        str | None,
        typer.Option(
            "--case-type",
            metavar="TYPE",
            help=_("Type of the objects that are the cases of an object-centric log (OCEL 2.0)."),
            rich_help_panel=READING,
        ),
    ] = None
    groups: Annotated[
        str | None,
        typer.Option(
            "--groups",
            metavar="COLUMN",
            help=_("Show clients together by this column, such as their place or branch."),
            rich_help_panel=READING,
        ),
    ] = None
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="ROLE=COLUMN|FILE",
            help=_(
                "Take this column for this role: case, activity, start, end, resource, team, client; "
                "waits=…, acts=…, toward=… and inside=… name activities, work=NAME: 20 min says how long work takes, "
                "a YAML file says it of each; times=day first, month first or a pattern (repeatable)."
            ),
            rich_help_panel=READING,
        ),
    ] = None
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone", metavar="ZONE", help=_("Time zone of the organisation's clock."), rich_help_panel=READING
        ),
    ] = None
    begin: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help=_("Only cases that begin at this date or later."), rich_help_panel=READING
        ),
    ] = None
    end: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DATE", help=_("Only cases that begin before this date."), rich_help_panel=READING
        ),
    ] = None
    merge_repeats: Annotated[
        bool | None,
        typer.Option(
            "--merge-repeats/--keep-repeats",
            help=_("Merge rows that repeat the state of the row before; decided from the log when not given."),
            rich_help_panel=READING,
        ),
    ] = None
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway", help=_("Read a log even if the memory may not be enough for it."), rich_help_panel=READING
        ),
    ] = False

    def said(self) -> list[tuple[str, ...]]:
        """The options that say what a log means, each with its value where it has one."""
        given = [("--client", self.client), ("--case-type", self.case_type), ("--groups", self.groups)]
        given += [("--map", one) for one in self.mapping or ()]
        given += [("--timezone", self.timezone), ("--from", self.begin), ("--to", self.end)]
        said: list[tuple[str, ...]] = [(option, value) for option, value in given if value is not None]
        if self.merge_repeats is not None:
            said.append(("--merge-repeats" if self.merge_repeats else "--keep-repeats",))
        return said

    def typed(self) -> list[str]:
        """The options that say how it is read, word by word."""
        words = [word for words in self.said() for word in words]
        return [*words, "--anyway"] if self.anyway else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """How schedules are judged."""

    schedules: Annotated[
        bool,
        typer.Option(
            "--schedules",
            help=_("Look at the schedules of a file that holds an event log, too."),
            rich_help_panel=PLANNING,
        ),
    ] = False
    band: Annotated[
        str | None,
        typer.Option(
            "--band",
            metavar="SHARE",
            help=_("Band of the contract around announced quantities (20% when not said)."),
            rich_help_panel=PLANNING,
        ),
    ] = None
    tolerance: Annotated[
        str | None,
        typer.Option(
            "--tolerance",
            metavar="SHARE",
            help=_("A quantity that moves by no more than this counts as unchanged (5% when not said)."),
            rich_help_panel=PLANNING,
        ),
    ] = None
    rates: Annotated[
        Path | None,
        typer.Option(
            "--rates",
            metavar="FILE",
            help=_("YAML file with the hours per piece: moved quantities are then told in hours."),
            rich_help_panel=PLANNING,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """How acts are tried."""

    weeks: Annotated[
        float | None,
        typer.Option(
            "--weeks",
            help=_(
                "Weeks that are measured (when not said, those of the scenario, or 13, or fewer where very many cases "
                "come)."
            ),
            rich_help_panel=RUNNING,
        ),
    ] = None
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            "-n",
            help=_("Pairs of runs (when not said, those of the scenario, or 100; 20 in a sweep, 40 in a search)."),
            rich_help_panel=RUNNING,
        ),
    ] = None
    precision: Annotated[
        list[str] | None,
        typer.Option(
            "--precision",
            metavar="TEXT",
            help=_(
                'Add pairs of runs until half of the interval is as small as "2 %" of the level, for what claims name; '
                'or for one measure: "cycle time: 30 min" (repeatable).'
            ),
            rich_help_panel=RUNNING,
        ),
    ] = None
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help=_("Run on a Dask cluster: the address of its scheduler, or local; never changes a result."),
            rich_help_panel=RUNNING,
        ),
    ] = None
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="FILE",
            help=_("Keep every pair of runs in this file, and run none twice that is there."),
            rich_help_panel=RUNNING,
        ),
    ] = None
    chronicles: Annotated[
        Path | None,
        typer.Option(
            "--chronicles",
            metavar="FOLDER",
            help=_("Keep the Chronicle of every run too, as Parquet files; how large they are is said beforehand."),
            rich_help_panel=RUNNING,
        ),
    ] = None
    open_cases: Annotated[
        Path | None,
        typer.Option(
            "--open",
            metavar="LOG",
            help=_("Begin at the end of this log, with the cases that are open there, instead of empty."),
            rich_help_panel=RUNNING,
        ),
    ] = None
    seed: Annotated[
        int | None, typer.Option("--seed", help=_("The same seed gives the same result."), rich_help_panel=RUNNING)
    ] = None
    workers: Annotated[
        int | None, typer.Option("--workers", help=_("Threads; never changes a result."), rich_help_panel=RUNNING)
    ] = None


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("Show no progress."), rich_help_panel=ANSWER)]
Lang = Annotated[
    Literal["en", "fr"] | None, typer.Option("--lang", help=_("Language: en or fr."), rich_help_panel=ANSWER)
]


Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help=_("Show all of it: every measure, party and remark."), rich_help_panel=ANSWER),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """How much is said, and in which language."""

    quiet: Quiet = False
    lang: Lang = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the answer is given."""

    json: Annotated[
        bool, typer.Option("--json", help=_("Write the answer as JSON on standard output."), rich_help_panel=ANSWER)
    ] = False
    quiet: Quiet = False
    lang: Lang = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A page beside the answer."""

    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help=_("Also write an HTML report."), rich_help_panel=ANSWER),
    ] = None
    title: Title = None

    def __post_init__(self) -> None:
        if self.title is not None and self.report is None:
            raise UsageError(Fault("--title", self.title, _("a report that is called so: --report FILE")))


@functools.cache
def expanded(command: Callable[..., None]) -> Callable[..., None]:
    """*command* with each parameter that is a group replaced by the options of the group."""
    hints = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type[Any]] = {}
    for parameter in inspect.signature(command).parameters.values():
        hint = hints[parameter.name]
        if not is_dataclass(hint):
            parameters.append(parameter.replace(annotation=hint))
            continue
        assert isinstance(hint, type)
        groups[parameter.name] = hint
        options = get_type_hints(hint, include_extras=True)
        parameters += [
            inspect.Parameter(
                field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=options[field.name]
            )
            for field in fields(hint)
        ]
    parameters.sort(key=lambda parameter: parameter.kind == inspect.Parameter.KEYWORD_ONLY)

    @functools.wraps(command)
    def run(**values: object) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del run.__wrapped__
    return run


def _shipped(source: Path) -> Path:
    """The bundled log, where it is called by its name and there is no file of that name."""
    if source.exists():
        return source
    from irrupt.chronicle.shipped import BUNDLED, bundled_path

    return bundled_path() if source == Path(BUNDLED) else source


Log = Annotated[
    Path,
    typer.Argument(
        metavar="LOG",
        callback=_shipped,
        help=_(
            "Event log (XES, CSV, Excel, Parquet), schedules or orders (also EDI); or a folder of files; or incidents,"
            " the bundled log."
        ),
    ),
]
Source = Annotated[
    Path,
    typer.Argument(
        metavar="ORGANISATION|LOG",
        callback=_shipped,
        help=_("An organisation (YAML), or a log to learn it from; or a scenario that names one."),
    ),
]
OfOne = Annotated[
    Path,
    typer.Argument(
        metavar="ORGANISATION|LOG",
        callback=_shipped,
        help=_("An organisation (YAML), or a log to learn it from."),
    ),
]
Title = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help=_("What the report is called."), rich_help_panel=ANSWER),
]
Acts = Annotated[
    list[str] | None,
    typer.Option(
        "--act",
        metavar="TEXT",
        help=_('An act to try, such as "priority: {client: Hospital A, team: Network}" (repeatable).'),
    ),
]
