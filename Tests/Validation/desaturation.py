"""Detector 8, desaturations: the compatible definition against pobm, index by index, and what the native one adds."""

from __future__ import annotations

import json
from statistics import median

from desaturation_nights import COUNT, night, reference
from harness import COLOURS, Context, Plot, Requirement, Section, Table, thin
from harness.gatt import plx

ENVIRONMENT = "numpy-1"
DETECTOR = "desaturation"
COMPATIBLE = "desaturation-compatible"
TITLE = "8 Desaturation"
# Nights that the whole engine judges too, with the native definition.
NATIVE_NIGHTS = 20


def run(context: Context) -> Section:
    """Two hundred nights of 8 h with dips, noise, steps and missing samples."""
    count = 2 if context.quick else COUNT
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{count} synthesised nights of 8 h at 1 Hz (Tests/Validation/desaturation_nights.py): dips of 1 to 15 % "
        "and up to 4 min, noise, steps, gaps; every fourth night in half percents.",
    )
    section.paragraphs = [
        "Compatible mode is what PyPI pobm 1.2.0 finds: a fall counted from its first sample, a recovery within 90 s. "
        "Begin and end are compared as indices of samples. Native mode takes the maximum of the last 120 clean seconds "
        "as baseline and has no upper length."
    ]
    compared = different = long = long_found = 0
    ours: list[int] = []
    lengths: list[int] = []
    native_lengths: list[float] = []
    wrong: list[list[object]] = []
    example: tuple[list[int | None], list[tuple[float, float]]] | None = None
    for seed in range(1, count + 1):
        samples = night(seed)
        expected = reference(samples)
        found = judged(context, samples)
        compared += len(expected)
        missing = set(expected) ^ set(found)
        different += len(missing)
        if missing:
            wrong.append([seed, len(expected), len(found), str(sorted(missing)[:3])])
        ours.append(len(found))
        lengths += [end - begin for begin, end in found]
        if seed > NATIVE_NIGHTS:
            continue
        native = replayed(context, seed, samples)
        native_lengths += [end - begin for begin, end in native]
        for begin, end in stretches(samples):
            if end - begin > 100:
                long += 1
                long_found += any(first <= end and last >= begin for first, last in native)
        if example is None:
            example = samples, native
    if not native_lengths:
        return Section.skipped(DETECTOR, TITLE, "the product traces no such detector")
    section.tables = [
        Table(
            "Desaturations of 3 %",
            ["figure", "published", "reference", "ours", "reached"],
            [
                ["begins and ends, compatible mode", None, str(compared), str(sum(ours)), different == 0],
                ["begins or ends that differ", None, None, str(different), different == 0],
                [
                    f"falls of more than 100 s found, native mode, {min(count, NATIVE_NIGHTS)} nights",
                    None,
                    None,
                    f"{long_found} of {long}",
                    long_found == long,
                ],
            ],
            "A fall of more than 100 s stays 4 % or more below the level of the minute before it for so long.",
        ),
        Table(
            "Lengths, s",
            ["mode", "events", "median", "longest"],
            [
                ["compatible", len(lengths), f"{median(lengths or [0]):.0f}", f"{max(lengths, default=0):.0f}"],
                ["native", len(native_lengths), f"{median(native_lengths):.0f}", f"{max(native_lengths):.0f}"],
            ],
        ),
    ]
    if wrong:
        section.tables.append(
            Table("Nights that differ", ["night", "reference", "ours", "first differences"], wrong[:10])
        )
    section.requirements = [
        Requirement(
            "pobm-compatible desaturations equal index by index on 200 synthesised nights",
            f"{compared} events in {count} nights, {different} different",
            different == 0,
        )
    ]
    if example is not None:
        section.plots = [plot(*example)]
    return section


def judged(context: Context, samples: list[int | None]) -> list[tuple[int, int]]:
    """Begins and ends in compatible mode, by the product."""
    text = "".join("nan\n" if sample is None else f"{sample // 100}.{sample % 100:02}\n" for sample in samples)
    found: list[tuple[int, int]] = []
    for line in context.vitalsctl("judge-series", "--detector", COMPATIBLE, "-", input=text).splitlines():
        if '"desaturation"' in line:
            numbers = json.loads(line)["evaluation"]["numbers"]
            for begin, end in (("begin", "end"), ("beginSecond", "endSecond")):
                if begin in numbers:
                    found.append((numbers[begin], numbers[end]))
    return found


def replayed(context: Context, seed: int, samples: list[int | None]) -> list[tuple[float, float]]:
    """Begins and ends in native mode in seconds, as the findings of a replay have them."""

    def make(writer) -> None:
        for second, sample in enumerate(samples):
            writer.value(float(second), "2A5F", plx(None if sample is None else sample / 100, 60))

    native: list[tuple[float, float]] = []
    for line in context.replay(context.capture(f"desaturation-{seed}", make), [DETECTOR]):
        if line["kind"] == "finding" and line["body"].get("condition") == "desaturation-event":
            numbers = line["body"]["evaluation"]["numbers"]
            native.append((numbers["beginMicroseconds"] / 1e6, numbers["endMicroseconds"] / 1e6))
    return native


def stretches(samples: list[int | None]) -> list[tuple[int, int]]:
    """Where samples stay 4 % or more below the greatest of the minute before, without a gap."""
    result: list[tuple[int, int]] = []
    begin = level = None
    for second, sample in enumerate(samples):
        if begin is None:
            past = [value for value in samples[max(0, second - 60) : second] if value is not None]
            if sample is not None and len(past) == 60 and sample <= max(past) - 400:
                begin, level = second, max(past)
        elif sample is None or sample > level - 400:
            if sample is not None:
                result.append((begin, second - 1))
            begin = None
    return result


def plot(samples: list[int | None], native: list[tuple[float, float]]) -> Plot:
    """Two hours of the first night with the events that native mode finds."""

    def draw(axes) -> None:
        known = [(second / 60, value / 100) for second, value in enumerate(samples[:7_200]) if value is not None]
        axes.plot(*thin(*zip(*known)), color=COLOURS.ours, linewidth=0.8)
        for begin, end in native:
            if end < 7_200:
                axes.axvspan(begin / 60, end / 60, color=COLOURS.alarm, alpha=0.25)
        axes.set_xlabel("min")
        axes.set_ylabel("SpO2, %")

    return Plot("night", "Two hours of the first night; shaded: desaturations by the native definition.", draw)
