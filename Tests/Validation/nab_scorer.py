"""NAB's scoring, from its public description: Lavin and Ahmad 2015 (arXiv:1510.03336) and the corpus's own README.

A detection inside a labelled window earns the more the earlier it stands in it, and only the best one of each window
counts; one outside costs the more the farther it stands behind the last window. One threshold serves all series: the
one with the greatest total. The total is then put on a scale on which no detections are 0 and perfect ones 100.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PROBATION_SHARE = 0.15
PROBATION_MAX = 750


@dataclass(frozen=True)
class Profile:
    """What a window found, a false detection and a window missed weigh."""

    name: str
    found: float
    false: float
    missed: float


PROFILES = (
    Profile("standard", 1.0, 0.11, 1.0),
    Profile("reward_low_FP_rate", 1.0, 0.22, 1.0),
    Profile("reward_low_FN_rate", 1.0, 0.11, 2.0),
)


@dataclass
class Series:
    """One labelled series."""

    name: str
    path: Path
    times: list[str]
    texts: list[str]
    """The values as they stand in the file."""
    windows: list[tuple[int, int]]
    """First and last row of each labelled window."""

    @property
    def values(self) -> np.ndarray:
        """The values as doubles."""
        return np.array([float(text) for text in self.texts])

    @property
    def probation(self) -> int:
        """Rows at the beginning that are not scored."""
        return min(int(PROBATION_SHARE * len(self.texts)), PROBATION_MAX)


def read(folder: Path) -> list[Series]:
    """All series of an unpacked corpus, by name."""
    labels = json.loads((folder / "labels/combined_windows.json").read_text())
    corpus = []
    for name in sorted(labels):
        path = folder / "data" / name
        rows = [line.split(",") for line in path.read_text().split("\n")[1:] if line.strip()]
        times = [row[0] for row in rows]
        index = {time: at for at, time in reversed(list(enumerate(times)))}
        windows = sorted((index[first.split(".")[0]], index[last.split(".")[0]]) for first, last in labels[name])
        corpus.append(Series(name, path, times, [row[1].strip() for row in rows], windows))
    return corpus


def sigmoid(position: float) -> float:
    """NAB's scaled sigmoid: 1 far before a window's end, 0 at it, -1 far behind it."""
    return -1.0 if position > 3.0 else 2.0 / (1.0 + float(np.exp(5.0 * position))) - 1.0


def row_values(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """What a detection at each row is worth before the weights, and the number of its window, -1 outside."""
    value = np.full(len(series.texts), -1.0)
    window = np.full(len(series.texts), -1)
    full = sigmoid(-1.0)
    for number, (first, last) in enumerate(series.windows):
        width = last - first + 1
        for row in range(first, last + 1):
            value[row] = sigmoid(-(last - row + 1) / width) / full
            window[row] = number
        end = series.windows[number + 1][0] if number + 1 < len(series.windows) else len(value)
        for row in range(last + 1, end):
            value[row] = sigmoid((row - last) / (width - 1))
    return value, window


@dataclass
class Result:
    """A detector's score, and where it comes from."""

    score: float
    threshold: float
    found: int
    windows: int
    false: int


class Board:
    """Scores detectors over some series; a detector is one score for each row of each series, in their order."""

    def __init__(self, corpus: Sequence[Series]) -> None:
        self.corpus = list(corpus)
        values, windows, self.count = [], [], 0
        for series in self.corpus:
            value, window = row_values(series)
            values.append(value[series.probation :])
            windows.append(np.where(window >= 0, window + self.count, -1)[series.probation :])
            self.count += len(series.windows)
        self.value = np.concatenate(values)
        self.window = np.concatenate(windows)

    def scored(self, scores: Sequence[np.ndarray]) -> np.ndarray:
        """The scores of all rows that count, in one array."""
        return np.concatenate([score[series.probation :] for series, score in zip(self.corpus, scores)])

    def best(self, scores: Sequence[np.ndarray], profile: Profile) -> Result:
        """The result at the threshold that is best for the profile."""
        flat = self.scored(scores)
        order = np.argsort(-flat, kind="stable")
        worth = np.full(self.count, -profile.missed)
        total = best = -profile.missed * self.count
        threshold = np.inf
        for place, row in enumerate(order):
            window = self.window[row]
            if window < 0:
                total += self.value[row] * profile.false
            else:
                now = max(worth[window], self.value[row] * profile.found)
                total += now - worth[window]
                worth[window] = now
            last = place + 1 == len(order) or flat[order[place + 1]] != flat[row]
            if last and total > best:
                best, threshold = total, float(flat[row])
        return self.at(scores, threshold, profile)

    def at(self, scores: Sequence[np.ndarray], threshold: float, profile: Profile) -> Result:
        """The result at a given threshold."""
        hit = self.scored(scores) >= threshold
        outside = hit & (self.window < 0)
        total = float(np.sum(self.value[outside])) * profile.false
        found = 0
        for window in range(self.count):
            inside = self.value[hit & (self.window == window)]
            found += len(inside) > 0
            total += max(-profile.missed, float(inside.max()) * profile.found) if len(inside) else -profile.missed
        nothing = -profile.missed * self.count
        perfect = profile.found * self.count
        score = 100 * (total - nothing) / (perfect - nothing)
        return Result(score, threshold, found, self.count, int(np.sum(outside)))
