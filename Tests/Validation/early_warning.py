"""Detector 10, the early-warning points of SpO2 and pulse, against the table, minute by minute."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from harness import COLOURS, Context, Plot, Requirement, Section, Table, thin
from limit import states
from simulated import OXIMETER, Night, nights

DETECTOR = "early-warning"
TITLE = "10 Early-warning points of SpO2 and pulse"
NIGHTS = 12
MINIMUM_SECONDS = 30
# Points from this value on, in whole units, the last that applies.
SPO2_POINTS = ((0, 3), (92, 2), (94, 1), (96, 0))
PULSE_POINTS = ((0, 3), (41, 1), (51, 0), (91, 1), (111, 2), (131, 3))

Minute = dict[str, int | str]


def run(context: Context) -> Section:
    """Simulated nights: every minute of them."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights of 8 h with desaturations, bradycardia, tachycardia and faults.",
    )
    section.paragraphs = [
        "Two of seven parameters of an aggregate score: its sum is not that score. The oracle takes the median of the "
        "last value of each second of a minute with Python's `statistics`, rounds halves upwards, and looks it up."
    ]
    compared = differences = 0
    scores: Counter = Counter()
    first: Night | None = None
    course: list[tuple[float, int]] = []
    for night in nights(context, NIGHTS):
        expected = oracle(night)
        got: dict[int, Minute] = {}
        for line in context.traces(night.capture, DETECTOR):
            numbers: Minute = {"decision": line["evaluation"]["decision"], **line["evaluation"]["numbers"]}
            got[int(numbers.pop("startMicroseconds"))] = numbers
            scores[numbers.get("score", "none")] += 1
            if first is None or first is night:
                first = night
                if "score" in numbers:
                    course.append((line["monotonic"] / 3.6e9, int(numbers["score"])))
        # The minute under way at the end of a recording is judged by no later reading.
        for start in set(got) | set(sorted(expected)[:-1]):
            compared += 1
            differences += got.get(start) != expected.get(start)
    if not compared or not scores:
        return Section.skipped(DETECTOR, TITLE, "the product traces no such detector")
    section.tables = [
        Table(
            "Minutes by points",
            ["points", "minutes"],
            [[str(score), count] for score, count in sorted(scores.items(), key=str)],
        )
    ]
    section.requirements = [
        Requirement(
            "early-warning points as in the table, exact",
            f"{differences:,} of {compared:,} minutes differ",
            not differences,
        )
    ]
    section.plots = [Plot("course", "Points through the first night.", lambda axes: draw(axes, course))]
    return section


def oracle(night: Night) -> dict[int, Minute]:
    """What the table says of every minute."""
    minutes: dict[int, tuple[dict[int, int], dict[int, int]]] = {}
    for judged in states(night.capture):
        packet = judged.packet
        if packet.sensor != OXIMETER or packet.stream != "oximetry":
            continue
        second = packet.time // 1_000_000
        spo2, pulse = minutes.setdefault(second // 60 * 60_000_000, ({}, {}))
        if judged.is_live and not packet.is_invalid and packet.value is not None:
            spo2[second] = packet.value
        if judged.is_live and not packet.is_pulse_invalid and packet.pulse is not None:
            pulse[second] = packet.pulse
    return {start: judge(*values) for start, values in minutes.items()}


def judge(spo2: dict[int, int], pulse: dict[int, int]) -> Minute:
    """One minute as the trace has it."""
    result: Minute = {"decision": "not-assessed", "spO2Seconds": len(spo2), "pulseSeconds": len(pulse)}
    total = 0
    for name, values, table in (("spO2", spo2, SPO2_POINTS), ("pulse", pulse, PULSE_POINTS)):
        if len(values) >= MINIMUM_SECONDS:
            doubled = round(2 * median(values.values()))
            points = [points for least, points in table if (doubled + 100) // 200 >= least][-1]
            result[f"{name}TwoHundredths"], result[f"{name}Points"] = doubled, points
            total += points
    if "spO2Points" in result and "pulsePoints" in result:
        result["decision"], result["score"] = "scored", total
    return result


def draw(axes: Any, course: list[tuple[float, int]]) -> None:
    """Steps."""
    if course:
        x, y = thin([time for time, _ in course], [points for _, points in course])
        axes.step(x, y, where="post", color=COLOURS.ours)
    axes.set_xlabel("time, h")
    axes.set_ylabel("points")
