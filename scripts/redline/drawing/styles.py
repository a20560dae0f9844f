"""The style sheet that the schemas decide: the colours of each layer, on light and dark paper, and how its line is drawn."""

from collections.abc import Iterator
from pathlib import Path

from redline.core.layer import Layer
from redline.core.taxonomy import Taxonomy

LINES = {
    "solid": "border-bottom: 3px solid {ink}",
    "double": "border-bottom: 4px double {ink}",
    "dotted": "border-bottom: 3px dotted {ink}",
    "hatched": "height: 5px; background: repeating-linear-gradient(115deg, {ink} 0 4px, transparent 4px 6.5px)",
}
"""How a line is drawn; forced colours take backgrounds away, so that there the hatched line is a thick one."""


STATIC = Path(__file__).parent / "static"


def whole(taxonomy: Taxonomy) -> str:
    """All that a page needs to draw spans: how text, lines and tags look, and the sheet of the layers."""
    return (STATIC / "drawing.css").read_text(encoding="utf-8") + sheet(taxonomy)


def ordered(taxonomy: Taxonomy) -> list[Layer]:
    """The layers in the order of their digits: those that only serve others come last."""
    return sorted(taxonomy.layers.values(), key=lambda layer: (layer.helper, layer.layer))


def sheet(taxonomy: Taxonomy) -> str:
    """The style sheet."""
    return "\n".join(_rules(ordered(taxonomy))) + "\n"


def _rules(layers: list[Layer]) -> Iterator[str]:
    light, dark = (" ".join(f"--{layer.layer}: {colour(layer)};" for layer in layers) for colour in (_light, _dark))
    yield f":root {{ {light} }}"
    yield f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    for layer in layers:
        ink = f"var(--{layer.layer})"
        yield f".u.{layer.layer} {{ {LINES[layer.line].format(ink=ink)}; border-left-color: {ink}; border-right-color: {ink}; }}"
        yield f".tag.{layer.layer}, .ink-{layer.layer} {{ color: {ink}; }}"
        yield f".tag.on.{layer.layer} {{ color: var(--paper); background: {ink}; }}"
        yield f".wash.{layer.layer} {{ background: color-mix(in oklab, {ink} 13%, transparent); }}"
        yield f".tabs .{layer.layer}[aria-selected=true] {{ border-bottom-color: {ink}; }}"
        if layer.line == "hatched":
            yield f"@media (forced-colors: active) {{ .u.{layer.layer} {{ background: none; border-bottom: 5px solid CanvasText; }} }}"


def _light(layer: Layer) -> str:
    return layer.colour


def _dark(layer: Layer) -> str:
    return layer.dark
