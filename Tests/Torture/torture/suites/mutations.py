"""T18, T24: what a broker sends, with bytes changed at random, over real connections into libmosquitto and the uplink."""

from __future__ import annotations

import random

from torture import packets
from torture.packets import Packet
from torture.relay import Behaviour, Connection
from torture.rig import Rig, log
from torture.suite import Findings, Options, Suite, until

# Changed packets.
COUNT_FULL, COUNT_SHORT = 3_000, 150
# Seconds for each: a connection ends with most of them, and comes back within a tenth.
EACH_SECONDS = 1.0
# Records a second: fewer than get through, some twenty. A backlog is read in larger pieces, so that the page cache of the
# journal's reader grows with it: no leak, but more than one that is looked for.
RATE = 10
# Memory that all of them may cost, KiB. The full form makes more than a thousand connections; the smallest thing that could
# be left of each, libmosquitto's client, has a KiB.
GROWTH_KIB_MAX = 512
# Property identifiers of MQTT 5 and their neighbours, lengths at their edges.
INTERESTING = bytes([0x00, 0x01, 0x02, 0x0B, 0x11, 0x12, 0x13, 0x15, 0x16, 0x1F, 0x21, 0x22, 0x26, 0x27, 0x2A, 0x7F, 0x80, 0xFF])


class Mutated(Behaviour):
    """One packet in four of the broker has bytes changed, removed or added behind its first; success is never claimed
    for a record that the broker did not take."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    async def from_broker(self, connection: Connection, packet: Packet) -> bytes:
        if self.random.random() > 0.25:
            return packet.raw
        self.hits += 1
        raw = bytearray(packet.raw)
        for _ in range(self.random.randint(1, 4)):
            place = self.random.randint(1, len(raw))
            match self.random.randint(0, 3):
                case 0 if place < len(raw):
                    raw[place] = self.random.choice(INTERESTING)
                case 1 if place < len(raw):
                    raw[place] ^= 1 << self.random.randint(0, 7)
                case 2:
                    raw[place:place] = self.random.choices(INTERESTING, k=self.random.randint(1, 12))
                case _ if place < len(raw):
                    del raw[place]
        if packet.kind == packets.PUBACK:
            # Another record's identifier would be a lie about success: keep it out of the window of identifiers.
            raw[:] = raw if raw[2:4] == packet.identifier else packet.raw[:2] + b"\xee\xee" + bytes(raw[4:])
        if self.random.random() < 0.25:
            # A broker may say anything at any time: a packet of another kind follows.
            kind = self.random.choice([packets.PUBLISH, packets.PUBREC, packets.PUBREL, packets.SUBACK, packets.DISCONNECT, packets.AUTH])
            body = bytes(self.random.choices(INTERESTING, k=self.random.randint(0, 20)))
            raw += Packet(kind, self.random.randint(0, 15), body).raw
        return bytes(raw)


def run(options: Options, findings: Findings) -> None:
    wanted = COUNT_FULL if options.is_full else COUNT_SHORT
    with Rig(options, "mutations", rate=RATE) as rig:
        rig.warm_up()
        memory = rig.fill()
        behaviour = Mutated(options.seed)
        rig.relay.behave(behaviour)
        for tenth in range(1, 11):
            until(wanted * EACH_SECONDS / 10,
                  lambda tenth=tenth: behaviour.hits >= wanted * tenth // 10 or not rig.gateway.child.runs)
            if rig.gateway.child.runs:
                log(rig.folder, f"{behaviour.hits} changed packets, {rig.gateway.number('committed')} records, "
                    f"{rig.relay.connections} connections, {rig.gateway.memory} KiB after {memory} KiB")
        is_alive = rig.gateway.child.runs
        rig.relay.behave()
        rig.revive()
        findings.count("changed packets", behaviour.hits)
        findings.goal(f"{wanted} changed packets, and the process runs", "yes" if is_alive else "no", is_alive and behaviour.hits >= wanted)
        back = rig.healthy()
        findings.goal("healthy afterwards", "never" if back is None else f"after {back:.2f} s", back is not None)
        growth = rig.gateway.memory - memory
        findings.goal("memory grows by less than 512 KiB", f"{growth} KiB", growth < GROWTH_KIB_MAX)
        rig.end(findings)


SUITE = Suite("mutations", ("T18", "T24"), "packets of the broker with bytes changed at random", run)
