"""Acts by name: those that come with irrupt, and those of other packages (entry points `irrupt.acts`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeGuard, get_args, get_type_hints

from irrupt.errors import Fault, Faults, IrruptError, ModelError, Path, did_you_mean, near, nearest
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.regulation.acts import BUILT_IN, Signature
from irrupt.regulation.acts.signature import as_said, unsigned
from irrupt.regulation.claims import claim_in
from irrupt.regulation.model import Act
from irrupt.regulation.moments import MOMENTS, beside_act, moment_in
from irrupt.regulation.typed import typed
from irrupt.units import shown
from irrupt.yaml_marks import Document, in_order, read_text

GROUP = "irrupt.acts"
BESIDE = tuple(field.name.replace("_", " ") for field in fields(Signature))
"""What may stand beside an act: its signature."""
ACT = "act"
"""What the name of an act stands behind where its parameters stand beside it."""
_ANYTHING: Mapping[Any, Any] = {float: 1.0, int: 1}
"""Type of a parameter -> a value of it; of others a text."""
SIGNED = "signed"
"""The field of an act that holds its `Signature`; in files the fields of the signature stand among its parameters."""


def acts() -> dict[str, type[Act]]:
    """Name -> act, sorted by name.

    Raises `ModelError` when an act of another package cannot be used.
    """
    return dict(sorted(_all().items()))


@cache
def _all() -> dict[str, type[Act]]:
    found: dict[str, type[Act]] = {act.name: act for act in BUILT_IN}
    faults = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            act = entry.load()
        except Exception as problem:  # another package's code may fail in any way: the user is told which one did
            faults.append(Fault(entry.value, _("this act cannot be loaded: {why}").format(why=problem)))
            continue
        if not _usable(act):
            faults.append(Fault(entry.value, _("this is no act"), _("a dataclass with a name and changes()")))
        elif found.setdefault(act.name, act) is not act:
            taken = _('another act is called "{name}" too').format(name=act.name)
            faults.append(Fault(entry.value, taken, remedy=_("rename one of them")))
    if faults:
        raise ModelError(faults)
    return found


def _usable(act: object) -> TypeGuard[type[Act]]:
    return (
        isinstance(act, type)
        and is_dataclass(act)
        and isinstance(getattr(act, "name", None), str)
        and hasattr(act, "changes")
    )


def act_from(name: str, parameters: Mapping[str, Any], where: str = "") -> Act:
    """The act called *name* with *parameters*, whose names may be written with spaces or underscores.

    Values may be texts, as they stand in files. *where* is told in messages.

    >>> act_from("imposed check", {"client": "Hospital A", "after": "Resolve", "duration": "15 min"}).name
    'imposed check'

    Raises `ModelError` with everything that is wrong.
    """
    return act_from_dict({name: parameters}, where)


def act_from_dict(data: Mapping[str, Any], where: str = "") -> Act:
    """The act that `act_to_dict` made *data* from, or that a scenario file describes like this.

    Raises `ModelError` with everything that is wrong.
    """
    return _single(Document(source=where, data=data))


def parse_act(text: str) -> Act:
    """The act in *text*, as in a scenario file: `priority: {client: Hospital A, team: Network}`.

    >>> parse_act("priority: {client: Hospital A, team: Network}").team
    'Network'

    Raises `ModelError` with everything that is wrong.
    """
    head = _head(text, known := acts())
    if head is not None and text[len(head) :].lstrip().startswith("{"):
        raise ModelError(Fault("--act:1:1", _('no colon behind "{name}"').format(name=head), *_expected(text, known)))
    return _single(read_text(text, "--act"))


def _single(document: Document) -> Act:
    faults: list[Fault] = []
    act = act_at(document, (), document.data, faults)
    if act is None:
        raise ModelError(in_order(faults))
    return act


def act_at(
    document: Document,
    path: Path,
    data: Any,
    faults: list[Fault],
    client: str | None = None,
    *,
    author: str | None = None,
) -> Act | None:
    """The act that stands at *path* in *document*, done by *client* where the act names nobody; *author* signs it where
    it names no other. `act: priority` with its parameters beside it is `priority: {...}`.

    Adds to *faults* everything that is wrong; None when something is.
    """
    before, known = len(faults), acts()
    if not isinstance(data, Mapping):
        faults.append(Fault(document.place(path), shown(data), *_expected(str(data), known)))
        return None
    if not isinstance(data.get(ACT, ""), str):
        faults.append(Fault(document.place((*path, ACT)), shown(data[ACT]), _("the name of an act")))
        return None
    entries = {key: data[key] for key in data if key not in (*BESIDE, *MOMENTS)}
    flat = ACT in data
    if flat:
        entries = {data[ACT]: {key: value for key, value in entries.items() if key != ACT}}
    names = list(entries)
    moment = moment_in(document, path, data, faults, known)
    for name in names:
        if name.replace("_", " ") not in known:
            where = document.place((*path, ACT)) if flat else document.place((*path, name), key=True)
            head = _head(name, known)
            if head is not None:
                faults.append(Fault(where, _('no colon behind "{name}"').format(name=head), *_expected(name, known)))
                continue
            faults.append(Fault(where, _('no act "{name}"').format(name=name), remedy=did_you_mean(name, known)))
    if len(names) != 1:
        found = _("{n} acts in one entry").format(n=len(names))
        faults.append(Fault(document.place(path), found, _("one act; write each as an entry of its own")))
    meant = names[0].replace("_", " ") if len(names) == 1 else ""
    kind = known.get(meant) or known.get(nearest(meant, known))  # What is wrong in the one that is meant is told, too.
    if kind is None:
        return None
    beside = {key: (data[key], (*path, key)) for key in BESIDE if key in data}
    written = entries[names[0]]
    named = isinstance(written, Mapping) and "author" in written
    if author is not None and not named and "author" in parameters(kind):
        beside.setdefault("author", (author, path))
    act = _Making(kind, document, path if flat else (*path, names[0]), faults, client).act(written, beside)
    return None if act is None or len(faults) > before else moment.of(act)


def _head(text: str, known: Iterable[str]) -> str | None:
    """The act with whose name *text* begins, when more than the name stands there."""
    begun = [name for name in known if text.replace("_", " ").startswith(f"{name} ")]
    return max(begun, key=len, default=None)


def _expected(text: str, known: Iterable[str]) -> tuple[str, str]:
    """How an act is written; like the one that *text* begins with, if any."""
    head = _head(text, known)
    if head is None:
        return _("an act: name: {parameter: value}"), ""
    return "", _("write {name}").format(name=f"{head}: {{parameter: value}}")


def parameters(kind: Any) -> dict[str, Field[Any]]:
    """Name -> the parameter of an act of *kind*, as files give it: its fields, and those of its signature.

    >>> from irrupt.regulation.acts import Bypass
    >>> list(parameters(Bypass))[:6]
    ['client', 'skips', 'team', 'claim', 'author', 'channel']
    """
    own = {field.name: field for field in fields(kind) if field.init}
    if is_signed(kind):
        del own[SIGNED]
        own |= {field.name: field for field in fields(Signature)}
    return own


def is_signed(kind: Any) -> bool:
    """Whether acts of *kind* have a `Signature`."""
    return any(field.name == SIGNED and isinstance(field.default, Signature) for field in fields(kind))


class _Making:
    """One act being made from what stands in a file, and what is found wrong on the way."""

    def __init__(
        self, kind: type[Act], document: Document, path: Path, faults: list[Fault], client: str | None
    ) -> None:
        self.kind, self.document, self.path, self.faults, self.client = kind, document, path, faults, client
        self.fields = parameters(kind)
        self.places: dict[str, Path] = {}
        """Parameter -> where its value stands."""
        self.meant: set[str] = set()
        """Parameters that unknown ones are told to mean."""

    def fault(self, path: Path, found: str, remedy: str = "", *, key: bool = False) -> None:
        found = self._within(self.kind.name, found)
        self.faults.append(Fault(self.document.place(path, key=key), found, remedy=remedy))

    def _within(self, name: str, found: str) -> str:
        """What was *found* in what bears this *name*: a place in a file does not tell it, a path of names does."""
        return found if self.document.root is None else f"{name}: {found}"

    def act(self, written: Any, beside: Mapping[str, tuple[Any, Path]]) -> Act | None:
        before = len(self.faults)
        values = self._values(written, beside)
        whole = len(self.faults) == before
        try:
            made = self._made(values if whole else self._anything() | values)
            return made if whole else None
        except IrruptError as problem:
            for fault in problem.faults:
                if whole or self._in_itself(fault, values):
                    remedy = "; ".join(
                        filter(
                            None, (fault.expected and _("expected {what}").format(what=fault.expected), fault.remedy)
                        )
                    )
                    self.fault(*self._at(fault), remedy)
        except (TypeError, ValueError) as problem:
            if whole:
                self.fault(self.path, str(problem))
        return None

    def _anything(self) -> dict[str, Any]:
        """Something for each parameter that is needed, so that others can be looked at where one of these is wrong."""
        needed = (name for name, field in self.fields.items() if field.default is MISSING)
        return {name: _ANYTHING.get(hints(self.kind).get(name, str), "?") for name in needed}

    def _in_itself(self, fault: Fault, values: Mapping[str, Any]) -> bool:
        """Whether the value that *fault* tells is wrong whatever the other parameters are."""
        name = self._parameter(fault).replace(" ", "_")
        value = values.get(name)
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return name in values and text in fault.found

    def _parameter(self, fault: Fault) -> str:
        return fault.where.removeprefix(self.kind.name).removeprefix(": ")

    def _at(self, fault: Fault) -> tuple[Path, str]:
        """Where what is wrong with a parameter stands, and what is wrong with it."""
        parameter = self._parameter(fault)
        name = parameter.replace(" ", "_")
        if name in self.places:
            return self.places[name], self._within(parameter, fault.found)
        return self.path, f"{parameter}: {fault.found}" if name in self.fields else fault.found

    def _made(self, values: dict[str, Any]) -> Act:
        if not is_signed(self.kind):
            return self.kind(**values)
        wrong, own = Faults(), unsigned(values)
        with wrong:
            alone = self.kind(**own)
        with wrong:
            Signature(**{name: value for name, value in values.items() if name not in own})
        wrong.tell()
        return self.kind(**own, **{SIGNED: as_said(alone, values)})

    def _values(self, written: Any, beside: Mapping[str, tuple[Any, Path]]) -> dict[str, Any]:
        if written is not None and not isinstance(written, Mapping):
            self.fault(self.path, shown(written), _("write {parameter: value}"))
            return {}
        given = self._given(written or {}, beside)
        claim = given.pop("claim", None)
        types = hints(self.kind)
        values: dict[str, Any] = {}
        for name, (value, path) in given.items():
            try:
                if types.get(name) == tuple[Act, ...]:
                    values[name] = self._acts(path, value, given)
                    continue
                everybody = (name, value) == ("client", ALL_CLIENTS) and type(None) in get_args(types.get(name))
                values[name] = None if everybody else typed(types.get(name, Any), value)
            except ValueError as problem:
                self.fault(path, self._within(name.replace("_", " "), str(problem)))
        if claim is not None:
            author = values.get("author") or values.get("client")
            told = claim_in(
                self.document,
                claim[1],
                claim[0],
                self.faults,
                author=author,
                team=values.get("team"),
                client=values.get("client"),
            )
            if told is not None:
                values["claim"] = told
        return values

    def _acts(self, path: Path, value: Any, given: Mapping[str, tuple[Any, Path]]) -> tuple[Act, ...]:
        """The acts listed at *path*, done by the client whom the act is about."""
        listed, (client, _path) = value if isinstance(value, list) else [value], given.get("client", (self.client, ()))
        found = [act_at(self.document, (*path, at), one, self.faults, client) for at, one in enumerate(listed)]
        return tuple(act for act in found if act is not None)

    def _given(self, written: Mapping[str, Any], beside: Mapping[str, tuple[Any, Path]]) -> dict[str, tuple[Any, Path]]:
        """Parameter -> its value and place: those that are known, with the client who does the act."""
        given: dict[str, tuple[Any, Path]] = {}
        for key, value in written.items():
            self._take(given, key, value, (*self.path, key))
        for key, (value, path) in beside.items():
            self._take(given, key, value, path)
        if self.client is not None:
            if self._of_clients() and "client" not in given:
                given["client"] = (self.client, self.path)
            elif "author" in self.fields and "author" not in given:
                given["author"] = (self.client, self.path)
        for name, field in self.fields.items():
            needed = field.default is MISSING and field.default_factory is MISSING
            if needed and name not in given and name not in self.meant:
                anybody = name == "client" and type(None) in get_args(hints(self.kind).get(name))
                remedy = _('a client, or "{all}" for everybody').format(all=ALL_CLIENTS) if anybody else ""
                self.fault(
                    self.path, _('the parameter "{name}" is missing').format(name=name.replace("_", " ")), remedy
                )
        return given

    def _of_clients(self) -> bool:
        """Whether acts of this kind name a client; those that are nobody's leave it empty, always."""
        return "client" in self.fields and hints(self.kind).get("client") is not type(None)

    def _take(self, given: dict[str, tuple[Any, Path]], key: str, value: Any, path: Path) -> None:
        name = key.replace(" ", "_")
        if name not in self.fields:
            own, known = unsigned(self.fields), [field.replace("_", " ") for field in self.fields]
            remedy = beside_act(key, self.kind.name) or near(key, known)
            if not remedy:
                remedy = did_you_mean("", [field.replace("_", " ") for field in own])
                if other := _only_other(name):
                    remedy = _("; ").join([remedy, _('"{name}" is a parameter of {act}').format(name=key, act=other)])
            self.meant.add(nearest(key, known).replace(" ", "_"))
            self.fault(path, _('unknown parameter "{name}"').format(name=key), remedy, key=True)
        elif name in given:
            self.fault(path, _('the parameter "{name}" is given twice').format(name=key), key=True)
        else:
            given[name] = (value, path)
            self.places[name] = path


def _only_other(parameter: str) -> str:
    """The one act that has this *parameter*; empty where none or several have it.

    >>> _only_other("by"), _only_other("notice")
    ('late call-off', '')
    """
    having = [name for name, kind in acts().items() if parameter in unsigned(parameters(kind))]
    return having[0] if len(having) == 1 else ""


def hints(kind: type) -> dict[str, Any]:
    """The types of an act's parameters; unknown ones are not checked."""
    try:
        return (get_type_hints(Signature) if is_signed(kind) else {}) | get_type_hints(kind)
    except NameError:
        return {}
