"""What the lines above a table say of all of it: who the client is, which part, which plant, when it was issued."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from irrupt.arraytypes import Ints
from irrupt.chronicle.header_lines import GROUP
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.categories import dates_agree, periods_by_lengths, tells_lengths
from irrupt.chronicle.schedules.headings import YEAR, YEARS, bare_across
from irrupt.chronicle.schedules.horizons import in_line, tells
from irrupt.chronicle.schedules.labelled import parted
from irrupt.chronicle.schedules.leads import either_way, leads_across
from irrupt.chronicle.schedules.parts import below
from irrupt.chronicle.schedules.periods import MONTH, is_period, read_periods
from irrupt.chronicle.schedules.recognising import looks_like_schedules
from irrupt.chronicle.schedules.roles import names_issue, periods_across, score, told_by
from irrupt.chronicle.schedules.scales import UNIT, names_unit, scale_within, tells_scale
from irrupt.chronicle.schedules.shaping import shaped
from irrupt.chronicle.schedules.stems import is_stem
from irrupt.chronicle.schedules.words import binds_or_not, tells_firm
from irrupt.chronicle.several import dated
from irrupt.chronicle.stamps import month
from irrupt.i18n import gettext as _

FIRM = "firm"
"""What lines above a table say of it, too: how far what is announced binds."""
_TITLES, _TABLE, _MOSTLY = 20, 3, 0.8
"""Lines above a header, at most; cells of a table, at least; and the share of its lines that have as many."""
_NAMES_HIM = 0.5
"""How well a label must tell of a client, part or plant for what stands behind it to be taken for that."""
_AHEAD = 0.9
"""Share of a list that lies after the date above it, from which on that is its issue, not the day of a report."""
_FOUR = r"(?<!\d)((?:19|20)\d{2})(?![\d/])"
_AS_OF = re.compile(
    r"(?i)(?:^|[\s,;(–-])(as of|stand|vom|du|of|dated|del|dal|van|issued|from|fecha|data|date|datum|stan z|dnia|"
    r"le|on|am|per|el|il|op|em|au)\s+"
    r"(\S+?)\)?$"
)
"""A word before the date of a plan, and that, at the end of a title."""
_FOR = re.compile(
    r"(?:\b[Ff]or|\b[Ff]ür|\b[Pp]our|\b[Pp]ara|\b[Vv]oor|\b[Dd]la|(?i:\b(?:client|customer|kunde|klant|cliente)))\s+"
    r"(?P<name>[A-ZÀ-Ý][\w&.,'’-]*(?:\s+[\w&.,'’-]+){0,4})$"
)
_COMPANY = re.compile(
    r"(?P<name>[A-ZÀ-Ý][\w&.'’-]*(?:\s+(?:&|[A-ZÀ-Ý][\w&.'’-]*)){0,4}\s+"
    r"(?:AG|GmbH(?:\s*&\s*Co\.?\s*KG)?|SE|KG|SA|S\.A\.|SAS|SARL|Ltd\.?|Inc\.?|LLC|Corp\.?|plc|BV|B\.V\.|NV|SpA|"
    r"S\.p\.A\.|Srl|S\.r\.l\.|SL|S\.L\.|Lda|Sp\. z o\.o\.|Co\.?|AB|ASA?|A/S|ApS|Oyj?|[as]\.\s?[sr]\.(?:\s?o\.)?|"
    r"d\.o\.o\.|Kft\.?|A\.?Ş\.?))$"
)
"""A name behind a word for whom something is, and one that ends as those of companies do."""
_SUPPLIER = re.compile(
    r"(?:lieferant|kreditor|supplier|vendor|seller|fournisseur|vendeur|proveedor|fornitore|leverancier|dostawca|"
    r"fornecedor|dodavatel|tedarikci)"
)
"""How a label begins that names whoever delivers: none of his clients."""
_PIECES = re.compile(r"\s+[-–—|]\s+|\s*[;|]\s*")
"""What stands between the pieces of a title."""
SOME_DAY = "2026-01-01"
"""Stands for the issue of a plan, which the name of its file may tell."""
_INDEX = 2
"""Figures of a number that may be one of a chapter (`Part 2`)."""
_LONG = 5
"""Letters from which on a word for a forecast is no part of a name."""
_SHOWN = 3
"""Lines above a table that are shown."""
_DATES = frozenset({"date", "datum", "fecha", "data"})
Said = tuple[str, str]
"""A label, and what stands behind it."""


def titles(cells: Ints, filled: Sequence[int], named: Sequence[bool] = ()) -> int:
    """How many lines stand above the header: a few, each with half as many cells as nearly all others at most, or with
    as few that are *filled*. Where a short table has many of them, it still has more cells. *named*: whether the first
    cell of each line is filled; a header of which all cells are may stand below a line of groups that begins blank.

    >>> titles(np.array([1, 1, 1, 6, 6]), [1, 1, 1, 6, 6]), titles(np.full(4, 6), [2, 6, 3, 3], [False] + [True] * 3)
    (3, 1)
    """
    if not len(cells):
        return 0
    usual, full = _weightiest(cells), _weightiest(np.array(filled))
    few = (cells <= usual // 2) | (np.array(filled) <= full // 2)
    if len(named) > 1 and not named[0] and filled[1] == cells[1] == usual:
        few[0] |= filled[0] <= usual // 2
    first = int(((cells == usual) & ~few).argmax())
    above = first <= _TITLES and usual >= _TABLE and few[:first].all()
    behind = int((cells[::-1] == usual).argmax())
    body = cells[first : len(cells) - behind] if behind <= _TITLES else cells[first:]  # remarks below a table are few
    return first if above and (body == usual).mean() >= _MOSTLY else 0


def _weightiest(counts: Ints) -> int:
    """The count of cells whose lines have most cells in all."""
    lines = np.bincount(counts)
    return int((lines * np.arange(len(lines))).argmax())


def with_said(
    frame: pl.DataFrame, lines: Sequence[Sequence[str]], notes: list[str]
) -> tuple[pl.DataFrame, tuple[Said, ...]]:
    """*frame*, if it is a table of schedules, with a column for what the *lines* above it say, each a list of cells,
    where no column of its own tells that; and what they say so (`Raw.above`)."""
    if not lines:
        return frame, ()
    told, plainly = said(lines), _plain(frame)
    if "issued" in told and not periods_across(plainly.columns) and not names_issue(frame):
        # days above columns that bear no year are days only beside an issue
        plainly = _plain(frame.with_columns(pl.lit(told["issued"][1]).alias(ISSUED)))
    columns = {}
    if FIRM in told and any(tells_firm(frame[name]) for name in frame.columns):
        told.pop(FIRM)
    for role, (label, value) in told.items():
        if role == YEAR and _without_year(plainly) and not any(plain(name) in YEARS for name in frame.columns):
            columns[YEAR] = (label, value)
        elif role == "issued" and not names_issue(frame) and _is_issue(plainly, value):
            columns[ISSUED] = (label, value)
        elif role == UNIT and not any(map(names_unit, frame.columns)):
            columns[UNIT] = (label, value)
        elif role not in ("issued", UNIT, YEAR) and not any(_role(name) == role for name in frame.columns):
            columns[label] = (label, value)
    more = frame.with_columns(pl.lit(value).alias(name) for name, (_label, value) in columns.items())
    undated = more if names_issue(more) else more.with_columns(pl.lit(SOME_DAY).alias(ISSUED))
    if not (tells_schedules(more) or tells_schedules(undated)):
        return frame, ()
    values = [value for _label, value in told.values()]
    texts = (" ".join(cell.strip() for cell in line if cell.strip()) for line in lines)
    left = [text for text in texts if text and not any(value in text for value in values)]
    if left:
        shown = "; ".join(left[:_SHOWN]) + ("; …" if len(left) > _SHOWN else "")
        notes.append(_("above the table stands, and is not read: {text}").format(text=shown))
        if "client" not in told and not any(_role(name) == "client" for name in frame.columns):
            notes.append(_("a line above such as “Customer: …” would name the client"))
    above = ((ISSUED if name == ISSUED else label, value) for name, (label, value) in columns.items())
    return more, tuple(above)


def _without_year(frame: pl.DataFrame) -> bool:
    """Whether columns of *frame* are named after months or weeks without their year, or may be."""
    return bare_across(frame) is not None or MONTH in either_way(frame.columns).days


def tells_schedules(frame: pl.DataFrame) -> bool:
    """Whether *frame* is a table of schedules, in one of the ways in which they are laid out."""
    return looks_like_schedules(below(_plain(frame), {}), {})


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """*frame* as tables of schedules are usually laid out."""
    numbered = frame if ROW in frame.columns else frame.with_row_index(ROW)
    return shaped(Raw(frame=numbered, name="", locate=lambda _rows: ()), {}).frame


def said(lines: Sequence[Sequence[str]]) -> dict[str, Said]:
    """Role -> label and what stands behind it: in one cell (`Customer: Audi AG`, `Stand 08.01.2024`), or in two that
    follow each other."""
    found: dict[str, Said] = {}
    for line in lines:
        cells = [piece for cell in line if (text := cell.strip()) for piece in _pieces(text)]
        for cell, after in zip(cells, (*cells[1:], ""), strict=False):
            if scale := scale_within(cell):
                found.setdefault(UNIT, (UNIT, scale))
            if tells_scale(cell):
                found.setdefault(UNIT, (UNIT, cell))
                continue
            label, colon, value = (part.strip() for part in cell.partition(":"))
            bound = (label, value or after) if tells(label, value or after) else in_line(cell)
            if bound is not None:
                found.setdefault(FIRM, bound)
                continue
            if not colon:
                two = _numbered(cell) or parted(cell) or (cell, "")
                label, value = (cell, after) if len(cells) == 2 and not _numbered(cell) else two
            value = value or after
            if value and _SUPPLIER.match(plain(label)):
                continue
            role = _role_beside(label, value)
            if role and (role not in found or score(role, label) > score(role, found[role][0])):
                found[role] = (label, value)
            alone = sum(map(bool, map(str.strip, line))) == 1
            if role is None:
                for one, text in (titled(cell) if alone else _issued_in(cell)).items():
                    found.setdefault(one, (one, text))
    return found | _of_one_year(cell for line in lines for cell in line if in_line(cell) is None)


def _of_one_year(cells: Iterable[str]) -> dict[str, Said]:
    """The year that *cells* name without a day, if it is only one."""
    years = {year for cell in cells if not dated(cell) for year in re.findall(_FOUR, cell)}
    return {YEAR: (YEAR, years.pop())} if len(years) == 1 else {}


def _issued_in(cell: str) -> dict[str, str]:
    """The date at the end of a *cell* behind words for when a plan was issued, as it may stand beside other cells.

    >>> _issued_in("Édité le 03/11/2025"), _issued_in("Période du 03/11/2025")
    ({'issued': '03/11/2025'}, {})
    """
    words, _blank, day = cell.rpartition(" ")
    return {"issued": day} if is_period(day) and score("issued", words) > _NAMES_HIM else {}


def _pieces(text: str) -> list[str]:
    """*text*, or its pieces where one behind another says something by itself.

    >>> _pieces("Programme - Client : Autowerk - émis le 06/01/2025"), _pieces("Client: Audi - Ingolstadt")
    (['Programme', 'Client : Autowerk', 'émis le 06/01/2025'], ['Client: Audi - Ingolstadt'])
    """
    listed = re.split(r",\s+", text)
    if len(listed) > 1 and any(map(_numbered, listed)):
        return listed
    pieces = _PIECES.split(text)
    says = any(_role(one.partition(":")[0]) if ":" in one else "issued" in titled(one) for one in pieces[1:])
    return pieces if says else [text]


def _numbered(text: str) -> Said | None:
    """The label and the number in *text*, of a part or a plant; None where it is something else.

    >>> _numbered("Artikel W-17"), _numbered("Werk 11"), _numbered("Part two"), _numbered("Material 2025")
    (('Artikel', 'W-17'), ('Werk', '11'), None, None)
    """
    words = text.split()
    if len(words) != 2 or not any(map(str.isdigit, words[1])) or is_period(words[1]) or GROUP.fullmatch(words[1]):
        return None
    role = _role(words[0])
    return (words[0], words[1]) if role == "plant" or (role == "part" and len(words[1]) > _INDEX) else None


def titled(text: str) -> dict[str, str]:
    """What a title says in words: when a plan was issued, behind a word for that, and for whom it is, behind `for` or
    a word for clients, or as the name of a company.

    >>> titled("Lieferabruf Autowerk Kassel GmbH Stand 08.01.2024")
    {'issued': '08.01.2024', 'client': 'Autowerk Kassel GmbH'}
    >>> titled("Delivery schedule for Truck SA"), titled("Forecast for January"), titled("Lieferplan")
    ({'client': 'Truck SA'}, {}, {})
    """
    found = {}
    issue = _AS_OF.search(text)
    if issue is not None and is_period(issue[2]):
        found["issued"] = issue[2]
        text = text[: issue.start()].rstrip(" ,;-–(")
    named = _FOR.search(text) or _COMPANY.search(text)
    words = named["name"].split() if named is not None else []
    while len(words) > 1 and _of_a_plan(words[0]):
        words.pop(0)
    if words and not is_period(" ".join(words)) and score("plant", words[0]) <= _NAMES_HIM and not _is_month(words[0]):
        found["client"] = " ".join(words)
    return found


def _of_a_plan(word: str) -> bool:
    """Whether *word*, before the name of a company, belongs to the title of a plan (`Lieferabruf`, `Vorschau`)."""
    forecast = len(word) >= _LONG and binds_or_not(plain(word)) is False
    return forecast or any(score(role, word) > 0 for role in ("issued", "plan", "period", "quantity"))


def _is_month(word: str) -> bool:
    return pl.DataFrame({"word": [word]}).select(month("word").is_not_null()).item() is True


def _role(label: str) -> str | None:
    """What *label* names: the client himself rather than something of his, or where it goes; a part, a plant; a date of
    issue."""
    if score("client", label) > max(_NAMES_HIM, score("plant", label)) or is_stem("client", label):
        return "client"
    if score("issued", label) > 0 or plain(label) in _DATES:
        return "issued"
    if is_stem("plant", label):
        return "plant"
    return next((role for role in ("part", "plant") if score(role, label) > _NAMES_HIM), None)


def _role_beside(label: str, value: str) -> str | None:
    """What *label* names, where *value* can be that; a date behind words for one (`Forecast of`) is one of issue."""
    dated = is_period(value)
    if dated and _AS_OF.search(f"{label} {SOME_DAY}"):
        return _role(label) or "issued"
    role = _role(label) if value else None
    return None if role == "issued" and not dated else role


def _is_issue(frame: pl.DataFrame, value: str) -> bool:
    """Whether the date *value* above *frame* is when it was issued: above a matrix, or a list of what comes after."""
    columns = frame.columns
    if periods_across(columns) or leads_across(columns):
        return True
    period = told_by("period", frame, columns)
    if period is None:
        return False
    issued = read_periods(pl.Series([value])).begin[0] - timedelta(days=7)
    lengths = next((frame[name] for name in columns if name != period and tells_lengths(frame[name])), None)
    if lengths is not None and dates_agree(lengths, frame[period]):
        begin = periods_by_lengths(frame[period], lengths, "UTC", None).begin
    else:
        begin = read_periods(frame[period]).begin
    return float((begin >= issued).mean() or 0.0) >= _AHEAD
