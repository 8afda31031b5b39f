#!/usr/bin/env python3
"""Compares every detector of the product with its independent references, and writes docs/validation/report.md.

Run by scripts/validate. Each comparison is a module of this folder with `run(context) -> Section`; it runs in a process
of its own, two at a time, under the interpreter whose packages it needs. See README.md here.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
sys.path.insert(0, str(FOLDER))

from harness import origin, report, style  # noqa: E402
from harness.context import Context  # noqa: E402
from harness.section import Requirement, Section, Table  # noqa: E402

# In the order of docs/validation/report.md. pobm needs NumPy 1, NeuroKit2 needs NumPy 2.
COMPARISONS = {
    "limit": "numpy-2",
    "signal_state": "numpy-2",
    "rate_rules": "numpy-2",
    "nights": "numpy-2",
    "atrial_fibrillation": "numpy-2",
    "ectopy": "numpy-2",
    "cleaning": "numpy-2",
    "variability": "numpy-2",
    "desaturation": "numpy-1",
    "trend": "numpy-2",
    "nab": "numpy-2",
    "change": "numpy-2",
    "early_warning": "numpy-2",
    "pulse_wave": "numpy-2",
    "discord": "numpy-2",
    "cross_sensor": "numpy-2",
    "digests": "numpy-2",
    "explain": "numpy-2",
}
# What takes longest begins first, so that it is not alone at the end.
LONGEST = ("nights", "atrial_fibrillation", "variability", "cleaning", "digests")
# Two cores; the product and its reference take turns in one process.
PROCESSES = 2
# The longest that one comparison may take, on a machine that does other things too.
SECONDS_MAX = 3_600
QUICK_SECONDS_MAX = 300


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="DETECTOR", help="these comparisons alone")
    parser.add_argument("--quick", action="store_true", help="a few records each; nothing is written")
    parser.add_argument("--vitalsctl", type=Path, required=True, help="the product")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the data sets")
    parser.add_argument("--cache", type=Path, default=ROOT / ".build/validation/cache", help="where captures are kept")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/validation", help="the report's folder")
    parser.add_argument("--preview", type=Path, help="a folder for the plots as PNG")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python-numpy-1", type=Path, help="the interpreter that has pobm")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def work(options: argparse.Namespace) -> None:
    """In a process of its own: runs one comparison, draws its plots, and leaves its section as JSON."""
    name = options.worker
    scratch = Path(tempfile.mkdtemp(prefix=f"validate-{name}-"))
    began = time.monotonic()
    try:
        context = Context(
            data=options.data,
            cache=options.cache,
            scratch=scratch,
            program=options.vitalsctl,
            seed=options.seed,
            quick=options.quick,
        )
        section = importlib.import_module(name).run(context)
        plots = []
        for plot in section.plots:
            file = style.draw(plot, options.output, name.replace("_", "-"), options.preview)
            plots.append({"name": file, "caption": plot.caption})
        section.plots = []
        content = dataclasses.asdict(section)
        content["plots"] = plots
        options.result.write_text(
            json.dumps(
                {
                    "section": content,
                    "packages": origin.references(),
                    "seconds": time.monotonic() - began,
                },
                default=plain,
            )
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def plain(value: object) -> object:
    """NumPy's numbers as Python's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} cannot stand in a section")


def compare(name: str, options: argparse.Namespace, folder: Path) -> tuple[Section, list[str], float]:
    """Runs one comparison and returns its section; one that failed is a section that says so."""
    result = folder / f"{name}.json"
    python = sys.executable
    if COMPARISONS[name] == "numpy-1":
        python = str(options.python_numpy_1 or sys.executable)
    command = [python, "-B", str(FOLDER / "main.py"), "--worker", name, "--result", str(result)]
    for key in ("vitalsctl", "data", "cache", "output", "seed", "preview"):
        value = getattr(options, key)
        if value is not None:
            command += [f"--{key}", str(value)]
    if options.quick:
        command.append("--quick")
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    environment = os.environ | one | {"PYTHONHASHSEED": "0"}
    try:
        limit = QUICK_SECONDS_MAX if options.quick else SECONDS_MAX
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit, check=False)
        if done.returncode == 0:
            content = json.loads(result.read_text())
            return section(content["section"]), content["packages"], content["seconds"]
        why = done.stderr.strip()
    except subprocess.TimeoutExpired:
        why = f"not done within {limit} s"
    print(f"{name}: {why}", file=sys.stderr)
    failed = Section(name, name.replace("_", " "))
    failed.skipped_because = f"the comparison failed: {cause(why)}"
    failed.requirements = [Requirement("the comparison runs", failed.skipped_because, False)]
    return failed, [], 0.0


def cause(trace: str) -> str:
    """The line of a stack trace that names the error; the last one where none does."""
    lines = trace.splitlines() or ["no message"]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception|Interrupt)\b", line)]
    return (named or lines)[-1][:300]


def section(content: dict) -> Section:
    """A section as a worker left it; its plots are file names by now."""
    content = dict(content)
    content["tables"] = [Table(**table) for table in content["tables"]]
    content["requirements"] = [Requirement(**requirement) for requirement in content["requirements"]]
    content["plots"] = [argparse.Namespace(**plot) for plot in content["plots"]]
    return Section(**content)


def main() -> int:
    """Everything; the exit status is 1 when something does not hold."""
    options = arguments()
    for key in ("vitalsctl", "data", "cache", "output"):
        setattr(options, key, getattr(options, key).resolve())
    if options.worker:
        work(options)
        return 0
    wanted = [name.replace("-", "_") for name in options.only]
    unknown = sorted(set(wanted) - set(COMPARISONS))
    if unknown:
        print(f"validate: no comparison {', '.join(unknown)}; there are {', '.join(COMPARISONS)}", file=sys.stderr)
        return 64
    if not options.data.is_dir():
        print(f"validate: SKIPPED: {options.data} is absent; give the data sets with --data FOLDER", file=sys.stderr)
        return 0
    names = [name for name in COMPARISONS if (FOLDER / f"{name}.py").exists() and (not wanted or name in wanted)]
    # What everything rests on, first: a wrong scorer would make every figure wrong.
    subprocess.run([sys.executable, "-B", "-m", "unittest", "-q", "test_harness"], cwd=FOLDER, check=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="validate-") as folder:
        # A partial or quick run is for looking at: the report is written by whole runs alone.
        writes = not wanted and not options.quick
        if not writes and options.output == (ROOT / "docs/validation").resolve():
            options.output = Path(folder) / "plots"
        with ThreadPoolExecutor(PROCESSES) as pool:
            starts = sorted(names, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
            jobs = {name: pool.submit(compare, name, options, Path(folder)) for name in starts}
            results = {}
            for name in names:
                results[name] = jobs[name].result()
                show(name, results[name][0], results[name][2])
        sections = [result[0] for result in results.values()]
        packages = sorted({package for result in results.values() for package in result[1]})
        found = origin.find(ROOT, options.data, options.vitalsctl, options.seed, packages, time.monotonic() - began)
        if writes or options.output.parent != Path(folder):
            options.output.mkdir(parents=True, exist_ok=True)
            (options.output / "report.md").write_text(report.write(found, sections))
            if writes:
                remove_others(options.output, sections)
            print(f"validate: wrote {options.output / 'report.md'}", file=sys.stderr)
    requirements = [requirement for part in sections for requirement in part.requirements]
    failed = [requirement for requirement in requirements if requirement.holds is False]
    print(f"validate: {len(requirements) - len(failed)} of {len(requirements)} hold, in {found.seconds:.0f} s")
    return 1 if failed else 0


def show(name: str, part: Section, seconds: float) -> None:
    """What came out of one comparison, while the others run."""
    print(f"{name} ({seconds:.0f} s)")
    for requirement in part.requirements:
        print(f"  {report.verdict(requirement).strip('*')}: {requirement.line}: {requirement.figure}")
    if part.skipped_because:
        print(f"  skipped: {part.skipped_because}")
    sys.stdout.flush()


def remove_others(folder: Path, sections: list[Section]) -> None:
    """Plots that the report no longer shows."""
    named = {plot.name for part in sections for plot in part.plots}
    for file in folder.glob("*.svg"):
        if file.name not in named:
            file.unlink()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        sys.exit(70)
