"""What the options about reading a log say, checked together before anything is read: all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.cli.groups import Reading
    from irrupt.organisation import Organisation

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of reading."""

    mapping: dict[str, str]
    said: str | None
    """A file that says whose act each activity is."""
    begin: datetime | None
    end: datetime | None
    """Without an offset: on the clock of the organisation."""


def asked(reading: Reading) -> Asked:
    """What *reading* asks. Raises `UsageError` with all that makes no sense in it."""
    from irrupt.chronicle.zones import checked_zone

    faults: list[Fault] = []

    def tried(find: Callable[[], Value]) -> Value | None:
        try:
            return find()
        except UsageError as error:
            faults.extend(error.faults)
            return None

    pairs = reading.mapping or []
    mapping = tried(lambda: _mapping([pair for pair in pairs if not _is_file(pair)]))
    begin, end = tried(lambda: dated(reading.begin, "--from")), tried(lambda: dated(reading.end, "--to"))
    if reading.timezone is not None:
        tried(lambda: checked_zone(reading.timezone or ""))
    if begin is not None and end is not None and begin.replace(tzinfo=None) >= end.replace(tzinfo=None):
        faults.append(Fault("--to", reading.end or "", _("a date after that of {option}").format(option="--from")))
    if faults:
        raise UsageError(faults)
    return Asked(
        mapping=mapping or {}, said=next((pair for pair in pairs if _is_file(pair)), None), begin=begin, end=end
    )


def is_yaml(source: Path) -> bool:
    """Whether *source* is called a YAML file: an organisation or a scenario, not a log."""
    return source.suffix.lower() in {".yaml", ".yml"}


def organisation_file(source: Path, reading: Reading, log: Path | None = None) -> Organisation:
    """The organisation in the file *source*. Raises `UsageError` where *reading* says how to read a log, and there is
    none, nor another *log*: an answer that passes over an option would look as if it had been heeded."""
    from irrupt.organisation import load

    if log is None and (said := reading.said()):
        found, remedy = _("{file} holds an organisation").format(file=source.name), _("leave it out")
        raise UsageError(
            [Fault(option, found, _("an event log"), remedy) for option in dict.fromkeys(one[0] for one in said)]
        )
    return load(source)


def names_an_organisation(source: Path) -> bool:
    """Whether *source*, a YAML file, is a scenario that names its organisation. Raises `UsageError` for one that names
    none, where nothing else says what it is to be tried on."""
    lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
    keys = {line.partition(":")[0].rstrip() for line in lines if ":" in line}
    if "organisation" not in keys and keys & {"compare", "parties"} and "routes" not in keys:
        remedy = _("say on what to try it: organisation: FILE in it, or ORGANISATION|LOG before it")
        raise UsageError(Fault(str(source), _("this is a scenario, which names no organisation"), remedy=remedy))
    return "organisation" in keys


def _is_file(text: str) -> bool:
    return "=" not in text and is_yaml(Path(text))


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    from irrupt.chronicle.delimited import SEPARATOR
    from irrupt.chronicle.encodings import ENCODING
    from irrupt.chronicle.roles import LISTS, ROLES, TIMES
    from irrupt.chronicle.schedules.choices import CHOICES
    from irrupt.chronicle.schedules.roles import ROLES as OF_SCHEDULES
    from irrupt.chronicle.spreadsheet import SHEET
    from irrupt.chronicle.times import is_form

    faults = []
    known = dict.fromkeys((*ROLES, *LISTS, TIMES, *OF_SCHEDULES, *CHOICES, SHEET, SEPARATOR, ENCODING))
    for pair in pairs:
        role, equals, value = (part.strip() for part in pair.partition("="))
        if not equals:
            faults.append(Fault("--map", pair, _("ROLE=COLUMN"), _('for example --map "client=caller_id"')))
        elif role not in known:
            faults.append(Fault("--map", _('no role "{role}"').format(role=role), remedy=did_you_mean(role, known)))
        elif role == TIMES and not is_form(value):
            expected = _("day first, month first, or a pattern such as %d.%m.%Y %H:%M")
            faults.append(Fault("--map", pair, expected))
    if faults:
        raise UsageError(faults)
    return {role.strip(): column.strip() for role, column in (pair.split("=", 1) for pair in pairs)}


def dated(text: str | None, option: str) -> datetime | None:
    """The date that an *option* names, without a zone where it gives no offset; None when it was not given."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(Fault(option, text, _("a date such as 2016-03-01 or 2016-03-01T08:00+01:00"))) from None


def moment(text: str | None, option: str, timezone: str) -> datetime | None:
    """The moment that an *option* names, on the clock of *timezone* where it has no offset; None when it was not
    given."""
    from irrupt.wall import in_utc

    found = dated(text, option)
    return found if found is None else in_utc(found, timezone)


def refuse_unknown(rule: str | None, names: Collection[str], found: str, since: datetime | None, at: datetime) -> None:
    """Raise `UsageError` for a *rule* that is none of *names*, as *found* says, and for dates the wrong way round, as
    an empty answer would hide them. That a party has changed nothing is an answer."""
    faults = []
    if rule is not None and rule not in names:
        faults.append(Fault("--rule", _(found).format(name=rule), remedy=did_you_mean(rule, names)))
    if since is not None and since > at:
        faults.append(Fault("--since", _("it lies after the other date"), _("an earlier date")))
    if faults:
        raise UsageError(faults)


def say_if_unheard_of(author: str | None, authors: Collection[str]) -> None:
    """Say on stderr that *author* is none of *authors*, those of all changes. That a party has changed nothing is an
    answer, but a name that was mistyped has the same one."""
    from irrupt.cli import screen

    if author is not None and author not in authors:
        found = _('"{name}" has changed no rule here').format(name=author)
        screen.say(str(Fault("--author", found, remedy=did_you_mean(author, authors))))


def say_if_nobody(party: str | None, known: Collection[str]) -> None:
    """Say on stderr that *party*, whose eyes are lent, is none of those who are *known*: others see what everybody
    sees, and so would a name that was mistyped."""
    from irrupt.cli import screen

    if party is not None and party not in known:
        found = _('no party "{name}" here: it sees what everybody does').format(name=party)
        screen.say(str(Fault("--seen-by", found, remedy=did_you_mean(party, known))))


def refuse_old(output: Path | None, force: bool) -> None:
    """Raise `UsageError` where *output* is there, and is not to be overwritten."""
    if output is not None and output.exists() and not force:
        raise UsageError(Fault(str(output), _("the file exists"), remedy=_("--force overwrites it")))
