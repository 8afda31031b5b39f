"""Runs suites: python3 -m torture [--only NAME]... [--full] [--list] --binaries FOLDER [--results FILE] [--seed N]."""

from __future__ import annotations

import argparse
import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from torture.suite import Broken, CannotRun, Findings, Options, append, result
from torture.suites.all import SUITES

# Exit statuses: a goal that does not hold, a wrong command line, nothing that could run.
FAILED, USAGE, SKIPPED = 1, 64, 77
# Set inside the network namespace that suites of clusters run in.
INSIDE = "VITALS_TORTURE_INSIDE"


def main() -> int:
    options = _arguments()
    if options.list:
        for suite in SUITES:
            form = f"  (short form: {suite.short_form})" if suite.short_form else ""
            print(f"{suite.name:18} {', '.join(suite.tests):14} {suite.what}{form}")
        return 0
    unknown = set(options.only) - {suite.name for suite in SUITES}
    if unknown:
        print(f"torture: no suite '{sorted(unknown)[0]}'; see --list", file=sys.stderr)
        return USAGE
    chosen = [suite for suite in SUITES if suite.name in options.only or (
        not options.only and (options.full or not suite.short_form))]
    statuses = []
    for number, suite in enumerate(chosen, 1):
        if INSIDE not in os.environ:
            print(f"[{number}/{len(chosen)}] {suite.name}: {suite.what}", flush=True)
        if suite.needs_network and INSIDE not in os.environ:
            statuses.append(_in_namespace(suite.name))
        else:
            statuses.append(_run(suite, options))
    failed = [suite.name for suite, status in zip(chosen, statuses) if status not in (0, SKIPPED)]
    skipped = [suite.name for suite, status in zip(chosen, statuses) if status == SKIPPED]
    passed = len(chosen) - len(failed) - len(skipped)
    if INSIDE not in os.environ:
        print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped", flush=True)
        for name in failed:
            print(f"  failed: {name} (again, alone: scripts/torture --only {name})")
    if failed:
        return FAILED
    return SKIPPED if chosen and len(skipped) == len(chosen) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/torture", description=__doc__)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binaries", type=Path, default=Path("."))
    parser.add_argument("--results", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for logs and journals; a temporary one otherwise")
    return parser.parse_args()


def _in_namespace(name: str) -> int:
    """Runs one suite of this command again, alone, where no other program holds a port, and nothing outlives it."""
    prefix = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-n", "-p", "-m", "-f", "--mount-proc", "--kill-child"]
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        print(f"torture: SKIPPED: {name}: a network namespace (unshare -n -p) is not to be had here", file=sys.stderr)
        return SKIPPED
    words = [word for word in sys.argv[1:]]
    while "--only" in words:
        place = words.index("--only")
        del words[place : place + 2]
    shell = 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"'
    done = subprocess.run(
        [*prefix, "sh", "-c", shell, "sh", sys.executable, "-B", "-m", "torture", *words, "--only", name],
        env={**os.environ, INSIDE: "1"}, check=False)
    return done.returncode


def _run(suite, arguments: argparse.Namespace) -> int:
    root = Path(__file__).resolve().parents[3]
    folder = arguments.keep / suite.name if arguments.keep else Path(tempfile.mkdtemp(prefix="vitals-torture-"))
    folder = folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = Options(arguments.binaries.resolve(), folder, root, arguments.full, arguments.seed)
    findings = Findings()
    began = time.monotonic()
    reported: list[dict] | None = None
    try:
        reported = suite.run(options, findings)
    except CannotRun as reason:
        print(f"torture: SKIPPED: {suite.name}: {reason}", file=sys.stderr)
        return SKIPPED
    except Broken as reason:
        findings.goal("the suite ran to its end", str(reason), False)
    except Exception:
        traceback.print_exc()
        findings.goal("the suite ran to its end", "it did not", False)
    seconds = time.monotonic() - began
    lines = reported or [result(suite, options, findings, seconds)]
    for line in reported or []:
        # Besides its own figures each line carries what was found around them: that every test passed, for one.
        line["goals"] += [dataclasses.asdict(goal) for goal in findings.goals]
    results = arguments.results or (Path(os.environ["VITALS_RESULTS"]) if "VITALS_RESULTS" in os.environ else None)
    if results:
        for line in lines:
            append(results, line)
    if reported and any(goal["holds"] is False for line in reported for goal in line["goals"]):
        findings.goal("what the suite reported holds", "it does not", False)
    print(f"  {'passed' if findings.holds else 'FAILED'} in {seconds:.0f} s: "
          + ", ".join(f"{value} {name}" for name, value in findings.counts.items()), flush=True)
    if findings.holds and not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)
    elif not findings.holds:
        print(f"  logs and journals: {folder}", flush=True)
    return 0 if findings.holds else FAILED


if __name__ == "__main__":
    sys.exit(main())
