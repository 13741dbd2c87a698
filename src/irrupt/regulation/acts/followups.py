"""How often one activity comes straight after another, made more or less frequent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.flow import graph, reachable
from irrupt.organisation.model import START, Organisation, Route
from irrupt.organisation.rules import Edit
from irrupt.organisation.validate_ways import endless
from irrupt.regulation.acts.between import audits_behind, in_between
from irrupt.regulation.acts.signature import Signed, known, refused

Routes = tuple[Route, ...]
_WAYS = ("routes", "client_routes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """After an activity, the probability that another comes next is multiplied."""

    after: str
    then: str
    times: float
    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""

    def refuse(self, act: Signed, rules: Organisation, parameter: str = "times") -> None:
        """Raise `ModelError` when *act* names what *rules* does not have, what never happens there, or what would
        happen so often, or so rarely, that cases never end. *parameter*: what *act* calls `times`."""
        activities = rules.step_activities()
        known(act, ("after", self.after, activities), ("then", self.then, activities))
        following = self._following(rules)
        if self.then not in following:
            found = _('"{then}" never comes straight after "{after}"').format(then=self.then, after=self.after)
            raise refused(act, "then", found, remedy=did_you_mean(self.then, following))
        if self.times != 1.0:
            self._refuse_all(act, rules)
        if _never_ends(self._changed(rules)) and not _never_ends(rules):
            less, more = _("less: cases would never end"), _("more: cases would never end")
            raise refused(act, parameter, f"{self.times:g}", less if self.times > 1.0 else more)

    def _refuse_all(self, act: Signed, rules: Organisation) -> None:
        """Raise `ModelError` where all ways are taken, or that whose delay is over first: none has a share."""
        targets = self._targets(rules)
        for name in self._steps(rules):
            own = rules.client_routes.items()
            theirs = [routes.get(name, ()) for client, routes in own if self.client in (None, client)]
            ways = [route for routes in (rules.routes[name], *theirs) for route in routes if route.to in targets]
            if ways and rules.steps[name].split in ("all", "first"):
                found = _('all ways behind "{after}" are taken at once: none is more frequent, or less')
                raise refused(act, "after", found.format(after=self.after))

    def _changed(self, rules: Organisation) -> Organisation:
        edits = list(self.edits(rules))
        shared, own = ({edit.key: edit.after for edit in edits if edit.part == part} for part in _WAYS)
        return replace(rules, routes={**rules.routes, **shared}, client_routes={**rules.client_routes, **own})

    def edits(self, rules: Organisation) -> Iterator[Edit]:
        """The edits of the routes; none when nothing changes."""
        if self.client is not None:
            yield from self._own(rules, self.client)
            return
        for name, after in self._scaled(rules, rules.routes).items():
            yield Edit(part="routes", key=name, before=rules.routes[name], after=after, relative=True)
        for client in sorted(rules.client_routes):
            own = rules.client_routes[client]
            changed = self._scaled(rules, {name: own.get(name) or rules.routes[name] for name in self._steps(rules)})
            changed = {name: routes for name, routes in changed.items() if own.get(name)}
            if changed:
                yield Edit(part="client_routes", key=client, before=own, after={**own, **changed}, relative=True)

    def _own(self, rules: Organisation, client: str) -> Iterator[Edit]:
        own = rules.client_routes.get(client, {})
        changed = self._scaled(rules, {name: own.get(name) or rules.routes[name] for name in self._steps(rules)})
        if changed:
            before = rules.client_routes.get(client)
            after = {**(before or {}), **changed}
            yield Edit(part="client_routes", key=client, before=before, after=after, relative=True)

    def _scaled(self, rules: Organisation, routes: Mapping[str, Routes]) -> dict[str, Routes]:
        """The routes after each step of the activity that change, changed."""
        targets = self._targets(rules)
        kept = in_between(rules) - targets
        one = [name for name in self._steps(rules) if rules.steps[name].split == "one"]
        elsewhere = _together(route for name in one for route in routes[name] if route.to not in targets | kept)
        found = {name: _by_class(routes[name], targets, self.times, elsewhere, kept) for name in one}
        some = [name for name in self._steps(rules) if rules.steps[name].split == "some"]
        found |= {name: independent(routes[name], targets, self.times) for name in some}
        return {name: after for name, after in found.items() if after != routes[name]}

    def _targets(self, rules: Organisation) -> frozenset[str]:
        return frozenset(name for name, step in rules.steps.items() if step.activity == self.then)

    def _steps(self, rules: Organisation) -> list[str]:
        """The steps of the activity; what is audited behind them goes on from there as it would have without."""
        steps = sorted(name for name, step in rules.steps.items() if step.activity == self.after)
        return list(dict.fromkeys([*steps, *(audit for name in steps for audit in audits_behind(rules, name))]))

    def _following(self, rules: Organisation) -> set[str]:
        """The activities that come straight after, in the cases that are meant."""
        clients = list(rules.clients) if self.client is None else [self.client]
        found: set[str] = set()
        for client in clients:
            ways = graph(rules, client)
            within = reachable(ways, START)
            for name in self._steps(rules):
                if name in within:
                    found.update(rules.steps[to].activity for to in ways[name] if to in rules.steps)
        return found


def _never_ends(rules: Organisation) -> bool:
    return next(iter(endless(rules)), None) is not None


def refuse_times(act: Signed, times: float) -> None:
    """Raise `ModelError` when a probability cannot be multiplied by *times*."""
    if not 0 <= times < float("inf"):
        raise refused(act, "times", f"{times:g}", _("a number, 0 or more"))


def _by_class(routes: Routes, targets: frozenset[str], times: float, elsewhere: Routes, kept: frozenset[str]) -> Routes:
    """*routes* scaled for each class of cases, or those that meet a guard, that have their own, and for all others;
    what is put in at *kept* stays as frequent as it is."""
    parts, found = [], []
    for only, when in dict.fromkeys(route.whose for route in routes):
        parts.append(tuple(route for route in routes if route.whose == (only, when)))
        theirs = (route for route in elsewhere if route.only in (only, None) and route.when in (when, None))
        others = tuple(replace(route, only=only, when=when) for route in theirs)
        stay = tuple(route for route in parts[-1] if route.to in kept)
        free = tuple(route for route in parts[-1] if route.to not in kept)
        changed = scaled(free, targets, times, others)
        found.append(parts[-1] if changed == free else (*changed, *stay))
    return routes if found == parts else tuple(route for part in found for route in part)


def scaled(routes: Routes, targets: frozenset[str], times: float, elsewhere: Routes = ()) -> Routes:
    """*routes* with the shares of those to *targets* multiplied by *times*, up to 1 in all; the others make room, or
    fill it, in proportion.

    Where there are no others, *elsewhere* says where the cases go that are no longer led to *targets*; without it
    nothing changes.

    >>> again, onward = Route(to="Ask", share=0.5), Route(to="end", share=0.5)
    >>> [round(route.share, 3) for route in scaled((again, onward), frozenset({"Ask"}), 0.2)]
    [0.1, 0.9]
    """
    total = sum(route.share for route in routes)
    meant = sum(route.share for route in routes if route.to in targets)
    wanted = min(meant * times, total)
    if wanted == meant:
        return routes
    rest = total - meant
    others = [route for route in routes if route.to not in targets and route.share > 0]
    if not others:
        others, rest = list(elsewhere), sum(route.share for route in elsewhere)
    if rest <= 0:
        return routes
    aimed = [route for route in routes if route.to in targets]
    return (
        *(replace(route, share=route.share * wanted / meant) for route in aimed),
        *(replace(route, share=route.share * (total - wanted) / rest) for route in others),
    )


def independent(routes: Routes, targets: frozenset[str], times: float) -> Routes:
    """*routes* that are taken each for itself: the probability of those to *targets* is multiplied by *times*, up to 1,
    and the others stay. Where nothing else can be taken, nothing changes when none is to be left.

    >>> ways = Route(to="Ask", share=0.8), Route(to="Do", share=0.5)
    >>> [route.share for route in independent(ways, frozenset({"Ask"}), 0.5)]
    [0.4, 0.5]
    """
    changed = [replace(one, share=min(one.share * times, 1.0)) if one.to in targets else one for one in routes]
    left = {one.whose for one in changed if one.share > 0}
    return tuple(new if old.whose in left else old for old, new in zip(routes, changed, strict=True))


def _together(routes: Iterable[Route]) -> Routes:
    """*routes* with the shares of equal ones added up."""
    shares: dict[Route, float] = {}
    for route in routes:
        if route.share > 0:
            plain = replace(route, share=0.0)
            shares[plain] = shares.get(plain, 0.0) + route.share
    return tuple(replace(route, share=share) for route, share in shares.items())
