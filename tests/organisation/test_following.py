"""Where a case stands, and each of its parts, follows from what was done in it."""

from __future__ import annotations

from dataclasses import replace

from irrupt.engine.examples import counter
from irrupt.organisation import Organisation, Route, Step
from irrupt.organisation.following import Done, Following, Stand, unrecorded

PLAIN = counter()
SERVE = PLAIN.steps["Serve"]
TWICE = replace(
    PLAIN,
    steps={"first": SERVE, "again": SERVE, "sign": Step(activity="Sign")},
    routes={
        "start": (Route(to="first", share=0.9), Route(to="sign", share=0.1)),
        "first": (Route(to="again", share=0.5), Route(to="end", share=0.5)),
        "again": (Route(to="again", share=0.2), Route(to="end", share=0.8)),
        "sign": (Route(to="end", share=1.0),),
    },
)
DONE = ("Serve", "Desk")


def stands(organisation: Organisation, kind: str | None, *done: Done) -> list[Stand]:
    """Where a case stands in which something was *done* each second."""
    following = Following(organisation, unrecorded(organisation, {"Serve", "Sign", "Ask", "Look", "Act"}))
    ended = [1.0 + second for second in range(len(done))]
    return sorted(following.stands("Public", kind, done, ended, begin=0.0), key=lambda stand: stand.place)


def place(organisation: Organisation, kind: str | None, *done: Done) -> str | None:
    (stand,) = stands(organisation, kind, *done) or [None]
    assert stand is None or stand.since == len(done)
    return stand and stand.place


def test_a_case_is_followed_along_the_routes() -> None:
    assert place(TWICE, None, DONE) == "first"
    assert place(TWICE, None, DONE, DONE) == "again"
    assert place(TWICE, None, *[DONE] * 5) == "again"
    assert place(TWICE, None, ("Sign", None)) == "sign"


def test_where_it_took_no_route_it_goes_on_from_the_step_to_which_most_lead() -> None:
    assert place(TWICE, None, ("Sign", None), DONE) == "first"
    assert place(TWICE, None, ("Serve", "Elsewhere")) == "first"
    assert place(TWICE, None, ("Unknown", None)) is None
    assert place(TWICE, None) is None
    assert place(TWICE, None, ("Unknown", None), DONE) == "first"


def test_routes_of_the_client_and_of_the_class_are_his() -> None:
    own = {"Public": {"start": (Route(to="again", share=1.0),)}}
    assert place(replace(TWICE, client_routes=own), None, DONE) == "again"
    guarded = (*TWICE.routes["start"], Route(to="again", share=1.0, only="large"))
    routed = replace(TWICE, routes={**TWICE.routes, "start": guarded})
    assert place(routed, "large", DONE) == "again"
    assert place(routed, "small", DONE) == "first"


def to(*names: str, share: float = 1.0) -> tuple[Route, ...]:
    return tuple(Route(to=name, share=share) for name in names)


FORKED = replace(
    PLAIN,
    steps={
        "serve": SERVE,
        "fork": Step(activity="fork", split="all"),
        "ask": Step(activity="Ask"),
        "look": Step(activity="Look"),
        "sign": Step(activity="Sign"),
        "meet": Step(activity="meet", join=True),
        "act": Step(activity="Act"),
    },
    routes={
        "start": to("serve"),
        "serve": to("fork"),
        "fork": to("ask", "look"),
        "ask": to("sign"),
        "look": to("meet"),
        "sign": to("meet"),
        "meet": to("act"),
        "act": to("end"),
    },
)
"""Asked and signed on one way, looked at on another; that it splits and meets is in no record."""
ASK, LOOK, SIGN, ACT = ((name, None) for name in ("Ask", "Look", "Sign", "Act"))


def test_a_case_is_followed_in_parts() -> None:
    assert stands(FORKED, None, DONE) == [Stand("serve", 1.0)]
    assert stands(FORKED, None, DONE, LOOK) == [Stand("fork", 1.0, to="ask"), Stand("look", 2.0)]
    assert stands(FORKED, None, DONE, ASK) == [Stand("ask", 2.0), Stand("fork", 1.0, to="look")]
    assert stands(FORKED, None, DONE, ASK, LOOK) == [Stand("ask", 2.0), Stand("look", 3.0)]
    assert stands(FORKED, None, DONE, ASK, LOOK, SIGN) == [Stand("look", 3.0), Stand("sign", 4.0)]
    assert stands(FORKED, None, DONE, ASK, LOOK, SIGN, ACT) == [Stand("act", 5.0)]


def test_of_a_case_that_may_be_at_several_steps_each_part_is_as_likely_as_it_was() -> None:
    some = replace(FORKED.steps["fork"], split="some")
    ways = (Route(to="ask", share=0.3), Route(to="look", share=0.6))
    rules = replace(FORKED, steps={**FORKED.steps, "fork": some}, routes={**FORKED.routes, "fork": ways})
    assert stands(rules, None, DONE, LOOK) == [Stand("fork", 1.0, to="ask", share=0.3), Stand("look", 2.0)]


def test_whoever_is_first_goes_on_alone() -> None:
    alone = {**FORKED.steps, "sign": replace(FORKED.steps["sign"], alone=True)}
    assert stands(replace(FORKED, steps=alone), None, DONE, ASK, SIGN) == [Stand("sign", 3.0)]


def test_what_is_on_none_of_the_ways_moves_the_part_that_moved_last() -> None:
    assert stands(FORKED, None, DONE, LOOK, ASK, ASK) == [Stand("ask", 4.0), Stand("look", 2.0)]
