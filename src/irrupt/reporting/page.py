"""One page that holds everything: no script, no network, two languages."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from irrupt.agreement.model import Kept
from irrupt.arguments import as_annotated
from irrupt.errors import Fault, UsageError
from irrupt.experiment.model import Comparison
from irrupt.experiment.power import Power
from irrupt.experiment.rigidity import Rigidity
from irrupt.experiment.searched import Search
from irrupt.experiment.swept import Sweep
from irrupt.i18n import gettext as _
from irrupt.i18n import language, ngettext
from irrupt.organisation.model import Organisation
from irrupt.reporting import rigidities
from irrupt.reporting.agreed import headline, kept_data
from irrupt.reporting.agreed import summary as of_rules
from irrupt.reporting.machine import to_json
from irrupt.reporting.sections.acts import scenarios
from irrupt.reporting.sections.agreed import rule_cards
from irrupt.reporting.sections.announced import announced_section, summary
from irrupt.reporting.sections.clients import clients_section
from irrupt.reporting.sections.grid import grid
from irrupt.reporting.sections.log import log_section, size
from irrupt.reporting.sections.made import made_section, precision
from irrupt.reporting.sections.power import power_section
from irrupt.reporting.sections.search import search_section
from irrupt.reporting.sections.sweep import Answered, sweep_section
from irrupt.reporting.sections.trust import briefly, trust_section
from irrupt.reporting.story import html, title_of
from irrupt.reporting.svg import clean
from irrupt.reporting.swept import sweep_json
from irrupt.saving import save_page
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.model import Sight

if TYPE_CHECKING:
    from jinja2 import Environment


def page(
    *,
    sight: Sight | None = None,
    schedules: ScheduleSight | None = None,
    organisation: Organisation | None = None,
    comparison: Comparison | None = None,
    power: Power | None = None,
    search: Search | None = None,
    sweep: Answered | None = None,
    title: str | None = None,
    story: str = "",
    typed: str = "",
) -> str:
    """An HTML page, in the language in use, of what is given; the other sections are left out.

    *story*, in a little Markdown, stands before everything; its heading is the title where none is given. *typed*
    is what makes the page again, where it is not what the results tell. The page needs no network and runs no script.
    The organisation of *comparison* is shown where none is given.
    Raises `UsageError` when nothing is given.
    """
    if all(one is None for one in (sight, schedules, organisation, comparison, power, search, sweep)):
        raise UsageError(Fault("report", _("nothing to report"), _RESULTS))
    if organisation is None and comparison is not None:
        organisation = comparison.organisation
    if organisation is None and power is not None:
        organisation = power.organisation
    if organisation is None and search is not None:
        organisation = search.organisation
    told = scenarios(comparison) if comparison else None
    written: str = (
        _environment()
        .get_template("report.html")
        .render(
            language=language(),
            title=title or (title_of(story) if story else _title(sight or schedules, organisation)),
            summary=_summary(sight or schedules),
            story=html(story) if story else None,
            log=log_section(sight) if sight else None,
            clients=clients_section(sight) if sight else None,
            announced=announced_section(schedules) if schedules else None,
            power=power_section(power) if power else None,
            search=search_section(search) if search else None,
            sweep=sweep_section(sweep) if sweep else None,
            trust=trust_section(organisation, sight, comparison) if organisation else None,
            trusted=briefly(comparison.organisation) if comparison else "",
            grid=grid(comparison) if comparison else None,
            notes=(*precision(comparison), *comparison.notes) if comparison else (),
            scenarios=told,
            parties=comparison.parties if comparison else (),
            drilled={f"behind-{one.anchor}-{part.side}": part.party for one in told or () for part in one.behind},
            made=made_section(sight or schedules, comparison, typed),
            numbers=_packed(
                _data(sight, schedules, organisation, comparison)
                | {name: _rounded(to_json(one)) for name, one in (("power", power), ("search", search)) if one}
                | ({"sweep": _rounded(sweep_json(sweep))} if sweep else {})
            ),
        )
    )
    return written


@as_annotated
def report(
    path: str | Path,
    *results: Sight | ScheduleSight | Organisation | Comparison | Power | Rigidity | Search | Sweep | Answered,
    title: str | None = None,
    story: str = "",
    typed: str = "",
) -> Path:
    """Write *results*, at most one of each kind, and the *story* of them as one HTML page to *path*, wholly or not at
    all; return the path.

    Raises `UsageError` when there is nothing to report, two results are of one kind, or the file cannot be written: it
    ends otherwise than in `.html`, or is another than a page that was written before.
    """
    given: dict[str, Any] = {}
    for one in results:
        result = Answered(one) if isinstance(one, Sweep) else one
        if isinstance(result, Rigidity):
            story, result = story or rigidities.story(result), result.comparison
        name = next(name for name, kind in _KINDS.items() if isinstance(result, kind))
        if name in given:
            twice = _("two results of one kind ({kind})").format(kind=type(one).__name__)
            raise UsageError(Fault("report", twice, _("one of each kind at most")))
        given[name] = result
    save_page(path, page(**given, title=title, story=story, typed=typed))
    return Path(path)


def agreed_page(kept: Kept, title: str | None = None) -> str:
    """An HTML page, in the language in use, of a rulebook held against records, called by its name where no *title* is
    given; it needs no network and no script."""
    written: str = (
        _environment()
        .get_template("agreed.html")
        .render(
            language=language(),
            title=title or kept.rulebook.name,
            head=headline(kept),
            summary=of_rules(kept),
            cards=rule_cards(kept),
            numbers=_packed(_rounded(kept_data(kept))),
        )
    )
    return written


def report_kept(path: str | Path, kept: Kept, *, title: str | None = None) -> Path:
    """Write *kept* as one HTML page to *path*, wholly or not at all; return the path.

    Raises `UsageError` when the file cannot be written, or is another than a page that was written before.
    """
    save_page(path, agreed_page(kept, title))
    return Path(path)


_KINDS = {
    "sight": Sight,
    "schedules": ScheduleSight,
    "organisation": Organisation,
    "comparison": Comparison,
    "power": Power,
    "search": Search,
    "sweep": Answered,
}
_RESULTS = "Sight, ScheduleSight, Organisation, Comparison, Power, Rigidity, Search, Sweep"
"""What a report is made of, as it is called in Python."""


def _title(sight: Sight | ScheduleSight | None, organisation: Organisation | None) -> str:
    name = Path(sight.chronicle.source).name if sight and sight.chronicle.source else ""
    name = name or (organisation.name if organisation else "")
    return _("The client in {name}").format(name=name) if name else _("The client in the records")


def _summary(seen: Sight | ScheduleSight | None) -> str:
    """How much was read; nothing where nothing was."""
    if seen is None:
        return ""
    return summary(seen) if isinstance(seen, ScheduleSight) else size(seen)


def _data(
    sight: Sight | None,
    schedules: ScheduleSight | None,
    organisation: Organisation | None,
    comparison: Comparison | None,
) -> dict[str, Any]:
    """The numbers of the page, for machines, and short: effects column by column, with their words told once, ledgers
    measure by measure."""
    given = {
        "sight": sight,
        "schedules": schedules,
        "organisation": None if comparison else organisation,
        "comparison": comparison,
    }
    data = {name: to_json(one) for name, one in given.items() if one is not None}
    if sight:
        data["sight"]["ledger"] = _grouped(data["sight"]["ledger"], ("ledger", "measure", "unit", "of"))
        load = data["sight"]["team_load"]
        data["sight"]["team_load"] = {team: _told_weeks(steps) for team, steps in load.items()}
        data["sight"]["time_parts"] = _grouped(data["sight"]["time_parts"], ("of", "part"))
    if comparison:
        rows = data["comparison"]["effects"]
        data["comparison"]["effects"] = _columns(rows, comparison.effects.columns)
    return {name: _rounded(one) for name, one in data.items()}


def _columns(rows: list[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """*rows* column by column; of columns of words each word once, in `words`, and its number in each row."""
    columns = {name: [row[name] for row in rows] for name in names}
    words = {name: list(dict.fromkeys(of)) for name, of in columns.items() if any(isinstance(one, str) for one in of)}
    for name, known in words.items():
        place = {one: at for at, one in enumerate(known)}
        columns[name] = [place[one] for one in columns[name]]
    return {"words": words, **columns}


def _grouped(rows: list[dict[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    """*rows* that are alike in *by* as one, with a list for each other column that tells anything."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    made = []
    for key, alike in groups.items():
        columns = {name: [row[name] for row in alike] for name in alike[0] if name not in by}
        told = {name: values for name, values in columns.items() if any(value is not None for value in values)}
        made.append(dict(zip(by, key, strict=True)) | told)
    return made


def _told_weeks(steps: list[float]) -> dict[str, list[float]]:
    """The weeks with steps, and how many: most teams of a large organisation do nothing in most weeks."""
    some = [(week, value) for week, value in enumerate(steps) if value]
    return {"week": [week for week, _value in some], "steps": [value for _week, value in some]}


def _packed(data: Any) -> str:
    """The address of *data* as a file in the page itself: a link that saves it."""
    packed = gzip.compress(json.dumps(data, separators=(",", ":"), allow_nan=False).encode("ascii"), mtime=0)
    return "data:application/gzip;base64," + base64.b64encode(packed).decode("ascii")


def _rounded(value: Any) -> Any:
    """*value* with numbers of five significant digits, which is more than any measure is worth."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if not isinstance(value, float):
        return value
    short = float(f"{value:.5g}")
    return int(short) if short.is_integer() else short


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("irrupt.reporting"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "separators": (",", ":"), "ensure_ascii": True}
    environment.globals.update(_=_, ngettext=ngettext)
    return environment
