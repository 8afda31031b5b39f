"""Detector 4, atrial fibrillation, against published figures, Zhou 2015 on the same beats, and a twin in doubles."""

from __future__ import annotations

from fibrillation_figures import FIGURES, Scores, confusion, figures, left_out, number, other_halves, sensitivity
from fibrillation_played import ALL, DATASETS, DETECTOR, DEVELOPMENT, EVALUATION, Judged, Score, judge
from fibrillation_plots import plots
from harness import Context, Requirement, Section

TITLE = "4 Atrial fibrillation"


def run(context: Context) -> Section:
    """All recordings of the three data sets through the product."""
    if not all((context.data / dataset).is_dir() for dataset in DATASETS):
        return Section.skipped(DETECTOR, TITLE, "the data sets are absent")
    judged: list[Judged] = []
    for dataset in DATASETS:
        rhythms = context.records(dataset)
        evaluation = {rhythm.name for index, rhythm in enumerate(rhythms) if index // 2 % 2}
        for rhythm in rhythms[:2] if context.quick else rhythms:
            judged.append(judge(context, rhythm, rhythm.name in evaluation))
    scores = {
        (dataset, half): Score.of([part for part in judged if part.rhythm.dataset == dataset and half(part)])
        for dataset in DATASETS
        for half in (EVALUATION, DEVELOPMENT, ALL)
    }
    return report(judged, scores, context.quick)


def report(judged: list[Judged], scores: Scores, is_quick: bool) -> Section:
    """The section."""
    section = Section(
        DETECTOR,
        TITLE,
        data="AFDB (25 records, 1,221,559 beats, rhythm labels), MITDB (48 records, 109,446 beats, rhythm labels), "
        "NSR2DB (27 subjects without fibrillation, 24 h each). Each record was replayed as a strap sends it: one "
        "notification a second with the intervals that ended in it.",
        split="in pairs by name of each data set: the first two records for development, the next two for evaluation, "
        "and so on (alternating single records would put both noisy subjects of NSR2DB, 014 and 024, into one half).",
    )
    section.paragraphs = [
        "Beats: AFIB is positive, AFL and J negative. *Centred* decides for the middle of the window, *causal* for "
        "the newest beat. Episodes: causal; ours are the alarms that the product raised, the reference's are its "
        "decision held for 30 s with alarms closer than 60 s merged; a match lies within 120 s of the episode. *Zhou "
        "2015* is the paper's entropy alone (127 words, 0.639), computed in floating point over whole windows in this "
        "run.",
    ]
    section.tables = [figures(scores), confusion(scores), left_out(judged)]
    if not is_quick:
        section.tables.append(sensitivity(judged))
        section.paragraphs.append(other_halves(judged))
    section.requirements = requirements(judged, scores)
    if is_quick:
        # Two records of each data set have no figures worth a verdict; that they equal the twin does not depend on it.
        for requirement in section.requirements[1:]:
            requirement.holds, requirement.figure = None, "not from a few records"
    section.plots = plots(judged)
    return section


def requirements(judged: list[Judged], scores: Scores) -> list[Requirement]:
    """The lines of the issue."""
    better, equal, worse = 0, 0, []
    for figure in FIGURES:
        score = scores[figure.dataset, EVALUATION]
        ours, theirs = figure.ours(score), figure.reference(score)
        if figure.is_better(ours, theirs):
            better += 1
        elif ours == theirs:
            equal += 1
        else:
            worse.append(f"{figure.name} {number(ours)} against {number(theirs)}")
    ahead = [figure for figure in FIGURES if figure.published is not None]
    behind = [
        f"{figure.name} {number(figure.ours(scores[figure.dataset, ALL]))} against {figure.published:g}"
        for figure in ahead
        if not figure.is_better(figure.ours(scores[figure.dataset, ALL]), figure.published or 0.0)
    ]
    long = scores["afdb-rr", ALL].episodes
    found = sum(hit for length, hit in zip(long.lengths, long.found) if length >= 120)
    quiet = scores["nsr2db-rr", EVALUATION].episodes.false_an_hour
    all_quiet = scores["nsr2db-rr", ALL].episodes.false_an_hour
    compared = sum(part.compared for part in judged)
    differences = sum(part.differences for part in judged)
    return [
        Requirement(
            "AF decisions equal to the float64 twin on every beat of every data set here",
            f"{differences:,} of {compared:,} beats differ",
            differences == 0,
        ),
        Requirement(
            "AF on the evaluation half: no figure below Zhou 2015's on the same half, and at least half of them above",
            f"{better} of {len(FIGURES)} above, {equal} equal, {len(worse)} below"
            + "".join(f"; {text}" for text in worse),
            not worse and 2 * better >= len(FIGURES),
        ),
        Requirement(
            "better than the published figures, at once on every one, over all records",
            f"{len(ahead) - len(behind)} of {len(ahead)}" + "".join(f"; {text}" for text in behind),
            not behind,
        ),
        Requirement(
            "false alarms on nsr2db-rr below 0.05 an hour",
            f"{quiet:.3f} an hour on the evaluation half, {all_quiet:.3f} on all",
            quiet < 0.05 and all_quiet < 0.05,
        ),
        Requirement(
            "AFDB episodes of 120 s and more: all found", f"{found} of {long.count(120)}", found == long.count(120)
        ),
    ]
