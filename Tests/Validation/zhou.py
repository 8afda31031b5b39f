"""The reference for atrial fibrillation: Zhou 2015 as published, in floating point over whole windows.

Zhou, Ding, Wu and Pickwell-MacPherson, PLOS ONE 10(9):e0136544: symbols of 5 bpm, words of three, H'' over 127 words,
and fibrillation above 0.639. No gate, no veto, no early tier.
"""

from __future__ import annotations

import math

import numba
import numpy as np

WORDS = 127
THRESHOLD = 0.639
# The window of 127 words spans 129 intervals; its middle beat is so many before the newest.
CENTRE = 64


@numba.njit(cache=False)
def _entropy(rr: np.ndarray, is_first: np.ndarray, forget: np.ndarray, words: int) -> np.ndarray:
    """H'' at each interval, -1 while the window is not full."""
    result = np.full(len(rr), -1.0)
    window = np.zeros(words, np.int64)
    filled = 0
    chain = 0
    word = 0
    for index in range(len(rr)):
        if is_first[index]:
            chain = 0
        if forget[index]:
            filled = 0
        word = (word * 64 + min(63, 12_288 // max(rr[index], 1))) % 262_144
        chain += 1
        if chain < 3:
            continue
        if filled < words:
            window[filled] = word
            filled += 1
        else:
            for slot in range(words - 1):
                window[slot] = window[slot + 1]
            window[words - 1] = word
        if filled < words:
            continue
        ordered = np.sort(window)
        distinct = 0
        entropy = 0.0
        run = 0
        for slot in range(words):
            run += 1
            if slot + 1 == words or ordered[slot + 1] != ordered[slot]:
                share = run / words
                entropy -= share * math.log2(share)
                distinct += 1
                run = 0
        result[index] = distinct / (words * math.log2(words)) * entropy
    return result


def decisions(
    rr: np.ndarray, is_first: np.ndarray | None = None, forget: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """For each interval -1, 0 or 1, and H''.

    `is_first` marks intervals before which others are missing: no word joins what lies on both sides. `forget` marks
    those before which so much is missing that the window begins anew."""
    none = np.zeros(len(rr), bool)
    entropy = _entropy(
        rr.astype(np.int64), none if is_first is None else is_first, none if forget is None else forget, WORDS
    )
    decision = np.where(entropy < 0, -1, entropy > THRESHOLD).astype(np.int8)
    return decision, entropy
