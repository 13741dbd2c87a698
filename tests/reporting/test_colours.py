"""Colours of parts that stand beside each other are told apart, by those who see fewer of them, too."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import irrupt.reporting

STYLE = (Path(irrupt.reporting.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
SCHEMES = dict(zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\n? *\}", STYLE, re.DOTALL), strict=True))
SEEN = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""How light is seen where one kind of cones is missing (Machado, Oliveira and Fernandes 2009)."""
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 14.0
"""Distance in CIELAB: two is just seen side by side, ten at a glance."""


def lab(light: np.ndarray) -> np.ndarray:
    """CIELAB of linear light."""
    ratio = TO_XYZ @ light / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear(colour: str) -> np.ndarray:
    """The light of `#rrggbb`."""
    part = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eyes", SEEN)
def test_parts_of_a_bar_are_told_apart(scheme: str, eyes: str) -> None:
    colours = re.findall(r"--s(\d): (#[0-9a-f]{6})", SCHEMES[scheme])
    assert [number for number, _colour in colours] == [str(number) for number in range(8)]
    seen = {colour: lab(np.clip(SEEN[eyes] @ linear(colour), 0, 1)) for _number, colour in colours}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= APART, (one, other)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["ink", "soft", "accent"])
def test_words_stand_out_from_the_paper(scheme: str, name: str) -> None:
    """At least 4.5 to 1, as the guidelines for accessible pages ask (WCAG 2, AA)."""
    known = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", SCHEMES[scheme]))
    full = {
        key: value if len(value) == 7 else "#" + "".join(2 * one for one in value[1:]) for key, value in known.items()
    }
    light = sorted(float(TO_XYZ[1] @ linear(full[key])) + 0.05 for key in (name, "paper"))
    assert light[1] / light[0] >= 4.5
