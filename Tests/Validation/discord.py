"""Detector 12, shape discord: the left matrix profile against stumpy, and how rarely a healthy heart is one."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from harness import Context, Plot, Requirement, Section, Table, thin

DETECTOR = "discord"
TITLE = "12 Shape discord"
# The known discords (Keogh, Lin and Fu 2005): file, length of a window, samples, where, and at what distance.
KNOWN = (
    ("qtdbsele0606", 100, 15_000, 6_607, 8.207228),
    ("qtdbsel102", 100, 10_000, 4_233, 11.060010),
    ("chfdbchf15", 150, 15_000, 2_314, 11.330890),
    ("mitdbx_mitdbx_108", 400, 21_600, 9_970, 18.324255),
)
# The longest history that the detector takes: more than any of these recordings.
HISTORY = 65_536
# Discords of the heart rate are not judged by default.
CONFIGURATION = "[detection.discord]\nheart_rate = true\n"
# What stumpy's doubles lose near a distance of 0, where 1 - r cancels; farther away 1e-9 is asked.
NEAR = 1e-3


def lead(folder: Path, name: str, count: int) -> np.ndarray:
    """The first lead in thousandths, which are whole numbers but for the last bit of a double."""
    with gzip.open(folder / f"{name}.txt.gz", "rt") as file:
        scaled = np.loadtxt(file)[:count, 1] * 1000
    whole = np.round(scaled)
    assert np.max(np.abs(scaled - whole)) < 1e-9, f"{name} has more than three decimals"
    return whole.astype(np.int64)


class Profile:
    """A left matrix profile: the nearest earlier window of each, -1 where there is none, and its distance."""

    def __init__(self, count: int, window: int) -> None:
        self.index = np.full(count - window + 1, -1, np.int64)
        self.distance = np.full(count - window + 1, np.inf)

    def take(self, numbers: dict[str, int]) -> None:
        """One evaluation of the product."""
        if numbers["windowStart"] >= 0 and "neighbourStart" in numbers:
            self.index[numbers["windowStart"]] = numbers["neighbourStart"]
            bits = struct.pack("<q", numbers["distanceBits"])
            self.distance[numbers["windowStart"]] = struct.unpack("<d", bits)[0]


def product(context: Context, series: np.ndarray, window: int) -> Profile:
    """The product's own profile of a series; not a number is a missing sample."""
    import orjson

    rows = (f"{row},{'' if np.isnan(sample) else int(sample)}\n" for row, sample in enumerate(series.astype(float)))
    file = context.scratch / "series.csv"
    file.write_text("row,sample\n" + "".join(rows))
    arguments = ["judge-series", "--detector", DETECTOR, "--window", str(window), "--history", str(HISTORY), str(file)]
    profile = Profile(len(series), window)
    for line in context.vitalsctl(*arguments).splitlines():
        profile.take(orjson.loads(line)["evaluation"]["numbers"])
    return profile


class Comparison:
    """What differs between a profile of the product and stumpy's."""

    def __init__(self) -> None:
        self.windows = 0
        self.apart = 0
        self.ties = 0
        self.distance = 0.0

    def add(self, series: np.ndarray, window: int, ours: Profile) -> None:
        """Compares with stumpy over the same samples."""
        import stumpy

        values = series.astype(float)
        theirs = stumpy.stump(values.copy(), window)[:, 2].astype(np.int64)
        left = stumpy.stumpi(values.copy(), window, egress=False)
        self.windows += len(theirs)
        for place in np.flatnonzero(theirs != ours.index):
            pair = ours.index[place], theirs[place]
            if min(pair) >= 0 and is_nearer_or_equal(series, window, int(place), int(pair[0]), int(pair[1])):
                self.ties += 1
            else:
                self.apart += 1
        both = np.isfinite(left.left_P_) & (ours.index >= 0) & (ours.distance > NEAR)
        if np.any(both):
            self.distance = max(self.distance, float(np.max(np.abs(left.left_P_[both] - ours.distance[both]))))


def is_nearer_or_equal(series: np.ndarray, window: int, place: int, mine: int, other: int) -> bool:
    """Whether the window at `mine` is as near to the one at `place` as that at `other`, in whole numbers."""
    own = [int(sample) for sample in series[place : place + window]]
    quotients = []
    for start in (mine, other):
        samples = [int(sample) for sample in series[start : start + window]]
        covariance = window * sum(a * b for a, b in zip(own, samples)) - sum(own) * sum(samples)
        variance = window * sum(a * a for a in samples) - sum(samples) ** 2
        if variance == 0 or covariance <= 0:
            return False
        quotients.append((covariance * covariance, variance))
    return quotients[0][0] * quotients[1][1] >= quotients[1][0] * quotients[0][1]


def run(context: Context) -> Section:
    """The known discords, random series, and the heart rates of healthy days."""
    folder = context.data / "ucr-discord"
    if not folder.is_dir():
        return Section.skipped(DETECTOR, TITLE, "the data set is absent")
    section = Section(
        DETECTOR,
        TITLE,
        data="ucr-discord: four electrocardiograms with known discords, in thousandths of their unit (exact: they "
        "have three decimals); series made from the seed; nsr2db-rr: heart rates of 27 healthy days.",
        split="The limit of the distance was chosen on the first ten of the days; all of them are counted.",
    )
    comparison = Comparison()
    rows, found = [], []
    for name, window, count, expected, distance in KNOWN[: 1 if context.quick else None]:
        series = lead(folder, name, count)
        ours = product(context, series, window)
        comparison.add(series, window, ours)
        # The nearest window of all is the nearer of the nearest earlier and the nearest later one.
        mirrored = product(context, series[::-1], window)
        full = np.minimum(ours.distance, mirrored.distance[::-1])
        place = int(np.argmax(full))
        found.append(place == expected and abs(full[place] - distance) < 1e-6)
        rows.append([name, window, f"{expected} ({distance:.6f})", f"{place} ({full[place]:.6f})"])
        if name == KNOWN[0][0]:
            section.plots.append(known_plot(context, name, series, window, place))
    section.tables.append(Table("Known discords", ["recording", "window", "known", "ours"], rows))
    for kind in range(4 if context.quick else 24):
        series, window = made(context.rng(f"series {kind}"), kind % 4)
        comparison.add(series, window, product(context, series, window))
    section.paragraphs.append(
        "A left profile compares each window with all earlier ones; the full profile, whose greatest value is the "
        "known discord, is the lesser of that and of the left profile of the reversed series. Where several windows "
        "are equally near, which one doubles prefer is chance; ours is the newest, by whole numbers. stumpy's "
        f"distance below {NEAR} is not compared: there the difference 1 - r has lost its digits."
    )
    section.requirements += [
        Requirement("known discords found", f"{sum(found)} of {len(found)}", all(found)),
        Requirement(
            "discord indices equal to stumpy's",
            f"{comparison.windows} windows: {comparison.apart} differ, {comparison.ties} are exact ties",
            comparison.apart == 0,
        ),
        Requirement(
            "distance within 1e-9 of stumpy's",
            f"greatest difference {comparison.distance:.1e}",
            comparison.distance < 1e-9,
        ),
    ]
    healthy(context, section)
    return section


def made(random: np.random.Generator, kind: int) -> tuple[np.ndarray, int]:
    """A walk; one with constant stretches; one with missing samples; one of few levels, with many ties."""
    count, window = int(random.integers(300, 2_000)), int(random.integers(8, 100))
    series = np.cumsum(random.integers(-20, 21, count)).astype(float) * int(random.integers(1, 50))
    if kind == 1:
        series[count // 3 : count // 3 + 2 * window] = series[count // 3]
        series[2 * count // 3 : 2 * count // 3 + window + 7] = 5
    elif kind == 2:
        series[random.integers(0, count, 5)] = np.nan
    elif kind == 3:
        series = np.round(series / 200)
    return series, window


def healthy(context: Context, section: Section) -> None:
    """Discords of the heart rate on healthy days, through the engine."""
    records = context.records("nsr2db-rr")
    if not records:
        return
    hours, findings, evaluated = 0.0, 0, 0
    for rhythm in records[: 1 if context.quick else None]:
        hours += (rhythm.times[-1] - rhythm.times[0]) / 3600
        for line in context.replay(context.strap(rhythm), config=CONFIGURATION):
            if line["kind"] == "finding" and line["subject"] == DETECTOR:
                findings += line["body"]["condition"] == "heart-rate-discord"
        evaluated += 1
    section.tables.append(
        Table(
            "Heart rate of healthy days",
            ["figure", "published", "reference", "ours", "reached"],
            [["findings an hour, nsr2db", "", "", f"{findings / hours:.3f} ({findings} in {hours:.0f} h)", ""]],
            note=f"{evaluated} records. A finding is a window of 64 s whose correlation with every other of the last "
            "68 minutes is 1/2 or less, at a deviation of 2 bpm or more.",
        )
    )


def known_plot(context: Context, name: str, series: np.ndarray, window: int, place: int) -> Plot:
    """The discord and what is around it."""

    def draw(axes: object) -> None:
        low, high = place - 5 * window, place + 6 * window
        axes.plot(*thin(np.arange(low, high), series[low:high]), color=context.colours.reference, linewidth=0.8)
        inside = np.arange(place, place + window)
        axes.plot(inside, series[place : place + window], color=context.colours.alarm, linewidth=1.2)
        axes.set_xlabel("sample")
        axes.set_ylabel("thousandths")

    return Plot("known", f"{name}: the window that is farthest from all others", draw)
