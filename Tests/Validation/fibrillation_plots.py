"""The plots of detector 4."""

from __future__ import annotations

from typing import Any

import numpy as np

import zhou
from fibrillation_played import Judged
from fibrillation_score import Episodes
from harness import COLOURS, Plot, thin, worst


def plots(judged: list[Judged]) -> list[Plot]:
    """Timelines, delays, false alarms and the worst records."""
    afdb = [part for part in judged if part.rhythm.dataset == "afdb-rr"]
    quiet = [part for part in judged if part.rhythm.dataset == "nsr2db-rr"]

    def timelines(axes: Any) -> None:
        for row, part in enumerate(afdb):
            for offset, episodes, colour in (
                (-0.2, part.labelled, COLOURS.truth),
                (0.2, [(a.start, a.end) for a in part.alarms], COLOURS.ours),
                (0.2, [(a.start, a.end) for a in part.false_alarms], COLOURS.alarm),
            ):
                axes.broken_barh(
                    [(start / 3_600, max(end - start, 1) / 3_600) for start, end in episodes],
                    (row + offset - 0.17, 0.34),
                    color=colour,
                    linewidth=0,
                )
        names = [part.rhythm.name + (" *" if part.is_evaluation else "") for part in afdb]
        axes.set_yticks(range(len(afdb)), names, fontsize=6)
        axes.set_ylim(len(afdb) - 0.4, -0.6)
        axes.set_xlabel("time, h")

    def delays(axes: Any) -> None:
        ours, theirs = Episodes(), Episodes()
        for part in afdb:
            ours.add(part.labelled, part.alarms, part.rhythm.hours)
            theirs.add(part.labelled, part.zhou_alarms, part.rhythm.hours)
        bins = np.arange(0, 305, 10)
        axes.hist(np.minimum(theirs.latencies, 299), bins, color=COLOURS.reference, alpha=0.55, label="Zhou 2015")
        axes.hist(
            np.minimum(ours.latencies, 299), bins, color=COLOURS.ours, histtype="step", linewidth=1.5, label="ours"
        )
        axes.axvline(69, color=COLOURS.muted, linestyle=":", label="69 s, the median to beat")
        axes.set_xlabel("from the episode's begin to the alarm, s (the last bar: 290 s and more)")
        axes.set_ylabel("episodes")
        axes.legend()

    def false(axes: Any) -> None:
        names, ours, theirs = [], [], []
        for part in afdb + quiet:
            hours = max(part.rhythm.hours - sum(end - start for start, end in part.labelled) / 3_600, 0.1)
            alone = Episodes()
            alone.add(part.labelled, part.zhou_alarms, part.rhythm.hours)
            names.append(part.rhythm.name)
            ours.append(len(part.false_alarms) / hours)
            theirs.append(alone.false_alarms / hours)
        places = np.arange(len(names))
        axes.bar(places - 0.2, theirs, 0.4, color=COLOURS.reference, label="Zhou 2015")
        axes.bar(places + 0.2, ours, 0.4, color=COLOURS.ours, label="ours")
        axes.set_xticks(places, names, rotation=90, fontsize=6)
        axes.set_xlim(-0.7, len(names) - 0.3)
        axes.set_ylabel("false alarms / h")
        axes.legend()

    rows = worst(judged, lambda part: part.errors / len(part.rhythm.rr))

    def worst_ten(figure: Any) -> None:
        axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for one, part in zip(axes, rows):
            hours = part.rhythm.times / 3_600
            known = ~np.isnan(part.entropy)
            x, y = thin(hours[known], part.entropy[known], 400)
            one.plot(x, y, color=COLOURS.muted, linewidth=0.5)
            one.axhline(zhou.THRESHOLD, color=COLOURS.ink, linewidth=0.5, linestyle=":")
            for start, end in part.labelled:
                one.axvspan(start / 3_600, end / 3_600, 0.5, 1, color=COLOURS.truth, alpha=0.35, linewidth=0)
            for alarm in part.alarms:
                one.axvspan(alarm.start / 3_600, alarm.end / 3_600, 0, 0.5, color=COLOURS.ours, alpha=0.35, linewidth=0)
            one.set_ylim(0, 1)
            one.set_xlim(hours[0], hours[-1])
            share = 100 * part.errors / len(part.rhythm.rr)
            half = "evaluation" if part.is_evaluation else "development"
            one.set_title(
                f"{part.rhythm.dataset} {part.rhythm.name}, {half}: {share:.1f} % of beats wrong", loc="left", pad=2
            )
            one.tick_params(labelsize=6)
        axes[-1].set_xlabel("time, h")

    return [
        Plot(
            "timelines",
            "AFDB: labelled episodes (green, above), the product's alarms (blue) and its false alarms (red). An "
            "asterisk marks the records of the evaluation half.",
            timelines,
            (7.2, 5.2),
        ),
        Plot(
            "delays", "AFDB: how long after an episode's begin its alarm is raised; episodes of 30 s and more.", delays
        ),
        Plot("false-alarms", "False alarms per hour without fibrillation, by record: AFDB, then NSR2DB.", false),
        Plot(
            "worst",
            "The ten records with the greatest share of beats decided against their label: entropy H'' with the "
            "threshold, labelled episodes (green, above) and the product's alarms (blue, below).",
            worst_ten,
            (7.2, 10),
            True,
        ),
    ]
