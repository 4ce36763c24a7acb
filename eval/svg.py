"""Draw bars and a histogram as inline SVG.

Owns sizes and colours of the two plots.

Leaves to others: what is plotted (report.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_LINE, _LABEL, _WIDE = 22, 190, 640
_BINS, _HEIGHT = 40, 160


def bars(values: Mapping[str, float], *, label: str) -> str:
    """Return horizontal bars, one line a name; values from 0 to 1 are shown in percent."""
    lines = "".join(_bar(name, value, at) for at, (name, value) in enumerate(values.items()))
    return _plot(lines, _LABEL + _WIDE, _LINE * len(values), label)


def _bar(name: str, value: float, at: int) -> str:
    y, length = at * _LINE, value * (_WIDE - 70)
    return (
        f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="{y + 3}" width="{length:.1f}" height="{_LINE - 6}" fill="#2f6f9f"/>'
        f'<text x="{_LABEL + length + 6:.1f}" y="{y + 15}">{value:.1%}</text>'
    )


def histogram(values: Sequence[float], *, label: str) -> str:
    """Return a histogram of `values` from 0 to their 99th percentile; what is above stands last."""
    if not values:
        return ""
    top = sorted(values)[int(0.99 * (len(values) - 1))] or 1.0
    counts = [0] * (_BINS + 1)
    for value in values:
        counts[min(_BINS, int(value / top * _BINS))] += 1
    step = (_LABEL + _WIDE) / (_BINS + 1)
    columns = "".join(_column(at * step, step, n / max(counts)) for at, n in enumerate(counts))
    ends = (
        f'<text x="0" y="{_HEIGHT + 16}">0</text>'
        f'<text x="{_BINS * step:.1f}" y="{_HEIGHT + 16}" text-anchor="end">{top:.1f}</text>'
    )
    return _plot(columns + ends, _LABEL + _WIDE, _HEIGHT + 20, label)


def _column(x: float, width: float, share: float) -> str:
    high = share * _HEIGHT
    return (
        f'<rect x="{x:.1f}" y="{_HEIGHT - high:.1f}" width="{width - 1:.1f}" '
        f'height="{high:.1f}" fill="#2f6f9f"/>'
    )


def _plot(inside: str, width: int, height: int, label: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-size="13" font-family="system-ui,sans-serif">'
        f"{inside}</svg>"
    )
