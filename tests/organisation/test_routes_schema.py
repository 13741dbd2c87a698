"""How routes may be written: as a mapping of names to shares where nothing else is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from irrupt.organisation.routes_schema import RouteEntry, Ways, routes_in

WAYS: TypeAdapter[list[RouteEntry]] = TypeAdapter(Ways)
NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name not in RouteEntry.model_fields)


@given(shares=st.dictionaries(NAMES, st.floats(0.0, 1.0), min_size=1, max_size=4))
def test_a_mapping_of_shares_is_the_routes_that_it_stands_for(shares: dict[str, float]) -> None:
    listed = [{"to": name, "share": share} for name, share in shares.items()]
    assert routes_in(WAYS.validate_python(shares)) == routes_in(WAYS.validate_python(listed))
    percent = {name: f"{100 * share} %" for name, share in shares.items()}
    found = routes_in(WAYS.validate_python(percent))
    assert [route.share for route in found] == pytest.approx(list(shares.values()))


@pytest.mark.parametrize("one", [{"to": "end"}, {"to": "end", "share": "0.3"}, {"too": "Repair"}, {"share": "0.3"}])
def test_what_names_a_key_of_routes_or_no_share_is_one_route(one: dict[str, str]) -> None:
    told = WAYS.json_schema()["anyOf"]
    assert {"type": "object", "additionalProperties": {"type": ["number", "string"]}} in told
    if "to" in one:
        assert [entry.to for entry in WAYS.validate_python(one)] == ["end"]
    else:
        with pytest.raises(ValueError, match="to"):
            WAYS.validate_python(one)


def test_a_share_that_is_none_is_told_where_another_is_one() -> None:
    with pytest.raises(ValueError, match="3O"):
        WAYS.validate_python({"Repair": "70 %", "end": "3O %"})
