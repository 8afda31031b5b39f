"""T19: the connection is cut at every byte of an exchange from CONNECT to the first record's PUBACK."""

from __future__ import annotations

import asyncio
import random

from torture import packets
from torture.modes import HOLD_SECONDS
from torture.packets import Packet
from torture.relay import Behaviour, Bytes, Connection, Cut
from torture.rig import Rig
from torture.suite import Broken, Findings, Options, Suite, until

# Seconds for each cut: a reconnect takes a tenth.
CUT_SECONDS = 3.0
# A reset takes the same ways through the client as an end, only by another error: one offset in so many.
RESET_STRIDE = 4
# In the short form one offset in so many.
STRIDE_SHORT = 41


class Measure(Behaviour):
    """Counts the bytes of both directions until the first record is acknowledged."""

    def __init__(self) -> None:
        self.sent = self.received = self.pubacks = self.records = 0
        self.is_done = False

    async def from_client(self, connection: Connection, packet: Packet) -> bytes:
        self.records += packet.is_record
        if not self.is_done and self.records <= 1:
            self.sent += len(packet.raw)
        return packet.raw

    async def from_broker(self, connection: Connection, packet: Packet) -> bytes:
        if not self.is_done:
            self.received += len(packet.raw)
            self.pubacks += packet.kind == packets.PUBACK
            # The first PUBACK answers the status, the second a record.
            self.is_done = self.pubacks >= 2
        return packet.raw


class CutAfter(Bytes):
    """Each connection is cut so many bytes after its beginning, by the list; those after the list pass."""

    def __init__(self, offsets: list[int], *, from_client: bool, how: str) -> None:
        self.offsets = offsets
        self.of_client = from_client
        self.how = how
        self.begun = 0
        self.reached = 0
        self.left: dict[Connection, int] = {}

    async def serve(self, connection: Connection) -> None:
        if self.begun >= len(self.offsets):
            self.left[connection] = -1
        else:
            self.left[connection] = self.offsets[self.begun]
            self.begun += 1
            if self.left[connection] == 0:
                await self._end()
        await super().serve(connection)

    async def up(self, connection: Connection, data: bytes) -> bytes:
        return await self._take(connection, data) if self.of_client else data

    async def down(self, connection: Connection, data: bytes) -> bytes:
        return data if self.of_client else await self._take(connection, data)

    async def _take(self, connection: Connection, data: bytes) -> bytes:
        left = self.left[connection]
        if left < 0:
            return data
        if len(data) < left:
            self.left[connection] -= len(data)
            return data
        # What stands before the cut still arrives.
        writer = connection.broker_writer if self.of_client else connection.writer
        if writer:
            writer.write(data[:left])
            await writer.drain()
        await self._end()
        return b""

    async def _end(self) -> None:
        self.reached += 1
        if self.how == "half-open":
            await asyncio.sleep(HOLD_SECONDS)
        raise Cut(resets=self.how == "reset")


def run(options: Options, findings: Findings) -> None:
    with Rig(options, "cuts", rate=40) as rig:
        rig.warm_up()
        # A backlog, so that every connection has something to say at once.
        measure = Measure()
        rig.relay.behave(measure)
        if until(10, lambda: measure.is_done) is None:
            raise Broken("no record was acknowledged through the relay")
        findings.count("bytes from the client", measure.sent)
        findings.count("bytes from the broker", measure.received)
        generator = random.Random(options.seed)
        total = reached = 0
        for how in ("end", "reset", "half-open"):
            for from_client in (True, False):
                limit = measure.sent if from_client else measure.received
                offsets = list(range(limit + 1))
                if how == "reset":
                    offsets = offsets[::RESET_STRIDE]
                if how == "half-open":
                    # Each costs the acknowledgement deadline: a sample, the first bytes always.
                    offsets = offsets[:8] + sorted(generator.sample(offsets[8:], min(60, len(offsets) - 8)))
                if not options.is_full:
                    offsets = offsets[:: STRIDE_SHORT if from_client else 7]
                    if how == "half-open":
                        offsets = offsets[:6]
                behaviour = CutAfter(offsets, from_client=from_client, how=how)
                rig.relay.behave(behaviour)
                until(CUT_SECONDS * len(offsets) + 10, lambda b=behaviour, n=len(offsets): b.begun >= n and b.reached >= n)
                total += len(offsets)
                reached += behaviour.reached
                rig.relay.behave()
                if rig.healthy() is None:
                    findings.goal(f"healthy after the cuts ({how})", "never", False)
        findings.count("cuts", total)
        findings.goal("a cut at every byte, both ways; resets and silence at a part of them", f"{reached} of {total} were reached",
                      reached == total)
        rig.end(findings)


SUITE = Suite("cuts", ("T19",), "the connection is cut at every byte of an exchange from CONNECT to PUBACK", run)
