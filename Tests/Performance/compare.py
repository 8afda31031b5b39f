#!/usr/bin/env python3
"""Gives the same work to the built libraries and to the references, in turns, and writes what it cost as JSON.

Called by scripts/benchmark: compare.py --comparison PROGRAM --python PYTHON --python-numpy-1 PYTHON --output FILE [--seed N]

Input is made from the seed, written once, and read by both. Where both give numbers, they have to be the same numbers.
"""

import argparse
import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile

import instructions

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 5  # turns of each pair; the least time of each counts


class Worker:
    """A program that answers a line of JSON to each command."""

    def __init__(self, command):
        environment = os.environ | {
            name: "1" for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        }
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "it ended"}
        if "error" in answer:
            raise SystemExit(f"{self.command[-1]} {words[0]}: {answer['error']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Inputs:
    """Files of numbers from a seed."""

    def __init__(self, folder, seed):
        self.folder = pathlib.Path(folder)
        self.random = random.Random(seed)

    def write(self, name, kind, numbers):
        file = self.folder / name
        file.write_bytes(struct.pack(f"={len(numbers)}{kind}", *numbers))
        return file

    def path(self, name):
        return self.folder / name

    def windows(self, count):
        """Heart rates of 96 s in hundredths that wobble, with a spike or a step in some."""
        numbers = []
        for _ in range(count):
            level, wobble = self.random.randrange(5000, 12000), self.random.randrange(20, 400)
            step, place = self.random.choice((0, 0, 900, -700)), self.random.randrange(40, 96)
            window = [level + self.random.randrange(-wobble, wobble) + (step if slot >= place else 0) for slot in range(96)]
            if self.random.random() < 0.3:
                window[self.random.randrange(64, 91)] += self.random.choice((-4000, 4000))
            numbers += window
        return self.write("windows", "i", numbers)

    def beats(self, streams, steps):
        """RR intervals of many streams, step after step; a quarter of the streams is irregular at any time."""
        levels = [self.random.randrange(600, 1100) for _ in range(streams)]
        numbers = []
        for step in range(steps):
            for stream in range(streams):
                spread = 300 if (step // 500 + stream) % 4 == 0 else 25
                numbers.append(levels[stream] + self.random.randrange(-spread, spread))
        return self.write(f"beats-{streams}", "H", numbers)

    def ectopic(self, count):
        """One series of intervals with a premature beat and its pause now and then."""
        numbers, late = [], 0
        for _ in range(count):
            level = 850 + self.random.randrange(-30, 30)
            early = self.random.random() < 0.03
            numbers.append(level - 250 if early else level + late)
            late = 240 if early else 0
        return self.write("ectopic", "H", numbers)

    def series(self, name, count):
        """A slow walk of heart rates in hundredths with spikes."""
        level, numbers = 7000.0, []
        for _ in range(count):
            level += self.random.gauss(0, 30) + (7000 - level) * 0.01
            numbers.append(int(level) + (3000 if self.random.random() < 0.01 else 0))
        return self.write(name, "i", numbers)

    def night(self, seconds):
        """Saturations of a night: a plateau with dips of half a minute, some ninety: pobm returns 128 at most."""
        numbers, dip = [], 0
        for second in range(seconds):
            if dip == 0 and self.random.random() < 0.0033:
                dip = 40
            depth = 0 if dip == 0 else min(40 - dip, dip, 8)
            dip = max(dip - 1, 0)
            numbers.append((97 - depth) * 100)
        return self.write("night", "i", numbers)

    def wave(self, rate, seconds):
        """A pulse wave of two harmonics."""
        import math

        numbers, phase = [], 0.0
        for sample in range(rate * seconds):
            phase += (1.2 + 0.1 * math.sin(sample / rate / 3)) / rate * 2 * math.pi
            numbers.append(int(100000 + 4000 * (math.sin(phase) + 0.4 * math.sin(2 * phase + 0.8))) + self.random.randrange(-60, 60))
        return self.write("wave", "i", numbers)

    def floats(self, count):
        return self.write("floats", "d", [self.random.gauss(70 if place < count // 2 else 90, 4) for place in range(count)])


def paired(ours, theirs, rounds=ROUNDS):
    """The least times of two works that take turns, ns an operation."""
    pairs = [(ours()["nanoseconds"], theirs()["nanoseconds"]) for _ in range(rounds)]
    return {"ours": min(pair[0] for pair in pairs), "theirs": min(pair[1] for pair in pairs)}


def equal(first, second, size, tolerance=None):
    """How many numbers of two files differ, of how many."""
    kinds = {1: "B", 4: "i", 8: "q"}
    kind = "d" if tolerance else kinds[size]
    numbers = [struct.unpack(f"={file.stat().st_size // size}{kind}", file.read_bytes()) for file in (first, second)]
    if len(numbers[0]) != len(numbers[1]):
        return f"{len(numbers[0])} numbers, and {len(numbers[1])} of the reference"
    different = sum(
        a != b if tolerance is None else abs(a - b) > tolerance * max(abs(a), abs(b)) for a, b in zip(*numbers))
    return f"{different} of {len(numbers[0]):,} numbers differ" if different else f"all {len(numbers[0]):,} numbers equal"


def compare(swift, python, numpy1, inputs, found):
    """Fills in the pairs: name, unit, reference, times, and whether the numbers are the same."""

    def pair(name, unit, reference, ours, theirs, check=None, rounds=ROUNDS):
        print(f"comparing {name} with {reference}", flush=True)
        times = paired(ours, theirs, rounds)
        found["pairs"].append({"name": name, "unit": unit, "reference": reference, "check": check and check(), **times})

    best = swift.ask("levels")["levels"][-1]
    found["level"] = best
    a, b = inputs.path("ours"), inputs.path("theirs")

    file = inputs.windows(8192)
    for label, how in [("figures of windows side by side", "loaded"), ("the same, windows put side by side first", "whole")]:
        def check():
            swift.ask("windows", file, best, how, a)
            python.ask("windows-numpy", file, b)
            return equal(a, b, 4)
        pair(f"window features, {label}", "window", "NumPy", lambda: swift.ask("windows", file, best, how),
             lambda: python.ask("windows-numpy", file), check)

    file = inputs.beats(64, 1500)
    def check():
        swift.ask("rhythm", file, 64, best, "published", a)
        python.ask("rhythm-numba", file, 64, b)
        return equal(a, b, 1)
    pair("atrial fibrillation, version 2, 64 streams", "beat", "numba, Zhou 2015 alone",
         lambda: swift.ask("rhythm", file, 64, best, "full"), lambda: python.ask("rhythm-numba", file, 64), check)
    pair("atrial fibrillation, version 2, one stream", "beat", "numba, Zhou 2015 alone",
         lambda: swift.ask("rhythm-single", file, 64), lambda: python.ask("rhythm-numba", file, 64))

    def check():
        swift.ask("variability", file, 400, a)
        python.ask("variability-numpy", file, 400, b)
        return equal(a, b, 8, 1e-9) + " within 1e-9"
    def check_batch():
        swift.ask("variability-batch", file, 400, best, a)
        python.ask("variability-numpy", file, 400, b)
        return equal(a, b, 8, 1e-9) + " within 1e-9"
    pair("heart-rate variability, windows side by side", "window", "NumPy", lambda: swift.ask("variability-batch", file, 400, best),
         lambda: python.ask("variability-numpy", file, 400), check_batch)
    ours = lambda: swift.ask("variability", file, 400)
    pair("heart-rate variability, 400 intervals", "window", "NumPy", ours, lambda: python.ask("variability-numpy", file, 400), check)
    pair("heart-rate variability, 400 intervals", "window", "hrv-analysis", ours, lambda: python.ask("variability-hrv", file, 400))
    pair("heart-rate variability, 400 intervals", "window", "NeuroKit2", ours, lambda: python.ask("variability-neurokit", file, 400), rounds=2)

    file = inputs.ectopic(20_000)
    pair("ectopy", "beat", "hrv-analysis, Malik alone", lambda: swift.ask("ectopy", file), lambda: python.ask("ectopy-hrv", file))
    pair("RR cleaning", "beat", "NeuroKit2, Kubios", lambda: swift.ask("cleaning", file), lambda: python.ask("cleaning-neurokit", file), rounds=3)

    file = inputs.series("rates", 20_000)
    def check():
        swift.ask("hampel", file, a)
        python.ask("hampel-package", file, b)
        return equal(a, b, 1)
    pair("Hampel filter, 11 values", "value", "hampel", lambda: swift.ask("hampel", file), lambda: python.ask("hampel-package", file), check)

    file = inputs.series("profile", 2000)
    pair("left matrix profile at n = 2000, m = 64", "sample", "stumpy, stumpi", lambda: swift.ask("discord", file, 64, 1900, best),
         lambda: python.ask("stumpi", file, 64, 1900), rounds=3)
    file = inputs.series("long", 8000)
    def check():
        swift.ask("discord", file, 64, 0, best, a)
        python.ask("stump", file, 64, b)
        return equal(a, b, 8)
    pair("whole left matrix profile, n = 8000, m = 64", "sample", "stumpy, stump", lambda: swift.ask("discord", file, 64, 0, best),
         lambda: python.ask("stump", file, 64), check, rounds=3)

    file = inputs.wave(100, 120)
    pair("pulse wave, 100 Hz, peaks and quality", "sample", "NeuroKit2, charlton, peaks alone", lambda: swift.ask("pulse", file, 100),
         lambda: python.ask("pulse-neurokit", file, 100), rounds=3)

    file = inputs.night(28_800)
    def check():
        swift.ask("desaturation", file, a)
        numpy1.ask("desaturation-pobm", file, b)
        return equal(a, b, 8)
    pair("desaturations of a night, compatible", "sample", "pobm", lambda: swift.ask("desaturation", file),
         lambda: numpy1.ask("desaturation-pobm", file), check, rounds=3)

    file = inputs.floats(50_000)
    def check():
        swift.ask("page-hinkley", file, a)
        python.ask("page-hinkley-river", file, b)
        return equal(a, b, 1)
    pair("Page-Hinkley", "sample", "river", lambda: swift.ask("page-hinkley", file), lambda: python.ask("page-hinkley-river", file), check)

    # The machine's own limit beside the windows, in turns too.
    print("comparing window features with the machine's limit", flush=True)
    file = inputs.path("windows")
    turns = [(swift.ask("machine", best), swift.ask("windows", file, best, "loaded")["nanoseconds"]) for _ in range(ROUNDS)]
    machine = {name: max(turn[0][name] for turn in turns) for name in ("operations", "memory", "cache")}
    found["limit"] = {
        "level": best, "window": min(turn[1] for turn in turns), **machine,
        "instructions": instructions.of_block(swift.command, best)}

    print("comparing numbers of sensors and lengths of windows", flush=True)
    found["rhythms"] = {}
    for streams in (1, 10, 64, 100, 1_000, 10_000):
        file = inputs.beats(streams, max(400_000 // streams, 40))
        found["rhythms"][streams] = min(swift.ask("rhythm", file, streams, best, "full")["nanoseconds"] for _ in range(3))
    found["levels"] = {
        level: min(swift.ask("rhythm", inputs.path("beats-64"), 64, level, "full")["nanoseconds"] for _ in range(3))
        for level in swift.ask("levels")["levels"][1:]}
    found["sensors"] = {count: swift.ask("sensors", count)["nanoseconds"] for count in (1, 10, 100, 1_000, 10_000)}
    for name in ("detectors", "lengths"):
        turns = [swift.ask(name) for _ in range(3)]
        found[name] = {key: min(turn[key] for turn in turns) for key in turns[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparison", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--python-numpy-1", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    references = str(HERE / "references.py")
    found = {"pairs": []}
    with tempfile.TemporaryDirectory(prefix="vitals-compare-") as folder:
        workers = [Worker([options.comparison])]
        workers += [Worker([python, "-B", references]) for python in (options.python, options.python_numpy_1)]
        compare(*workers, Inputs(folder, options.seed), found)
        for worker in workers:
            worker.close()
    pathlib.Path(options.output).write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
