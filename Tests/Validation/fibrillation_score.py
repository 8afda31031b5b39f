"""How detectors of atrial fibrillation are scored: by beats, and by episodes.

Beats: every beat has the rhythm in force at it; AFIB is positive, flutter and junctional rhythm are negative. *Causal*
takes the decision about the newest beat, *centred* the one for the middle of the window.

Episodes are causal: an alarm is a decision that holds for 30 s, alarms closer than 60 s are one. A labelled episode is
found when an alarm was raised before it had been over for 120 s and did not end before it began. A false alarm touches
no labelled episode within 120 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

HOLD_SECONDS = 30.0
MERGE_SECONDS = 60.0
MATCH_SECONDS = 120.0
# Decisions: not assessed, absent, present.
UNKNOWN, ABSENT, PRESENT = -1, 0, 1

Run = tuple[float, float]


@dataclass
class Beats:
    """Beats by label and decision."""

    tp: int = 0
    tn: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, label: np.ndarray, decision: np.ndarray, delay: int = 0) -> Beats:
        """Counts the beats that have a decision; `delay` is how many beats later it falls."""
        if delay:
            label, decision = label[: len(label) - delay], decision[delay:]
        known = decision != UNKNOWN
        label, present = label[known], decision[known] == PRESENT
        self.tp += int(np.sum(label & present))
        self.fn += int(np.sum(label & ~present))
        self.fp += int(np.sum(~label & present))
        self.tn += int(np.sum(~label & ~present))
        return self

    @property
    def sensitivity(self) -> float:
        """The share of positive beats that were called so, %."""
        return _percent(self.tp, self.fn)

    @property
    def specificity(self) -> float:
        """The share of negative beats that were called so, %."""
        return _percent(self.tn, self.fp)

    @property
    def predictivity(self) -> float:
        """The share of beats called positive that are, %."""
        return _percent(self.tp, self.fp)

    @property
    def accuracy(self) -> float:
        """The share of beats called right, %."""
        return _percent(self.tp + self.tn, self.fp + self.fn)


@dataclass
class Alarm:
    """An alarm as somebody at the bedside would have it: raised, about a rhythm since `start`, over at `end`."""

    raised: float
    start: float
    end: float


@dataclass
class Episodes:
    """Labelled episodes and what was found of them."""

    lengths: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    alarms: int = 0
    false_alarms: int = 0
    hours_without: float = 0.0

    def add(self, labelled: Sequence[Run], alarms: Sequence[Alarm], hours: float) -> list[Alarm]:
        """Counts one record; returns its false alarms."""
        for start, end in labelled:
            match = next(
                (alarm for alarm in alarms if alarm.raised <= end + MATCH_SECONDS and alarm.end >= start), None
            )
            self.lengths.append(end - start)
            self.found.append(match is not None)
            if match is not None and end - start >= HOLD_SECONDS:
                self.latencies.append(max(0.0, match.raised - start))
        false = [
            alarm
            for alarm in alarms
            if not any(
                alarm.start <= end + MATCH_SECONDS and alarm.end >= start - MATCH_SECONDS for start, end in labelled
            )
        ]
        self.alarms += len(alarms)
        self.false_alarms += len(false)
        self.hours_without += hours - sum(end - start for start, end in labelled) / 3_600
        return false

    def sensitivity(self, seconds: float) -> float:
        """The share of episodes of at least that length that were found, %."""
        chosen = [found for length, found in zip(self.lengths, self.found) if length >= seconds]
        return 100 * sum(chosen) / len(chosen) if chosen else float("nan")

    def count(self, seconds: float) -> int:
        """How many episodes of at least that length there are."""
        return sum(length >= seconds for length in self.lengths)

    @property
    def latency(self) -> float:
        """The median time from an episode's begin to its alarm, s, over those of 30 s and more."""
        return float(np.median(self.latencies)) if self.latencies else float("nan")

    @property
    def fresh_latency(self) -> float:
        """The same without the episodes at whose begin an alarm stood already, merged with the one before."""
        fresh = [latency for latency in self.latencies if latency > 0]
        return float(np.median(fresh)) if fresh else float("nan")

    @property
    def false_an_hour(self) -> float:
        """False alarms an hour of the time without fibrillation."""
        return self.false_alarms / self.hours_without if self.hours_without else float("nan")


def runs(flags: np.ndarray, times: np.ndarray) -> list[Run]:
    """Begin and end of every stretch of true flags: an end is the last beat's time."""
    padded = np.concatenate(([False], flags, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(float(times[first]), float(times[last - 1])) for first, last in zip(edges[0::2], edges[1::2])]


def alarms_of(decision: np.ndarray, times: np.ndarray) -> list[Alarm]:
    """The alarms that a row of decisions makes by the rule above."""
    alarms: list[Alarm] = []
    for start, end in runs(decision == PRESENT, times):
        if end - start < HOLD_SECONDS:
            continue
        if alarms and start - alarms[-1].end < MERGE_SECONDS:
            alarms[-1].end = end
        else:
            alarms.append(Alarm(start + HOLD_SECONDS, start, end))
    return alarms


def _percent(good: int, bad: int) -> float:
    return 100 * good / (good + bad) if good + bad else float("nan")
