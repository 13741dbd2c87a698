"""Where a case stands follows from what was done in it."""

from __future__ import annotations

from dataclasses import replace

from irrupt.engine.examples import counter
from irrupt.organisation import Route, Step
from irrupt.organisation.following import Following

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


def test_a_case_is_followed_along_the_routes() -> None:
    following = Following(TWICE)
    assert following.place("Public", None, [DONE]) == "first"
    assert following.place("Public", None, [DONE] * 2) == "again"
    assert following.place("Public", None, [DONE] * 5) == "again"
    assert following.place("Public", None, [("Sign", None)]) == "sign"


def test_where_it_took_no_route_it_goes_on_from_the_step_to_which_most_lead() -> None:
    following = Following(TWICE)
    assert following.place("Public", None, [("Sign", None), DONE]) == "first"
    assert following.place("Public", None, [("Serve", "Elsewhere")]) == "first"
    assert following.place("Public", None, [("Unknown", None)]) is None
    assert following.place("Public", None, []) is None
    assert following.place("Public", None, [("Unknown", None), DONE]) == "first"


def test_routes_of_the_client_and_of_the_class_are_his() -> None:
    own = {"Public": {"start": (Route(to="again", share=1.0),)}}
    assert Following(replace(TWICE, client_routes=own)).place("Public", None, [DONE]) == "again"
    guarded = (*TWICE.routes["start"], Route(to="again", share=1.0, only="large"))
    following = Following(replace(TWICE, routes={**TWICE.routes, "start": guarded}))
    assert following.place("Public", "large", [DONE]) == "again"
    assert following.place("Public", "small", [DONE]) == "first"
