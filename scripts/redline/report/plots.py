"""The plots of the report, as SVG without a date: the same data give the same bytes.

Text and axes take the colour of the page around them, so that one plot serves light and dark.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from redline.core.extras import needed

INK = "#010203"
MARKERS = "osD^vP"
COLOURS = ("#2f81f7", "#d9730d", "#2da44e", "#bf4b8a", "#8250df", "#6e7781")
Interval = tuple[float, float, float]
"""A value with the ends of its interval."""


def _figure(width: float, height: float) -> tuple[Any, Any]:
    """A figure with one set of axes, sizes in inches."""
    with needed("report"):
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    with rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


_STYLE: Any = {
    "font.family": "sans-serif", "font.size": 10, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.facecolor": "none", "figure.facecolor": "none",
    "svg.fonttype": "none", "svg.hashsalt": "redline", "grid.color": INK, "grid.alpha": 0.15,
}  # fmt: skip


def _svg(figure: Any, title: str) -> Markup:
    """The figure as an SVG element that scales with the page and is named for readers that don't see it."""
    from matplotlib import rc_context

    written = io.StringIO()
    with rc_context(_STYLE):
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = written.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    text = re.sub(r'font: (?:[\d.]+px )?[^;"]*?([\d.]+px)[^;"]*', r"font: \1 system-ui, sans-serif", text)
    named = f'<svg role="img" aria-label="{escape(title)}" '
    return Markup(re.sub(r'<svg ([^>]*?)height="[^"]*"([^>]*?)width="[^"]*"', lambda match: named + match[1] + match[2], text, count=1))


def _legend(axes: Any, columns: int) -> None:
    """A legend above the axes, where it hides nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, labelcolor=INK)


def bars(title: str, rows: Mapping[str, Mapping[str, int]]) -> Markup:
    """Stacked horizontal bars: a row a name, a part a split."""
    names = list(rows)
    parts = list(dict.fromkeys(part for counts in rows.values() for part in counts))
    figure, axes = _figure(5, 0.9 + 0.24 * len(names))
    left = [0] * len(names)
    for colour, part in zip(COLOURS, parts, strict=False):
        widths = [rows[name].get(part, 0) for name in names]
        axes.barh(names, widths, left=left, color=colour, label=part, height=0.7)
        left = [one + other for one, other in zip(left, widths, strict=True)]
    for place, total in enumerate(left):
        axes.text(total, place, f" {total}", va="center", color=INK, fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.08, y=0.02)
    _legend(axes, len(parts))
    return _svg(figure, title)


def dots(title: str, rows: Mapping[str, Mapping[str, Interval]], label: str) -> Markup:
    """Values with their intervals: a row a name, a colour a series; values in 0..1."""
    names = list(rows)
    series = list(dict.fromkeys(one for values in rows.values() for one in values))
    figure, axes = _figure(5, 0.8 + 0.28 * len(names))
    for index, (colour, marker, one) in enumerate(zip(COLOURS, MARKERS, series, strict=False)):
        points = [(place, rows[name][one]) for place, name in enumerate(names) if one in rows[name]]
        shift = (index - (len(series) - 1) / 2) * 0.26
        values = [value for _, (value, _, _) in points]
        wings = [[max(0.0, v - low) for _, (v, low, _) in points], [max(0.0, high - v) for _, (v, _, high) in points]]
        axes.errorbar(
            values, [place + shift for place, _ in points], xerr=wings, fmt=marker, color=colour, label=one, capsize=2, markersize=4
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(min(0.0, axes.get_xlim()[0]), 1.02)
    axes.set_xlabel(label)
    axes.grid(axis="x")
    _legend(axes, len(series))
    return _svg(figure, title)


def curves(title: str, lines: Mapping[str, Sequence[tuple[float, float]]], labels: tuple[str, str], *, steps: bool = False) -> Markup:
    """Lines through points in 0..1; `labels` are of the two axes, `steps` draws precision as the steps that it is."""
    figure, axes = _figure(5, 3.6)
    for colour, marker, (name, points) in zip(COLOURS, MARKERS, lines.items(), strict=False):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        style = "steps-pre" if steps else "default"
        axes.plot(xs, ys, color=colour, label=name, marker=marker if len(points) < 30 else "", markersize=4, drawstyle=style)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.05)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.grid()
    _legend(axes, 3)
    return _svg(figure, title)


def calibration(title: str, lines: Mapping[str, Sequence[tuple[float, float, int]]]) -> Markup:
    """Mean score against the share of positives, with the number of units at each point; the diagonal is perfect."""
    figure, axes = _figure(5, 3.6)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--", alpha=0.5)
    for colour, marker, (name, points) in zip(COLOURS, MARKERS, lines.items(), strict=False):
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], color=colour, marker=marker, markersize=4, label=name)
        for x, y, count in points:
            axes.annotate(str(count), (x, y), textcoords="offset points", xytext=(4, 4), fontsize=8, color=INK)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.05)
    axes.set_xlabel("mean score of the bin")
    axes.set_ylabel("share of positives")
    _legend(axes, 3)
    return _svg(figure, title)
