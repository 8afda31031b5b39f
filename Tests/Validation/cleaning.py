"""Detector 6, RR cleaning: the classes of intervals against NeuroKit2's, with missed and extra beats put in."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness import COLOURS, Context, Plot, Requirement, Rhythm, Section, Table, bars, recordings, sent, worst

DETECTOR = "rr-cleaning"
TITLE = "6 RR cleaning"
NUMBERS = ("rrTicks", "isChained")
CLASSES = ("normal", "ectopic", "long-short", "missed", "extra")
# A stream begins with the mean of its first 51 intervals, the reference with that of the whole segment. That can show
# in
# the first 51 classes, and in a run of artefacts that lasts on from there: twice as many are counted apart.
BEGINNING = 103
# Intervals that wait for more to follow.
WAITING = 51
# NeuroKit2 mirrors two intervals at each end.
SHORTEST = 4
# Put in so far apart, and only where the neighbours differ by less than this share.
SPACING = (40, 120)
NEIGHBOURS = 0.08
# "Sinus" is where each of the 91 intervals around differs by no more than a fifth from the one before.
REACH = 46


@dataclass
class Injection:
    """A beat taken out of a recording or put into it."""

    kind: str
    # The interval that is to be told, in the recording as it is sent.
    at: int
    is_in_sinus: bool


@dataclass
class Played:
    """One recording as the product judged it."""

    dataset: str
    name: str
    compared: int = 0
    differences: int = 0
    beginnings: int = 0
    beginning_differences: int = 0
    # Intervals at which the product's chains and those that a gap ends differ.
    chain_differences: int = 0
    classes: Counter = field(default_factory=Counter)
    injected: Counter = field(default_factory=Counter)
    # Injected beats that no class told, with the intervals around them.
    unseen: list[tuple[str, np.ndarray]] = field(default_factory=list)


def run(context: Context) -> Section:
    """NSR2DB with beats put in and taken out, and AFDB as it is."""
    sinus = context.records("nsr2db-rr")[: 1 if context.quick else None]
    fibrillation = context.records("afdb-rr")[: 1 if context.quick else None]
    if not sinus and not fibrillation:
        return Section.skipped(DETECTOR, TITLE, "nsr2db-rr and afdb-rr are absent")
    played = []
    for rhythm in sinus:
        changed, injections = inject(rhythm, context.rng(f"cleaning {rhythm.name}"))
        played.append(play(context, changed, injections))
    played += [play(context, rhythm, []) for rhythm in fibrillation]
    differences, compared = sum(part.differences for part in played), sum(part.compared for part in played)
    injected: Counter = sum((part.injected for part in played), Counter())
    section = Section(DETECTOR, TITLE)
    section.data = (
        f"{len(sinus)} records of NSR2DB with missed and extra beats put in every {SPACING[0]} to {SPACING[1]} "
        f"intervals, {len(fibrillation)} of AFDB as they are, all as strap recordings."
    )
    section.paragraphs = [
        'Every chain of intervals without a gap is given to NeuroKit2, `signal_fixpeaks(method="Kubios", '
        "iterative=False)`, as peaks in samples of 1/1024 s. A stream cannot know the mean of a day when it begins: "
        f"it takes that of its first 51 intervals, which can show in the classes of the first {BEGINNING} of a chain. "
        "These are compared too and counted apart; the function on a whole segment, which the tests compare, has no "
        "such beginning.",
        "A beat is *found* if an interval that its loss or addition made is called anything but normal, so that it "
        "stays out of the variability, and *named* if its class is the right one. *In sinus rhythm* asks that the 91 "
        "intervals that the threshold is made of are free of ectopy.",
    ]
    section.tables = [class_table(played), injection_table(injected)]
    ends = sum(part.beginning_differences for part in played)
    total, found = injected["sinus"], injected["sinus found"]
    section.requirements = [
        Requirement(
            "NeuroKit2's RR classes equal",
            f"{differences:,} of {compared:,} intervals differ; of the first {BEGINNING} of the chains {ends:,} of "
            f"{sum(part.beginnings for part in played):,}",
            differences == 0,
        ),
        Requirement(
            "no chain crosses a gap",
            f"{sum(part.chain_differences for part in played)} of {sum(part.classes.total() for part in played):,} "
            "intervals differ",
            not any(part.chain_differences for part in played),
        ),
        Requirement(
            "100 % of injected missed and extra beats found (sinus rhythm)",
            f"{found:,} of {total:,}",
            found == total if total else None,
        ),
    ]
    section.plots = plots(played)
    return section


def inject(rhythm: Rhythm, random: np.random.Generator) -> tuple[Rhythm, list[Injection]]:
    """A copy of the recording with beats lost and beats too many."""
    rr, times = rhythm.rr, rhythm.times
    steps = np.abs(np.diff(rr, prepend=rr[:1])) > 0.2 * np.concatenate([rr[:1], rr[:-1]])
    breaks = np.concatenate([[0], np.cumsum(steps | rhythm.is_gap)])
    kept_rr: list[int] = []
    kept_times: list[float] = []
    gaps: list[bool] = []
    injections: list[Injection] = []
    index, due = 0, REACH
    while index < len(rr):
        around = rr[max(0, index - 5) : index + 7]
        is_calm = index + 7 < len(rr) and (np.abs(around - rr[index]) < NEIGHBOURS * rr[index]).all()
        if index < due or not is_calm:
            kept_rr.append(int(rr[index]))
            kept_times.append(float(times[index]))
            gaps.append(bool(rhythm.is_gap[index]))
            index += 1
            continue
        first, last = max(0, index - REACH), min(len(rr), index + REACH + 2)
        is_in_sinus = bool(breaks[last] == breaks[first])
        if random.random() < 0.5:
            injections.append(Injection("missed", len(kept_rr), is_in_sinus))
            kept_rr.append(int(rr[index] + rr[index + 1]))
            kept_times.append(float(times[index + 1]))
            index += 2
        else:
            part = int(rr[index] * random.uniform(0.35, 0.65))
            injections.append(Injection("extra", len(kept_rr), is_in_sinus))
            kept_rr += [part, int(rr[index]) - part]
            kept_times += [float(times[index]) - (int(rr[index]) - part) / 1_024, float(times[index])]
            gaps.append(False)
            index += 1
        gaps.append(False)
        due = index + int(random.integers(*SPACING))
    count = len(kept_rr)
    changed = dataclasses.replace(
        rhythm,
        name=f"{rhythm.name}-injected",
        rr=np.array(kept_rr, np.int64),
        times=np.array(kept_times),
        label=np.zeros(count, bool),
        symbol=np.full(count, ""),
        is_gap=np.array(gaps),
    )
    return changed, injections


def play(context: Context, rhythm: Rhythm, injections: list[Injection]) -> Played:
    """One recording through the product and the reference."""
    if injections:
        capture = context.capture(
            f"cleaning-{context.seed}/{rhythm.name}", lambda writer: recordings.write_strap(rhythm, writer)
        )
    else:
        capture = context.strap(rhythm)
    columns = context.columns(capture, DETECTOR, NUMBERS)
    rr = columns["rrTicks"]
    way = sent(rhythm)
    # The last intervals of a recording wait for more to come.
    if len(rr) < len(way.index) - WAITING or (rhythm.rr[way.index][: len(rr)] != rr).any():
        raise ValueError(f"{rhythm.name}: the product judged other intervals than were sent")
    is_start = way.is_after_gap.copy()
    is_start[:1] = True
    part = Played(rhythm.dataset, rhythm.name, classes=Counter(columns["decision"].tolist()))
    part.chain_differences = int((is_start[: len(rr)] != (columns["isChained"] == 0)).sum())
    ours = np.array([CLASSES.index(name) for name in columns["decision"]])
    starts = np.flatnonzero(is_start).tolist()
    for first, last in zip(starts, [*starts[1:], len(way.index)]):
        count = min(last, len(rr)) - first
        if count < SHORTEST:
            continue
        wrong = classes_by_neurokit(rhythm.rr[way.index][first:last])[:count] != ours[first : first + count]
        part.differences += int(wrong[BEGINNING:].sum())
        part.compared += max(0, count - BEGINNING)
        part.beginning_differences += int(wrong[:BEGINNING].sum())
        part.beginnings += min(count, BEGINNING)
    place = np.full(len(rhythm.rr), -1)
    place[way.index[: len(rr)]] = np.arange(len(rr))
    for injection in injections:
        at = int(place[injection.at])
        if at < 1 or at + 1 >= len(rr):
            continue
        width = 2 if injection.kind == "extra" else 1
        is_found = bool((ours[at : at + width] != 0).any())
        is_named = CLASSES[ours[at]] == injection.kind
        for key in ("all", "sinus") if injection.is_in_sinus else ("all",):
            part.injected[key] += 1
            part.injected[f"{key} {injection.kind}"] += 1
            part.injected[f"{key} found"] += is_found
            part.injected[f"{key} {injection.kind} found"] += is_found
            part.injected[f"{key} {injection.kind} named"] += is_named
        if not is_found:
            part.unseen.append((injection.kind, rr[max(0, at - 45) : at + 46]))
    return part


def classes_by_neurokit(rr: np.ndarray) -> np.ndarray:
    """The class of each interval of a segment, as a number of `CLASSES`."""
    import neurokit2

    peaks = np.concatenate([[0], np.cumsum(rr)])
    found, _ = neurokit2.signal_fixpeaks(peaks, sampling_rate=1_024, iterative=False, method="Kubios")
    classes = np.zeros(len(peaks), int)
    for number, name in ((1, "ectopic"), (2, "longshort"), (3, "missed"), (4, "extra")):
        classes[np.asarray(found[name], int)] = number
    return classes[1:]


def class_table(played: list[Played]) -> Table:
    """What was compared."""
    rows = []
    for dataset in ("nsr2db-rr", "afdb-rr"):
        parts = [part for part in played if part.dataset == dataset]
        classes: Counter = sum((part.classes for part in parts), Counter())
        rows.append(
            [dataset, sum(part.compared for part in parts), sum(part.differences for part in parts)]
            + [classes[name] for name in CLASSES]
        )
    return Table("Intervals compared with NeuroKit2", ["data", "compared", "differences", *CLASSES], rows)


def injection_table(injected: Counter) -> Table:
    """Beats put in and taken out."""
    rows = []
    for where, text in (("sinus", "in sinus rhythm"), ("all", "anywhere")):
        for kind in ("missed", "extra"):
            count, found = injected[f"{where} {kind}"], injected[f"{where} {kind} found"]
            named = injected[f"{where} {kind} named"]
            rows.append([f"{kind}, {text}", count, found, f"{100 * found / max(1, count):.3f}", named])
    return Table("Injected beats", ["beats", "injected", "found", "found, %", "named"], rows)


def plots(played: list[Played]) -> list[Plot]:
    """The share that is not normal, and beats that were not found."""

    def share(part: Played) -> float:
        return 100 * (1 - part.classes["normal"] / max(1, part.classes.total()))

    names = [part.name.removesuffix("-injected") for part in played]
    rows = worst(played, lambda part: len(part.unseen))
    rows = [part for part in rows if part.unseen]
    result = [
        Plot(
            "share",
            "Intervals that are not normal, by record: NSR2DB with injected beats, then AFDB.",
            lambda axes: (
                bars(axes, names, [share(part) for part in played], COLOURS.ours),
                axes.set_ylabel("%"),
            ),
        )
    ]

    def unseen(figure: Any) -> None:
        axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for one, part in zip(axes, rows):
            kind, intervals = part.unseen[0]
            one.plot(np.minimum(intervals / 1_024, 2.5), color=COLOURS.muted, linewidth=0.7)
            one.axvline(45, color=COLOURS.alarm, linewidth=0.6)
            one.set_title(f"{part.name}: {len(part.unseen)} not found, the first ({kind})", loc="left", pad=2)
            one.set_ylabel("RR, s")
            one.tick_params(labelsize=6)
        axes[-1].set_xlabel("interval")

    if rows:
        caption = (
            "Records with most injected beats that no class told, one of each: ectopy all around widens the threshold."
        )
        result.append(Plot("unseen", caption, unseen, size=(7.2, 1 + 0.85 * len(rows)), whole=True))
    return result
