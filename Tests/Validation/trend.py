"""Detector 9 on sensors: the trend on straps and simulated nights, slot by slot, and Page-Hinkley against river."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harness import COLOURS, Context, Plot, Requirement, Section, Table, bars, worst
from limit import states
from nab_twin import ABSENT, trend
from simulated import nights

DETECTOR = "trend"
TITLE = "9 Trend (slots of ten seconds) and Page-Hinkley"
NIGHTS = 6
SLOT, WARM_UP, REST = 10_000_000, 360, 100
THRESHOLD = 681_574
SEGMENTS, DELAY, MISSING = 512, 64, 16
FLOORS = {"heart-rate": 500, "spo2": 200}
TEST = Path(__file__).parents[1] / "VitalsDetectionTests/Trend/PageHinkleyTests.swift"


@dataclass
class Played:
    """What was found of one recording."""

    name: str
    hours: float
    changes: list[tuple[float, str]] = field(default_factory=list)
    values: list[tuple[float, float]] = field(default_factory=list)


def run(context: Context) -> Section:
    """Nights with faults and healthy days through the product; the test's figures through river."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights with every fault; healthy-rr and nsr2db-rr as strap recordings; 4,000 "
        "samples with five changes of level for Page-Hinkley.",
        split="The threshold was chosen so that the people of nsr2db-rr have about one finding a day; healthy-rr was "
        "not looked at. Nothing else was tuned here.",
    )
    section.paragraphs = [
        "Every slot's sample, score and decision is compared with a twin that reads the capture on its own and "
        "compares every remembered stretch anew. A trend is a finding, not an alarm; there are no labels of trends in "
        "these data, so what is measured is how often healthy people have one.",
    ]
    compared: Counter = Counter()
    differences: Counter = Counter()
    for night in nights(context, 1 if context.quick else NIGHTS):
        compare(context, night.capture, compared, differences)
    days: list[Played] = []
    for dataset in ("healthy-rr", "nsr2db-rr"):
        for rhythm in context.records(dataset)[: 1 if context.quick else None]:
            capture = context.strap(rhythm)
            compare(context, capture, compared, differences)
            days.append(watch(context, rhythm, capture))
    section.tables.append(
        Table(
            "Slots compared", ["quantity", "slots", "differences"], [[q, compared[q], differences[q]] for q in FLOORS]
        )
    )
    rates = [24 * len(day.changes) / max(day.hours - 1, 1) for day in days]
    section.tables.append(
        Table(
            "Findings of healthy people",
            ["record", "hours", "findings", "a day", "parts"],
            [[d.name, f"{d.hours:.1f}", len(d.changes), f"{r:.2f}", parts(d)] for d, r in zip(days, rates)],
        )
    )
    total = sum(differences.values())
    section.requirements.append(
        Requirement(
            "the trend detector equals its twin, slot by slot",
            f"{total:,} of {sum(compared.values()):,} slots differ",
            total == 0,
        )
    )
    if rates:
        mean = 24 * sum(len(day.changes) for day in days) / sum(max(day.hours - 1, 1) for day in days)
        section.requirements.append(
            Requirement(
                "trend findings only when very sure: few a day in healthy people",
                f"{mean:.2f} a day on average, {max(rates):.1f} in the worst record of {len(rates)}",
                mean < 3,
            )
        )
    page_hinkley(section)
    if not context.quick:
        section.plots = plots(days)
    return section


def parts(day: Played) -> str:
    """The parts that reported, with counts."""
    return ", ".join(f"{count} {part}" for part, count in sorted(Counter(part for _, part in day.changes).items()))


def compare(context: Context, capture: Path, compared: Counter, differences: Counter) -> None:
    """Every slot of a capture."""
    readings: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    for judged in states(capture):
        packet = judged.packet
        quantity = "heart-rate" if packet.stream == "heart-rate" else "spo2"
        value = packet.value if judged.is_live and not packet.is_invalid else None
        readings.setdefault((packet.sensor, quantity), []).append((packet.time, value))
    expected = {
        (sensor, quantity, slot["startMicroseconds"]): slot
        for (sensor, quantity), given in readings.items()
        for slot in slots(given, quantity)
    }
    seen: set[tuple[str, str, int]] = set()
    for line in context.traces(capture, DETECTOR):
        if line["subject"] not in FLOORS:
            continue
        numbers = line["evaluation"]["numbers"]
        key = (line["sensor"], line["subject"], numbers["startMicroseconds"])
        found = {"decision": line["evaluation"]["decision"], **numbers}
        want = expected.get(key, {"decision": "none"})
        differences[line["subject"]] += any(found.get(name) != value for name, value in want.items())
        seen.add(key)
    for key in expected:
        compared[key[1]] += 1
        differences[key[1]] += key not in seen


def slots(readings: list[tuple[int, int | None]], quantity: str) -> Iterator[dict[str, Any]]:
    """What each completed slot of a stream must come to."""
    samples: list[int] = []
    judged: list[tuple[int, int, int]] = []
    number = None
    values: list[int] = []
    for time, value in readings:
        at = time // SLOT
        if number is not None and at < number:
            continue
        if number is not None and at > number:
            samples.append(mean(values))
            judged.append((number, len(samples) - 1, len(values)))
            samples += [ABSENT] * min(at - number - 1, MISSING + 1)
            values = []
        number = at
        if value is not None:
            values.append(value)
    found = trend(np.array(samples, np.int64), SEGMENTS, REST, DELAY, FLOORS[quantity] << 16, MISSING)
    held, left, learned = 0, 0, 0
    for number, index, count in judged:
        rested, score = int(found[0][index]), int(found[1][index])
        slot: dict[str, Any] = {"startMicroseconds": number * SLOT, "readings": count}
        if count:
            slot["sampleQ16"] = samples[index]
            learned += 1
        bar = held + ((1 << 20) - held) // 2 if left else 0
        left = max(0, left - 1)
        if score < 0 or learned <= WARM_UP:
            slot["decision"] = "not-assessed"
        elif score < THRESHOLD:
            slot["decision"] = "steady"
        elif score < bar:
            slot["decision"] = "settling"
        else:
            slot["decision"] = "changed"
            held, left = score, REST
        if score >= 0:
            slot |= {"scoreQ20": rested, "unrestedQ20": score}
        yield slot


def mean(values: list[int]) -> int:
    """The mean in Q16, towards zero."""
    if not values:
        return ABSENT
    total = sum(values) << 16
    return abs(total) // len(values) * (1 if total >= 0 else -1)


def watch(context: Context, rhythm: Any, capture: Path) -> Played:
    """How often a trend is reported of a recording without labels."""
    day = Played(f"{rhythm.dataset} {rhythm.name}", rhythm.hours)
    names = {0: "spike", 1: "residual", 2: "variability", 3: "shape", 4: "long shape"}
    for line in context.traces(capture, DETECTOR, subject="heart-rate"):
        numbers = line["evaluation"]["numbers"]
        hour = numbers["startMicroseconds"] / 3.6e9
        if "sampleQ16" in numbers:
            day.values.append((hour, numbers["sampleQ16"] / 6_553_600))
        if line["evaluation"]["decision"] == "changed":
            day.changes.append((hour, names[numbers["leadingPart"]]))
    return day


def page_hinkley(section: Section) -> None:
    """The figures that the test in Swift holds, made again by river."""
    from river.drift import PageHinkley

    reference = PageHinkley()
    drifts, digest = [], 0
    for index, sample in enumerate(level_changes()):
        reference.update(sample)
        figures = [
            reference._x_mean.get(),
            reference._sum_increase - reference._min_increase,
            reference._max_decrease - reference._sum_decrease,
        ]
        bits = [struct.unpack("<q", struct.pack("<d", figure))[0] for figure in figures]
        if reference._x_mean.n >= reference.min_instances:
            for word in bits:
                digest = (digest * 1_099_511_628_211 ^ word % 2**64) % 2**64
        if reference.drift_detected:
            drifts.append([index, *bits])
    held = TEST.read_text().replace("_", "")
    lists = re.findall(r"\[(\d+(?:, -?\d+){3})\]", held)
    rows = [[int(number) for number in re.findall(r"-?\d+", row)] for row in lists]
    equal = rows == drifts and f"0x{digest:x}" in held
    section.requirements.append(
        Requirement(
            "change detectors equal to their oracles: Page-Hinkley and river 0.26.1",
            f"{len(drifts)} drifts and the digest of 4,000 statistics are {'the same bits' if equal else 'different'} "
            "in the test that the product's build runs",
            equal,
        )
    )


def level_changes() -> Iterator[float]:
    """The samples of the test in Swift: levels 0, 3, -2 and 1 with noise of SplitMix64 from the seed 7."""
    mask, state = 2**64 - 1, 7
    for index in range(4_000):
        state = (state + 0x9E3779B97F4A7C15) & mask
        word = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & mask
        word = (word ^ word >> 27) * 0x94D049BB133111EB & mask
        yield ((word ^ word >> 31) % 2_001 - 1_000) / 1_024 + (0, 3, -2, 1)[index // 700 % 4]


def plots(days: list[Played]) -> list[Plot]:
    """How often, and the days with most."""
    rows = worst(days, lambda day: len(day.changes) / max(day.hours, 1))

    def timelines(figure: Any) -> None:
        for axes, day in zip(figure.subplots(len(rows), 1, squeeze=False)[:, 0], rows):
            values = np.array(day.values[:: max(1, len(day.values) // 1_500)])
            if len(values):
                axes.plot(values[:, 0], values[:, 1], color=COLOURS.ours, linewidth=0.4)
            for hour, _ in day.changes:
                axes.axvline(hour, color=COLOURS.alarm, linewidth=0.8)
            axes.set_title(f"{day.name}: {len(day.changes)} findings, {parts(day)}", loc="left", pad=2)
            axes.set_ylabel("bpm")
            axes.tick_params(labelsize=6)

    def draw_rates(axes: Any) -> None:
        names = [day.name for day in days]
        bars(axes, names, [24 * len(day.changes) / max(day.hours - 1, 1) for day in days], COLOURS.ours)
        axes.set_ylabel("findings / day")

    return [
        Plot("rate", "Trend findings a day, healthy people.", draw_rates),
        Plot("worst", "The ten days with most findings (red).", timelines, (7.2, 1 + len(rows)), True),
    ]
