"""Runs scenarios: python -m bench FOLDER PROJECT BINARIES [NAME...]; scripts/bench sees to the arguments."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from .air import Air
from .guest import Guest
from .install import install
from .scenario import Bench, Scenario
from .verdict import BenchError, Verdict

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


async def run(scenarios: list[Scenario], arguments: argparse.Namespace) -> list[Verdict]:
    """Runs the scenarios, as many as possible in one guest: a boot takes longer than most of them."""
    verdicts = []
    runs = arguments.folder / "runs"
    shutil.rmtree(runs, ignore_errors=True)
    for number, group in enumerate(shared(scenarios), 1):
        left = group
        while left:
            out = runs / f"{number}-{left[0].name}"
            out.mkdir(parents=True)
            done = await run_in_one_guest(left, out, arguments)
            verdicts += done
            left = left[len(done) :]
    return verdicts


def shared(scenarios: list[Scenario]) -> Iterator[list[Scenario]]:
    """Those that may share a guest, together; each of the others by itself."""
    if together := [scenario for scenario in scenarios if not scenario.is_alone]:
        yield together
    yield from ([scenario] for scenario in scenarios if scenario.is_alone)


async def run_in_one_guest(scenarios: list[Scenario], out: Path, arguments: argparse.Namespace) -> list[Verdict]:
    """Runs scenarios until they are done or one breaks the guest; the verdicts of those that were run."""
    verdicts: list[Verdict] = []
    guest = Guest(arguments.folder, arguments.folder / "install", out, Air())
    begin = time.monotonic()
    try:
        await guest.boot(survives_kernel_bugs=scenarios[0].is_alone)
        print(f"Booted in {time.monotonic() - begin:.1f} s; logs in {out}", flush=True)
        for scenario in scenarios:
            verdict = Verdict(scenario.name)
            verdicts.append(verdict)
            is_sound = await run_one(scenario, guest, verdict, arguments.binaries)
            verdict.write(arguments.results)
            if not is_sound:
                break
    except BenchError as error:
        if not verdicts:
            verdicts.append(Verdict(scenarios[0].name))
        verdicts[-1].check("the bench works", False, error)
    finally:
        await guest.stop()
    return verdicts


async def run_one(scenario: Scenario, guest: Guest, verdict: Verdict, binaries: Path) -> bool:
    """Runs one scenario; whether the guest is fit for another one."""
    print(f"\n{scenario.name}: {scenario.title}", flush=True)
    begin = time.monotonic()
    bench = Bench(scenario, guest, binaries, verdict)
    is_sound = True
    try:
        async with asyncio.timeout(scenario.limit):
            await bench.set_up()
            await scenario.run(bench)
    except TimeoutError:
        is_sound = verdict.check(f"it ends within {scenario.limit:.0f} s", False)
    except BenchError as error:
        is_sound = verdict.check("the story can be told to its end", False, error)
    except Exception as error:  # a mistake in the scenario must not hide what the others found
        traceback.print_exc()
        is_sound = verdict.check("the scenario has no mistake", False, repr(error))
    if is_sound:
        await bench.tear_down()
    else:
        await bench.keep_log()
    print(f"  {time.monotonic() - begin:.0f} s", flush=True)
    return is_sound and not verdict.failures


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--binaries", type=Path)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true", help="only look whether all names are known")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    known = Scenario.load_all(SCENARIOS)
    if arguments.list:
        for scenario in known.values():
            print(f"{scenario.name:22} {'short ' if scenario.is_short else '      '} {scenario.title}")
        return 0
    names: list[str] = []
    for name in arguments.names:
        match name:
            case "all":
                names += known
            case "short":
                names += [scenario.name for scenario in known.values() if scenario.is_short]
            case _ if name in known:
                names.append(name)
            case _:
                print(f"bench: there is no scenario '{name}'; scripts/bench list shows them", file=sys.stderr)
                return 64
    if arguments.check:
        return 0
    arguments.folder = arguments.folder.resolve()
    begin = time.monotonic()
    try:
        install(arguments.project, arguments.binaries, arguments.folder / "install")
        verdicts = asyncio.run(run([known[name] for name in dict.fromkeys(names)], arguments))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 70
    passed = sum(verdict.passed for verdict in verdicts)
    failures = [(verdict.scenario, failure) for verdict in verdicts for failure in verdict.failures]
    seconds = time.monotonic() - begin
    print(f"\n{len(verdicts)} scenarios, {passed} checks passed, {len(failures)} failed, {seconds:.0f} s")
    for scenario_name, failure in failures:
        print(f"  FAIL {scenario_name}: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
