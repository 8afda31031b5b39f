"""What a suite is, and how it says what it found: one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path


class CannotRun(Exception):
    """The machine lacks something; the suite says what, and is skipped in the open."""


class Broken(Exception):
    """The suite itself cannot go on: not a finding about the product, until somebody has looked."""


@dataclasses.dataclass
class Goal:
    """A figure that was asked for, what was reached, and whether that holds (None: not measured here)."""

    line: str
    value: str
    holds: bool | None


class Findings:
    """Collects the counts and the goals of one suite."""

    def __init__(self) -> None:
        self.counts: dict[str, int | float | str] = {}
        self.goals: list[Goal] = []

    def count(self, name: str, value: int | float | str) -> None:
        """A number for the table."""
        self.counts[name] = round(value, 3) if isinstance(value, float) else value

    def goal(self, line: str, value: object, holds: bool | None) -> None:
        """One thing that has to hold, as a sentence, with what was found."""
        self.goals.append(Goal(line, str(value), holds))
        word = {True: "ok  ", False: "FAIL", None: "--  "}[holds]
        print(f"  {word} {line}: {value}", flush=True)

    @property
    def holds(self) -> bool:
        """Whether nothing fails."""
        return all(goal.holds is not False for goal in self.goals)


@dataclasses.dataclass(frozen=True)
class Options:
    """What the command line says to every suite."""

    binaries: Path
    folder: Path
    root: Path
    is_full: bool
    seed: int


@dataclasses.dataclass(frozen=True)
class Suite:
    """A suite under its name, the tests of the catalogue that it is, and the Debian packages that it needs."""

    name: str
    tests: tuple[str, ...]
    what: str
    run: Callable[[Options, Findings], list[dict] | None]
    packages: tuple[str, ...] = ()
    # Where its short form runs: here, unless this says where else.
    short_form: str = ""
    needs_network: bool = False


def result(suite: Suite, options: Options, findings: Findings, seconds: float) -> dict[str, object]:
    """The line of a suite for the results file."""
    return {
        "suite": suite.name,
        "tests": list(suite.tests),
        "seed": options.seed,
        "form": "full" if options.is_full else "short",
        "counts": findings.counts,
        "goals": [dataclasses.asdict(goal) for goal in findings.goals],
        "seconds": round(seconds, 1),
    }


def append(path: Path, line: dict[str, object]) -> None:
    """Adds a line to a results file."""
    with path.open("a") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")


def until(seconds: float, holds: Callable[[], bool], pause: float = 0.02) -> float | None:
    """Waits until something holds; how long that took, or None when it did not in time."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(pause)
    return time.monotonic() - began
