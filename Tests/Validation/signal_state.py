"""Detector 2, signal state, against an oracle of its documentation, and over the recordings with gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness import COLOURS, Context, Plot, Requirement, Section, Table, marked, worst
from readings import LinkChange, events
from signal_oracle import SignalOracle
from simulated import OXIMETER, STRAP, nights

DETECTOR = "signal-state"
TITLE = "2 Signal state"
NIGHTS = 12
STREAMS = {STRAP: "heart-rate", OXIMETER: "oximetry"}


def run(context: Context) -> Section:
    """Simulated nights with every fault; then the gaps of NSR2DB."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights of 8 h with a strap and an oximeter, with contact loss, link loss, silence, "
        "frozen and dropped packets; NSR2DB (27 subjects, 2,637 gaps of the recorder of 3 s and more).",
    )
    section.paragraphs = [
        "The oracle reads the captures with a decoder of its own and follows the documented table of states; every "
        "state after every notification, and every time at which a stream became stale, is compared. How long a fault "
        "lasted before it was noticed is taken from the truth of the simulator."
    ]
    compared = differences = 0
    delays: dict[str, list[float]] = {}
    for night in nights(context, NIGHTS):
        got, _ = traces(context, night.capture)
        for sensor, stream in STREAMS.items():
            expected = oracle(night.capture, sensor, stream)
            mine = got.get((sensor, stream), [])
            compared += max(len(expected), len(mine))
            differences += sum(((Counter(expected) - Counter(mine)) | (Counter(mine) - Counter(expected))).values())
            for kind, delay in noticed(night.truth, sensor, mine):
                delays.setdefault(kind, []).append(delay)
    section.tables.append(delay_table(delays))
    section.requirements.append(
        Requirement(
            "signal states equal to their oracle", f"{differences:,} of {compared:,} states differ", differences == 0
        )
    )
    watched = gaps(context, section)
    section.plots.append(
        Plot(
            "delays",
            "How long after its begin each simulated fault was a state of the stream.",
            lambda axes: draw(axes, delays),
        )
    )
    rows = worst(watched, lambda part: part.share)
    section.plots.append(
        Plot(
            "worst",
            "NSR2DB: the ten records with most time that was not live, with its share: stale (red), flat (orange).",
            lambda axes: draw_absences(axes, rows),
        )
    )
    return section


def traces(context: Context, capture: Any) -> tuple[dict[tuple[str, str], list[tuple[int, str]]], Counter]:
    """The states of each stream as the product traced them, and its alarms by condition."""
    states: dict[tuple[str, str], list[tuple[int, str]]] = {}
    alarms: Counter = Counter()
    for line in context.replay(capture, [DETECTOR]):
        if line["kind"] == "trace":
            # A stream that became stale is traced when that is noticed; the state says since when.
            decision = line["evaluation"]["decision"]
            numbers = line["evaluation"]["numbers"]
            time = numbers["sinceMicroseconds"] if decision == "stale" else line["monotonic"]
            states.setdefault((line["sensor"], line["subject"]), []).append((time, decision))
        elif line["kind"] == "alarm" and line["body"]["state"] == "raised":
            alarms[line["body"]["condition"]] += 1
    return states, alarms


def oracle(capture: Any, sensor: str, stream: str) -> list[tuple[int, str]]:
    """The states that the oracle expects. A stream begins with its first value."""
    model = SignalOracle(stream)
    expected: list[tuple[int, str]] = []
    for event in events(capture):
        if not expected and (isinstance(event, LinkChange) or event.sensor != sensor or event.stream != stream):
            continue
        expired = model.expire(event.time)
        if expired is not None:
            expected.append(expired)
        if event.sensor != sensor:
            continue
        if isinstance(event, LinkChange):
            expected.append(model.link(event))
        elif event.stream == stream:
            expected.append(model.receive(event))
    return expected


FAULTS = {
    "contact-loss": {"no-contact"},
    "link-loss": {"link-down"},
    "silence": {"stale"},
    "frozen": {"frozen", "flat"},
}


def noticed(truth: list[dict], sensor: str, states: list[tuple[int, str]]) -> list[tuple[str, float]]:
    """For each fault of the truth, how long after its begin the stream was in its state, s; NaN when it never was."""
    times = np.array([time for time, _ in states])
    found = []
    begun: dict[int, float] = {}
    for event in truth:
        if event.get("sensor") != sensor or event.get("kind") not in FAULTS:
            continue
        if event["event"] == "episode-begin":
            begun[event["id"]] = event["t"]
        elif event["event"] == "episode-end" and event["id"] in begun:
            start, end = begun[event["id"]], event["t"]
            first = np.searchsorted(times, start * 1e6)
            last = np.searchsorted(times, (end + 5) * 1e6)
            match = next((t for t, state in states[first:last] if state in FAULTS[event["kind"]]), None)
            found.append((event["kind"], float("nan") if match is None else match / 1e6 - start))
    return found


def delay_table(delays: dict[str, list[float]]) -> Table:
    """The delay to each state."""
    bounds = {
        "contact-loss": "with the next notification",
        "link-loss": "with the event (the link ends some seconds after the fault)",
        "silence": "more than 3 s or 3 RR",
        "frozen": "60 s of equal packets with intervals",
    }
    rows = []
    for kind, values in sorted(delays.items()):
        known = np.array([value for value in values if value == value])
        rows.append(
            [
                kind,
                len(values),
                len(values) - len(known),
                float(np.median(known)) if len(known) else None,
                float(np.max(known)) if len(known) else None,
                bounds[kind],
            ]
        )
    return Table(
        "Detection times in the simulated nights",
        ["fault", "episodes", "never seen", "median, s", "longest, s", "as documented"],
        rows,
    )


@dataclass
class Watched:
    """One recording: when its stream was not live."""

    name: str
    hours: float
    absent: list[tuple[float, float, str]]

    @property
    def share(self) -> float:
        """The share of its time that was not live, %."""
        return sum(end - start for start, end, _ in self.absent) / (36 * self.hours)


def absences(name: str, hours: float, states: list[tuple[int, str]]) -> Watched:
    """The stretches between a state other than streaming and the next that streams, s."""
    found = []
    begun: tuple[int, str] | None = None
    for time, state in states:
        if begun is not None and state != begun[1]:
            found.append((begun[0] / 1e6, time / 1e6, begun[1]))
            begun = None
        if begun is None and state != "streaming":
            begun = time, state
    return Watched(name, hours, found)


def gaps(context: Context, section: Section) -> list[Watched]:
    """NSR2DB: its gaps are states, and no alarm of the heart."""
    rhythms = context.records("nsr2db-rr")
    watched: list[Watched] = []
    if not rhythms:
        return watched
    total, conditions, refused = 0, Counter(), Counter()
    for rhythm in rhythms[:2] if context.quick else rhythms:
        states, alarms = traces(context, context.strap(rhythm))
        total += int(np.sum(rhythm.is_gap))
        conditions.update(alarms)
        refused.update(state for _, state in states[STRAP, "heart-rate"])
        watched.append(absences(rhythm.name, rhythm.hours, states[STRAP, "heart-rate"]))
    false = {name: conditions[name] for name in ("pause", "asystole") if conditions[name]}
    section.tables.append(
        Table(
            "NSR2DB: states after each notification, and alarms raised",
            ["what", "count"],
            [[f"state {name}", count] for name, count in refused.most_common()]
            + [[f"alarm {name}", count] for name, count in sorted(conditions.items())],
        )
    )
    section.requirements.append(
        Requirement(
            "no pause or asystole alarm from the gaps of nsr2db-rr",
            f"{sum(false.values())} from {total:,} gaps",
            not false,
        )
    )
    return watched


STATE_COLOURS = {"stale": COLOURS.alarm, "flat": COLOURS.reference, "frozen": COLOURS.reference}


def draw_absences(axes: Any, rows: list[Watched]) -> None:
    """Timelines of what was not live."""
    for place, part in enumerate(rows):
        for state in {state for _, _, state in part.absent}:
            runs = [(start / 3_600, end / 3_600) for start, end, other in part.absent if other == state]
            marked(axes, runs, place, STATE_COLOURS.get(state, COLOURS.muted))
    axes.set_yticks(range(len(rows)), [f"{part.name}: {part.share:.2f} %" for part in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("time, h")


def draw(axes: Any, delays: dict[str, list[float]]) -> None:
    """One row of points a fault."""
    names = sorted(delays)
    for row, name in enumerate(names):
        values = np.array(delays[name])
        axes.plot(values, np.full(len(values), row), "|", color=COLOURS.ours, markersize=12)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_xlabel("s after the begin of the fault")
