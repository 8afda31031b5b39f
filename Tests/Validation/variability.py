"""Detector 7, heart-rate variability: windows against hrv-analysis and NeuroKit2.

`python variability.py --references` prints the figures that `VariabilityReferences.swift` holds.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness import COLOURS, MISSING, Context, Plot, Requirement, Section, Table, thin, worst

DETECTOR = "heart-rate-variability"
TITLE = "7 Heart-rate variability"
WINDOW = 300_000_000
TOLERANCE = 1e-9
# Milliseconds in 1/1024 s, exact in binary.
SCALE = 125 / 128
# NeuroKit2's Poincaré plot comes with much that is slow: so many windows of a record are given to it.
POINCARE_WINDOWS = 6
FIGURES = ("mean", "sdnn", "rmssd", "sdsd", "sdsdPopulation", "pnn50", "pnn20", "sd1", "sd2", "sd2FromDeviations")
NUMBERS = ("received", "intervals", "pairs", "startMicroseconds", "sumX", "sumXSquares", "sumDSquares") + tuple(
    f"{name}{'Percent' if name[0] == 'p' else 'Milliseconds'}Bits" for name in FIGURES
)
RECORDS = (("nsr2db-rr", 9), ("healthy-rr", 3), ("mitdb-annotations", 48))


@dataclass
class Played:
    """One recording's windows."""

    dataset: str
    name: str
    compared: Counter = field(default_factory=Counter)
    # The greatest relative difference from each reference.
    largest: Counter = field(default_factory=Counter)
    sums_wrong: int = 0
    membership_wrong: int = 0
    assessed: int = 0
    refusals: Counter = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)
    rmssd: list[float] = field(default_factory=list)


def run(context: Context) -> Section:
    """Days of healthy people, and the arrhythmias of MITDB."""
    played = []
    for dataset, count in RECORDS:
        records = context.records(dataset)
        step = max(1, len(records) // count)
        for rhythm in records[::step][: 1 if context.quick else count]:
            played.append(play(context, dataset, rhythm.name, context.strap(rhythm)))
    if not played:
        return Section.skipped(DETECTOR, TITLE, "nsr2db-rr, healthy-rr and mitdb-annotations are absent")
    compared: Counter = sum((part.compared for part in played), Counter())
    largest = {name: max(part.largest[name] for part in played) for name in ("hrv-analysis", "NeuroKit2", "NumPy")}
    wrong = sum(part.sums_wrong + part.membership_wrong for part in played)
    section = Section(DETECTOR, TITLE)
    section.data = (
        ", ".join(f"{sum(part.dataset == dataset for part in played)} records of {dataset}" for dataset, _ in RECORDS)
        + ", as strap recordings."
    )
    section.paragraphs = [
        "Which intervals are NN is read from the product's own cleaning (detector 6), which has its comparison; which "
        "window each belongs to, the sums and the figures are made again here. Windows in which nothing was left out "
        "are given to hrv-analysis 1.0.6 and NeuroKit2 0.2.13, every figure in the package's own convention: "
        "hrv-analysis divides SDSD by m and takes SD2 from SDNN and SDSD; NeuroKit2 divides by m - 1, takes SD2 along "
        "the line of identity, and pNN50 as a share of the intervals. The others are compared with NumPy over the "
        "pairs that are left.",
        "The recordings in milliseconds (pyhrv's samples, Welltory's 3,245 measurements) cannot come from a sensor, "
        "which sends 1/1024 s. Their figures are compared by the product's tests, with the sums in milliseconds: "
        "pyhrv's export to 1e-9, its report to the last digit, Welltory's SDNN and RMSSD to 1e-3, all equal.",
    ]
    section.tables = [
        Table(
            "Windows compared",
            ["reference", "windows", "greatest relative difference"],
            [[name, compared[name], f"{largest[name]:.1e}"] for name in largest],
        ),
        record_table(played),
    ]
    section.requirements = [
        Requirement(
            "HRV within 1e-9 of the references",
            f"{max(largest.values()):.1e} in {sum(compared.values()):,} comparisons of windows",
            max(largest.values()) <= TOLERANCE,
        ),
        Requirement(
            "every interval is in its window, and every sum exact",
            f"{wrong} of {sum(part.assessed + part.refusals.total() for part in played):,} windows differ",
            wrong == 0,
        ),
    ]
    section.plots = plots(played)
    return section


def play(context: Context, dataset: str, name: str, capture: Any) -> Played:
    """One recording: the product's windows against those made of its cleaned intervals."""
    part = Played(dataset, name)
    intervals = context.columns(capture, "rr-cleaning", ("rrTicks", "isChained"))
    windows = context.columns(capture, DETECTOR, NUMBERS)
    is_extra = intervals["decision"] == "extra"
    is_chained = intervals["isChained"] == 1
    # What follows an extra beat began at none.
    is_nn = (intervals["decision"] == "normal") & ~np.concatenate([[False], is_extra[:-1] & is_chained[1:]])
    follows = is_chained & np.concatenate([[False], is_nn[:-1]])
    number = np.maximum.accumulate(under_way(intervals) // WINDOW)
    for at in range(len(windows["monotonic"])):
        inside = number == windows["startMicroseconds"][at] // WINDOW
        rr, own = intervals["rrTicks"][inside], is_nn[inside]
        pair = follows[inside] & own
        pair[:1] = False
        x = rr[own].astype(object)
        second = np.flatnonzero(pair)
        d = (rr[second] - rr[second - 1]).astype(object)
        given = {key: windows[key][at] for key in NUMBERS}
        part.membership_wrong += (given["received"], given["intervals"]) != (len(rr), len(x))
        sums = (len(d), sum(x), sum(x * x), sum(d * d))
        part.sums_wrong += sums != tuple(given[key] for key in ("pairs", "sumX", "sumXSquares", "sumDSquares"))
        if windows["refusal"][at]:
            part.refusals[windows["refusal"][at]] += 1
            continue
        part.assessed += 1
        figures = {name: value(given, name) for name in FIGURES}
        part.hours.append(float(given["startMicroseconds"]) / 3.6e9)
        part.rmssd.append(figures["rmssd"])
        milliseconds, both = x.astype(float) * SCALE, rr[second].astype(float) + rr[second - 1]
        check(part, "NumPy", figures, by_numpy(milliseconds, d.astype(float) * SCALE, both * SCALE))
        if len(d) == len(x) - 1:
            check(part, "hrv-analysis", figures, by_hrv_analysis(milliseconds))
            slow = part.compared["NeuroKit2"] < POINCARE_WINDOWS
            check(part, "NeuroKit2", figures, by_neurokit(rr[own], slow))
    return part


def under_way(intervals: dict[str, np.ndarray]) -> np.ndarray:
    """When each beat counts: what is dated back across the end of a gap, or across a window's beginning, belongs to the
    window under way. A strap notifies at whole seconds, and its last beat is dated to them."""
    times = intervals["monotonic"].copy()
    for first in np.flatnonzero(intervals["isChained"] == 0).tolist():
        last = first
        while last + 1 < len(times) and times[last] % 1_000_000:
            last += 1
        times[first : last + 1] = np.maximum(times[first : last + 1], times[last])
    return times


def value(given: dict[str, Any], name: str) -> float:
    """A figure from its bits."""
    bits = given[f"{name}{'Percent' if name[0] == 'p' else 'Milliseconds'}Bits"]
    return float("nan") if bits == MISSING else float(np.int64(bits).view(np.float64))


def check(part: Played, reference: str, figures: dict[str, float], expected: dict[str, float]) -> None:
    """Notes the greatest relative difference. A missing figure is an infinite one."""
    part.compared[reference] += 1
    for name, want in expected.items():
        own = figures[name] if not np.isnan(figures[name]) else np.inf
        difference = abs(own - want) / max(abs(want), 1e-3)
        part.largest[reference] = max(part.largest[reference], difference)


def by_numpy(x: np.ndarray, d: np.ndarray, both: np.ndarray) -> dict[str, float]:
    """The definitions in two passes."""
    return {
        "mean": x.mean(),
        "sdnn": x.std(ddof=1),
        "rmssd": np.sqrt((d * d).mean()),
        "sdsd": d.std(ddof=1),
        "sdsdPopulation": d.std(),
        "pnn50": 100 * (abs(d) > 50).mean(),
        "pnn20": 100 * (abs(d) > 20).mean(),
        "sd1": d.std(ddof=1) / np.sqrt(2),
        "sd2": both.std(ddof=1) / np.sqrt(2),
    }


def by_hrv_analysis(x: np.ndarray) -> dict[str, float]:
    """hrv-analysis's figures."""
    import hrvanalysis

    time = hrvanalysis.get_time_domain_features(list(x))
    plot = hrvanalysis.get_poincare_plot_features(list(x))
    return {
        "mean": time["mean_nni"],
        "sdnn": time["sdnn"],
        "rmssd": time["rmssd"],
        "sdsdPopulation": time["sdsd"],
        "pnn50": time["pnni_50"],
        "pnn20": time["pnni_20"],
        "sd1": plot["sd1"],
        "sd2FromDeviations": plot["sd2"],
    }


def by_neurokit(rr: np.ndarray, with_poincare: bool) -> dict[str, float]:
    """NeuroKit2's figures, its shares turned from intervals to pairs."""
    import neurokit2

    # Of five minutes it says that some slow figures, which are not asked for, cannot be had.
    warnings.simplefilter("ignore", neurokit2.misc.NeuroKitWarning)
    peaks = np.concatenate([[0], np.cumsum(rr)])
    time = neurokit2.hrv_time(peaks, sampling_rate=1_024).iloc[0]
    share = len(rr) / (len(rr) - 1)
    result = {
        "mean": time["HRV_MeanNN"],
        "sdnn": time["HRV_SDNN"],
        "rmssd": time["HRV_RMSSD"],
        "sdsd": time["HRV_SDSD"],
        "pnn50": time["HRV_pNN50"] * share,
        "pnn20": time["HRV_pNN20"] * share,
    }
    if with_poincare:
        plot = neurokit2.hrv_nonlinear(peaks, sampling_rate=1_024).iloc[0]
        result |= {"sd1": plot["HRV_SD1"], "sd2": plot["HRV_SD2"]}
    return {name: float(figure) for name, figure in result.items()}


def record_table(played: list[Played]) -> Table:
    """Windows by data set."""
    rows = []
    for dataset, _ in RECORDS:
        parts = [part for part in played if part.dataset == dataset]
        refusals: Counter = sum((part.refusals for part in parts), Counter())
        text = ", ".join(f"{name} {count}" for name, count in sorted(refusals.items())) or "none"
        rows.append([dataset, len(parts), sum(part.assessed for part in parts), text])
    return Table("Windows judged and refused", ["data", "records", "judged", "refused"], rows)


def plots(played: list[Played]) -> list[Plot]:
    """RMSSD over the day."""
    rows = worst([part for part in played if part.hours], lambda part: part.hours[-1], 6)

    def days(figure: Any) -> None:
        axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for one, part in zip(axes, rows):
            one.plot(*thin(part.hours, part.rmssd), ".", color=COLOURS.ours, markersize=2)
            one.set_title(f"{part.dataset} {part.name}", loc="left", pad=2)
            one.set_ylabel("ms")
            one.tick_params(labelsize=6)
        axes[-1].set_xlabel("time, h")

    return [Plot("days", "RMSSD of five minutes over the longest recordings.", days, (7.2, 6), whole=True)]


def references() -> None:
    """The made series of the tests in Swift, and what the packages say of them."""
    for seed, count in ((1, 400), (2, 61), (3, 1_500)):
        rr = wandering(seed, count)
        first, second = by_hrv_analysis(rr * SCALE), by_neurokit(rr, True)
        share = (count - 1) / count
        print(f"seed {seed}, {count} intervals")
        names = ("mean", "sdnn", "rmssd", "sdsdPopulation", "pnn50", "pnn20", "sd1", "sd2FromDeviations")
        print("  hrv-analysis", [float(first[name]) for name in names])
        second |= {"pnn50": second["pnn50"] * share, "pnn20": second["pnn20"] * share}
        names = ("mean", "sdnn", "rmssd", "sdsd", "pnn50", "pnn20", "sd1", "sd2")
        print("  NeuroKit2   ", [float(second[name]) for name in names])


def wandering(seed: int, count: int) -> np.ndarray:
    """The series of `VariabilityReference`, from SplitMix64."""
    mask = (1 << 64) - 1
    state, level, series = seed, 820, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        level += (mixed ^ (mixed >> 31)) % 121 - 60 + (820 - level) // 8
        series.append(level)
    return np.array(series)


if __name__ == "__main__" and "--references" in sys.argv:
    references()
