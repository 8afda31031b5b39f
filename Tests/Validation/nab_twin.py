"""The trend score written down a second time in NumPy's integers, and NAB's windowed Gaussian by its description."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numba
import numpy as np

Q16 = 1 << 16
SCORE_ONE = 1 << 20
BOUND = 1 << 46
# Stands for a missing sample.
ABSENT = np.iinfo(np.int64).min
WARM_UP = 50
SHORT, LONG, SEGMENT = 12, 36, 8


def samples(texts: Sequence[str]) -> np.ndarray:
    """Decimal text as Q16, exactly, halves away from zero."""
    result = []
    for text in texts:
        value = Fraction(text) * Q16
        whole = min(math.floor(abs(value) + Fraction(1, 2)), BOUND)
        result.append(-whole if value < 0 else whole)
    return np.array(result, np.int64)


@numba.njit
def _share(deviation: int, record: int) -> int:
    total = deviation + record
    if total == 0:
        return 0
    excess = 0
    while total >> excess >= 1 << 42:
        excess += 1
    return ((deviation >> excess) << 20) // (total >> excess)


@numba.njit
def trend(
    x: np.ndarray, segments: int = 2048, rest: int = 100, delay: int = 0, floor: int = 0, missing: int = 16
) -> tuple[np.ndarray, np.ndarray]:
    """The score of each sample of a series, Q20, after and before the rest; -1 where there is no judgement.

    A sample that is `ABSENT` is missing. Distances are summed anew for every pair of stretches.
    """
    n = len(x)
    out, unrested = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    record = np.full(5, -1, np.int64)
    opened, closed, taken = np.zeros(5, np.int64), np.full(5, -1, np.int64), np.zeros(5, np.int64)
    floors = np.array([floor << 10, floor << 11, floor << 10, floor * 96, floor * 288])
    fades = np.array([13, 13, 13, 10, 10])
    y = np.zeros(n // SEGMENT + 1, np.int64)
    deviation = np.zeros(5, np.int64)
    m7 = m10 = residual = v6 = v10 = previous = 0
    since = gap = count = held = left = 0
    for i in range(n):
        if x[i] == ABSENT:
            gap += 1
            if gap > missing:
                since = count = y[0] = 0
            continue
        gap = 0
        if since == 0:
            m7, m10, residual, v6, v10, previous = x[i] << 7, x[i] << 10, 0, 0, 0, x[i]
        step = abs(x[i] - previous)
        previous = x[i]
        residual += abs((x[i] << 7) - m7) - (residual >> 4)
        v6 += step - (v6 >> 6)
        deviation[0] = abs((x[i] << 10) - m10)
        deviation[1] = residual
        deviation[2] = abs((v6 << 4) - v10)
        v10 += step - (v10 >> 10)
        m7 += x[i] - (m7 >> 7)
        m10 += x[i] - (m10 >> 10)
        deviation[3] = deviation[4] = -1
        y[count] += x[i]
        since += 1
        if since % SEGMENT == 0:
            count += 1
            y[count] = 0
            deviation[3] = _discord(y, count, SHORT, segments)
            deviation[4] = _discord(y, count, LONG, segments)
        best = 0
        for part in range(5):
            d = deviation[part]
            if d < 0:
                continue
            if record[part] >= 0:
                best = max(best, _share(d, max(record[part] >> 4, floors[part])))
                record[part] -= record[part] >> fades[part]
            block = delay if part < 3 else delay // SEGMENT
            if block == 0:
                record[part] = max(record[part], d << 4)
                continue
            opened[part] = max(opened[part], d << 4)
            taken[part] += 1
            if taken[part] == block:
                record[part] = max(record[part], closed[part])
                closed[part], opened[part], taken[part] = opened[part], 0, 0
        bar = held if left > 0 else 0
        left = max(0, left - 1)
        if since <= WARM_UP:
            continue
        unrested[i], out[i] = best, 0
        if best > bar:
            out[i] = held = best
            left = rest
    return out, unrested


@numba.njit
def _discord(y: np.ndarray, count: int, length: int, segments: int) -> int:
    """The least L1 distance of the newest stretch to those before it; -1 without one."""
    least = -1
    for start in range(max(0, count - segments + 1), count - 2 * length + 1):
        distance = 0
        for k in range(length):
            distance += abs(y[count - length + k] - y[start + k])
            if 0 <= least <= distance:
                break
        if least < 0 or distance < least:
            least = distance
    return least


def windowed_gaussian(values: np.ndarray, window: int = 6400, step: int = 100) -> np.ndarray:
    """NAB's windowed Gaussian: the tail of a normal distribution with mean and deviation of the window before."""
    scores = np.zeros(len(values))
    kept: list[float] = []
    waiting: list[float] = []
    mean, squares, deviation = 0.0, 0.0, 1.0
    for row, value in enumerate(values):
        if kept:
            scores[row] = 1 - 0.5 * math.erfc(abs(value - mean) / deviation / 1.4142)
        if len(kept) < window:
            kept.append(value)
            before = mean
            mean += (value - mean) / len(kept)
            squares += (value - before) * (value - mean)
            deviation = math.sqrt(max(squares, 0.0) / len(kept)) or 0.000001
            continue
        waiting.append(value)
        if len(waiting) == step:
            kept = kept[step:] + waiting
            waiting = []
            mean, deviation = float(np.mean(kept)), float(np.std(kept)) or 0.000001
    return scores
