"""MQTT control packets as they stand on the wire (MQTT 5.0, section 2.1)."""

from __future__ import annotations

import asyncio
import dataclasses

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL = 1, 2, 3, 4, 5, 6
SUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 9, 12, 13, 14, 15

# A client of ours sends nothing above this: a longer length is a mistake of the relay.
PACKET_BYTES_MAX = 4_194_304


@dataclasses.dataclass
class Packet:
    """One packet."""

    kind: int
    flags: int
    body: bytes

    @property
    def raw(self) -> bytes:
        """As it goes over the wire."""
        return bytes([self.kind << 4 | self.flags]) + length(len(self.body)) + self.body

    @property
    def identifier(self) -> bytes:
        """The packet identifier of a PUBLISH of QoS 1, or of a PUBACK."""
        if self.kind != PUBLISH:
            return self.body[:2]
        after_topic = 2 + int.from_bytes(self.body[:2], "big")
        return self.body[after_topic : after_topic + 2]

    @property
    def topic(self) -> bytes:
        """The topic of a PUBLISH."""
        return self.body[2 : 2 + int.from_bytes(self.body[:2], "big")]

    @property
    def is_record(self) -> bool:
        """Whether it publishes a record, not the gateway's status."""
        return self.kind == PUBLISH and not self.topic.endswith(b"/status")

    @property
    def level(self) -> int:
        """The protocol level of a CONNECT: 4 is 3.1.1, 5 is 5."""
        return self.body[6] if len(self.body) > 6 else 0


def length(number: int) -> bytes:
    """A variable byte integer."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | 0x80 if number else low)
        if not number:
            return bytes(out)


async def read(reader: asyncio.StreamReader) -> Packet | None:
    """The next packet; None at the end, also in the middle of one."""
    try:
        first = (await reader.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await reader.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if size > PACKET_BYTES_MAX:
            return None
        return Packet(first >> 4, first & 0x0F, await reader.readexactly(size))
    except (asyncio.IncompleteReadError, OSError):
        return None
