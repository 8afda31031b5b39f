"""Scenarios of nights with faults, drawn from a seed, for the product's own simulator."""

from __future__ import annotations

from harness import Context

HOURS = 8
STRAP = "C0:00:00:00:00:01"


def describe(context: Context, number: int) -> str:
    """The scenario of a night: some nights are quiet, most have several kinds of faults."""
    rng = context.rng(f"night of the heart {number}")

    def whole(least: int, greatest: int) -> int:
        return int(rng.integers(least, greatest + 1))

    def happens(out_of_ten: int) -> bool:
        return whole(0, 9) < out_of_ten

    def yes(out_of_ten: int) -> str:
        return "true" if happens(out_of_ten) else "false"

    sensor = (
        "[[sensor]]",
        f'address = "{STRAP}"',
        'kind = "strap"',
        "[sensor.heart]",
        f"heart_rate = {whole(46, 84)}",
        f"drift = {whole(1, 4)}",
        f"circadian = {whole(0, 4)}",
        f"respiration = {whole(10, 18)}",
        f"respiratory_depth = {whole(1, 9)}",
        f"variability = {whole(1, 4)}",
        "[sensor.strap]",
        f"contact = {yes(8)}",
        f"energy_expended = {yes(2)}",
        f"wide = {yes(1)}",
        f"decay = {yes(5)}",
        "[sensor.link]",
        f"period = {rng.choice([1, 1, 1, 1, 0.5, 1.5])}",
        f"connection_interval = {rng.choice([15, 30, 50, 100])}",
        f"retransmitted = {whole(0, 10)}",
        f"jitter = {whole(0, 60)}",
    )
    parts = [f'name = "night-{number}"', f'duration = "{HOURS}h"', *sensor]

    def add(out_of_ten: int, minutes: tuple[int, int], kind: str, *lines: str) -> None:
        if happens(out_of_ten):
            parts.extend(
                ["[[random]]", f'sensor = "{STRAP}"', f'every = "{whole(*minutes)}m"', f"spread = {whole(10, 60)}"]
            )
            parts.extend(["[random.episode]", f'kind = "{kind}"', *lines])

    add(7, (8, 40), "pause", f'length = "{whole(3_000, 3_900)}ms"')
    add(6, (15, 70), "bradycardia", f"heart_rate = {whole(27, 36)}", f"duration = {whole(60, 240)}")
    add(3, (40, 120), "tachycardia", f"heart_rate = {whole(110, 190)}", f"duration = {whole(30, 240)}")
    add(
        4,
        (40, 120),
        "atrial-fibrillation",
        f"heart_rate = {whole(60, 140)}",
        f"irregularity = {whole(15, 30)}",
        f"duration = {whole(120, 1_800)}",
    )
    add(
        4,
        (20, 90),
        "premature-beats",
        f"per_minute = {whole(1, 15)}",
        f"duration = {whole(60, 900)}",
        f'origin = "{rng.choice(["ventricular", "atrial"])}"',
        f'pattern = "{rng.choice(["isolated", "bigeminy", "trigeminy"])}"',
    )
    add(6, (15, 80), "pause", f'length = "{whole(5_000, 15_000)}ms"')
    for kind, out_of_ten, seconds in (
        ("contact-loss", 6, (2, 240)),
        ("link-loss", 6, (1, 300)),
        ("silence", 5, (2, 120)),
        ("frozen", 6, (3, 400)),
        ("withheld-intervals", 4, (3, 120)),
    ):
        add(out_of_ten, (6, 60), kind, f"duration = {whole(*seconds)}")
    add(5, (6, 60), "motion", f"strength = {whole(5, 100)}", f"duration = {whole(10, 240)}")
    for kind in ("dropped-notifications", "malformed"):
        add(5, (6, 60), kind, f"share = {whole(5, 60)}", f"duration = {whole(10, 300)}")
    return "\n".join(parts) + "\n"
