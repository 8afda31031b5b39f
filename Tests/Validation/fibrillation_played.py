"""Plays a recording through the product, the reference and the twin, and counts what they decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import af_twin
import zhou
from fibrillation_score import ABSENT, PRESENT, UNKNOWN, Alarm, Beats, Episodes, alarms_of, runs
from harness import MISSING, Context, Rhythm, sent

DETECTOR = "atrial-fibrillation"
DATASETS = ("afdb-rr", "mitdb-annotations", "nsr2db-rr")
# The engine ends an episode when the rhythm has been gone for so long; the end itself lies before that.
MERGE_SECONDS = 60.0
DECISIONS = {"absent": ABSENT, "present": PRESENT, "not-assessed": UNKNOWN}
# As far as the product's entropy in 2^-20, rounded down, may be from one in floating point.
ENTROPY_TOLERANCE = 3e-6
ENTROPY_UNIT = 1 << 20


@dataclass
class Judged:
    """One recording with the decisions of the product and of the reference, one for each beat."""

    rhythm: Rhythm
    is_evaluation: bool
    decision: np.ndarray
    centred: np.ndarray
    entropy: np.ndarray
    alarms: list[Alarm]
    zhou: np.ndarray
    zhou_alarms: list[Alarm]
    compared: int
    differences: int
    refusals: dict[str, int]
    false_alarms: list[Alarm]
    index: np.ndarray
    evidence: af_twin.Evidence

    @property
    def labelled(self) -> list[tuple[float, float]]:
        """The labelled episodes."""
        return runs(self.rhythm.label, self.rhythm.times)

    @property
    def errors(self) -> int:
        """Beats that were decided against their label, centred."""
        known = self.centred != UNKNOWN
        return int(np.sum(known & ((self.centred == PRESENT) != self.rhythm.label)))


def judge(context: Context, rhythm: Rhythm, is_evaluation: bool) -> Judged:
    """One recording through the product, through the reference and through the twin."""
    way = sent(rhythm)
    place = {time: position for position, time in enumerate(way.monotonic.tolist())}
    decision = np.full(len(place), UNKNOWN, np.int8)
    columns: dict[str, np.ndarray] = {}
    refusals: dict[str, int] = {}
    alarms: list[Alarm] = []
    for line in context.replay(context.strap(rhythm), [DETECTOR]):
        if line["kind"] == "trace":
            position = place[line["monotonic"]]
            evaluation = line["evaluation"]
            decision[position] = DECISIONS[evaluation["decision"]]
            for name, value in evaluation["numbers"].items():
                column = columns.get(name)
                if column is None:
                    column = columns[name] = np.full(len(place), MISSING, np.int64)
                column[position] = value
            if "refusal" in evaluation:
                refusals[evaluation["refusal"]] = refusals.get(evaluation["refusal"], 0) + 1
        elif line["kind"] == "alarm":
            follow(line, alarms)
    finish(alarms, rhythm)
    centred = earlier(np.where(decision < 0, UNKNOWN, columns["isCentredPresent"]).astype(np.int8))
    # The reference has the beats that the product had, and is told of the same gaps.
    rr = rhythm.rr[way.index]
    reference, entropy = zhou.decisions(rr, way.is_after_gap, way.is_after_loss)
    differences = entropy_differences(columns, reference, entropy)
    evidence = af_twin.evidence(rr, way.is_after_gap, way.is_after_loss)
    differences |= twin_differences(decision, columns, af_twin.decide(evidence))
    count = len(rhythm.rr)
    return Judged(
        rhythm,
        is_evaluation,
        decision=scattered(decision, way.index, count),
        centred=scattered(centred, way.index, count),
        entropy=scattered(np.where(entropy < 0, np.nan, entropy), way.index, count, np.nan),
        alarms=alarms,
        zhou=scattered(reference, way.index, count),
        zhou_alarms=alarms_of(scattered(reference, way.index, count), rhythm.times),
        compared=len(rr),
        differences=int(np.sum(differences)),
        refusals=refusals,
        false_alarms=[],
        index=way.index,
        evidence=evidence,
    )


def earlier(centred: np.ndarray) -> np.ndarray:
    """Decisions about the middle of a window, moved from the beat that brought them to the beat that they are about."""
    result = np.full(len(centred), UNKNOWN, np.int8)
    result[: -zhou.CENTRE] = centred[zhou.CENTRE :]
    return result


def scattered(values: np.ndarray, index: np.ndarray, count: int, missing: float = UNKNOWN) -> np.ndarray:
    """What belongs to the intervals that were sent, over all intervals."""
    result = np.full(count, missing, values.dtype)
    result[index] = values
    return result


def entropy_differences(columns: dict[str, np.ndarray], reference: np.ndarray, entropy: np.ndarray) -> np.ndarray:
    """Where the product's entropy, or what the paper decides by it, is not the reference's."""
    ours = columns["entropy"]
    is_judged = ours != MISSING
    is_close = np.abs(ours / ENTROPY_UNIT - entropy) < ENTROPY_TOLERANCE
    return np.where(is_judged, (reference < 0) | ~is_close | (columns["isIrregular"] != reference), reference >= 0)


def twin_differences(decision: np.ndarray, columns: dict[str, np.ndarray], twin: af_twin.Judged) -> np.ndarray:
    """Where a decision of the product, about the newest beat or about the middle of the window, is not the twin's."""
    centred = np.where(decision < 0, UNKNOWN, columns["isCentredPresent"])
    irregular = np.where(decision < 0, UNKNOWN, columns["isIrregular"])
    return (decision != twin.present) | (centred != twin.centred) | (irregular != twin.irregular)


def follow(line: dict[str, Any], alarms: list[Alarm]) -> None:
    """An alarm record of the product."""
    body, time = line["body"], line["monotonic"] / 1e6
    if body["condition"] != DETECTOR:
        return
    if body["state"] == "raised":
        alarms.append(Alarm(time, body["since"] / 1e6, float("inf")))
    elif alarms and alarms[-1].end == float("inf"):
        lasted = time if body.get("outcome") == "abandoned" else time - MERGE_SECONDS
        alarms[-1].end = max(lasted, alarms[-1].raised)


def finish(alarms: list[Alarm], rhythm: Rhythm) -> None:
    """An alarm that stands at the end of the recording ends with it."""
    if alarms and alarms[-1].end == float("inf"):
        alarms[-1].end = float(rhythm.times[-1])


def EVALUATION(part: Judged) -> bool:
    """Whether a record belongs to the half that nothing was chosen by."""
    return part.is_evaluation


def DEVELOPMENT(part: Judged) -> bool:
    """Whether a record belongs to the half that parameters were chosen by."""
    return not part.is_evaluation


def ALL(part: Judged) -> bool:
    """Every record."""
    return True


@dataclass
class Score:
    """The figures of some recordings, of the product and of the reference."""

    centred: Beats
    causal: Beats
    episodes: Episodes
    zhou_centred: Beats
    zhou_causal: Beats
    zhou_episodes: Episodes

    @classmethod
    def of(cls, parts: Sequence[Judged]) -> Score:
        """Counts the recordings together."""
        score = cls(Beats(), Beats(), Episodes(), Beats(), Beats(), Episodes())
        for part in parts:
            label = part.rhythm.label
            score.centred.add(label, part.centred)
            score.causal.add(label, part.decision)
            score.zhou_centred.add(label, part.zhou, zhou.CENTRE)
            score.zhou_causal.add(label, part.zhou)
            labelled = part.labelled
            part.false_alarms = score.episodes.add(labelled, part.alarms, part.rhythm.hours)
            score.zhou_episodes.add(labelled, part.zhou_alarms, part.rhythm.hours)
        return score
