"""How parties answer acts: they refuse what is not imposed, or ask something in return.

answers:
  Management:
    - refuse: bypass
    - ask in return: {for: priority, act: {volume: {client: Hospital A, change: -10 %}}}
    - price: {for: imposed check, change: 5 %}
    - serve less: {for: late change, at: Network}
    - invite: {for: shortcut, client: Hospital A, act: {traceability: {activity: Repair}}}
  Network:
    - restrain: {for: relay, by: 50 %}
    - keep unwritten: {for: transmission}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, NamedTuple, get_type_hints

from irrupt.errors import Fault, ModelError, Path, did_you_mean
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.regulation.acts import Price, Signature
from irrupt.regulation.model import Act
from irrupt.regulation.moments import WHEN
from irrupt.regulation.registry import ACT, act_at, acts
from irrupt.regulation.replies import MAKING, Making, keeps_back
from irrupt.regulation.typed import typed
from irrupt.regulation.when import IfRefused, answering, author_of, bare, resigned, signature_of, title_among
from irrupt.units import number_in, shown
from irrupt.yaml_marks import Document, listed

REFUSE, RETURN, PRICE, INVITE = "refuse", "ask in return", "price", "invite"
FORMS = {
    REFUSE: "ACT",
    RETURN: "{for: ACT, act: {...}}",
    PRICE: "{for: ACT, change: 5 %}",
    INVITE: "{for: ACT, client: NAME, act: {...}}",
    "serve less": "{for: ACT, at: TEAM}",
    "buffer": "{for: ACT, periods: 0.5}",
    "restrain": "{for: relay, by: 50 %}",
    "write oneself": "{for: ACT, rule: NAME}",
    "keep unwritten": "{for: ACT, rule: NAME}",
}
"""How each answer is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a party says whenever an act of a kind is done."""

    party: str
    to: str
    """The name of the act."""
    of: str | None = None
    """Whose acts of this name; None: anybody's."""
    act: Act | None = None
    """What it asks in return."""
    price: float | None = None
    """By what share the client whose act it is then pays more."""
    making: Making | None = None
    """What it makes of the act. Where none of the three is said, it refuses what is not imposed."""
    place: str = field(default="", compare=False)
    """Where it stands: `file:line:column`."""

    @property
    def refuses(self) -> bool:
        """Whether it refuses the act."""
        return self.act is None and self.price is None and self.making is None

    @property
    def names(self) -> str:
        """The name of what it does back; empty where it refuses."""
        if self.making is not None:
            return self.making.makes
        return self.act.name if self.act is not None else Price.name if self.price is not None else ""

    def asked(self, by: Act) -> Act | None:
        """What it asks of whoever does an act, or does back; None where it refuses."""
        if self.making is not None:
            return self.making.act(by, self.party)
        if self.price is None or by.client is None:
            return self.act
        return Price(client=by.client, change=self.price, signed=Signature(author=self.party))


class Refusal(NamedTuple):
    """That an act was refused by one of the answers."""

    author: str
    """Who proposed it."""
    act: str
    """Its name."""
    by: str
    before: int
    """How many acts were left of those before it, with what was asked in return."""


class Left(NamedTuple):
    """What is left of acts once they are answered."""

    acts: list[Act]
    told: list[str]
    """Each refusal in words, also of what is imposed, and what is kept back."""
    refused: list[Refusal]
    places: dict[Act, str]
    """Where the answers stand that made some of them."""


def answered(
    done: Sequence[Act], answers: Sequence[Answer], *, among: Sequence[Act] = (), nobody_else: bool = False
) -> tuple[list[Act], list[str]]:
    """*done* with what is asked in return behind each act, without what is refused; and each refusal in words.

    What is asked in return names the act that it answers, and is agreed with its author. Nobody answers what was asked
    in return, or refuses what he does himself. A practice that its holder keeps to himself is not shown: that is done
    in the place of the act. What its author keeps for a refusal is done where one of the *answers* is that refusal;
    where it is none, it is left, with what answers it, for policies to refuse that, or left out and told where
    *nobody_else* answers. What is told of an act tells it from others *among* which it is tried, in this comparison or
    in another.
    """
    left = _left(done, answers, among or done, nobody_else=nobody_else)
    return left.acts, left.told


def _left(done: Sequence[Act], answers: Sequence[Answer], among: Sequence[Act], *, nobody_else: bool) -> Left:
    kept, places = list[Act](), dict[Act, str]()
    refusals, gone = list[str](), list[Refusal]()
    for act in done:
        if isinstance(act, IfRefused):
            if (author_of(act), act.of) in [(one.author, one.act) for one in gone]:
                act = act.act
            elif nobody_else:
                refusals.append(_("Not done: {act}").format(act=title_among(act, among, _)))
                continue
        waits = isinstance(act, IfRefused)  # Till others answer, by policies: what answers it here waits with it.
        inner, called = bare(act), title_among(act, among, _)
        mine = [answer for answer in answers if _answers(answer, inner) and not _own(answer, inner)]
        refused = next((one for one in mine if one.refuses), None)
        if refused is not None and _force(inner) == "imposed":
            told = _("Would be refused by {party}, but is imposed: {act}")
            refusals.append(told.format(party=party_name(refused.party), act=called))
        elif refused is not None:
            gone += [] if waits else [Refusal(author_of(act), inner.name, refused.party, len(kept))]
            refusals.append(_("Refused by {party}: {act}").format(party=party_name(refused.party), act=called))
            continue
        kept_back = [one for one in mine if keeps_back(one.making, inner, one.party)]
        for one in kept_back:
            told = _("Kept back by {party}: {act}")
            refusals.append(told.format(party=party_name(one.party), act=called))
        wished = [(answer, asked) for answer in kept_back or mine if (asked := answer.asked(inner)) is not None]
        to = act.act if isinstance(act, IfRefused) else act
        returns = [answering(asked, to, among, **_granted(answer, asked, inner)) for answer, asked in wished]
        kept += [act, *returns] if not kept_back else [] if waits else returns
        places |= {back: answer.place for back, (answer, _asked) in zip(returns, wished, strict=True)}
    return Left(kept, refusals, gone, places)


def replied(
    document: Document,
    compared: Sequence[Sequence[Act]],
    answers: Sequence[Answer],
    *,
    among: Sequence[Act],
    nobody_else: bool,
) -> list[Left]:
    """What is `answered` to the acts of each comparison, *among* all that are done. Raises `ModelError`, with the place
    of the answers, where what is asked in return cannot be, or waits for a moment of its own beside that of what it
    answers."""
    try:
        return [_left(acts, answers, among or acts, nobody_else=nobody_else) for acts in compared]
    except ModelError as problem:
        place = document.place(("answers",), key=True)
        found = [replace(fault, where=place, found=f"{fault.where}: {fault.found}") for fault in problem.faults]
        raise ModelError(found) from None


def _granted(answer: Answer, asked: Act, by: Act) -> dict[str, Any]:
    """How what is asked in return is signed: whoever did the act that it answers has agreed to it. What a party makes
    of the act, keeps unwritten or has somebody else do needs nobody's consent, and what says itself how it came about
    stays so."""
    signed = signature_of(asked)
    other = answer.making is not None or author_of(asked) != answer.party
    if signed is None or other or not signed.written or signed.agreed_by or signed.force != "imposed":
        return {}
    return {"force": "negotiated", "agreed_by": (author_of(by),)}


def whose(act: Act) -> str:
    """Who is answered: the client whose act it is, or else its author."""
    return act.client or author_of(act)


def _answers(answer: Answer, act: Act) -> bool:
    return answer.to == act.name and answer.of in (None, whose(act))


def _own(answer: Answer, act: Act) -> bool:
    """Whether somebody would refuse what he does himself, or ask himself for something in return. What he makes of it,
    or gives for what he asks of a client, is an answer all the same."""
    return author_of(act) == answer.party and (answer.refuses or (answer.making is None and act.client == answer.party))


def _force(act: Act) -> str:
    signed = signature_of(act)
    return getattr(act, "force", "imposed") if signed is None else signed.force


def answers_in(
    document: Document, data: Any, faults: list[Fault], done: Iterable[Act] = ()
) -> tuple[list[Answer], list[str]]:
    """The answers that stand below `answers` in *document*, to the acts that are *done*: what is asked in return of a
    client who is not named is asked of whoever did what it answers. And, in words, those to what nobody else does.
    Adds to *faults* everything that is wrong."""
    acts_done = list(map(bare, done))
    doing: dict[str, list[str]] = {}
    for act in acts_done:
        if whose(act) not in doing.setdefault(act.name, []):
            doing[act.name].append(whose(act))
    if data is None:
        return [], []
    if not isinstance(data, Mapping):
        faults.append(Fault(document.place(("answers",)), shown(data), _("a mapping: key: value")))
        return [], []
    found: list[Answer] = []
    idle: list[str] = []
    for party, entries in data.items():
        entries = listed(entries)
        if not isinstance(entries, list):
            faults.append(Fault(document.place(("answers", party)), shown(entries), _("a list")))
            continue
        for at, entry in enumerate(entries):
            path = ("answers", party, at)
            for answer in _answer(document, path, party, entry, faults, doing):
                heard = [act for act in acts_done if _answers(answer, act) and not _own(answer, act)]
                if heard and (answer.price is None or any(act.client is not None for act in heard)):
                    found.append(replace(answer, place=document.place(path)))
                else:
                    told = _unpaid(answer) if heard else _unheard(answer, doing)
                    idle.append(f"{document.place(path)}  {told}")
    return found, idle


def _unheard(answer: Answer, doing: Iterable[str]) -> str:
    """That nobody does what *answer* is to, beside what is done."""
    told = _("Nothing comes of the answer of {party} to {act}, which nobody else does here. What is done: {acts}.")
    return told.format(party=answer.party, act=_(answer.to), acts=", ".join(map(_, doing)))


def _unpaid(answer: Answer) -> str:
    """That no client does what *answer* has priced: a team or the firm pays no price."""
    told = _("Nothing comes of the answer of {party} to {act}: no client does it here, and only clients pay a price.")
    return told.format(party=party_name(answer.party), act=_(answer.to))


def _answer(
    document: Document, path: Path, party: str, entry: Any, faults: list[Fault], doing: Mapping[str, Sequence[str]]
) -> Iterator[Answer]:
    if not isinstance(entry, Mapping) or len(entry) != 1 or not FORMS.keys() & set(entry):
        known = ", ".join(f"{name}: {form}" for name, form in FORMS.items())
        faults.append(Fault(document.place(path), _("no answer: {found}").format(found=_said(entry)), known))
        return
    (name,) = entry
    if name in MAKING:
        yield from _making(document, (*path, name), party, entry[name], faults)
        return
    if REFUSE in entry:
        yield from _to(document, (*path, REFUSE), entry[REFUSE], faults, Answer(party=party, to=""))
        return
    if PRICE in entry:
        yield from _priced(document, (*path, PRICE), party, entry[PRICE], faults)
        return
    asked, place = entry[name], (*path, name)
    beside = {"for", ACT, *(["client"] if name == INVITE else [])}
    flat = isinstance(asked, Mapping) and isinstance(asked.get(ACT), str)
    if not isinstance(asked, Mapping) or not beside <= set(asked) or (set(asked) > beside and not flat):
        faults.append(Fault(document.place(place), shown(asked), FORMS[name]))
        return
    written = {key: asked[key] for key in asked if key == ACT or key not in beside} if flat else asked[ACT]
    at: Path = place if flat else (*place, ACT)
    if name == INVITE:
        act = act_at(document, at, written, faults, asked["client"], author=asked["client"])
        back = [] if act is None else [Answer(party=party, to="", act=_invited(act, party))]
    else:
        of = doing.get(asked["for"], ()) if isinstance(asked["for"], str) else ()
        back = _in_return(document, at, party, written, faults, of)
    for answer in _to(document, (*place, "for"), asked["for"], faults, Answer(party=party, to="")):
        yield from (replace(one, to=answer.to) for one in back)


def _in_return(
    document: Document,
    path: Path,
    party: str,
    written: Any,
    faults: list[Fault],
    of: Sequence[str],
) -> list[Answer]:
    """What is asked in return: one answer where it is the same whoever *of* all did what it answers, or else one to
    each."""
    made: dict[str, Act] = {}
    for client in of or [party]:  # Where nobody does it, what is asked is checked all the same.
        wrong: list[Fault] = []
        act = act_at(document, path, written, wrong, client, author=party)
        faults += [fault for fault in wrong if fault not in faults]
        if act is not None:
            made[client] = act
    if len(set(made.values())) == 1:
        return [Answer(party=party, to="", act=next(iter(made.values())))]
    return [Answer(party=party, to="", of=client, act=act) for client, act in made.items()]


def _invited(act: Act, by: str) -> Act:
    """*act* of a client whom somebody asked in."""
    signed = signature_of(act)
    said = "" if signed is None else signed.reason
    return resigned(act, reason=said or _("invited by {party}").format(party=party_name(by)))


def _making(document: Document, path: Path, party: str, asked: Any, faults: list[Fault]) -> Iterator[Answer]:
    """An answer with a form of its own: its parameters, beside the act that it answers."""
    name = str(path[-1])
    kind: Any = MAKING[name]
    known = {field.name: field for field in fields(kind)}
    needed = {"for", *(field.name for field in known.values() if field.default is MISSING)}
    if not isinstance(asked, Mapping) or not needed <= set(asked) or set(asked) - {"for", *known}:
        faults.append(Fault(document.place(path), shown(asked), FORMS[name]))
        return
    values, types = {}, get_type_hints(kind)
    for key in known.keys() & asked.keys():
        try:
            values[key] = typed(types[key], asked[key])
        except ValueError as problem:
            faults.append(Fault(document.place((*path, key)), f"{key}: {problem}"))
            return
    try:
        answer = Answer(party=party, to="", making=kind(**values))
    except ModelError as error:
        faults += [
            Fault(document.place((*path, f.where)), f"{name}: {f.where}: {f.found}", f.expected) for f in error.faults
        ]
        return
    yield from _to(document, (*path, "for"), asked["for"], faults, answer)


def _priced(document: Document, path: Path, party: str, asked: Any, faults: list[Fault]) -> Iterator[Answer]:
    if not isinstance(asked, Mapping) or set(asked) != {"for", "change"}:
        faults.append(Fault(document.place(path), shown(asked), FORMS[PRICE]))
        return
    text = str(asked["change"]).strip()
    try:
        share = number_in(text.removesuffix("%").rstrip()) / (100 if text.endswith("%") else 1)
    except ValueError as problem:
        faults.append(Fault(document.place((*path, "change")), str(problem)))
        return
    if not -1 <= share < float("inf"):
        faults.append(Fault(document.place((*path, "change")), shown(asked["change"]), _("a share, -1 or more")))
        return
    yield from _to(document, (*path, "for"), asked["for"], faults, Answer(party=party, to="", price=share))


def _said(entry: Any) -> str:
    return ", ".join(map(str, entry)) if isinstance(entry, Mapping) else shown(entry)


def _to(document: Document, path: Path, name: Any, faults: list[Fault], answer: Answer) -> Iterator[Answer]:
    """*answer*, to the act called *name*."""
    if isinstance(name, str) and name in acts():
        yield replace(answer, to=name)
        return
    if not isinstance(name, str):
        faults.append(Fault(document.place(path), shown(name), _("the name of an act"), _("as in refuse: priority")))
        return
    found, remedy = _('no act "{name}"').format(name=name), did_you_mean(name, acts())
    if f" {WHEN} " in name:
        remedy = _("an answer waits for nothing; what is accepted only while something holds: {form}").format(
            form="parties: {NAME: {answers: {remember: {as long as: CONDITION}}}}"
        )
    faults.append(Fault(document.place(path), found, remedy=remedy))
