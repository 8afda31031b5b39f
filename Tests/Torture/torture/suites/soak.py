"""T31: the daemon itself under two hundred times the usual load, with a broker that goes away every fifteen seconds."""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path

from torture.brokers import Mosquitto
from torture.children import Child, Children, descriptors, memory_kib, threads
from torture.gateway import Receiver
from torture.relay import Relay
from torture.suite import Broken, Findings, Options, Suite

SPEED = 200
# Real seconds, and how often the link is cut and somebody looks into the journal.
SECONDS_FULL, SECONDS_SHORT = 1_200.0, 40.0
CUT_EVERY, LOOK_EVERY = 15.0, 5.0
# Of the run, before which a process may still grow.
WARM_UP = 0.2
SLOPE_KIB_PER_DAY_MAX = 256.0
SECONDS_PER_DAY = 86_400.0
SCENARIO = """name = "soak"
start = "2026-11-21T08:00:00Z"
duration = "{minutes}m"

[[sensor]]
address = "C0:00:00:00:01:00"
kind = "strap"
copies = 4
[sensor.heart]
heart_rate = 72

[[sensor]]
address = "C0:00:00:00:02:00"
kind = "oximeter"
copies = 4

[[random]]
every = "30m"
[random.episode]
kind = "atrial-fibrillation"
duration = "6m"
"""


def theil_sen(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The median of all slopes, and the upper end of its 95 % interval (Sen 1968, by the ranks of the slopes)."""
    slopes = sorted(
        (y2 - y1) / (x2 - x1) for index, (x1, y1) in enumerate(points) for x2, y2 in points[index + 1 :] if x2 > x1)
    if not slopes:
        return 0.0, 0.0
    count = len(points)
    spread = 1.96 * (count * (count - 1) * (2 * count + 5) / 18) ** 0.5
    upper = min(len(slopes) - 1, int((len(slopes) + spread) / 2) + 1)
    return statistics.median(slopes), slopes[upper]


def run(options: Options, findings: Findings) -> None:
    seconds = SECONDS_FULL if options.is_full else SECONDS_SHORT
    recording = options.folder / "soak.jsonl"
    scenario = options.folder / "soak.toml"
    # Some more than is played, so that the end of the recording is not the end of the run.
    scenario.write_text(SCENARIO.format(minutes=int(seconds * SPEED / 60 * 1.1) + 10))
    subprocess.run([options.binaries / "vitalsctl", "synthesise", "--scenario", scenario, "--seed", str(options.seed),
                    "--output", recording], check=True, capture_output=True)
    with Children() as children:
        broker = Mosquitto(children, options.folder / "mosquitto")
        broker.start()
        receiver = Receiver(options, broker.port, options.folder / "receive.log", "soak")
        children.add(receiver.child)
        time.sleep(0.5)
        relay = Relay(broker.port)
        journal = options.folder / "journal.db"
        configuration = options.folder / "vitalsd.toml"
        configuration.write_text(
            f'[gateway]\nid = "soak"\n[source]\npath = "{recording}"\nspeed = {SPEED}.0\nat_end = "stay"\n'
            f'[journal]\npath = "{journal}"\n[mqtt]\nport = {relay.port}\n')
        daemon = children.start([options.binaries / "vitalsd", "--config", configuration], options.folder / "vitalsd.log")
        memory, files, running = _watch(options, daemon, relay, journal, seconds)
        daemon.stop(60)
        status = daemon.process.returncode
        verdict = receiver.verdict(60)
        _judge(options, findings, seconds, memory, files, running)
        findings.count("records", verdict.records)
        findings.count("connections", relay.connections)
        findings.goal("0 lost, 0 doubled after dedupe", f"{verdict.lost} lost, {verdict.doubled} doubled",
                      verdict.is_clean and status == 0)
        relay.stop()


def _watch(options: Options, daemon: Child, relay: Relay, journal: Path,
           seconds: float) -> tuple[list[tuple[float, float]], list[int], list[int]]:
    memory: list[tuple[float, float]] = []
    files: list[int] = []
    running: list[int] = []
    began = time.monotonic()
    next_cut, next_look = CUT_EVERY, LOOK_EVERY
    while (now := time.monotonic() - began) < seconds:
        if not daemon.runs:
            raise Broken(f"vitalsd ended with {daemon.process.returncode}: {daemon.text()[-2000:]}")
        memory.append((now * SPEED / SECONDS_PER_DAY, memory_kib(daemon.pid)))
        files.append(descriptors(daemon.pid))
        running.append(threads(daemon.pid))
        if now >= next_cut:
            next_cut += CUT_EVERY
            relay.behave()
        if now >= next_look:
            next_look += LOOK_EVERY
            subprocess.run([options.binaries / "vitalsctl", "journal", "stats", journal], capture_output=True, check=False)
        time.sleep(1)
    return memory, files, running


def _judge(options: Options, findings: Findings, seconds: float, memory: list[tuple[float, float]], files: list[int],
           running: list[int]) -> None:
    warm = int(len(memory) * WARM_UP)
    slope, upper = theil_sen(memory[warm:])
    findings.count("simulated days", seconds * SPEED / SECONDS_PER_DAY)
    findings.count("most memory, KiB", int(max(value for _, value in memory)))
    line = f"memory grows by at most {SLOPE_KIB_PER_DAY_MAX:g} KiB per simulated day (upper 95 % bound)"
    if options.is_full:
        findings.goal(line, f"{slope:.0f} KiB, at most {upper:.0f}", upper <= SLOPE_KIB_PER_DAY_MAX)
    else:
        findings.goal(line, f"the short form is too short: {slope:.0f} KiB", None)
    # A connection more or less is open at any moment.
    spread = max(files[warm:]) - min(files[warm:])
    findings.goal("descriptors stay within 2 of their middle", f"{min(files[warm:])} to {max(files[warm:])}", spread <= 4)
    findings.goal("threads stay within 1 of their middle", f"{min(running[warm:])} to {max(running[warm:])}",
                  max(running[warm:]) - min(running[warm:]) <= 2)


SUITE = Suite("soak", ("T31",), "the daemon at two hundred times its pace, with a link that is cut every 15 s", run)
