"""How figures look: legible on a light and on a dark page, and the same bytes from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.section import Plot


@dataclass(frozen=True)
class Colours:
    """Each has a contrast of 3 or more with white and with #0d1117, the two pages of a repository's viewer."""

    ours: str = "#2f81f7"
    reference: str = "#c77700"
    truth: str = "#1a9e5c"
    alarm: str = "#e5484d"
    muted: str = "#848d97"
    ink: str = "#747c86"


COLOURS = Colours()

_SETTINGS = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.edgecolor": COLOURS.ink,
    "axes.labelcolor": COLOURS.ink,
    "axes.titlecolor": COLOURS.ink,
    "text.color": COLOURS.ink,
    "xtick.color": COLOURS.ink,
    "ytick.color": COLOURS.ink,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.0,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "svg.hashsalt": "vitalsd",
    # Text stays text: it can be searched, and a figure is a third of the size.
    "svg.fonttype": "none",
    "path.simplify_threshold": 0.5,
}


def draw(plot: Plot, folder: Path, prefix: str, preview: Path | None = None) -> str:
    """Writes one plot as SVG and returns its file name. `preview` gets the same as PNG, for looking at."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot

    with matplotlib.rc_context(_SETTINGS):
        figure = pyplot.figure(figsize=plot.size, layout="constrained")
        plot.draw(figure if plot.whole else figure.add_subplot())
        name = f"{prefix}-{plot.name}.svg"
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / name, metadata={"Date": None})
        if preview is not None:
            preview.mkdir(parents=True, exist_ok=True)
            figure.savefig(preview / f"{prefix}-{plot.name}.png", dpi=110, facecolor="white")
        pyplot.close(figure)
    return name
