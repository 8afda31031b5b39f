"""Writes docs/reliability.md from results.jsonl: one JSON object a suite, as the suites reported it."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from torture.suites.all import SUITES  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

# What was promised, and the suites that have to show it.
PROMISES = [
    ("Simulated power cuts, I/O errors and compound faults: 0 acknowledged samples lost, chain clean",
     ("crash-points", "io-errors", "compound-faults", "salvage-cuts")),
    ("kill -9 in the middle of everything: 0 acknowledged records lost, at most what was under way sent again",
     ("kill-9",)),
    ("Every mode of a hostile broker, and bad certificates: connected again, 0 lost, 0 doubled", ("rogue-broker", "mutations", "tls")),
    ("A cut at every byte of an exchange; slow, stalled and half-open links", ("cuts", "chaos")),
    ("Nodes of both clusters killed in turn: 0 lost, 0 doubled", ("cluster-nats", "cluster-rabbitmq")),
    ("The same exchange with every broker", ("interop",)),
    ("A broker that loses what it acknowledged: all of the grace window restored", ("store-lost",)),
    ("Deterministic simulation: no violation, every planted bug found",
     ("simulation", "planted-bugs")),
    ("Damaged journals: always starts, no wrong value, intact records salvaged", ("corruption", "corruption-sealed", "readiness-damaged", "scrub", "scrub-sealed")),
    ("Full disk, read-only file system, no descriptors left", ("full-disk", "disk-faults", "disk-faults-at-start", "disk-faults-in-commit")),
    ("Retention: never above the bound, in the right order, alarms last", ("retention",)),
    ("The gateway starts in constant time with any backlog", ("start", "readiness")),
    ("Tampering: every edit found", ("tampering", "tampering-sealed")),
    ("Nothing that identifies a patient in files, logs and core when sealed", ("canary", "canary-core")),
    ("A million records of backlog drain beside live data and alarms", ("backlog", "offline", "outage")),
    ("No decoder of foreign bytes traps or hangs", ("fuzz",)),
    ("Sanitizers and valgrind find nothing in our modules", ("sanitizers", "valgrind")),
    ("Soak: memory, descriptors and threads stay flat; any uptime", ("soak", "uptime")),
]
KNOWN = {suite.name: suite for suite in SUITES}
ORDER = [name for _, names in PROMISES for name in names]
INTRODUCTION = """# Reliability report

Written by `scripts/torture`; do not edit. Every figure was measured by the suite that it stands under, on the real parts:
the journal in SQLite, the commit writer, the uplink and libmosquitto, except where a suite says that it simulates. What
arrived was judged by the verifier that is shipped (`vitalsctl receive`). Where a run did not come to its end, a suite says
that its line was noted by hand. `scripts/torture --full --only NAME` makes a run again. A suite that draws its faults names its
seeds; `--seed N` gives others to those that are written in Python, the simulation takes them itself (`vitalsctl simulate`).
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merge", type=Path, help="results of a run, to take into results.jsonl first")
    parser.add_argument("--results", type=Path, default=ROOT / "Tests/Torture/results.jsonl")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/reliability.md")
    options = parser.parse_args()
    kept = {line["suite"]: line for line in _lines(options.results)}
    if options.merge:
        for line in _lines(options.merge):
            kept[line["suite"]] = {**_origin(), **line}
        options.results.write_text(
            "".join(json.dumps(kept[name], sort_keys=True) + "\n" for name in sorted(kept, key=_place)))
    options.output.write_text(page(kept))
    return 0


def _lines(path: Path) -> list[dict]:
    if not path.exists():
        return []
    return [json.loads(text) for text in path.read_text().splitlines() if text.strip()]


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _origin() -> dict[str, str]:
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"],
                            capture_output=True, text=True, check=False).stdout.strip()
    name = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                 if "model name" in line), "unknown processor")
    return {"commit": commit or "unknown", "machine": f"{name}, {os.cpu_count()} threads",
            "date": datetime.date.today().isoformat()}


def page(results: dict[str, dict]) -> str:
    """The whole page."""
    goals = [goal for line in results.values() for goal in line.get("goals", [])]
    failed = [f"{name}: {goal['line']}" for name, line in results.items() for goal in line.get("goals", [])
              if goal["holds"] is False]
    held = sum(goal["holds"] is True for goal in goals)
    open_goals = sum(goal["holds"] is None for goal in goals)
    parts = [INTRODUCTION, "## What must hold\n"]
    summary = f"{held} of {len(goals)} lines hold, in {len(results)} suites"
    summary += f"; {open_goals} could not be measured here" if open_goals else ""
    summary += f". **What does not hold:** {'; '.join(failed)}." if failed else "; none fails."
    parts.append(summary + "\n")
    rows = ["| Promise | Shown by | |", "|---|---|---|"]
    for promise, names in PROMISES:
        found = [name for name in names if name in results]
        links = ", ".join(f"[{name}](#{name})" for name in found)
        absent = [name for name in names if name not in results and name in KNOWN]
        if absent:
            links += ("; " if links else "") + "not run yet: " + ", ".join(absent)
        rows.append(f"| {promise} | {links} | {_verdict([results[name] for name in found], absent)} |")
    parts.append("\n".join(rows) + "\n")
    parts += [_suite(results[name]) for name in sorted(results, key=_place)]
    return "\n".join(parts)


def _verdict(lines: list[dict], absent: list[str]) -> str:
    verdicts = [goal["holds"] for line in lines for goal in line.get("goals", [])]
    if not verdicts:
        return "not run yet"
    if False in verdicts:
        return "**does not hold**"
    if absent:
        return "holds, as far as it ran"
    return "holds, in the short form" if any(line.get("form") == "short" for line in lines) else "holds"


def _suite(line: dict) -> str:
    name = line["suite"]
    parts = [f"## {name}\n"]
    facts = [", ".join(line.get("tests", [])), f"seed {line.get('seed', '-')}", f"{line.get('form', 'full')} form",
             f"{line['seconds']} s" if line.get("seconds") else "", f"commit `{line.get('commit', 'unknown')}`", line.get("date", ""),
             line.get("machine", "")]
    what = f"{KNOWN[name].what[0].upper()}{KNOWN[name].what[1:]}.\n\n" if name in KNOWN else ""
    parts.append(what + "; ".join(fact for fact in facts if fact) + ".\n")
    if line.get("by_hand"):
        parts.append(f"Noted by hand: {line['by_hand']}.\n")
    if line.get("goals"):
        rows = ["| What was asked for | Reached | |", "|---|---|---|"]
        rows += [f"| {_cell(goal['line'])} | {_cell(goal['value'])} | {_word(goal['holds'])} |" for goal in line["goals"]]
        parts.append("\n".join(rows) + "\n")
    if line.get("counts"):
        parts.append("Counts: " + ", ".join(f"{key} {_number(value)}" for key, value in line["counts"].items()) + ".\n")
    if line.get("command"):
        parts.append(f"By: `{line['command']}`.\n")
    return "\n".join(parts)


def _word(holds: bool | None) -> str:
    return {True: "holds", False: "**does not hold**", None: "not measured here"}[holds]


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    sys.exit(main())
