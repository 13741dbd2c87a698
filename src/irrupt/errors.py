"""What can go wrong, in one tree.

    IrruptError
    ├── DataError        records that cannot be read or used
    ├── ModelError       an organisation or scenario that cannot stand
    │   └── AllRefused   nothing is left to try: the parties refuse all of it
    ├── UsageError       a call that asks for something that does not exist
    └── InvariantError   a bug of ours: please report it

Every error carries *all* problems found, not the first. A `Fault` says where, what was found,
what was expected and what to do.
"""

from __future__ import annotations

import difflib
import errno
import math
import operator
import os
import pathlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

MOST_KNOWN = 100
"""Known words from which on the first of them tell nobody anything."""
Path = tuple[str | int, ...]
"""Where something is in an organisation and in its file: keys, and positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at one place.

    >>> print(Fault("scenario.yaml:8:13", 'unknown parameter "by share"', remedy='did you mean "by"?'))
    scenario.yaml:8:13  unknown parameter "by share"; did you mean "by"?
    """

    where: str
    found: str
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        says = self.found
        if self.expected:
            says += _("; ") + _("expected {what}").format(what=self.expected)
        if self.remedy:
            says += _("; ") + self.remedy
        line = f"{self.where}  {says}" if self.where else says
        return line.encode("utf-8", "backslashreplace").decode()  # Half a character can be written nowhere.


def spelled(path: Path) -> str:
    """*path* as people read it; positions in lists are counted from 1.

    >>> spelled(("routes", "Triage", 0, "to"))
    'routes > Triage > 1 > to'
    """
    return " > ".join(str(part + 1) if isinstance(part, int) else part for part in path)


class IrruptError(Exception):
    """Root of all errors that irrupt raises on purpose."""

    def __init__(self, faults: Fault | str | Iterable[Fault]) -> None:
        if isinstance(faults, str):
            faults = Fault("", faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(str(self))

    def __reduce__(self) -> tuple[type[IrruptError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)  # As an exception is pickled by itself, only its text would arrive.

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if len(lines) > 1:
            lines.append(ngettext("{n} problem", "{n} problems", len(lines)).format(n=len(lines)))
        return "\n".join(lines)


class DataError(IrruptError):
    """Records cannot be read, or cannot be used for what was asked."""


class ModelError(IrruptError):
    """An organisation, act or scenario contradicts itself or names what does not exist."""


class AllRefused(ModelError):
    """Parties refuse all that was to be tried, so that nothing changes; its remedies say who refused what."""


class UsageError(IrruptError):
    """A call asks for something that does not exist."""


class InvariantError(IrruptError):
    """Something that cannot happen has happened: a bug in irrupt."""


class Faults:
    """What is wrong with one thing, all of it: each `with` keeps the faults of a `ModelError`, `tell` raises them.

    >>> wrong = Faults()
    >>> with wrong:
    ...     raise ModelError(Fault("share", "2"))
    >>> with wrong:
    ...     raise ModelError(Fault("notice", "-3"))
    >>> wrong.tell()
    Traceback (most recent call last):
        ...
    irrupt.errors.ModelError: share  2
    notice  -3
    2 problems
    """

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, ModelError):
            self.found += error.faults
            return True
        return False

    def tell(self) -> None:
        """Raise `ModelError` with all that was found; nothing where nothing was."""
        if self.found:
            raise ModelError(self.found)


def whole_faults(where: str, value: object, least: int, expected: str, most: float = math.inf) -> list[Fault]:
    """What is wrong with *value*, where a whole number is *expected*, *least* or more, and *most* at most.

    >>> [str(fault) for fault in whole_faults("seed", 1.5, 0, "0 or more")]
    ['seed  1.5; expected a whole number']
    >>> whole_faults("seed", 1, 0, "0 or more")
    []
    """
    try:
        whole = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return [Fault(where, repr(value), _("a whole number"))]
    if whole > most:
        return [Fault(where, str(whole), _("{n} at most").format(n=number(most, 0)))]
    return [] if whole >= least else [Fault(where, str(whole), expected)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or the known words.

    >>> did_you_mean("prioritty", ["priority", "bypass"])
    'did you mean "priority"?'
    """
    known = sorted(known)
    if said := near(word, known):
        return said
    if len(known) > MOST_KNOWN:
        return ""
    shown = first_of(known, 12)
    return _("known: {words}").format(words=shown) if known else ""


def near(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word; empty where none is near.

    >>> near("prioritty", ["priority", "bypass"]), near("x", ["priority"])
    ('did you mean "priority"?', '')
    """
    return meant(nearest(word, known))


def meant(word: str | None) -> str:
    """A remedy that names the *word* that was meant; empty where there is none."""
    return _('did you mean "{word}"?').format(word=word) if word else ""


def misspelt(name: str, known: Iterable[str]) -> str:
    """The *known* name that *name* is most likely meant to be; empty where it may well be another. What differs in a
    number or a single letter is another.

    >>> names = ["Hospital A", "Network"]
    >>> [misspelt(name, names) for name in ("Netwrk", "hospital A", "Hospital B", "Agency", "Network")]
    ['Network', 'Hospital A', '', '', '']
    """
    known = set(known)
    if name in known:
        return ""
    alike = {one.casefold(): one for one in sorted(known) if _codes(one) == _codes(name)}
    found = difflib.get_close_matches(name.casefold(), alike, n=1, cutoff=0.8)
    return alike[found[0]] if found else ""


def _codes(name: str) -> list[str]:
    """The words of *name* that are single letters, or hold a number."""
    return [word for word in name.casefold().split() if len(word) == 1 or any(map(str.isdigit, word))]


def nearest(word: str, known: Iterable[str]) -> str:
    """The *known* word that *word* is in the user's language, or that is spelt most like it, or else the longest that
    stands in it; empty where none is.

    >>> nearest("prioritty", ["priority", "bypass"]), nearest("share of orders", ["share", "or", "by"])
    ('priority', 'share')
    """
    known = sorted(known)
    if own := next((one for one in known if word and _(one).casefold() == word.casefold()), ""):
        return own
    if alike := difflib.get_close_matches(word, known, n=1, cutoff=0.6):
        return alike[0]
    said = f" {word.replace('_', ' ')} "
    return max((one for one in known if f" {one} " in said), key=len, default="")


def file_at(path: str | os.PathLike[str]) -> pathlib.Path:
    """*path* as one that a file can have. Raises `OSError` where it is empty, or has what stands in no name.

    >>> file_at("a\\0b")
    Traceback (most recent call last):
        ...
    OSError: [Errno 22] Invalid argument
    """
    name = os.fspath(path)
    try:
        possible = name and b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return pathlib.Path(path)


def why(error: OSError) -> str:
    """Why the system refuses a file, in the language in use; Rust tells the code of an error in its text only.

    >>> why(FileNotFoundError(2, "No such file or directory")), why(OSError(71, "Protocol error"))
    ('no such file or folder', 'Protocol error')
    >>> why(OSError("No space left on device (os error 28)"))
    'no space is left'
    """
    rust = re.search(r"\(os error (\d+)\)$", str(error))
    code = error.errno or (int(rust[1]) if rust else 0)
    said = {
        errno.ENOENT: _("no such file or folder"),
        errno.EACCES: _("this is not allowed"),
        errno.EPERM: _("this is not allowed"),
        errno.EINVAL: _("no file can be called so"),
        errno.EISDIR: _("this is a folder"),
        errno.ENOTDIR: _("a part of the path is a file, not a folder"),
        errno.ENOSPC: _("no space is left"),
        errno.EROFS: _("this place can only be read"),
        errno.ENAMETOOLONG: _("the name is too long"),
    }
    return said.get(code) or error.strerror or str(error)


def unread(error: Exception) -> str:
    """Why a text cannot be read, in the language in use as far as it is ours.

    >>> unread(FileNotFoundError(2, "No such file or directory")), unread(ValueError("not a  number"))
    ('no such file or folder', 'not a number')
    """
    if isinstance(error, OSError):
        return why(error)
    return _("not text in UTF-8") if isinstance(error, UnicodeDecodeError) else " ".join(str(error).split())
