"""Outliers by PyPI hampel 1.0.2 and scipy's median deviation, as a fixture for the Swift tests; run it by hand.

python Tests/Validation/hampel_reference.py > Tests/VitalsDetectionTests/Signal/HampelReference.swift
"""

from __future__ import annotations

from desaturation_nights import _splitmix

SERIES = 40
LENGTH = 60
WIDTH = 11


def series(seed: int) -> list[int]:
    """RR intervals in 1/1024 s with early, missed and doubled beats."""
    draws = _splitmix(seed)

    def draw(count: int) -> int:
        return next(draws) % count

    level, spread = 600 + draw(700), 1 + draw(60)
    values = []
    for _ in range(LENGTH):
        value = level + draw(2 * spread + 1) - spread
        kind = draw(12)
        values.append(value * 2 if kind == 0 else value // 2 if kind == 1 else value)
    return values


def main() -> None:
    """Writes the fixture, after both references agree."""
    import numpy
    from hampel import hampel
    from scipy.stats import median_abs_deviation

    print(
        "/// The places of outliers in made-up series by PyPI hampel 1.0.2 (window 11, 3 sigma), which scipy's median"
    )
    print("/// absolute deviation confirms. Made by `python Tests/Validation/hampel_reference.py`.")
    print("enum HampelReference {\n    static let outliers: [[Int]] = [")
    half = WIDTH // 2
    for seed in range(1, SERIES + 1):
        values = numpy.array(series(seed), dtype=float)
        found = hampel(values, window_size=WIDTH, n_sigma=3.0).outlier_indices
        inner = [int(place) for place in found if half <= place < LENGTH - half]
        for place in range(half, LENGTH - half):
            window = values[place - half : place + half + 1]
            bound = 3 * 1.4826 * median_abs_deviation(window)
            assert (abs(values[place] - numpy.median(window)) > bound) == (place in inner), (seed, place)
        print(f"        {inner},")
    print("    ]\n}")


if __name__ == "__main__":
    main()
