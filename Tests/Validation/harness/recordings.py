"""Reads the recordings of intervals, and writes each as the strap on that chest would have sent it.

Intervals are rounded to 1/1024 s from the recording's own samples, halves up, so that they are those of the tests in
Swift; times come from the samples too, so that nothing drifts.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harness import gatt
from harness.captures import CaptureWriter

TICKS_MAX = 65_535
# A strap shows the mean rate of about so many beats.
_SHOWN_BEATS = 8
# The recorder of NSR2DB missed beats where an interval is this long: what the heart did is not known.
_GAP_SECONDS = 3.0
# The default of `not_current_seconds`.
_GIVEN_UP_SECONDS = 30
# A strap that repeats one packet for 60 s is frozen, and its window is given up; the packets begin within two seconds.
_FROZEN_SECONDS = 62
_BEAT_TYPES = frozenset("NLRBAaJSVrFejnE/fQ?")


@dataclass
class Rhythm:
    """One recording: parallel arrays, one entry an interval, named by the beat that ended it."""

    dataset: str
    name: str
    rr: np.ndarray = field(repr=False)
    """Intervals, 1/1024 s, 1 to 65535."""
    times: np.ndarray = field(repr=False)
    """When each interval ended, s since the start."""
    label: np.ndarray = field(repr=False)
    """Whether atrial fibrillation was in force at the beat."""
    symbol: np.ndarray = field(repr=False)
    """The beat's type in MITDB's letters; empty where the data have none."""
    is_gap: np.ndarray = field(repr=False)
    """Whether the interval is a gap of the recorder. No strap sends it."""

    @property
    def lengths(self) -> np.ndarray:
        """The intervals in s, from the times, so that none is cut off."""
        return np.diff(self.times, prepend=self.times[0] - self.rr[0] / 1_024)

    @property
    def hours(self) -> float:
        """How long the recording is."""
        return float(self.times[-1] - self.times[0]) / 3_600 if len(self.times) else 0.0


def records(data: Path, dataset: str) -> list[Rhythm]:
    """All recordings of a data set, by name; empty where it is absent."""
    reader = {
        "afdb-rr": _fibrillation,
        "mitdb-annotations": _arrhythmia,
        "nsr2db-rr": _sinus,
        "healthy-rr": _healthy,
    }[dataset]
    folder = data / dataset
    return reader(folder) if folder.is_dir() else []


@dataclass
class Sent:
    """What the strap sends of a recording: parallel arrays, one entry an interval that is sent."""

    index: np.ndarray
    """Where in the recording the interval is."""
    monotonic: np.ndarray
    """The time that the gateway gives to the beat, microseconds: the last one of a notification is taken to have been
    at its reception, the others lie before it by the intervals between, rounded down to the microsecond."""
    is_after_gap: np.ndarray
    """Whether it is the first after a silence that interrupts the stream: longer than 3 s and than three intervals of
    before, at most 10 s."""
    is_after_loss: np.ndarray
    """Whether it is the first after a silence for which the product gives everything up: 30 s more than that. One
    interval of more than a minute is such a silence too."""


def sent(rhythm: Rhythm) -> Sent:
    """What `write_strap` sends."""
    index = np.flatnonzero(~rhythm.is_gap)
    second = np.floor(rhythm.times[index]).astype(np.int64)
    total = np.cumsum(rhythm.rr[index].astype(np.int64))
    last = np.searchsorted(second, second, side="right") - 1
    ahead = total[last] - total
    notified = _notified(rhythm)
    at = np.searchsorted(notified, second)
    # The interval before each notification decides how long a silence interrupts the stream.
    before = np.searchsorted(second, notified, side="left") - 1
    bound = np.where(before >= 0, np.clip(rhythm.rr[index][np.maximum(before, 0)] * 3 / 1_024, 3, 10), 3)
    silence = np.diff(notified, prepend=notified[:1])
    is_frozen = rhythm.lengths[index] > _FROZEN_SECONDS
    return Sent(
        index,
        (second + 1) * 1_000_000 - (ahead * 15_625 >> 4),
        _since_last_beat(silence > bound, at) | is_frozen,
        _since_last_beat(silence > bound + _GIVEN_UP_SECONDS, at) | is_frozen,
    )


def _since_last_beat(happened: np.ndarray, at: np.ndarray) -> np.ndarray:
    """For each beat, whether something happened at a notification after that of the beat before, up to its own."""
    total = np.cumsum(happened)[at]
    return np.diff(total, prepend=0) > 0


def _notified(rhythm: Rhythm) -> np.ndarray:
    """The seconds at whose end a notification is sent: all but those in which the recorder missed beats."""
    second = np.floor(rhythm.times).astype(np.int64)
    sends = np.ones(int(second[-1]) + 1, bool)
    sends[: int(second[0])] = False
    for index in np.flatnonzero(rhythm.is_gap).tolist():
        # A gap lies between the beat before it and the beat that ended it.
        sends[int(second[index - 1]) + 1 if index else 0 : int(second[index])] = False
    # The beat that ended a gap is not sent: its second is silent too unless another beat fell in it.
    ended = second[rhythm.is_gap]
    sends[ended[~np.isin(ended, second[~rhythm.is_gap])]] = False
    return np.flatnonzero(sends)


def write_strap(rhythm: Rhythm, writer: CaptureWriter) -> None:
    """One Heart Rate Measurement a second with the intervals that ended in it, at the second's end.

    A second without a beat repeats the rate and brings no interval; while the recorder missed beats nothing is sent."""
    second = np.floor(rhythm.times).astype(np.int64)
    by_second: dict[int, list[int]] = {}
    for index in np.flatnonzero(~rhythm.is_gap).tolist():
        by_second.setdefault(int(second[index]), []).append(int(rhythm.rr[index]))
    shown: list[int] = []
    rate = 0
    writer.link(0, "up")
    for now in _notified(rhythm).tolist():
        intervals = by_second.get(now, [])
        shown = (shown + intervals)[-_SHOWN_BEATS:]
        if shown:
            rate = min(round(61_440 * len(shown) / max(1, sum(shown))), TICKS_MAX)
        writer.value(now + 1, gatt.HEART_RATE_MEASUREMENT, gatt.heart_rate(rate, intervals))


def _lines(file: Path) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as text:
        return text.read().splitlines()


def _ticks(numerator: np.ndarray, per_second: int) -> np.ndarray:
    """Samples as 1/1024 s, halves up."""
    return np.clip((numerator * 1_024 + per_second // 2) // per_second, 0, TICKS_MAX)


def _make(
    dataset: str,
    name: str,
    ticks: np.ndarray,
    times: np.ndarray,
    label: np.ndarray | None = None,
    symbol: np.ndarray | None = None,
    is_gap: np.ndarray | None = None,
) -> Rhythm:
    count = len(ticks)
    return Rhythm(
        dataset,
        name,
        ticks.astype(np.int64),
        times.astype(float),
        np.zeros(count, bool) if label is None else label,
        np.full(count, "") if symbol is None else symbol,
        np.zeros(count, bool) if is_gap is None else is_gap,
    )


def _fibrillation(folder: Path) -> list[Rhythm]:
    """`previous-sample RR-in-seconds sample` at 250 Hz, with the rhythm marks beside it."""
    result = []
    for file in sorted(folder.glob("qrs*.txt.gz")):
        name = file.name[3:-7]
        rows = np.array(" ".join(_lines(file)).split(), dtype=float).reshape(-1, 3)
        previous, sample = rows[:, 0].astype(np.int64), rows[:, 2].astype(np.int64)
        marks = [line.split() for line in _lines(folder / f"atr{name}.txt.gz")]
        rhythm = [(int(mark[1]), mark[-1] == "(AFIB") for mark in marks if len(mark) >= 7 and mark[-1][0] == "("]
        at = np.searchsorted(np.array([mark[0] for mark in rhythm]), sample, side="right") - 1
        label = np.array([False] + [mark[1] for mark in rhythm])[at + 1]
        result.append(_make("afdb-rr", name, _ticks(sample - previous, 250), sample / 250, label))
    return result


def _arrhythmia(folder: Path) -> list[Rhythm]:
    """`time sample type sub chan num [aux]` at 360 Hz; beats and rhythm marks mixed."""
    result = []
    for file in sorted(folder.glob("*annotations.txt.gz")):
        samples, labels, symbols = [], [], []
        label = False
        for line in _lines(file):
            head, _, note = line.partition("\t")
            fields = head.split()
            if len(fields) < 6 or not fields[1].isdigit():
                continue
            if note.startswith("("):
                label = note.strip() == "(AFIB"
            if fields[2] in _BEAT_TYPES:
                samples.append(int(fields[1]))
                labels.append(label)
                symbols.append(fields[2])
        sample = np.array(samples)
        result.append(
            _make(
                "mitdb-annotations",
                file.name.removesuffix("annotations.txt.gz"),
                _ticks(np.diff(sample), 360),
                sample[1:] / 360,
                np.array(labels)[1:],
                np.array(symbols)[1:],
            )
        )
    return result


def _sinus(folder: Path) -> list[Rhythm]:
    """One interval in seconds a line, 1/128 s apart; the first line is an offset."""
    result = []
    for file in sorted(folder.glob("nsr*.txt.gz")):
        seconds = np.array(" ".join(_lines(file)[1:]).split(), dtype=float)
        ticks = np.clip(np.floor(seconds * 1_024 + 0.5), 0, TICKS_MAX).astype(np.int64)
        result.append(
            _make("nsr2db-rr", file.name.split("_")[0], ticks, np.cumsum(seconds), is_gap=seconds >= _GAP_SECONDS)
        )
    return result


def _healthy(folder: Path) -> list[Rhythm]:
    """One interval in milliseconds a line; one record has a mark that is no number."""
    result = []
    for file in sorted(folder.glob("*.txt.gz")):
        milliseconds = np.array([float(line) for line in _lines(file) if line.strip().replace(".", "").isdigit()])
        ticks = np.clip(np.floor(milliseconds * 1.024 + 0.5), 0, TICKS_MAX).astype(np.int64)
        result.append(
            _make(
                "healthy-rr",
                file.name.split(".")[0],
                ticks,
                np.cumsum(milliseconds) / 1_000,
                is_gap=milliseconds >= _GAP_SECONDS * 1_000,
            )
        )
    return result
