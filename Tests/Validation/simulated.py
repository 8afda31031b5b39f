"""Nights that the product's own simulator makes from a seed, with every fault that it knows, and their truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import Context

STRAP = "C0:00:00:00:00:01"
OXIMETER = "C0:00:00:00:00:02"
# Kinds of random episodes: on which sensor, how far apart on average in minutes, and what they are.
_EPISODES = (
    (OXIMETER, (4, 30), 'kind = "desaturation"\ndepth = {depth}\nfall = {fall}\nhold = {hold}\nrecovery = 15'),
    (OXIMETER, (90, 240), 'kind = "low-perfusion"\nduration = 120'),
    (OXIMETER, (60, 240), 'kind = "motion"\nduration = 40'),
    (OXIMETER, (90, 300), 'kind = "contact-loss"\nduration = 90'),
    (OXIMETER, (90, 300), 'kind = "link-loss"\nduration = 70'),
    (STRAP, (60, 240), 'kind = "motion"\nduration = 40'),
    (STRAP, (90, 300), 'kind = "contact-loss"\nduration = 90'),
    (STRAP, (90, 300), 'kind = "link-loss"\nduration = 70'),
    (STRAP, (120, 400), 'kind = "frozen"\nduration = 120'),
    (STRAP, (120, 400), 'kind = "silence"\nduration = 45'),
    (STRAP, (60, 240), 'kind = "dropped-notifications"\nduration = 120\nshare = 20'),
    (STRAP, (60, 200), 'kind = "pause"\nlength = {pause}'),
    (STRAP, (90, 240), 'kind = "tachycardia"\nheart_rate = 155\nduration = 120'),
    (STRAP, (90, 240), 'kind = "bradycardia"\nheart_rate = 34\nduration = 120'),
)


@dataclass
class Night:
    """A simulated night: what the gateway received, and what happened."""

    number: int
    capture: Path
    truth: list[dict[str, Any]]


def nights(context: Context, count: int, hours: int = 8) -> list[Night]:
    """So many nights of one sleeper with a strap and an oximeter."""
    return [_night(context, number, hours) for number in range(1 if context.quick else count)]


def _night(context: Context, number: int, hours: int) -> Night:
    path = context.cache / "nights" / f"{context.seed}-{number}-{hours}"
    capture, truth, scenario = (path.with_suffix(suffix) for suffix in (".jsonl.gz", ".truth.jsonl", ".toml"))
    text = _scenario(context, number, hours)
    if not truth.exists() or not scenario.exists() or scenario.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        truth.unlink(missing_ok=True)
        scenario.write_text(text)
        context.vitalsctl(
            "synthesise",
            "--scenario",
            str(scenario),
            "--seed",
            str(context.seed * 1_000 + number),
            "--output",
            str(capture),
            "--truth",
            str(truth),
            "--force",
        )
    return Night(number, capture, [json.loads(line) for line in truth.read_text().splitlines()])


def _scenario(context: Context, number: int, hours: int) -> str:
    rng = context.rng(f"night {number}")
    spo2 = rng.integers(93, 98)
    decimals = rng.integers(0, 2)
    parts = [
        f'name = "validation-night-{number}"\nduration = "{hours}h"',
        f'[[sensor]]\naddress = "{STRAP}"\nkind = "strap"\nsubject = "sleeper"\n[sensor.heart]\nheart_rate = '
        f"{rng.integers(48, 84)}",
        f'[[sensor]]\naddress = "{OXIMETER}"\nkind = "oximeter"\nsubject = "sleeper"\n[sensor.oximeter]\nspo2 = {spo2}'
        f"\ndecimals = {decimals}",
    ]
    for sensor, (least, greatest), episode in _EPISODES:
        described = episode.format(
            depth=rng.integers(4, 16),
            fall=rng.integers(8, 40),
            hold=rng.integers(2, 50),
            pause=f"{rng.integers(310, 700) / 100:.2f}",
        )
        parts.append(
            f'[[random]]\nsensor = "{sensor}"\nevery = "{rng.integers(least, greatest)}m"\nspread = 60\n'
            f"[random.episode]\n{described}"
        )
    return "\n\n".join(parts) + "\n"
