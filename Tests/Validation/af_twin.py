"""A twin of the product's atrial fibrillation detector, version 2: in floating point, whole recordings at once.

It shares nothing with the detector but the specification: entropies are computed over whole windows with logarithms,
the looks of the beats are arrays, their counts in a window are differences of cumulative sums, and shares are divided
out. Every decision has to equal the detector's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

import zhou

# The middle of the window of 127 words lies so many beats before the newest.
CENTRE = zhou.CENTRE
WORDS = zhou.WORDS
EARLY_WORDS = 64
# Beats around the middle of the window.
EDGE_BEATS = 17
FARTHEST = 40.0


@dataclass(frozen=True)
class Parameters:
    """The configuration's thresholds: shares and entropies as fractions, distances in bpm."""

    threshold: float = 0.639
    exit_threshold: float = 0.55
    early_threshold: float = 0.85
    early_exit_threshold: float = 0.7
    entry_distance: float = 6.0
    entry_shifted: float = 0.45
    stay_distance: float = 4.75
    stay_shifted: float = 0.3
    periodic_maximum: float = 0.667
    paired_maximum: float = 0.667
    edge_irregular: float = 13.0


PARAMETERS = Parameters()


@dataclass
class Judged:
    """For each interval: H'' (-1 where there is none), and the decisions as -1, 0 or 1."""

    entropy: np.ndarray
    irregular: np.ndarray
    present: np.ndarray
    # About the beat `CENTRE` beats before.
    centred: np.ndarray


def moved(share: float = 0.1) -> Iterator[tuple[str, Parameters]]:
    """Each parameter lowered and raised by a tenth, one at a time."""
    for field in fields(Parameters):
        for factor in (1 - share, 1 + share):
            value = getattr(PARAMETERS, field.name) * factor
            yield f"{field.name} x {factor:.1f}", replace(PARAMETERS, **{field.name: value})


@dataclass
class Evidence:
    """What the decisions are made from, for the beats that end a word: independent of every parameter."""

    index: np.ndarray
    # The stretch without forgetting that each beat belongs to, and how many words of it came before.
    stretch: np.ndarray
    position: np.ndarray
    entropy: np.ndarray
    early_entropy: np.ndarray
    distance: np.ndarray
    shifted: np.ndarray
    early_distance: np.ndarray
    early_shifted: np.ndarray
    periodic: np.ndarray
    paired: np.ndarray
    edge: np.ndarray
    count: int


def evidence(rr: np.ndarray, is_first: np.ndarray | None = None, forget: np.ndarray | None = None) -> Evidence:
    """Entropies and looks. The arguments are those of `zhou.decisions`."""
    count = len(rr)
    none = np.zeros(count, bool)
    first = none.copy() if is_first is None else is_first.copy()
    lost = none if forget is None else forget
    first[:1] = True
    _, entropy = zhou.decisions(rr, is_first, forget)
    early_entropy = zhou._entropy(rr.astype(np.int64), none if is_first is None else is_first, lost, EARLY_WORDS)

    # How many intervals of its chain come before each.
    number = np.arange(count)
    chained = number - np.maximum.accumulate(np.where(first | lost, number, 0))
    x = rr.astype(np.float64)

    def before(places: int) -> np.ndarray:
        moved_on = np.full(count, np.nan)
        moved_on[places:] = x[: count - places] if places else x
        return np.where(chained >= places, moved_on, np.nan)

    x1, x2, x3 = before(1), before(2), before(3)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, rates = np.floor(61_440 / x), [np.floor(61_440 / other) for other in (x1, x2, x3)]
        apart = np.stack([np.abs(rate - other) for other in rates] + [np.full(count, FARTHEST)])
        distance = np.nanmin(apart, axis=0)
        median, median_before = np.median([x, x1, x2], axis=0), np.median([x1, x2, x3], axis=0)
        shifted = 400 * np.abs(median - median_before) >= 13 * median_before
        periodic = np.abs(x - x3) < np.abs(x - x1)
        paired = np.abs((x + x1) - (x2 + x3)) < np.abs(x - x1)
        irregular = 400 * np.abs(x - x1) >= 13 * x1

    index = np.flatnonzero(chained >= 2)
    stretch = np.cumsum(lost)[index]
    start = np.searchsorted(stretch, stretch)
    position = np.arange(len(index)) - start

    def mean(look: np.ndarray, beats: int, age: int = 0) -> np.ndarray:
        """Of so many beats, the newest of which is so old; nan where the stretch has not so many."""
        sums = np.concatenate(([0.0], np.cumsum(look[index].astype(np.float64))))
        end = np.arange(len(index)) + 1 - age
        begin = end - beats
        full = position + 1 - age >= beats
        return np.where(full, (sums[np.maximum(end, 0)] - sums[np.maximum(begin, 0)]) / beats, np.nan)

    half = EDGE_BEATS // 2
    return Evidence(
        index,
        stretch,
        position,
        entropy[index],
        early_entropy[index],
        mean(distance, WORDS),
        mean(shifted, WORDS),
        mean(distance, EARLY_WORDS),
        mean(shifted, EARLY_WORDS),
        mean(periodic, WORDS),
        mean(paired, WORDS),
        mean(irregular, EDGE_BEATS, CENTRE - half) * EDGE_BEATS,
        count,
    )


def decide(seen: Evidence, parameters: Parameters = PARAMETERS) -> Judged:
    """The decisions on the evidence."""
    p = parameters
    full = seen.entropy >= 0
    with np.errstate(invalid="ignore"):
        irregular = seen.entropy > p.threshold
        early = seen.early_entropy > p.early_threshold
        vetoed = (seen.periodic > p.periodic_maximum) | (seen.paired > p.paired_maximum)
        entry = (seen.distance >= p.entry_distance) & (seen.shifted >= p.entry_shifted)
        early_entry = (seen.early_distance >= p.entry_distance) & (seen.early_shifted >= p.entry_shifted)
        stay = (seen.distance >= p.stay_distance) & (seen.shifted >= p.stay_shifted)
        early_stay = (seen.early_distance >= p.stay_distance) & (seen.early_shifted >= p.stay_shifted)
        enters = full & ~vetoed & (irregular & entry | early & early_entry)
        stays = (seen.entropy > p.exit_threshold) & stay
        stays |= (seen.early_entropy > p.early_exit_threshold) & early_stay
        other = np.zeros(len(early), bool)
        offset = WORDS - EARLY_WORDS
        other[offset:] = early[:-offset] & (seen.stretch[offset:] == seen.stretch[:-offset])
        edge = (early | other) & (seen.edge >= p.edge_irregular)
        centred = full & ~vetoed & stay & (irregular | edge)
    present = hold(enters, stays & full, seen.stretch)

    def spread(decision: np.ndarray) -> np.ndarray:
        everywhere = np.full(seen.count, -1, np.int8)
        everywhere[seen.index[full]] = decision[full]
        return everywhere

    entropy = np.full(seen.count, -1.0)
    entropy[seen.index] = seen.entropy
    return Judged(entropy, spread(irregular), spread(present), spread(centred))


def hold(enters: np.ndarray, stays: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """True from where it is entered for as long as it is entered or stays, within a stretch."""
    number = np.arange(len(enters))
    broken = ~(enters | stays)
    broken[1:] |= (stretch[1:] != stretch[:-1]) & ~enters[1:]
    last_break = np.maximum.accumulate(np.where(broken, number, -1))
    last_entry = np.maximum.accumulate(np.where(enters, number, -1))
    return last_entry > last_break


def judge(
    rr: np.ndarray,
    is_first: np.ndarray | None = None,
    forget: np.ndarray | None = None,
    parameters: Parameters = PARAMETERS,
) -> Judged:
    """A recording. The arguments are those of `zhou.decisions`."""
    return decide(evidence(rr, is_first, forget), parameters)
