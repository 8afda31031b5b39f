"""Suites that are written in Swift: this runs them with their full counts, and takes the lines that they report."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from torture.suite import Broken, Findings, Options, Suite

# Backtraces under a sanitizer can hang for minutes, and what a process leaves to the kernel at its end is no leak.
QUIET = {"SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0", "TSAN_OPTIONS": "halt_on_error=0"}


@dataclasses.dataclass(frozen=True)
class SwiftSuite:
    """Tests by a filter of `swift test`, with what makes them full."""

    filter: str
    variables: dict[str, str]

    def run(self, options: Options, findings: Findings) -> list[dict]:
        """The lines that the tests reported; without any they are a goal by themselves."""
        # A debug build, or the optimised one that scripts/torture makes.
        words = ["--scratch-path", os.environ.get("VITALS_SCRATCH", ".build")]
        if optimised := os.environ.get("VITALS_TEST_SCRATCH"):
            words = ["-c", "release", "-Xswiftc", "-enable-testing", "--scratch-path", optimised]
        results = options.folder / "results.jsonl"
        done = _swift(options, ["test", "--skip-build", *words, "--filter", self.filter],
                      {**self.variables, "VITALS_RESULTS": str(results), "VITALS_BINARIES": str(options.binaries.resolve())},
                      "swift.log")
        # Figures that the tests print, such as "T13 all of 1000 …: …".
        for line in done.stdout.splitlines():
            name, colon, rest = line.strip().partition(":")
            if colon and re.match(r"T\d+ |backlog ", name):
                findings.count(name, rest.strip())
        lines = [json.loads(text) for text in results.read_text().splitlines()] if results.exists() else []
        findings.goal("every test passes", _last(done.stdout), done.returncode == 0 and "0 tests" not in _last(done.stdout))
        return lines


def _swift(options: Options, words: list[str], variables: dict[str, str], log: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["swift", *words], cwd=options.root, env={**os.environ, **QUIET, **variables},
                          capture_output=True, text=True, check=False)
    (options.folder / log).write_text(done.stdout + done.stderr)
    return done


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if "Test run with" in line]
    return lines[-1].strip(" ✔✘") if lines else "no test ran"


# Runs after which a branch that was never reached is a fault of the simulation (`Simulate.runsForReach`).
ENOUGH_TO_REACH_ALL = 200

# Modules whose tests run under both sanitizers: those that parse, keep and send.
SANITIZED = "VitalsGATTTests|VitalsCaptureTests|VitalsCoreTests|VitalsStoreTests|VitalsMQTTTests|VitalsSystemdTests|VitalsFilesTests"


def run_sanitizers(options: Options, findings: Findings) -> None:
    """T25: the suites under the address and the thread sanitizer, each in a build of its own."""
    for sanitizer in ("address", "thread"):
        scratch = Path(os.environ.get("VITALS_SCRATCH", ".build")) / "torture" / sanitizer
        done = _swift(options, ["build", "--build-tests", f"--sanitize={sanitizer}", "--scratch-path", str(scratch)], {},
                      f"build-{sanitizer}.log")
        if done.returncode:
            raise Broken(f"the build with the {sanitizer} sanitizer fails: {done.stderr[-600:]}")
        done = _swift(options, ["test", "--skip-build", f"--sanitize={sanitizer}", "--scratch-path", str(scratch), "--filter",
                                SANITIZED], {}, f"{sanitizer}.log")
        reports, guarded = _reports(done.stdout + done.stderr)
        findings.count(f"reports of the {sanitizer} sanitizer", reports)
        if sanitizer == "thread":
            # Without reports of a program that has no race there is no reason to set any aside.
            control = _control(options, scratch)
            findings.count("set aside: both sides hold a Mutex", guarded)
            findings.count("reports of a control program without a race", control)
            reports += 0 if control else guarded
        findings.goal(f"{sanitizer} sanitizer: 0 reports, every test passes", f"{reports} reports, {_last(done.stdout)}",
                      reports == 0 and done.returncode == 0)


# A closure that is given to Mutex.withLock, as its name is mangled: it takes what is guarded as `inout sending`.
IN_MUTEX = re.compile(r"zYuYTXEfU\d*_")
ACCESS = re.compile(r"^  (Previous )?(modifying access|atomic|read|write)", re.MULTILINE | re.IGNORECASE)


def _reports(text: str) -> tuple[int, int]:
    """How many reports there are, but for those of two accesses that both hold a Mutex; and how many these are.

    The thread sanitizer does not see that a Mutex was taken by somebody who had to wait for it
    (Tests/Torture/control/contended-mutex.swift). Two different ones could be held, and would not be told apart.
    """
    blocks = [block for block in text.split("=" * 18) if "WARNING: ThreadSanitizer" in block]
    guarded = 0
    for block in blocks:
        accesses = [part for part in block.split("\n\n") if ACCESS.search(part)]
        guarded += len(accesses) == 2 and all(IN_MUTEX.search(access) for access in accesses)
    return text.count("ERROR: AddressSanitizer") + len(blocks) - guarded, guarded


def _control(options: Options, scratch: Path) -> int:
    """The reports of a program without a race that contends for a Mutex."""
    program = scratch / "contended-mutex"
    source = options.root / "Tests/Torture/control/contended-mutex.swift"
    subprocess.run(["swiftc", "-sanitize=thread", source, "-o", program], check=True, capture_output=True)
    done = subprocess.run([program], env={**os.environ, **QUIET}, capture_output=True, text=True, check=False)
    return done.stderr.count("WARNING: ThreadSanitizer")


SANITIZERS = Suite("sanitizers", ("T25",), "the test suites under the address and the thread sanitizer", run_sanitizers,
                   short_form="scripts/portability --short")


def _suite(name: str, tests: tuple[str, ...], what: str, pattern: str, **variables: str) -> Suite:
    swift = SwiftSuite(pattern, variables)
    return Suite(name, tests, what, swift.run, short_form="swift test")


def run_simulation(options: Options, findings: Findings) -> list[dict]:
    """T1 to T3: the whole gateway in simulated time, on every processor; a failing seed says how it is run again."""
    last = 5_000 if options.is_full else 300
    parts = min(os.cpu_count() or 1, last)
    bounds = [last * part // parts for part in range(parts + 1)]
    known = options.root / "fixtures/simulation/regressions.txt"
    # What one of them finds goes into a file of its own, and those that were found before are run by the first.
    files = [options.folder / f"regressions-{part}.txt" for part in range(parts)]
    for part, file in enumerate(files):
        file.write_text(known.read_text() if part == 0 else "")
    commands = [["--seeds", f"{first + 1}..{end}", "--json", "--regressions", str(file)]
                for first, end, file in zip(bounds, bounds[1:], files)]
    with ThreadPoolExecutor(parts) as pool:
        outcomes = list(pool.map(lambda words: _simulate(options, words), commands))
    lines = [line for part, _, _ in outcomes for line in part]
    new = [text for file in files for text in file.read_text().splitlines() if text not in known.read_text().splitlines()]
    runs = sum(line["counts"]["runs"] for line in lines)
    # The same worlds once more, in processes of their own: the same seed and build do the same.
    again = min(last, 20)
    words = ["--seeds", f"1..{again}", "--json"]
    with ThreadPoolExecutor(2) as pool:
        traces = [line["trace"] for part, _, _ in pool.map(lambda _: _simulate(options, words), range(2)) for line in part]
    findings.goal(f"{again} worlds run twice do the same", ", ".join(traces) or "nothing ran",
                  len(traces) == 2 and len(set(traces)) == 1)
    findings.goal("the simulation finds nothing that it should not", "; ".join(new) or f"nothing in {runs:,} runs",
                  all(status == 0 or line for line, _, status in outcomes) and not new)
    return [_joined(lines, last)] if len(lines) == parts else lines


def _joined(lines: list[dict], last: int) -> dict:
    """The lines of several ranges of seeds as one."""
    counts: dict[str, int] = {}
    for line in lines:
        for name, value in line["counts"].items():
            counts[name] = counts.get(name, 0) + value
    unreached = [name.removeprefix("reached ") for name, value in counts.items() if name.startswith("reached ") and not value]
    return {
        **lines[0], "counts": counts, "seconds": max(line["seconds"] for line in lines), "seed": f"1..{last}",
        "goals": [
            {"line": f"{counts['runs']} runs of 1.0 virtual hours: 0 violations", "value": f"{counts['violations']} violations",
             "holds": counts["violations"] == 0},
            {"line": "every fault and every branch of recovery was reached", "value": ", ".join(unreached) or "all",
             "holds": not unreached or counts["runs"] < ENOUGH_TO_REACH_ALL},
        ],
        "trace": " ".join(line["trace"] for line in lines),
    }


def run_planted(options: Options, findings: Findings) -> list[dict]:
    """T4: bugs that are planted, to see that they are found."""
    lines, last, status = _simulate(options, ["--plant", "all", "--seeds", "1..200", "--hours", "0.3", "--json"])
    findings.goal("every bug is found, and nothing else is wrong", last, status == 0)
    return lines


def _simulate(options: Options, words: list[str]) -> tuple[list[dict], str, int]:
    """The lines of one process, the last one that it said, and its exit status."""
    done = subprocess.run([options.binaries / "vitalsctl", "simulate", *words], capture_output=True, text=True, check=False)
    with (options.folder / "simulate.log").open("a") as log:
        log.write(done.stdout + done.stderr)
    lines = []
    for text in done.stdout.splitlines():
        with contextlib.suppress(ValueError):
            line = json.loads(text)
            if isinstance(line, dict) and "suite" in line and "goals" in line:
                lines.append(line)
    tail = (done.stderr or done.stdout).strip().splitlines()
    return lines, tail[-1] if tail else "", done.returncode


SIMULATION = Suite("simulation", ("T1", "T2", "T3"), "the whole gateway with simulated disk, broker, radio and clock",
                   run_simulation)
PLANTED = Suite("planted-bugs", ("T4",), "bugs that are planted into the simulation are found", run_planted,
                short_form="swift test")
# The short forms of these run with scripts/test.
SUITES: list[Suite] = [
    _suite("crash-points", ("T6",), "simulated power cuts over the real schema and code", "CrashPointTests",
           VITALS_CRASH_POINTS="10000"),
    _suite("io-errors", ("T7", "T8"), "every I/O call fails once, then for ever; faults while a journal recovers or is salvaged",
           "ErrorLoopTests|SalvageCutTests", VITALS_ERROR_STRIDE="1", VITALS_COMPOUND_POINTS="1000"),
    _suite("kill-9", ("T10",), "the daemon is killed in the middle of everything", "DaemonTests.killed", VITALS_KILLS="500"),
    _suite("corruption", ("T13",), "damaged journals: opened, salvaged, never a wrong value", "JournalCorruptionTests",
           VITALS_CORRUPTION_RUNS="1000"),
    _suite("scrub", ("T14",), "planted flips are found by the walk over all rows", "VitalsStoreTests.ScrubTests",
           VITALS_SCRUB="1000"),
    _suite("tampering", ("T30",), "random edits of every kind, each to be found", "VitalsStoreTests.TamperSuiteTests",
           VITALS_TAMPER="1000"),
    _suite("canary", ("T30",), "identifying strings in files, logs and core", "VitalsStoreTests.CanaryTests|SealedDaemonTests.noCore"),
    _suite("full-disk", ("T11",), "a full disk, and room again", "FullDiskTests",
           VITALS_FULL_DISK="1"),
    _suite("disk-faults", ("T12", "T15", "T17"), "a read-only disk, no descriptors left, the log's bound, one writer",
           "JournalReopenTests|WriterConnectionTests|SheddingTests|UnwritableJournalTests", VITALS_DISK_FAULTS="all"),
    _suite("retention", ("T16",), "months of records under a bound", "RetentionMonthTests", VITALS_RETENTION_SEEDS="20"),
    _suite("start", ("T20",), "a journal with ten million samples opens, and the daemon on it is ready",
           "StartTests|ReadinessTests", VITALS_START_SAMPLES="10000000"),
    _suite("backlog", ("T20",), "a million records beside live data and alarms, in virtual time, the journal and the broker modelled", "MillionBacklogTests",
           VITALS_BACKLOG_RECORDS="1000000"),
]
