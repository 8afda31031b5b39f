"""Nights of SpO2 made from a seed with whole numbers alone, so that the product's tests make the very same ones."""

from __future__ import annotations

from collections.abc import Iterator

SECONDS = 28_800
COUNT = 200
_MASK = (1 << 64) - 1


def night(seed: int, seconds: int = SECONDS) -> list[int | None]:
    """Samples in hundredths of a percent, one a second; None where one is missing.

    A level, dips of every depth and length, single falls and flickers, gaps. Every fourth night has half percents.
    """
    draws = _splitmix(seed)

    def draw(count: int) -> int:
        return next(draws) % count

    quantum = 50 if draw(4) == 0 else 100
    level = 9_400 + draw(5) * 100
    samples: list[int | None] = []
    while len(samples) < seconds:
        kind = draw(10)
        if kind < 5:
            noisy = draw(3) == 0
            for _ in range(10 + draw(170)):
                samples.append(level + (draw(3) - 1) * quantum if noisy and draw(4) == 0 else level)
        elif kind < 8:
            depth = (1 + draw(15)) * 100
            fall, hold, recovery = 2 + draw(40), draw(200 if draw(5) == 0 else 40), 1 + draw(30)
            rise = depth if draw(3) else depth * 2 // 3
            for step in range(1, fall + 1):
                samples.append(level - depth * step // fall // quantum * quantum)
            for _ in range(hold):
                samples.append(level - depth + (quantum if draw(8) == 0 else 0))
            for step in range(1, recovery + 1):
                samples.append(level - depth + rise * step // recovery // quantum * quantum)
        elif kind == 8:
            step = (draw(7) - 3) * 100
            for _ in range(1 + draw(20)):
                samples.append(level + step)
        else:
            samples.extend([None] * (1 + draw(60 if draw(4) == 0 else 4)))
    return [None if sample is None else min(max(sample, 2_000), 10_000) for sample in samples[:seconds]]


def fingerprint(events: list[tuple[int, int]]) -> int:
    """FNV-1a, 64 bits, over the numbers of begins and ends as four octets each, least first."""
    value = 0xCBF2_9CE4_8422_2325
    for number in (number for event in events for number in event):
        for octet in number.to_bytes(4, "little"):
            value = (value ^ octet) * 0x0000_0100_0000_01B3 & _MASK
    return value


def reference(samples: list[int | None], fall: int = 3, longest: int = 90) -> list[tuple[int, int]]:
    """Begins and ends of desaturations by pobm 1.2.0."""
    import numpy
    from pobm._ResultsClasses import DesatMethodEnum
    from pobm.obm.desat import DesaturationsMeasures

    signal = numpy.array([numpy.nan if sample is None else sample / 100 for sample in samples])
    detector = DesaturationsMeasures(
        ODI_Threshold=fall, threshold_method=DesatMethodEnum.Relative, desat_max_length=longest
    )
    with numpy.errstate(all="ignore"):
        result = detector.compute(signal)
    return [(int(begin), int(end)) for begin, end in zip(result.begin, result.end)]


def _splitmix(state: int) -> Iterator[int]:
    """SplitMix64 (Steele, Lea, Flood 2014)."""
    while True:
        state = (state + 0x9E37_79B9_7F4A_7C15) & _MASK
        mixed = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D0_49BB_1331_11EB & _MASK
        yield mixed ^ mixed >> 31


def swift_reference() -> str:
    """The file Tests/VitalsDetectionTests/Desaturation/CompatibleReference.swift."""
    import warnings

    warnings.simplefilter("ignore")
    lines = [
        "/// What pobm 1.2.0 finds in the nights of seeds 1 to 200: how many desaturations, and FNV-1a over their "
        "begins",
        "/// and ends. Made by `python Tests/Validation/desaturation_nights.py`; first a fall of 3 %, then one of 4 %.",
        "enum CompatibleReference {",
        "    static let nights: [[(count: Int, fingerprint: UInt64)]] = [",
    ]
    for seed in range(1, COUNT + 1):
        samples = night(seed)
        found = [reference(samples, fall) for fall in (3, 4)]
        cells = ", ".join(f"({len(events)}, 0x{fingerprint(events):016X})" for events in found)
        lines.append(f"        [{cells}],")
    return "\n".join([*lines, "    ]", "}"])


if __name__ == "__main__":
    print(swift_reference())
