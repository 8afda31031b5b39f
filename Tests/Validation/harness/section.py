"""The form of one detector's part of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Table:
    """Rows under named columns. Floats are shown with three significant decimals; give text for another form."""

    title: str
    columns: list[str]
    rows: list[list[Any]]
    note: str = ""


@dataclass
class Requirement:
    """A line of what must hold, what was measured, and whether it holds; None where it cannot be measured here."""

    line: str
    figure: str
    holds: bool | None


@dataclass
class Plot:
    """A figure. `draw` gets one axes, or with `whole` the figure itself; `size` is in inches."""

    name: str
    caption: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (7.2, 2.8)
    whole: bool = False


@dataclass
class Section:
    """Everything that the report says of one detector."""

    name: str
    title: str
    data: str = ""
    split: str = ""
    paragraphs: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    skipped_because: str | None = None

    @classmethod
    def skipped(cls, name: str, title: str, why: str) -> Section:
        """A section that could not be made here, and why."""
        return cls(name, title, skipped_because=why)


def thin(x: Sequence[float], y: Sequence[float], points: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """A long series as the least and the greatest value of each of `points / 2` stretches, so that no peak is lost."""
    x, y = np.asarray(x), np.asarray(y)
    if len(y) <= points:
        return x, y
    bounds = np.linspace(0, len(y), points // 2 + 1).astype(int)
    kept: list[int] = []
    for first, last in zip(bounds, bounds[1:]):
        if last > first:
            low, high = first + int(np.argmin(y[first:last])), first + int(np.argmax(y[first:last]))
            kept.extend(sorted({low, high}))
    return x[kept], y[kept]


def worst(rows: Sequence[Any], key: Callable[[Any], float], n: int = 10) -> list[Any]:
    """The `n` rows with the greatest keys, the worst first; ties stay in the rows' order."""
    return sorted(rows, key=key, reverse=True)[:n]


def marked(axes: Any, runs: Sequence[tuple[float, float]], row: float, colour: str, label: str | None = None) -> None:
    """A timeline: one bar for each run, on a row of its own."""
    spans = [(start, end - start) for start, end in runs]
    # The edge has a width of its own, so that a second shows in a day.
    axes.broken_barh(spans, (row - 0.35, 0.7), color=colour, edgecolor=colour, linewidth=0.6, label=label)


def bars(axes: Any, names: Sequence[str], values: Sequence[float], colour: str, **options: Any) -> None:
    """One bar a record, with the records' names below."""
    axes.bar(range(len(names)), values, color=colour, width=0.75, **options)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_xlim(-0.6, len(names) - 0.4)
