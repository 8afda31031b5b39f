"""Detector 3, pause, asystole and extreme rates: recordings with real pauses, recorder gaps, and simulated faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness import COLOURS, Context, Plot, Requirement, Rhythm, Section, Table, sent, worst
from simulated import STRAP, Night, nights

DETECTOR = "rate-rules"
TITLE = "3 Pause, asystole, bradycardia, tachycardia"
NIGHTS = 12
PAUSE, ASYSTOLE = 3 * 1_024, 4 * 1_024
BRADYCARDIA, TACHYCARDIA = "extreme-bradycardia", "extreme-tachycardia"
CONDITIONS = ("pause", "asystole", BRADYCARDIA, TACHYCARDIA)
# How long after an event its alarm may come: the interval is reported with the next notification, a rate with five
# beats.
MATCH_SECONDS = 20.0


@dataclass
class Played:
    """One recording: what the product made of it."""

    rhythm: Rhythm
    alarms: list[tuple[float, str]]
    found: dict[int, bool]
    expected: dict[str, list[float]]

    @property
    def wrong(self) -> int:
        """Alarms of a pause or of asystole without a long interval, and long intervals without one."""
        return sum(not hit for hit in self.found.values()) + len(self.false)

    @property
    def false(self) -> list[tuple[float, str]]:
        """Alarms of a pause or of asystole that no long interval explains."""
        long = (self.rhythm.rr >= PAUSE) & ~self.rhythm.is_gap
        ends, begins = self.rhythm.times[long], (self.rhythm.times - self.rhythm.lengths)[long]
        return [
            (time, name)
            for time, name in self.alarms
            if name in ("pause", "asystole") and not np.any((time >= begins) & (time <= ends + MATCH_SECONDS))
        ]


def run(context: Context) -> Section:
    """Everything with intervals of three seconds, then nights."""
    section = Section(
        DETECTOR,
        TITLE,
        data="MITDB (42 intervals of 3 s and more), AFDB (54), NSR2DB (2,637 recorder gaps of 3 s and more, no true "
        f"pause known), {NIGHTS} simulated nights with pauses, bradycardia, tachycardia and every fault.",
    )
    section.paragraphs = [
        "A pause counts as found when a notification between its begin and the one that brought the interval was "
        "decided `pause` or `asystole`. In AFDB and MITDB the strap goes on sending its rate during the interval, as "
        "straps do, so that contact and link are witnessed; in NSR2DB nothing is sent during a gap, as when a link is "
        "lost. The plain rule is the definition of the challenge (CinC 2015) on the intervals alone, without any "
        "judgement of their quality."
    ]
    played: list[Played] = []
    rows = []
    for dataset in ("mitdb-annotations", "afdb-rr", "nsr2db-rr"):
        rhythms = context.records(dataset)
        parts = [play(context, rhythm) for rhythm in (rhythms[1:3] if context.quick else rhythms)]
        played += parts
        rows.append(row(dataset, parts))
    section.tables.append(
        Table(
            "Recordings",
            [
                "data set",
                "intervals >= 3 s",
                "found",
                "false pause or asystole",
                "gaps >= 3 s",
                "bradycardia alarms",
                "by the plain rule",
                "tachycardia alarms",
                "by the plain rule",
            ],
            rows,
        )
    )
    missed = [
        [
            part.rhythm.dataset,
            part.rhythm.name,
            f"{part.rhythm.times[index]:.1f}",
            int(part.rhythm.rr[index]),
            reason(part, index),
        ]
        for part in played
        for index, hit in part.found.items()
        if not hit
    ]
    if missed:
        section.tables.append(
            Table("Pauses not found", ["data set", "record", "time, s", "interval, 1/1024 s", "why"], missed)
        )
    counts, truth_rows = simulate(context)
    section.tables.append(
        Table(
            "Simulated nights",
            ["condition", "true", "found", "alarms", "false alarms", "false an hour"],
            truth_rows,
            "A false alarm lies more than 20 s from every pause, bradycardia or tachycardia of the truth. The full "
            "count of nights is in the part on nights.",
        )
    )
    total = sum(len(part.found) for part in played)
    found = sum(sum(part.found.values()) for part in played)
    false = sum(len(part.false) for part in played)
    section.requirements = [
        Requirement("every pause of mitdb-annotations and afdb-rr found", f"{found} of {total}", found == total),
        Requirement("no pause or asystole alarm from a gap, over all recordings", f"{false} false", false == 0),
        Requirement(
            f"no false pause, asystole or bradycardia in {1 if context.quick else NIGHTS} simulated nights, every "
            "true one found",
            f"{counts['false']} false, {counts['missed']} missed of {counts['true']}",
            not counts["false"] and not counts["missed"],
        ),
    ]
    section.plots = plots(played)
    return section


def play(context: Context, rhythm: Rhythm) -> Played:
    """One recording through the product."""
    way = sent(rhythm)
    alarms: list[tuple[float, str]] = []
    decided: list[float] = []
    for line in context.replay(context.strap(rhythm), [DETECTOR]):
        if line["kind"] == "trace":
            if line["evaluation"]["decision"] in ("pause", "asystole"):
                decided.append(line["monotonic"] / 1e6)
        elif line["kind"] == "alarm" and line["body"]["state"] == "raised" and line["body"]["condition"] in CONDITIONS:
            alarms.append((line["monotonic"] / 1e6, line["body"]["condition"]))
    said = np.array(decided)
    found = {}
    for index in np.flatnonzero((rhythm.rr >= PAUSE) & ~rhythm.is_gap).tolist():
        # Reported with the notification at the end of the second, or, as asystole, while it lasts.
        begin, received = rhythm.times[index] - rhythm.lengths[index], int(rhythm.times[index]) + 1
        found[index] = bool(np.any((said >= begin) & (said <= received)))
    return Played(rhythm, alarms, found, plain(rhythm.rr[way.index], rhythm.times[way.index]))


def plain(rr: np.ndarray, times: np.ndarray) -> dict[str, list[float]]:
    """When the challenge's definitions begin to hold, with the documented hysteresis of 2 bpm."""
    result: dict[str, list[float]] = {}
    for name, width, begins, ends in (
        (BRADYCARDIA, 5, lambda mean: mean > 61_440 / 40, lambda mean: mean <= 61_440 / 42),
        (TACHYCARDIA, 17, lambda mean: mean < 61_440 / 140, lambda mean: mean >= 61_440 / 138),
    ):
        total = np.concatenate(([0], np.cumsum(rr)))
        means = (total[width:] - total[:-width]) / width
        begun: list[float] = []
        holds = False
        for place, mean in enumerate(means.tolist()):
            if not holds and begins(mean):
                holds = True
                begun.append(float(times[place + width - 1]))
            elif holds and ends(mean):
                holds = False
        result[name] = begun
    return result


def row(dataset: str, parts: list[Played]) -> list[Any]:
    """One data set."""
    names = Counter(name for part in parts for _, name in part.alarms)
    return [
        dataset,
        sum(len(part.found) for part in parts),
        sum(sum(part.found.values()) for part in parts),
        sum(len(part.false) for part in parts),
        sum(int(np.sum(part.rhythm.is_gap)) for part in parts),
        names[BRADYCARDIA],
        sum(len(part.expected[BRADYCARDIA]) for part in parts),
        names[TACHYCARDIA],
        sum(len(part.expected[TACHYCARDIA]) for part in parts),
    ]


def reason(part: Played, index: int) -> str:
    """What explains a pause that was not found."""
    began = part.rhythm.times[index] - part.rhythm.lengths[index]
    if began - part.rhythm.times[0] < 3:
        return "began within the first seconds of the recording, not witnessed"
    return "unknown"


def simulate(context: Context) -> tuple[Counter, list[list[Any]]]:
    """Alarms against the truth of simulated nights."""
    kinds = {"pause": "pause", BRADYCARDIA: "bradycardia", TACHYCARDIA: "tachycardia"}
    counts: Counter = Counter()
    table: dict[str, Counter] = {name: Counter() for name in CONDITIONS}
    hours = 0.0
    for night in nights(context, NIGHTS):
        hours += night.truth[0]["duration"] / 3_600
        alarms = [
            (line["monotonic"] / 1e6, line["body"]["condition"])
            for line in context.replay(night.capture)
            if line["kind"] == "alarm" and line["body"]["state"] == "raised" and line["body"]["condition"] in CONDITIONS
        ]
        true = episodes(night)
        explained = [span for spans in true.values() for span in spans]
        for time, name in alarms:
            table[name]["alarms"] += 1
            if not any(start <= time <= end + MATCH_SECONDS for start, end in explained):
                table[name]["false"] += 1
                counts["false"] += name != TACHYCARDIA
        for name, kind in kinds.items():
            accepted = {name, "asystole"} if name == "pause" else {name}
            for start, end in visible(night, true[kind]):
                hit = any(other in accepted and start <= time <= end + MATCH_SECONDS for time, other in alarms)
                table[name]["true"] += 1
                table[name]["found"] += hit
                if name != TACHYCARDIA:
                    counts["true"] += 1
                    counts["missed"] += not hit
    rows = [
        [
            name,
            table[name]["true"] if name in kinds else None,
            table[name]["found"] if name in kinds else None,
            table[name]["alarms"],
            table[name]["false"],
            table[name]["false"] / hours,
        ]
        for name in CONDITIONS
    ]
    return counts, rows


def episodes(night: Night) -> dict[str, list[tuple[float, float]]]:
    """The rhythm episodes of the truth."""
    found: dict[str, list[tuple[float, float]]] = {"pause": [], "bradycardia": [], "tachycardia": []}
    begun = {}
    for event in night.truth:
        if event.get("sensor") == STRAP and event.get("kind") in found:
            if event["event"] == "episode-begin":
                begun[event["id"]] = event["t"]
            elif event["event"] == "episode-end":
                found[event["kind"]].append((begun[event["id"]], event["t"]))
    return found


def visible(night: Night, spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The episodes during which, and shortly before, the strap reported: no fault of contact, link or packets."""
    faults = {"contact-loss", "link-loss", "frozen", "silence", "dropped-notifications", "motion", "malformed"}
    begun, blind = {}, []
    for event in night.truth:
        if event.get("sensor") == STRAP and event.get("kind") in faults:
            if event["event"] == "episode-begin":
                begun[event["id"]] = event["t"]
            elif event["event"] == "episode-end":
                blind.append((begun[event["id"]], event["t"]))
    return [
        (start, end)
        for start, end in spans
        if not any(start - 15 <= last and first <= end + 15 for first, last in blind)
    ]


def plots(played: list[Played]) -> list[Plot]:
    """Where the pauses are, and the records with most alarms."""
    rows = worst([part for part in played if part.alarms], lambda part: len(part.alarms) / max(part.rhythm.hours, 0.1))

    def timelines(axes: Any) -> None:
        colours = dict(zip(CONDITIONS, (COLOURS.ours, COLOURS.alarm, COLOURS.reference, COLOURS.truth)))
        for place, part in enumerate(rows):
            for name in CONDITIONS:
                times = [time / part.rhythm.hours / 36 for time, other in part.alarms if other == name]
                axes.plot(
                    times,
                    [place] * len(times),
                    "|",
                    color=colours[name],
                    markersize=9,
                    label=name if not place else None,
                )
        axes.set_yticks(range(len(rows)), [f"{part.rhythm.dataset} {part.rhythm.name}" for part in rows], fontsize=6)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("time, % of the record")
        for name in CONDITIONS:
            axes.plot([], [], "|", color=colours[name], label=name)
        handles, labels = axes.get_legend_handles_labels()
        unique = dict(zip(labels, handles))
        axes.legend(unique.values(), unique.keys(), loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=4)

    return [
        Plot(
            "worst",
            "The ten records with most alarms an hour. Their rhythm is what MITDB and AFDB were recorded for: a true "
            "tachycardia is an alarm too.",
            timelines,
            (7.2, 3.2),
        )
    ]
