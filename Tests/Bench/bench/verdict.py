"""What a run found: one line for each check, and the figures for docs/link-reliability.md."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path


class BenchError(Exception):
    """The bench cannot go on: not a finding about the gateway, until somebody has looked."""


@dataclasses.dataclass
class Verdict:
    """Collects the checks of one scenario."""

    scenario: str
    failures: list[str] = dataclasses.field(default_factory=list)
    passed: int = 0
    figures: list[dict[str, object]] = dataclasses.field(default_factory=list)

    def check(self, sentence: str, holds: bool, found: object = None) -> bool:
        """One thing that has to hold, as a sentence; `found` is what was there, shown in any case."""
        shown = sentence if found is None else f"{sentence}: {found}"
        print(f"  {'ok  ' if holds else 'FAIL'} {shown}", flush=True)
        if holds:
            self.passed += 1
        else:
            self.failures.append(shown)
        return holds

    def budget(self, fault: str, limit: float, measured: float | None, lesson: int | None = None) -> bool:
        """A time that must not exceed its budget, seconds; None: it never happened. The worst of a scenario is kept."""
        found = "never" if measured is None else f"{measured:.2f} s of {limit:g} s"
        figure: dict[str, object] = {"fault": fault, "budget": limit, "measured": measured, "where": "bluez"}
        if lesson is not None:
            figure["lesson"] = lesson
        self.figures.append(figure)
        return self.check(fault, measured is not None and measured <= limit, found)

    def write(self, results: Path | None) -> None:
        """Appends the figures to the results that all link tests share, one JSON object a line."""
        path = results or (Path(os.environ["VITALS_LINK_RESULTS"]) if "VITALS_LINK_RESULTS" in os.environ else None)
        if path is None or not self.figures:
            return
        with path.open("a") as file:
            for figure in self.figures:
                rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in figure.items()}
                file.write(json.dumps(rounded, sort_keys=True) + "\n")
