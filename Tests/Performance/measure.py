#!/usr/bin/env python3
"""Measures the built binaries end to end, and writes the figures into docs/performance.md.

Called by scripts/benchmark: measure.py --binaries FOLDER [--micro FILE.jmh.json] [--comparison FILE.json]
[--seed N] [--no-write]
"""

import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

import report
from gateway import Gateway, cpu_seconds, memory_kib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Data seconds over which the processor time of a thousand sensors is taken: from when every detector's window is full
# (128 beats, 96 s) for two blocks of 20 s and five windows' steps of 8 s.
LOAD_FROM, LOAD_SECONDS = 125, 40

# What is not on by default: the memory of shapes of each heart rate.
EVERY_DETECTOR = "[detection.discord]\nheart_rate = true\n"

# Thirty-two sensors are replayed for an hour of data, so many times faster than it came.
MEMORY_SPEED = 60


def progress(text):
    print(f"measuring {text}", flush=True)


def run(command, output=subprocess.DEVNULL):
    """Runs a command to its end, and returns what it said on standard error; ends the measurement when it fails."""
    result = subprocess.run([str(part) for part in command], stdout=output, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]} ended with status {result.returncode}: {result.stderr.strip()}")
    return result.stderr


def synthesise(binaries, scenario, seed, folder):
    output = pathlib.Path(folder) / (pathlib.Path(scenario).stem + ".jsonl")
    run([f"{binaries}/vitalsctl", "synthesise", "--scenario", scenario, "--seed", seed, "--output", output])
    return output


def load(binaries, seed, folder, more=""):
    """Processor time per data second of a thousand sensors at real-time pace."""
    progress(f"a thousand sensors for {LOAD_FROM + LOAD_SECONDS} s in real time{', every detector on' if more else ''}")
    recording = synthesise(binaries, HERE / "scenarios/thousand.toml", seed, folder)
    with Gateway(binaries, folder, recording, speed=1, at_end="exit", more=more) as gateway:
        begin = time.monotonic()
        time.sleep(LOAD_FROM)
        gateway.check()
        names = {"vitalsd": gateway.daemon, "mosquitto": gateway.broker}
        before = {name: cpu_seconds(child.pid) for name, child in names.items()}
        start = time.monotonic()
        time.sleep(begin + LOAD_FROM + LOAD_SECONDS - start)
        gateway.check()
        span = time.monotonic() - start
        result = {f"cores of {name}": (cpu_seconds(child.pid) - before[name]) / span for name, child in names.items()}
        result["memory"] = memory_kib(gateway.daemon.pid)
        gateway.daemon.wait(timeout=120)
        result["received"] = gateway.stop()
    return result


def memory(binaries, seed, folder, more=""):
    """The greatest memory of the daemon while it replays an hour of thirty-two sensors, and its processor time for that."""
    progress(f"the memory of the daemon with 32 sensors{', every detector on' if more else ''}")
    recording = synthesise(binaries, ROOT / "fixtures/scenarios/thirty-two.toml", seed, folder)
    greatest = {}
    with Gateway(binaries, folder, recording, speed=MEMORY_SPEED, at_end="stay", more=more) as gateway:
        end = time.monotonic() + 3600 / MEMORY_SPEED + 2
        while time.monotonic() < end:
            time.sleep(0.25)
            gateway.check()
            for name, size in memory_kib(gateway.daemon.pid).items():
                greatest[name] = max(size, greatest.get(name, 0))
        greatest["cores"] = cpu_seconds(gateway.daemon.pid) / 3600
        greatest["received"] = gateway.stop()
    return greatest


def night(binaries, seed, folder):
    """Wall and processor time of the replay of the eight-hour night."""
    progress("the replay of the eight-hour night")
    recording = synthesise(binaries, ROOT / "fixtures/scenarios/demo-night.toml", seed, folder)
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        with open(os.path.join(folder, "night.out"), "wb") as output:
            run([f"{binaries}/vitalsctl", "replay", recording], output)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best or (wall, cpu), (wall, cpu))
    header, *events = recording.read_bytes().splitlines(keepends=True)
    result = {"wall": best[0], "cpu": best[1], "events": len(events)}
    if shutil.which("valgrind") and shutil.which("objcopy"):
        empty = pathlib.Path(folder) / "empty.jsonl"
        empty.write_bytes(header)
        counted = instructions(binaries, recording, folder) - instructions(binaries, empty, folder)
        result["instructions"] = counted / len(events)
    return result


def instructions(binaries, recording, folder):
    """Instructions of a replay, counted by callgrind: the same on every run, whatever else the machine does."""
    progress(f"instructions of the replay of {recording.name}")
    # It does not read the debug information that Swift writes.
    program = pathlib.Path(folder) / "vitalsctl"
    run(["objcopy", "--strip-debug", f"{binaries}/vitalsctl", program])
    said = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "replay", recording])
    return int(said.rpartition("Collected :")[2].split()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--micro")
    parser.add_argument("--comparison")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    figures = {}
    for name, measurement, more in [
        ("night", night, ()), ("memory", memory, ()), ("memory, every", memory, (EVERY_DETECTOR,)), ("load", load, ()),
        ("load, every", load, (EVERY_DETECTOR,)),
    ]:
        with tempfile.TemporaryDirectory(prefix="vitals-benchmark-") as folder:
            figures[name] = measurement(options.binaries, options.seed, folder, *more)
    text = report.page(figures, options.micro, options.comparison, options.seed, ROOT)
    print(text)
    if not options.no_write:
        report.write(text, ROOT / "docs/performance.md")


if __name__ == "__main__":
    main()
