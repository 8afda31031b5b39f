"""T20: the daemon records for three days without a broker, at many times its pace, and then there is one."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from pathlib import Path

from torture import packets
from torture.brokers import Mosquitto
from torture.children import Child, Children, memory_kib
from torture.gateway import Receiver
from torture.modes import AtOnce
from torture.packets import Packet
from torture.relay import Behaviour, Connection, Relay
from torture.suite import Broken, Findings, Options, Suite, until
from torture.suites.soak import SCENARIO

# How long the broker is away, in the time of the recording; eight sensors meanwhile.
HOURS_FULL, HOURS_SHORT = 72, 6
SPEED = 2_000
# Between looks at the memory, seconds: some two minutes of the recording.
LOOK_EVERY = 0.05
# What the process may still take after the first quarter of the outage: the page cache of the journal's writer fills as the
# file grows (2,000 KiB), and the backlog must take none.
GROWTH_KIB_MAX = 2_560
PRIVATE_MIB_MAX = 32.0
RATE_MIN = 500.0
# The longest delay between two tries, as it is shipped, and some.
RECONNECT_SECONDS_MAX = 130.0
# Far above what the recording and the backlog take, seconds.
PATIENCE = 1_800.0


class Counting(Behaviour):
    """A healthy broker, whose acknowledgements are counted."""

    pubacks = 0

    async def from_broker(self, connection: Connection, packet: Packet) -> bytes:
        self.pubacks += packet.kind == packets.PUBACK
        return packet.raw


def run(options: Options, findings: Findings) -> None:
    hours = HOURS_FULL if options.is_full else HOURS_SHORT
    recording = options.folder / "outage.jsonl.gz"
    scenario = options.folder / "outage.toml"
    scenario.write_text(SCENARIO.format(minutes=hours * 60))
    subprocess.run([options.binaries / "vitalsctl", "synthesise", "--scenario", scenario, "--seed", str(options.seed),
                    "--output", recording], check=True, capture_output=True)
    with Children() as children:
        broker = Mosquitto(children, options.folder / "mosquitto")
        broker.start()
        receiver = Receiver(options, broker.port, options.folder / "receive.log", "outage")
        children.add(receiver.child)
        receiver.wait()
        relay = Relay(broker.port)
        relay.behave(AtOnce())
        journal = options.folder / "journal.db"
        configuration = options.folder / "vitalsd.toml"
        configuration.write_text(
            f'[gateway]\nid = "outage"\n[source]\npath = "{recording}"\nspeed = {SPEED}.0\nat_end = "stay"\n'
            f'[journal]\npath = "{journal}"\n[mqtt]\nport = {relay.port}\n')
        daemon = children.start([options.binaries / "vitalsd", "--config", configuration], options.folder / "vitalsd.log")
        memory = _record(daemon, journal, hours)
        attempts, backlog = relay.connections, _count(journal)
        away, seconds, most = _drain(daemon, relay, backlog)
        daemon.stop(60)
        status = daemon.process.returncode
        verdict = receiver.verdict(300)
        findings.count("hours without a broker", hours)
        findings.count("connections refused meanwhile", attempts)
        findings.count("records of backlog", backlog)
        findings.count("tried again after, s", away)
        growth = max(memory[len(memory) // 4:]) - max(memory[: len(memory) // 4])
        findings.goal(f"from a quarter of the outage to its end, memory grows by at most {GROWTH_KIB_MAX:,} KiB",
                      f"{growth:,} KiB", growth <= GROWTH_KIB_MAX)
        findings.goal(f"private memory below {PRIVATE_MIB_MAX:g} MiB, also while the backlog drains",
                      f"{max(*memory, most) / 1024:.1f} MiB", max(*memory, most) < PRIVATE_MIB_MAX * 1024)
        findings.goal(f"drained with at least {RATE_MIN:g} records a second", f"{backlog / seconds:,.0f}",
                      backlog / seconds >= RATE_MIN)
        findings.goal("0 lost, 0 doubled after dedupe",
                      f"{verdict.lost} lost, {verdict.doubled} doubled of {verdict.records:,} records",
                      verdict.is_clean and status == 0 and verdict.records >= backlog)
        relay.stop()


def _record(daemon: Child, journal: Path, hours: int) -> list[int]:
    """Waits until all was recorded; the memory meanwhile, KiB."""
    memory: list[int] = []
    began = time.monotonic()
    stands, count = began, 0
    while time.monotonic() - began < hours * 3_600 / SPEED or time.monotonic() - stands < 2:
        if not daemon.runs or time.monotonic() - began > PATIENCE:
            raise Broken(f"vitalsd ended with {daemon.process.returncode}, or does not end: {daemon.text()[-2000:]}")
        memory.append(memory_kib(daemon.pid))
        if (now := _count(journal)) != count:
            stands, count = time.monotonic(), now
        time.sleep(LOOK_EVERY)
    return memory


def _drain(daemon: Child, relay: Relay, backlog: int) -> tuple[float, float, int]:
    """Lets the broker come back. After how long it is tried again and how long the backlog takes from then on, seconds, and
    the most memory meanwhile, KiB."""
    attempts, counting = relay.connections, Counting()
    relay.behave(counting)
    away = until(RECONNECT_SECONDS_MAX, lambda: relay.connections > attempts)
    if away is None:
        raise Broken(f"the broker is not tried again: {daemon.text()[-2000:]}")
    began = time.monotonic()
    most = 0

    def drained() -> bool:
        nonlocal most
        most = max(most, memory_kib(daemon.pid))
        return counting.pubacks >= backlog

    if until(PATIENCE, drained, LOOK_EVERY) is None:
        raise Broken(f"the backlog does not drain: {daemon.text()[-2000:]}")
    return away, time.monotonic() - began, most


def _count(journal: Path) -> int:
    """Records in the journal, as anybody may read it beside the daemon; 0 while there is none."""
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT coalesce(max(sequence), 0) FROM record").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


SUITE = Suite("outage", ("T20",), "the daemon records three days without a broker, at two thousand times its pace", run)
