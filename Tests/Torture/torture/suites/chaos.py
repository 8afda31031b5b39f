"""T19: slow, stalled and half-dead links, and a broker that is frozen."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

from torture.relay import Bytes, Connection, Relay
from torture.rig import HEALTHY_SECONDS, Rig
from torture.suite import Findings, Options, Suite, until

# What was asked for: a link that stalls is noticed within this, seconds, and a second of slack for a busy machine.
NOTICE_SECONDS = 10.0
NOTICE_SLACK = 1.0
# The deadlines of the short form are a tenth of the shipped ones.
SHORT = {"--acknowledge-ms": 1_000, "--connect-ms": 1_000, "--reconnect-min-ms": 50, "--reconnect-max-ms": 500,
         "--keep-alive": 5}


class Slow(Bytes):
    """Every chunk is late by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def up(self, connection: Connection, data: bytes) -> bytes:
        await asyncio.sleep(self.seconds)
        return data

    async def down(self, connection: Connection, data: bytes) -> bytes:
        await asyncio.sleep(self.seconds)
        return data


class Throttled(Bytes):
    """A byte a second, both ways."""

    async def up(self, connection: Connection, data: bytes) -> bytes:
        if connection.broker_writer:
            await self._drip(connection.broker_writer, data)
        return b""

    async def down(self, connection: Connection, data: bytes) -> bytes:
        await self._drip(connection.writer, data)
        return b""

    @staticmethod
    async def _drip(writer: asyncio.StreamWriter, data: bytes) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)


class HalfOpen(Bytes):
    """After it is told so, nothing passes any more, and no end is seen."""

    is_dead = False

    async def up(self, connection: Connection, data: bytes) -> bytes:
        return b"" if self.is_dead else data

    async def down(self, connection: Connection, data: bytes) -> bytes:
        return b"" if self.is_dead else data


def run(options: Options, findings: Findings) -> None:
    scale = 1.0 if options.is_full else 0.1
    with Rig(options, "chaos", rate=20, settings={} if options.is_full else SHORT) as rig:
        rig.warm_up()
        recoveries: dict[str, float | None] = {}
        for seconds in (0.2, 1.0, 5.0):
            rig.relay.behave(Slow(seconds * scale), cuts=False)
            rig.relay.behave(Slow(seconds * scale))
            time.sleep(20 * scale)
            recoveries[f"latency {seconds:g} s"] = _recover(rig)
        rig.relay.behave(Throttled())
        time.sleep(30 * scale)
        recoveries["a byte a second"] = _recover(rig)
        noticed = {
            "half-open link": _half_open(rig, scale),
            "broker stopped (SIGSTOP)": _frozen(rig, 60 * scale),
        }
        recoveries["half-open link"], recoveries["broker stopped (SIGSTOP)"] = (value[1] for value in noticed.values())
        limit = NOTICE_SECONDS * scale + NOTICE_SLACK
        for name, (seconds, _) in noticed.items():
            findings.goal(f"{name}: noticed within {NOTICE_SECONDS * scale:g} s, and {NOTICE_SLACK:g} s to be seen by this suite",
                          "never" if seconds is None else f"{seconds:.1f} s", seconds is not None and seconds <= limit)
        slow = {name: value for name, value in recoveries.items() if value is None}
        findings.goal(
            f"healthy again within {HEALTHY_SECONDS:g} s after each",
            f"never after {', '.join(slow)}" if slow else f"at most {max(v for v in recoveries.values() if v is not None):.1f} s",
            not slow)
        rig.end(findings)


def _recover(rig: Rig) -> float | None:
    rig.relay.behave()
    return rig.healthy()


def _noticed(rig: Rig, since: float, seconds: float, relay: Relay, connections: int) -> float | None:
    """How long it took until the gateway gave the connection up."""
    found: Callable[[], bool] = lambda: rig.gateway.said("acknowledged nothing in time", since) or rig.gateway.said(
        "not connected", since) or relay.connections > connections
    return until(seconds, found)


def _half_open(rig: Rig, scale: float) -> tuple[float | None, float | None]:
    link = HalfOpen()
    rig.relay.behave(link)
    rig.healthy()
    connections = rig.relay.connections
    since = time.monotonic()
    link.is_dead = True
    noticed = _noticed(rig, since, 45 * scale + 5, rig.relay, connections)
    return noticed, _recover(rig)


def _frozen(rig: Rig, seconds: float) -> tuple[float | None, float | None]:
    rig.healthy()
    since = time.monotonic()
    assert rig.broker.child
    connections = rig.relay.connections
    rig.broker.child.signal(signal.SIGSTOP)
    noticed = _noticed(rig, since, seconds, rig.relay, connections)
    time.sleep(max(0.0, seconds - (time.monotonic() - since)))
    rig.broker.child.signal(signal.SIGCONT)
    return noticed, rig.healthy()


SUITE = Suite("chaos", ("T19",), "latency, a byte a second, half-open links, a broker that is frozen", run)
