"""Detector 11, pulse wave: peaks against NeuroKit2, beats against a chest strap, quality against NeuroKit2."""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harness import CaptureWriter, Context, Plot, Requirement, Section, Table, thin

DETECTOR = "pulse-wave"
TITLE = "11 Pulse wave"
DATASET = "welltory-ppg"
CHARACTERISTIC = "FB005C8202E7F3871CAD8ACD2D8DF0C8"
# The camera's frame rate, which is not regular: the counts are put on a clock of this rate.
RATE = 30
# Samples of a notification: two a second, as a sensor sends them.
FRAME = 15
# A beat and a pulse belong together when they are no farther apart, the mean delay of the pulse taken away.
TOLERANCE = 0.15
# Seconds by which the strap's first beat may lie from the camera's first frame.
SHIFTS = np.arange(-8.0, 8.0, 0.02)


@dataclass
class Judged:
    """One recording with what the product found in it."""

    name: str
    samples: np.ndarray
    beats: np.ndarray
    onsets: list[int] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    windows: list[tuple[int, str, int]] = field(default_factory=list)
    skewness: list[tuple[int, float]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Windows that were not judged."""
        return sum(decision == "not-assessed" for _, decision, _ in self.windows)


@dataclass
class Score:
    """Beats that were found, missed and made up."""

    found: int = 0
    missed: int = 0
    false: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.found + other.found, self.missed + other.missed, self.false + other.false)

    @property
    def f1(self) -> float:
        """The harmonic mean of sensitivity and predictive value."""
        return 2 * self.found / max(1, 2 * self.found + self.missed + self.false)


def resampled(milliseconds: np.ndarray, counts: np.ndarray, rate: int) -> np.ndarray:
    """Counts at regular times by linear interpolation between whole milliseconds, in whole numbers, rounded half up."""
    times = milliseconds.astype(np.int64) * rate
    result = np.empty(int(times[-1] // 1000) + 1, np.int64)
    place = 0
    for index in range(len(result)):
        moment = index * 1000
        while place + 2 < len(times) and times[place + 1] <= moment:
            place += 1
        span = times[place + 1] - times[place]
        rise = int(counts[place + 1]) - int(counts[place])
        part = (rise * int(moment - times[place]) + int(span) // 2) // int(span) if span > 0 else 0
        result[index] = int(counts[place]) + part
    return result


def recordings(folder: Path) -> list[Judged]:
    """The red channel in thousandths, and the beats of the strap, which begin at an unknown time."""
    result = []
    for subject in sorted(folder.glob("data/subject_*")):
        table = np.genfromtxt(subject / "PPG.csv", delimiter=",", skip_header=1)
        intervals = np.array((subject / "RR.txt").read_text().split(), float) / 1000
        counts = np.round(table[:, 1] * 1000).astype(np.int64)
        samples = resampled(table[:, 0], counts, RATE)
        result.append(Judged(subject.name, samples, np.concatenate([[0.0], np.cumsum(intervals)])))
    return result


def frame(number: int, counts: np.ndarray) -> bytes:
    """Polar Measurement Data: an uncompressed photoplethysmogram; the other channels and ambient light are 0."""
    end = (number * FRAME + len(counts)) * 1_000_000_000 // RATE
    head = struct.pack("<BQB", 1, 700_000_000_000_000_000 + end, 0)
    return head + b"".join(int(count).to_bytes(3, "little", signed=True) + bytes(9) for count in counts)


def write(samples: np.ndarray, writer: CaptureWriter) -> None:
    """A recording as a sensor would have sent it."""
    writer.link(0, "up")
    for number in range((len(samples) + FRAME - 1) // FRAME):
        counts = samples[number * FRAME : (number + 1) * FRAME]
        time = (number * FRAME + len(counts)) / RATE
        writer.value(time, CHARACTERISTIC, frame(number, counts))


def judge(context: Context, judged: Judged) -> None:
    """A recording through the product."""
    capture = context.capture(f"ppg/{judged.name}", lambda writer: write(judged.samples, writer))
    for line in context.replay(capture, [DETECTOR, "pulse-quality"]):
        if line["kind"] != "trace":
            continue
        numbers = line["evaluation"]["numbers"]
        if line["detector"] == "pulse-quality":
            bits = numbers.get("skewnessBits")
            if bits is not None:
                judged.skewness.append((numbers["windowStart"], struct.unpack("<d", struct.pack("<q", bits))[0]))
        else:
            for name, value in numbers.items():
                if name.startswith("onset"):
                    judged.onsets.append(value)
                elif name.startswith("peak"):
                    judged.peaks.append(value)
            rate = numbers.get("pulseRate", 0)
            judged.windows.append((numbers["windowStart"], line["evaluation"]["decision"], rate))


def match(pulses: np.ndarray, beats: np.ndarray) -> Score:
    """Each pulse with one beat, in order."""
    first, second = max(beats[0], pulses[0]) - TOLERANCE, min(beats[-1], pulses[-1]) + TOLERANCE
    beats = beats[(beats >= first) & (beats <= second)]
    pulses = pulses[(pulses >= first) & (pulses <= second)]
    place, other, found = 0, 0, 0
    while place < len(beats) and other < len(pulses):
        distance = pulses[other] - beats[place]
        if abs(distance) <= TOLERANCE:
            found, place, other = found + 1, place + 1, other + 1
        elif distance > 0:
            place += 1
        else:
            other += 1
    return Score(found, len(beats) - found, len(pulses) - found)


def scored(places: list[int], beats: np.ndarray, spans: list[tuple[float, float]] | None = None) -> Score:
    """At the shift of the strap's clock that suits best; with `spans`, in these stretches alone."""
    pulses = np.array(sorted(places)) / RATE
    if len(pulses) < 5:
        return Score(0, len(beats), 0)
    scores = [(match(pulses, beats + shift), shift) for shift in SHIFTS]
    half = min(len(beats), len(pulses)) // 2
    score, shift = max((s for s in scores if s[0].found + s[0].missed >= half), key=lambda s: s[0].f1)
    if spans is None:
        return score

    def inside(times: np.ndarray) -> np.ndarray:
        return times[[any(low <= time < high for low, high in spans) for time in times]]

    beats, pulses = inside(beats + shift), inside(pulses)
    found = sum(bool(len(pulses)) and np.min(np.abs(pulses - beat)) <= TOLERANCE for beat in beats)
    covered = beats[[bool(len(pulses)) for _ in beats]] if len(beats) else beats
    real = sum(len(covered) > 0 and np.min(np.abs(covered - pulse)) <= TOLERANCE for pulse in pulses)
    return Score(int(found), len(beats) - int(found), len(pulses) - int(real))


def run(context: Context) -> Section:
    """All recordings through the product, and through NeuroKit2."""
    folder = context.data / DATASET
    if not folder.is_dir():
        return Section.skipped(DETECTOR, TITLE, "the data set is absent")
    warnings.filterwarnings("ignore")
    import neurokit2

    judged = recordings(folder)[: 3 if context.quick else None]
    rows: list[list[object]] = []
    ours, tops, reference, cleaned = Score(), Score(), Score(), Score()
    errors, difference, windows = [], 0.0, 0
    for one in judged:
        judge(context, one)
        light = one.samples.astype(float)
        reference += scored(charlton(light), one.beats)
        cleaned += scored(charlton(neurokit2.ppg_clean(light, sampling_rate=RATE)), one.beats)
        quality = neurokit2.ppg_quality(-light, sampling_rate=RATE, method="skewness")
        for start, value in one.skewness:
            difference = max(difference, abs(value - quality[start + 3 * RATE // 2]))
        windows += len(one.skewness)
        kept = [start for start, decision, _ in one.windows if decision == "pulse"]
        rates = [rate / 100 for _, decision, rate in one.windows if decision == "pulse"]
        row: list[object] = [one.name, f"{len(kept)}/{len(one.windows)}"]
        if kept:
            spans = [((start + 1.5 * RATE) / RATE, (start + 4.5 * RATE) / RATE) for start in kept]
            score, top = scored(one.onsets, one.beats, spans), scored(one.peaks, one.beats, spans)
            ours, tops = ours + score, tops + top
            rate = 60 * (len(one.beats) - 1) / one.beats[-1]
            errors.append(abs(float(np.mean(rates)) - rate))
            row += [f"{score.f1:.3f}", f"{top.f1:.3f}", f"{rate:.1f}", f"{np.mean(rates):.1f}"]
        else:
            row += ["refused", "refused", f"{60 * (len(one.beats) - 1) / one.beats[-1]:.1f}", "refused"]
        rows.append(row)
    section = Section(
        DETECTOR,
        TITLE,
        data="welltory-ppg: 21 recordings by telephone cameras, 68 to 112 s at rest, with the RR intervals of a Polar "
        "H10.",
        split="The filter's widths and the least perfusion were chosen on these 21 recordings; there are no others "
        "here.",
    )
    total, refused = sum(len(one.windows) for one in judged), sum(one.refused for one in judged)
    saturated = sum(one.refused for one in judged if one.refused == len(one.windows))
    section.paragraphs += [
        "The red channel, in thousandths, was put on a clock of 30 Hz by linear interpolation in whole numbers and "
        "sent as Polar Measurement Data frames of 15 samples. The strap's intervals begin at an unknown time: for "
        "each recording and each detector the shift with the most matches is taken, and a match is within 0.15 s.",
        f"{refused} of {total} windows were refused, {saturated} of them in the recordings that were refused as a "
        "whole: their red channel is saturated (254 to 255 of 255), and its perfusion below 2 thousandths. NeuroKit2 "
        "judges all; it is given the wave with the foot upwards, which suits it better.",
        "Sample for sample, the published windows are compared at 25, 30, 40, 55 and 135 Hz. Where the two differ by "
        "more than a sample, NeuroKit2 found an onset in its last window alone, which reaches back over what a "
        "detector that reports as it goes has already reported; ours reports in order and leaves it out.",
    ]
    section.tables += [
        Table(
            "Beats and rate",
            ["figure", "published", "reference", "ours", "reached"],
            [
                [
                    "F1, onsets",
                    "98 to 99 %",
                    f"{reference.f1:.3f} raw, {cleaned.f1:.3f} cleaned",
                    f"{ours.f1:.4f}",
                    reached(ours.f1 >= 0.98),
                ],
                ["F1, peaks", "", "", f"{tops.f1:.4f}", ""],
                ["mean error of the rate, bpm", "", "", f"{np.mean(errors):.2f}", reached(np.mean(errors) < 1)],
                ["windows judged", "", "all", f"{100 * (total - refused) / max(1, total):.1f} %", ""],
            ],
        ),
        Table(
            "Each recording",
            ["recording", "windows judged", "F1 onsets", "F1 peaks", "strap, bpm", "ours, bpm"],
            rows,
        ),
    ]
    section.requirements += [
        Requirement(
            "skewness equal to NeuroKit2's within 1e-9",
            f"greatest difference {difference:.1e} over {windows} windows",
            difference < 1e-9 and windows > 0,
        ),
        Requirement("F1 98 to 99 % at rest", f"{100 * ours.f1:.2f} % on the windows that were judged", ours.f1 >= 0.98),
        Requirement(
            "mean error of the heart rate below 1 bpm",
            f"{np.mean(errors):.2f} bpm over {len(errors)} recordings",
            bool(errors) and float(np.mean(errors)) < 1,
        ),
        *published(context, judged),
    ]
    section.plots.append(example(context, judged[min(4, len(judged) - 1)]))
    return section


def reached(holds: bool) -> str:
    """As it stands in a table."""
    return "yes" if holds else "no"


def charlton(wave: np.ndarray) -> list[int]:
    """NeuroKit2's peaks; none where it fails, as it does when a peak lies next to the beginning of a window."""
    import neurokit2

    try:
        return list(neurokit2.ppg_findpeaks(wave, sampling_rate=RATE, method="charlton")["PPG_Peaks"])
    except ValueError:
        return []


def published(context: Context, judged: list[Judged]) -> list[Requirement]:
    """The published windows, which the engine does not use, against NeuroKit2 at several rates."""
    from neurokit2.ppg.ppg_findpeaks import _ppg_findpeaks_charlton

    counts = {"peaks": [0, 0, 0], "onsets": [0, 0, 0]}
    for rate in (30,) if context.quick else (25, 30, 40, 55, 135):
        for one in judged:
            samples = one.samples if rate == RATE else stretched(one.samples, rate)
            try:
                peaks, onsets = _ppg_findpeaks_charlton(samples.astype(float), sampling_rate=rate)
            except ValueError:
                # It fails where a peak lies within its tolerance of a window's beginning.
                continue
            file = context.scratch / "wave.csv"
            file.write_text("sample\n" + "".join(f"{count}\n" for count in samples))
            found: dict[str, list[int]] = {"peaks": [], "onsets": []}
            arguments = ["judge-series", "--detector", "pulse-wave", "--rate", str(rate), "--published", str(file)]
            for numbers in evaluations(context.vitalsctl(*arguments)):
                for name, value in numbers.items():
                    if name.startswith("peak"):
                        found["peaks"].append(value)
                    elif name.startswith("onset"):
                        found["onsets"].append(value)
            for name, expected in (("peaks", peaks.tolist()), ("onsets", onsets.tolist())):
                apart = set(found[name]) ^ set(expected)
                counts[name][0] += len(expected)
                counts[name][1] += len(apart)
                both = np.array(sorted(set(found[name]) & set(expected)) + [-9])
                counts[name][2] += sum(int(np.min(np.abs(both - place))) > 1 for place in apart)
    return [
        Requirement(
            f"{name} of NeuroKit2's charlton within 1 sample",
            f"{total} {name}: {total - apart} at the same sample, {far} without one within 1 sample",
            far <= total // 1000,
        )
        for name, (total, apart, far) in counts.items()
    ]


def stretched(samples: np.ndarray, rate: int) -> np.ndarray:
    """The same counts on another clock."""
    return resampled(np.arange(len(samples)) * 1000 // RATE, samples, rate)


def evaluations(text: str) -> list[dict[str, int]]:
    """The numbers of each line of `vitalsctl judge-series`."""
    import orjson

    return [orjson.loads(line)["evaluation"]["numbers"] for line in text.splitlines()]


def example(context: Context, judged: Judged) -> Plot:
    """Twelve seconds with their onsets and peaks."""

    def draw(axes: object) -> None:
        low, high = 20 * RATE, 32 * RATE
        wave = -judged.samples[low:high]
        axes.plot(*thin(np.arange(low, high) / RATE, wave), color=context.colours.reference, linewidth=0.8)
        for places, colour, label in (
            (judged.onsets, context.colours.ours, "onset"),
            (judged.peaks, context.colours.alarm, "peak"),
        ):
            inside = [place for place in places if low <= place < high]
            axes.plot(
                [place / RATE for place in inside],
                [-judged.samples[place] for place in inside],
                "o",
                markersize=3,
                color=colour,
                label=label,
            )
        axes.set_xlabel("s")
        axes.set_ylabel("light, inverted")
        axes.legend(loc="upper right")

    return Plot("example", f"{judged.name}: the inverted red channel, with the onsets and peaks that were found", draw)
