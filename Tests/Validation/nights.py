"""A thousand synthesised nights with faults: alarms of the heart against the truth of every beat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from harness import COLOURS, Context, Plot, Requirement, Section, Table
from night_scenario import HOURS, describe

DETECTOR = "nights"
TITLE = "3 Pause, asystole and bradycardia in 1,000 nights with faults"
COUNT = 1_000
QUICK_COUNT = 6
PAUSE, ASYSTOLE = 3 * 1_024, 4 * 1_024
FAULTS = {
    "motion",
    "withheld-intervals",
    "contact-loss",
    "dropped-notifications",
    "link-loss",
    "malformed",
    "frozen",
    "silence",
}
CONDITIONS = ("pause", "asystole", "extreme-bradycardia")
# A fault disturbs what follows for as long as what was measured under it is reported, and what ends just before it.
AFTER, BEFORE = 6.0, 4.0
# From a beat to the packet that tells it: the period of the measurements, the radio and two lost packets.
LATENCY = 6.0
# The five intervals of a mean may have gaps between them.
MEMORY = 20.0
# A run of fewer slow beats lies at the limit: whether five of them stand in one window is chance. A run is beats on
# end, each five of which are slow. Windows that overlap without being on end are none: in trigeminy at 42 bpm one
# window in three, that with two of the long intervals at its ends, is below 40.
SLOW_BEATS = 10

Span = tuple[float, float]


@dataclass
class Truth:
    """What happened to the heart of a night, and what stood between it and the gateway; times in s."""

    pauses: list[tuple[float, float, int]] = field(default_factory=list)
    slow: list[tuple[float, float, int, bool]] = field(default_factory=list)
    disturbed: list[Span] = field(default_factory=list)
    beats: int = 0
    faults: Counter = field(default_factory=Counter)

    def is_disturbed(self, start: float, end: float) -> bool:
        """Whether a fault lies in, just before or just after a stretch."""
        return any(first <= end + BEFORE and last >= start - AFTER for first, last in self.disturbed)


@dataclass
class Alarm:
    """An alarm of the product."""

    condition: str
    raised: float
    since: float = float("inf")
    ended: float = float("inf")


@dataclass
class Night:
    """One night's counts, by condition and what is counted."""

    number: int
    counts: Counter = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """Missed and unfounded alarms."""
        return sum(self.counts[name, "unfounded"] + self.counts[name, "missed"] for name in CONDITIONS)


def run(context: Context) -> Section:
    """Every night is simulated, replayed, scored and thrown away."""
    nights: list[Night] = []
    faults: Counter = Counter()
    beats = 0
    for number in range(QUICK_COUNT if context.quick else COUNT):
        truth, alarms = play(context, number)
        nights.append(score(number, truth, alarms))
        faults.update(truth.faults)
        beats += truth.beats
    total: Counter = sum((night.counts for night in nights), Counter())
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{len(nights):,} nights of {HOURS} h of one strap, {beats:,} beats, drawn from the seed: pauses of 3 to "
        "15 s, bradycardia, tachycardia, fibrillation and ectopy on the one side, every fault of sensor and link on "
        "the other.",
    )
    listed = ", ".join(f"{name} {count:,}" for name, count in sorted(faults.items()))
    section.paragraphs = [
        "True is what the simulator's beats say: an interval of 3 s (pause) or 4 s (asystole), and five beats slower "
        "than 40 bpm in the mean. An event is *visible* when no fault lies within 6 s before and 4 s after it; every "
        "visible one must be alarmed. An alarm is *unfounded* when no true event, visible or not, explains it. "
        "Fewer than ten beats on end of which each five are slow lie at the limit, and are counted by themselves: "
        "beside early beats the rule asks for a rate a tenth below it. An alarm of asystole for a true pause of 3 to "
        "4 s is counted by itself too: its end was lost on the way, or a beat before it was missed in motion, and the "
        f"silence that the strap saw was longer. Faults on the strap: {listed}.",
    ]
    kinds = (
        "visible",
        "missed",
        "disturbed",
        "disturbed and found",
        "at the limit",
        "at the limit and found",
        "alarms",
        "of a pause of 3 to 4 s",
        "unfounded",
    )
    rows = [[name, *(total[name, kind] for kind in kinds)] for name in CONDITIONS]
    section.tables = [Table("Nights", ["condition", *kinds], rows)]
    remarks = [remark for night in nights for remark in night.remarks][:20]
    if remarks:
        section.tables.append(Table("The first wrong ones", ["what"], [[remark] for remark in remarks]))
    unfounded, missed, visible, alarms_raised = (
        sum(total[name, kind] for name in CONDITIONS) for kind in ("unfounded", "missed", "visible", "alarms")
    )
    section.requirements = [
        Requirement(
            "no pause, asystole or bradycardia alarm from a gap, a lost link, a frozen value or a lost contact in "
            f"{len(nights):,} synthesised nights with faults",
            f"{unfounded:,} unfounded of {alarms_raised:,} alarms",
            unfounded == 0,
        ),
        Requirement(
            "every true pause, asystole and bradycardia found",
            f"{visible - missed:,} of {visible:,}",
            missed == 0,
        ),
    ]
    section.plots = [Plot("wrong", "Missed and unfounded alarms, by night.", lambda axes: draw(axes, nights))]
    return section


def play(context: Context, number: int) -> tuple[Truth, list[Alarm]]:
    """Simulates a night and plays it through the product."""
    scenario, capture, truth = (context.scratch / f"night.{suffix}" for suffix in ("toml", "jsonl", "truth.jsonl"))
    scenario.write_text(describe(context, number))
    seed = str(context.seed * 10_000 + number)
    files = ["--scenario", str(scenario), "--output", str(capture), "--truth", str(truth)]
    context.vitalsctl("synthesise", *files, "--seed", seed, "--beats", "--force")
    alarms: list[Alarm] = []
    for line in context.replay(capture):
        if line["kind"] != "alarm" or line["body"]["condition"] not in CONDITIONS:
            continue
        time, condition = line["monotonic"] / 1e6, line["body"]["condition"]
        if line["body"]["state"] == "raised":
            alarms.append(Alarm(condition, time, line["body"]["since"] / 1e6))
        else:
            standing = [alarm for alarm in alarms if alarm.condition == condition and alarm.ended == float("inf")]
            if standing:
                standing[-1].ended = time
    return read(truth), alarms


def read(path: Path) -> Truth:
    """The truth of a night."""
    truth = Truth()
    times: list[float] = []
    intervals: list[int] = []
    begun: dict[int, float] = {}
    is_up = False
    duration = 0.0
    for line in path.read_bytes().splitlines():
        event = orjson.loads(line)
        match event.get("event"):
            case None:
                duration = event["duration"]
            case "beat":
                times.append(event["t"])
                intervals.append(event["interval"])
            case "episode-begin" if event["kind"] in FAULTS:
                begun[event["id"]] = event["t"]
            case "episode-end" if event["kind"] in FAULTS:
                truth.disturbed.append((begun.pop(event["id"]), event["t"]))
                truth.faults[event["kind"]] += 1
            case "link-up" if not is_up:
                # Before the first connection nothing can be received.
                is_up = True
                truth.disturbed.append((0.0, event["t"]))
    truth.disturbed += [(start, duration) for start in begun.values()] + [(duration, duration)]
    if not is_up:
        truth.disturbed.append((0.0, duration))
    if times and duration - times[-1] >= PAUSE / 1_024:
        # A pause that the night's end cuts off: no beat ends it, and an alarm of it is founded.
        truth.pauses.append((times[-1], duration, int((duration - times[-1]) * 1_024)))
    settle(truth, np.array(times), np.array(intervals))
    return truth


def settle(truth: Truth, times: np.ndarray, intervals: np.ndarray) -> None:
    """Finds the true events among the beats."""
    truth.beats = len(times)
    for index in np.flatnonzero(intervals >= PAUSE).tolist():
        truth.pauses.append((times[index] - intervals[index] / 1_024, times[index], int(intervals[index])))
    sums = np.convolve(intervals, np.ones(5, np.int64))[4 : len(intervals)]
    before = -1
    for index in (np.flatnonzero(40 * sums > 5 * 61_440) + 4).tolist():
        start, end = times[index] - sums[index - 4] / 1_024, times[index]
        is_visible = not truth.is_disturbed(start, end)
        if index == before + 1 and truth.slow:
            first, _, beats, was_visible = truth.slow[-1]
            truth.slow[-1] = first, end, beats + 1, was_visible or is_visible
        else:
            truth.slow.append((start, end, 5, is_visible))
        before = index


def score(number: int, truth: Truth, alarms: list[Alarm]) -> Night:
    """Compares the alarms with the truth."""
    night = Night(number)
    by_condition = {name: [alarm for alarm in alarms if alarm.condition == name] for name in CONDITIONS}
    for name, own in by_condition.items():
        night.counts[name, "alarms"] = len(own)
    for start, end, _ in truth.pauses:
        # The alarm of an earlier pause may stand: it says that there are pauses.
        is_found = any(alarm.raised <= end + LATENCY and alarm.ended > end for alarm in by_condition["pause"])
        count(night, "pause", end, not truth.is_disturbed(start, end), is_found)
    long = [(start, end) for start, end, ticks in truth.pauses if ticks >= ASYSTOLE]
    for start, end in long:
        is_found = any(start <= alarm.raised <= end + LATENCY for alarm in by_condition["asystole"])
        count(night, "asystole", end, not truth.is_disturbed(start, end), is_found)
    for start, end, beats, is_visible in truth.slow:
        own = by_condition["extreme-bradycardia"]
        is_found = any(alarm.raised <= end + LATENCY and alarm.ended >= start for alarm in own)
        if beats >= SLOW_BEATS:
            count(night, "extreme-bradycardia", end, is_visible, is_found)
        elif is_visible:
            night.counts["extreme-bradycardia", "at the limit"] += 1
            night.counts["extreme-bradycardia", "at the limit and found"] += is_found
    for alarm in by_condition["asystole"]:
        is_long = any(start + 4 <= alarm.raised <= end + LATENCY for start, end in long)
        if not is_long and is_explained(alarm, truth):
            night.counts["asystole", "of a pause of 3 to 4 s"] += 1
    for alarm in alarms:
        if not is_explained(alarm, truth):
            night.counts[alarm.condition, "unfounded"] += 1
            night.remarks.append(f"{alarm.condition} unfounded: night {number} at {alarm.raised:.1f} s")
    return night


def is_explained(alarm: Alarm, truth: Truth) -> bool:
    """Whether a true event, visible or not, stands behind an alarm."""
    time = alarm.raised
    match alarm.condition:
        case "pause":
            return any(end <= time <= end + LATENCY for _, end, _ in truth.pauses)
        case "asystole":
            # Raised while a true pause is reported, or told of a silence that is a true pause for the most part: where
            # the beat before a pause is missed, the strap's silence is longer than the pause, and reaches 4 s earlier.
            silence = time - alarm.since
            return any(
                start + 3 <= time <= end + LATENCY or 2 * (min(end, time) - max(start, alarm.since)) > silence
                for start, end, _ in truth.pauses
            )
        case _:
            return any(start <= time and end >= time - MEMORY for start, end, _, _ in truth.slow)


def count(night: Night, name: str, time: float, is_visible: bool, is_found: bool) -> None:
    """One true event."""
    night.counts[name, "visible" if is_visible else "disturbed"] += 1
    if is_visible and not is_found:
        night.counts[name, "missed"] += 1
        night.remarks.append(f"{name} missed: night {night.number} at {time:.1f} s")
    elif not is_visible and is_found:
        night.counts[name, "disturbed and found"] += 1


def draw(axes: Any, nights: list[Night]) -> None:
    """How many nights have how many wrong alarms."""
    wrong = [night.wrong for night in nights]
    axes.bar([night.number for night in nights], wrong, width=1.0, color=COLOURS.alarm)
    axes.set_xlabel("night")
    axes.set_ylabel("missed or unfounded")
    axes.set_ylim(0, max([*wrong, 1]))
