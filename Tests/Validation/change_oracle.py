"""What the documentation says of the change detector's windows, over all windows of a stream at once with NumPy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

WINDOW, REFERENCE, CHARTED, STEP, BESIDE = 96, 64, 27, 8, 5
FLOOR = {"heart-rate": 200, "spo2": 100}
QUIET_WINDOWS = 4

Figures = dict[str, int | str]


@dataclass
class ChangeOracle:
    """One quantity of one stream; values in hundredths, times in microseconds."""

    quantity: str
    seconds: dict[int, int] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    windows: list[list[float]] = field(default_factory=list)
    due: int | None = None

    def take(self, value: int | None, time: int) -> None:
        """A reading: the last one of each second counts, and one at or after a window's end completes it."""
        second = time // 1_000_000
        if self.due is not None and second >= self.due:
            self.ends.append(self.due)
            self.windows.append([self.seconds.get(slot, np.nan) for slot in range(self.due - WINDOW, self.due)])
            for slot in [slot for slot in self.seconds if slot < self.due - WINDOW]:
                del self.seconds[slot]
            self.due = None
        if value is not None:
            self.seconds[second] = value
        if self.due is None:
            self.due = (second // STEP + 1) * STEP

    def finish(self) -> list[Figures]:
        """What all windows come to, in order."""
        if not self.windows:
            return []
        samples = np.array(self.windows, float)
        floor = 4 * FLOOR[self.quantity]
        reference_count = np.sum(~np.isnan(samples[:, :REFERENCE]), axis=1)
        test_count = np.sum(~np.isnan(samples[:, REFERENCE:]), axis=1)
        median, mad, sigma = _robust(samples[:, :REFERENCE], floor)
        outliers = np.stack(
            [
                _stands_out(samples[:, slot], samples[:, slot - BESIDE : slot + BESIDE + 1], floor)
                for slot in range(REFERENCE, REFERENCE + CHARTED)
            ],
            axis=1,
        )
        charted = np.where(outliers, np.nan, samples[:, REFERENCE : REFERENCE + CHARTED])
        ewma, up, down = _charts(charted, median, sigma)
        results: list[Figures] = []
        memory = _Memory()
        for row, end in enumerate(self.ends):
            result: Figures = {
                "endMicroseconds": end * 1_000_000,
                "referenceCount": int(reference_count[row]),
                "testCount": int(test_count[row]),
            }
            if reference_count[row] < 32 or test_count[row] < 16:
                if reference_count[row] < 32:
                    memory = _Memory()
                results.append(result | {"decision": "not-assessed"})
                continue
            results.append(
                result
                | {
                    "medianHundredthsQ1": int(median[row]),
                    "madHundredthsQ2": int(mad[row]),
                    "sigmaHundredthsQ2": int(sigma[row]),
                    "outliers": int(np.sum(outliers[row])),
                    "minimumHundredths": int(np.nanmin(samples[row])),
                    "maximumHundredths": int(np.nanmax(samples[row])),
                    "ewmaHundredthsQ8": int(ewma[row]),
                    "cusumUpHundredthsQ2": int(up[row]),
                    "cusumDownHundredthsQ2": int(down[row]),
                    "decision": memory.decide(int(sigma[row]), int(ewma[row]), int(up[row]), int(down[row])),
                }
            )
        return results


@dataclass
class _Memory:
    """Where the reporting stands."""

    direction: int = 0
    quiet: int = 0

    def decide(self, sigma: int, ewma: int, up: int, down: int) -> str:
        limit, level = sigma * 80 // 16, sigma * 4 * 48
        shown = 1 if up > limit and ewma >= level else -1 if down > limit and -ewma >= level else 0
        if shown:
            is_repeated = shown == self.direction
            self.direction, self.quiet = shown, 0
            return "settling" if is_repeated else "changed"
        if not self.direction:
            return "steady"
        self.quiet += 1
        if self.quiet < QUIET_WINDOWS:
            return "settling"
        self.direction = 0
        return "steady"


def _robust(samples: np.ndarray, floor: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Twice the median, four times the MAD, and four times sigma of each row; rows without samples get zeros."""
    filled = np.where(np.all(np.isnan(samples), axis=1)[:, None], 0.0, samples)
    center = np.nanmedian(filled, axis=1)
    mad = np.rint(4 * np.nanmedian(np.abs(filled - center[:, None]), axis=1)).astype(np.int64)
    return np.rint(2 * center).astype(np.int64), mad, np.maximum(mad + mad * 247 // 512, floor)


def _stands_out(middle: np.ndarray, around: np.ndarray, floor: int) -> np.ndarray:
    """Hampel's rule about the median of the eleven samples around."""
    median, _, sigma = _robust(around, floor)
    return ~np.isnan(middle) & (np.abs(4 * np.nan_to_num(middle) - 2 * median) > 3 * sigma)


def _charts(charted: np.ndarray, median: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """EWMA after the last slot and the greatest values of both CUSUMs, row by row."""
    ewma = np.zeros(len(charted), np.int64)
    up, down, highest_up, highest_down = (np.zeros_like(ewma) for _ in range(4))
    slack = sigma * 8 // 16
    for slot in range(charted.shape[1]):
        known = ~np.isnan(charted[:, slot])
        deviation = 4 * np.nan_to_num(charted[:, slot]).astype(np.int64) - 2 * median
        ewma = np.where(known, ewma + ((64 * deviation - ewma) >> 2), ewma)
        up = np.where(known, np.maximum(0, up + deviation - slack), up)
        down = np.where(known, np.maximum(0, down - deviation - slack), down)
        highest_up, highest_down = np.maximum(highest_up, up), np.maximum(highest_down, down)
    return ewma, highest_up, highest_down
