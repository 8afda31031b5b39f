"""Detector 9's window form, change of level by EWMA and CUSUM, against NumPy, window by window."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from change_oracle import ChangeOracle
from harness import COLOURS, Context, Plot, Requirement, Section, Table, bars, worst
from limit import states
from simulated import nights

DETECTOR = "change"
TITLE = "9 Change over windows (EWMA, CUSUM, Hampel)"
NIGHTS = 6
STREAMS = {"heart-rate": "heart-rate", "spo2": "oximetry"}


@dataclass
class Played:
    """What was found of one capture."""

    name: str
    hours: float = 0.0
    values: list[tuple[float, float]] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)


def run(context: Context) -> Section:
    """Simulated nights, strap recordings of MITDB, and the nights of healthy people."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights (heart rate and SpO2), MITDB as strap recordings, nine nights and days of "
        "healthy people (healthy-rr) for the rate of findings.",
    )
    section.paragraphs = [
        "Every window's median, MAD, sigma, outliers, EWMA, CUSUM and decision is compared with NumPy's over the same "
        "seconds and with charts written down a second time. A change is a finding, not an alarm."
    ]
    compared: Counter = Counter()
    differences: Counter = Counter()
    for night in nights(context, NIGHTS):
        compare(context, night.capture, compared, differences)
    for rhythm in context.records("mitdb-annotations")[: 1 if context.quick else 48]:
        compare(context, context.strap(rhythm), compared, differences)
    healthy = [watch(context, rhythm) for rhythm in context.records("healthy-rr")[: 1 if context.quick else 9]]
    section.tables = [
        Table(
            "Windows compared",
            ["quantity", "windows", "differences"],
            [[name, compared[name], differences[name]] for name in STREAMS],
        ),
        Table(
            "Healthy people: findings",
            ["record", "hours", "changes", "changes an hour"],
            [[part.name, part.hours, len(part.changes), len(part.changes) / max(part.hours, 0.1)] for part in healthy],
        ),
    ]
    total = sum(differences.values())
    section.requirements = [
        Requirement(
            "change detectors equal to their oracles",
            f"{total:,} of {sum(compared.values()):,} windows differ",
            not total,
        )
    ]
    section.plots = plots(healthy)
    return section


def compare(context: Context, capture: Path, compared: Counter, differences: Counter) -> None:
    """Every window of a capture."""
    models: dict[tuple[str, str], ChangeOracle] = {}
    expected: dict[tuple[str, str, int], dict[str, Any]] = {}
    for judged in states(capture):
        packet = judged.packet
        quantity = "heart-rate" if packet.stream == "heart-rate" else "spo2"
        model = models.setdefault((packet.sensor, quantity), ChangeOracle(quantity))
        value = packet.value if judged.is_live and not packet.is_invalid else None
        model.take(value, packet.time)
    for (sensor, quantity), model in models.items():
        for window in model.finish():
            expected[sensor, quantity, int(window["endMicroseconds"])] = window
    seen: Counter = Counter()
    for line in context.traces(capture, DETECTOR):
        numbers = {"decision": line["evaluation"]["decision"], **line["evaluation"]["numbers"]}
        want = expected.get((line["sensor"], line["subject"], numbers["endMicroseconds"]), {"decision": "none"})
        differences[line["subject"]] += any(numbers.get(name) != value for name, value in want.items())
        seen[line["subject"]] += 1
    for _, quantity, _ in expected:
        compared[quantity] += 1
    for quantity in STREAMS:
        wanted = sum(key[1] == quantity for key in expected)
        differences[quantity] += abs(wanted - seen[quantity])


def watch(context: Context, rhythm: Any) -> Played:
    """A recording without labels: how often a change is reported."""
    part = Played(rhythm.name, rhythm.hours)
    step = max(1, len(rhythm.rr) // 1_500)
    part.values = [
        (time / 3_600, 61_440 / rr)
        for time, rr in zip(rhythm.times[::step].tolist(), rhythm.rr[::step].tolist())
        if rr > 256
    ]
    for line in context.replay(context.strap(rhythm)):
        if line["kind"] == "finding" and line["body"]["detector"].startswith("change/"):
            part.changes.append(line["monotonic"] / 3.6e9)
    return part


def plots(healthy: list[Played]) -> list[Plot]:
    """How often, and the records with most."""
    rows = worst(healthy, lambda part: len(part.changes) / max(part.hours, 0.1))

    def timelines(figure: Any) -> None:
        axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for one, part in zip(axes, rows):
            values = np.array(part.values)
            one.plot(values[:, 0], values[:, 1], color=COLOURS.ours, linewidth=0.4)
            for time in part.changes:
                one.axvline(time, color=COLOURS.alarm, linewidth=0.4, alpha=0.6, ymax=0.15)
            one.set_title(
                f"healthy-rr {part.name}: {len(part.changes)} changes in {part.hours:.0f} h", loc="left", pad=2
            )
            one.set_ylabel("bpm")
            one.tick_params(labelsize=6)
        axes[-1].set_xlabel("time, h")

    return [
        Plot(
            "rate",
            "Changes of level reported per hour, healthy people.",
            lambda axes: (
                bars(
                    axes,
                    [part.name for part in healthy],
                    [len(part.changes) / max(part.hours, 0.1) for part in healthy],
                    COLOURS.ours,
                ),
                axes.set_ylabel("changes / h"),
            ),
        ),
        Plot(
            "worst",
            "The records with most changes: heart rate, and the changes reported (red, below).",
            timelines,
            (7.2, 1 + len(rows)),
            True,
        ),
    ]
