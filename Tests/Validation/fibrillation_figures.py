"""The tables of detector 4: its figures beside the published and the reference's, and what they depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import af_twin
from fibrillation_played import ALL, DATASETS, DEVELOPMENT, EVALUATION, Judged, Score, earlier, scattered
from fibrillation_score import UNKNOWN, Beats, Episodes, alarms_of
from harness import Table


@dataclass(frozen=True)
class Figure:
    """One figure of the table: how it is read from a score, which way is better, and what was published."""

    name: str
    dataset: str
    ours: Callable[[Score], float]
    reference: Callable[[Score], float]
    published: float | None = None
    is_lower_better: bool = False
    source: str = ""

    def is_better(self, figure: float, than: float) -> bool:
        """Whether a figure is strictly better."""
        return figure < than if self.is_lower_better else figure > than


FIGURES = [
    Figure(
        "AFDB sensitivity, centred, %",
        "afdb-rr",
        lambda s: s.centred.sensitivity,
        lambda s: s.zhou_centred.sensitivity,
        97.37,
        source="Zhou 2015",
    ),
    Figure(
        "AFDB specificity, centred, %",
        "afdb-rr",
        lambda s: s.centred.specificity,
        lambda s: s.zhou_centred.specificity,
        98.44,
        source="Zhou 2015",
    ),
    Figure(
        "AFDB predictivity, centred, %",
        "afdb-rr",
        lambda s: s.centred.predictivity,
        lambda s: s.zhou_centred.predictivity,
        97.89,
        source="Zhou 2015",
    ),
    Figure(
        "AFDB accuracy, centred, %",
        "afdb-rr",
        lambda s: s.centred.accuracy,
        lambda s: s.zhou_centred.accuracy,
        97.99,
        source="Zhou 2015",
    ),
    Figure(
        "AFDB sensitivity, causal, %", "afdb-rr", lambda s: s.causal.sensitivity, lambda s: s.zhou_causal.sensitivity
    ),
    Figure(
        "AFDB specificity, causal, %", "afdb-rr", lambda s: s.causal.specificity, lambda s: s.zhou_causal.specificity
    ),
    Figure(
        "MITDB sensitivity, centred, %",
        "mitdb-annotations",
        lambda s: s.centred.sensitivity,
        lambda s: s.zhou_centred.sensitivity,
        97.83,
        source="Zhou 2015",
    ),
    Figure(
        "MITDB specificity, centred, %",
        "mitdb-annotations",
        lambda s: s.centred.specificity,
        lambda s: s.zhou_centred.specificity,
        90.78,
        source="Zhou 2014; Zhou 2015: 87.41",
    ),
    Figure(
        "NSR2DB specificity, centred, %",
        "nsr2db-rr",
        lambda s: s.centred.specificity,
        lambda s: s.zhou_centred.specificity,
        99.74,
        source="measured before with Zhou 2015",
    ),
    Figure(
        "AFDB episodes of 120 s and more found, %",
        "afdb-rr",
        lambda s: s.episodes.sensitivity(120),
        lambda s: s.zhou_episodes.sensitivity(120),
        99.2,
        source="measured before with Zhou 2015",
    ),
    Figure(
        "AFDB episodes of 30 s and more found, %",
        "afdb-rr",
        lambda s: s.episodes.sensitivity(30),
        lambda s: s.zhou_episodes.sensitivity(30),
        90.1,
        source="measured before with Zhou 2015",
    ),
    Figure(
        "AFDB median latency of an alarm, s",
        "afdb-rr",
        lambda s: s.episodes.latency,
        lambda s: s.zhou_episodes.latency,
        69.0,
        True,
        "measured before with Zhou 2015",
    ),
    Figure(
        "AFDB median latency where no alarm stood already, s",
        "afdb-rr",
        lambda s: s.episodes.fresh_latency,
        lambda s: s.zhou_episodes.fresh_latency,
        None,
        True,
    ),
    Figure(
        "AFDB false alarms an hour without fibrillation",
        "afdb-rr",
        lambda s: s.episodes.false_an_hour,
        lambda s: s.zhou_episodes.false_an_hour,
        0.18,
        True,
        "measured before with Zhou 2015",
    ),
    Figure(
        "NSR2DB false alarms an hour",
        "nsr2db-rr",
        lambda s: s.episodes.false_an_hour,
        lambda s: s.zhou_episodes.false_an_hour,
        0.057,
        True,
        "measured before with Zhou 2015",
    ),
]
Scores = dict[tuple[str, Callable[[Judged], bool]], Score]


def figures(scores: Scores) -> Table:
    """Every figure, for both halves and the whole."""
    rows = []
    for figure in FIGURES:
        evaluation, development, whole = (scores[figure.dataset, half] for half in (EVALUATION, DEVELOPMENT, ALL))
        ours, theirs = figure.ours(evaluation), figure.reference(evaluation)
        reached = figure.is_better(ours, theirs)
        rows.append(
            [
                figure.name,
                "" if figure.published is None else f"{figure.published:g} ({figure.source})",
                number(theirs),
                number(ours),
                "better" if reached else "equal" if ours == theirs else "**worse**",
                number(figure.reference(development)),
                number(figure.ours(development)),
                number(figure.reference(whole)),
                number(figure.ours(whole)),
            ]
        )
    return Table(
        "Figures",
        [
            "figure",
            "published (all records)",
            "Zhou 2015, evaluation",
            "ours, evaluation",
            "ours is",
            "Zhou 2015, development",
            "ours, development",
            "Zhou 2015, all",
            "ours, all",
        ],
        rows,
    )


def other_halves(judged: list[Judged]) -> str:
    """What the evaluation half would show if single records alternated, the first for development."""
    parts = [part for place, part in enumerate(judged) if place_in_set(judged, place) % 2]
    scores = {dataset: Score.of([part for part in parts if part.rhythm.dataset == dataset]) for dataset in DATASETS}
    better, worse = 0, []
    for figure in FIGURES:
        ours, theirs = figure.ours(scores[figure.dataset]), figure.reference(scores[figure.dataset])
        better += figure.is_better(ours, theirs)
        if figure.is_better(theirs, ours):
            worse.append(f"{figure.name} {number(ours)} against {number(theirs)}")
    quiet = scores["nsr2db-rr"].episodes.false_an_hour
    return (
        f"With the halves that single records alternate into, {better} of {len(FIGURES)} figures of the second half "
        f"are better than Zhou's and {len(worse)} worse{': ' if worse else ''}{'; '.join(worse)}; NSR2DB then has "
        f"{quiet:.3f} false alarms an hour (Zhou {scores['nsr2db-rr'].zhou_episodes.false_an_hour:.3f})."
    )


def place_in_set(judged: list[Judged], place: int) -> int:
    """Where in its data set a recording is."""
    return sum(part.rhythm.dataset == judged[place].rhythm.dataset for part in judged[:place])


def sensitivity(judged: list[Judged]) -> Table:
    """What a tenth more or less of each threshold does, by the twin, over all records."""
    rows = []
    for name, parameters in [("as it is", af_twin.PARAMETERS), *af_twin.moved()]:
        beats = {dataset: Beats() for dataset in DATASETS}
        episodes = {dataset: Episodes() for dataset in DATASETS}
        for part in judged:
            count = len(part.rhythm.rr)
            decided = af_twin.decide(part.evidence, parameters)
            beats[part.rhythm.dataset].add(part.rhythm.label[part.index], earlier(decided.centred))
            alarms = alarms_of(scattered(decided.present, part.index, count), part.rhythm.times)
            episodes[part.rhythm.dataset].add(part.labelled, alarms, part.rhythm.hours)
        afdb, mitdb, quiet = (beats[dataset] for dataset in DATASETS)
        found = episodes["afdb-rr"]
        rows.append(
            [
                name,
                *(f"{value:.2f}" for value in (afdb.sensitivity, afdb.specificity)),
                *(f"{value:.2f}" for value in (mitdb.sensitivity, mitdb.specificity, quiet.specificity)),
                f"{found.sensitivity(120):.1f}",
                f"{found.sensitivity(30):.1f}",
                f"{found.latency:.1f}",
                f"{found.false_an_hour:.3f}",
                f"{episodes['nsr2db-rr'].false_an_hour:.3f}",
            ]
        )
    return Table(
        "What a tenth more or less of each threshold does (twin, all records, beats centred)",
        [
            "threshold",
            "AFDB Se",
            "AFDB Sp",
            "MITDB Se",
            "MITDB Sp",
            "NSR2DB Sp",
            "AFDB >= 120 s, %",
            "AFDB >= 30 s, %",
            "latency, s",
            "AFDB false/h",
            "NSR2DB false/h",
        ],
        rows,
    )


def confusion(scores: Scores) -> Table:
    """Beats by label and decision, centred."""
    rows = []
    for (dataset, half), score in scores.items():
        for who, beats in (("Zhou 2015", score.zhou_centred), ("ours", score.centred)):
            rows.append([dataset, half.__name__.lower(), who, beats.tp, beats.fn, beats.fp, beats.tn])
    return Table(
        "Confusion counts, beats, centred",
        ["data set", "records", "detector", "true positive", "false negative", "false positive", "true negative"],
        rows,
    )


def left_out(judged: list[Judged]) -> Table:
    """Beats without a decision."""
    rows = []
    for dataset in DATASETS:
        parts = [part for part in judged if part.rhythm.dataset == dataset]
        total = sum(len(part.rhythm.rr) for part in parts)
        known = sum(int(np.sum(part.decision != UNKNOWN)) for part in parts)
        reasons: dict[str, int] = {}
        for part in parts:
            for reason, count in part.refusals.items():
                reasons[reason] = reasons.get(reason, 0) + count
        reasons["not sent: gap of the recorder"] = sum(int(np.sum(part.rhythm.is_gap)) for part in parts)
        reasons["signal refused"] = total - known - sum(reasons.values())
        text = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()) if count)
        rows.append([dataset, total, known, text])
    return Table("Beats without a decision", ["data set", "beats", "judged", "why not"], rows)


def number(value: float) -> str:
    """Three decimals."""
    return "–" if value != value else f"{value:.3f}"
