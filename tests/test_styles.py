"""The colours of the layers can be read and told apart, on light and dark paper, also by eyes that see two colours."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from conftest import ROOT
from redline.core.taxonomy import Taxonomy
from redline.drawing import styles

PAPER = {"light": "#ffffff", "dark": "#0d1117"}
# How each kind of eye sees linear RGB. Source: Machado, Oliveira and Fernandes 2009, severity 1.0.
EYES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Colour = tuple[float, float, float]


def linear(code: str) -> Colour:
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Of WCAG 2, 1..21."""
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(code), strict=True)) for code in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(colour: Colour) -> Colour:
    red, green, blue = (min(1.0, max(0.0, c)) for c in colour)
    x = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    y = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    z = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z,
        1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z,
        0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z,
    )


def distance(one: str, other: str, eye: str) -> float:
    """In OKLab, as that eye sees both."""
    first, second = (
        oklab((a, b, c))
        for code in (one, other)
        for a, b, c in [[sum(m * v for m, v in zip(row, linear(code), strict=True)) for row in EYES[eye]]]
    )
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


def colours(taxonomy: Taxonomy, paper: str) -> list[str]:
    return [layer.colour if paper == "light" else layer.dark for layer in taxonomy.layers.values()]


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("paper", PAPER)
def test_a_label_can_be_read_on_its_paper(taxonomy: Taxonomy, paper: str) -> None:
    assert min(contrast(colour, PAPER[paper]) for colour in colours(taxonomy, paper)) >= 4.5


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("paper", PAPER)
def test_layers_can_be_told_apart_by_every_eye(taxonomy: Taxonomy, paper: str, eye: str) -> None:
    assert min(distance(one, other, eye) for one, other in combinations(colours(taxonomy, paper), 2)) >= 0.1


def test_layers_can_be_told_apart_without_any_colour(taxonomy: Taxonomy) -> None:
    assert len({layer.line for layer in taxonomy.layers.values()}) == len(taxonomy.layers)


def test_the_sheet_draws_each_layer_in_both_of_its_colours(taxonomy: Taxonomy) -> None:
    sheet = styles.sheet(taxonomy)
    for layer in taxonomy.layers.values():
        assert f"--{layer.layer}: {layer.colour};" in sheet
        assert f"--{layer.layer}: {layer.dark};" in sheet
        assert f".u.{layer.layer} {{" in sheet


@pytest.mark.parametrize("path", sorted((ROOT / "scripts" / "redline").rglob("*.css")), ids=lambda path: path.name)
def test_each_animation_of_a_sheet_has_its_frames(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"animation(?:-name)?:\s*([\w-]+)", text)) - {"none"} == set(re.findall(r"@keyframes ([\w-]+)", text))
