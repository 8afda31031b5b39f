"""What a hostile or broken MQTT broker may do: each mode under its name.

A mode never acknowledges with success what no broker keeps: against a broker that lies so, only a receipt from the far
side helps (the suite `store-lost`).
"""

from __future__ import annotations

import asyncio
import dataclasses
import struct
from collections.abc import Callable

from torture import packets
from torture.packets import Packet
from torture.relay import Behaviour, Connection, Cut, both

# A peer that holds a connection open without a word holds it so long: beyond every deadline of the client.
HOLD_SECONDS = 120.0


class Answer(Behaviour):
    """CONNECT is answered with bytes of our own; no broker ever sees it. Then the connection is held or closed."""

    def __init__(self, v5: bytes, v311: bytes | None = None, *, holds: bool = False) -> None:
        self.v5, self.v311, self.holds = v5, v5 if v311 is None else v311, holds

    async def serve(self, connection: Connection) -> None:
        connect = await connection.packet()
        if connect is None:
            return
        self.hits += 1
        await connection.send(self.v5 if connect.level == 5 else self.v311)
        if self.holds:
            await asyncio.sleep(HOLD_SECONDS)


class AtOnce(Behaviour):
    """Bytes or an end before CONNECT was even read."""

    def __init__(self, data: bytes = b"", *, resets: bool = False) -> None:
        self.data, self.resets = data, resets

    async def serve(self, connection: Connection) -> None:
        self.hits += 1
        if self.data:
            await connection.send(self.data)
            await asyncio.sleep(0.05)
        raise Cut(resets=self.resets)


class SlowAnswer(Behaviour):
    """A CONNACK that comes a byte at a time and never ends."""

    async def serve(self, connection: Connection) -> None:
        if await connection.packet() is None:
            return
        self.hits += 1
        await connection.send(b"\x20\x7f\x00\x00\x7c")
        for _ in range(int(HOLD_SECONDS)):
            await connection.send(b"\x26")
            await asyncio.sleep(1)


class Change(Behaviour):
    """The real broker stands behind; one kind of packet is changed on its way to or from it."""

    def __init__(
        self, *, connack: Callable[[Packet], bytes] | None = None, record: Callable[[Packet], bytes] | None = None,
        puback: Callable[[Packet], bytes] | None = None, after: Callable[[], Cut] | None = None,
        early: bytes = b"",
    ) -> None:
        self.connack, self.record, self.puback, self.after, self.early = connack, record, puback, after, early

    async def from_client(self, connection: Connection, packet: Packet) -> bytes:
        if not packet.is_record:
            return packet.raw
        if self.early:
            self.hits += 1
            await connection.send(self.early)
        if self.after:
            self.hits += 1
            raise self.after()
        if self.record:
            self.hits += 1
            return self.record(packet)
        return packet.raw

    async def from_broker(self, connection: Connection, packet: Packet) -> bytes:
        if packet.kind == packets.CONNACK and self.connack and connection.level == 5:
            self.hits += 1
            return self.connack(packet)
        # The first PUBACK answers the status message, which is none of the records.
        if packet.kind == packets.PUBACK and self.puback:
            connection.pubacks += 1
            if connection.pubacks > 1:
                self.hits += 1
                return self.puback(packet)
        return packet.raw


class Late(Behaviour):
    """Acknowledgements are held back and come in reverse, eight at a time or after a quarter of a second."""

    async def serve(self, connection: Connection) -> None:
        reader, writer = await connection.broker()
        held: list[bytes] = []

        async def down() -> None:
            while packet := await packets.read(reader):
                if packet.kind != packets.PUBACK:
                    await connection.send(packet.raw)
                    continue
                held.append(packet.raw)
                if len(held) >= 8:
                    await release()

        async def release() -> None:
            if held:
                self.hits += 1
                data = b"".join(reversed(held))
                held.clear()
                await connection.send(data)

        async def clock() -> None:
            while True:
                await asyncio.sleep(0.25)
                await release()

        await both(self._up(connection, writer), down(), clock())


class StopsReading(Behaviour):
    """Everything works until the first record; then nothing is read any more, and nothing said."""

    async def from_client(self, connection: Connection, packet: Packet) -> bytes:
        if packet.is_record:
            self.hits += 1
            await asyncio.sleep(HOLD_SECONDS)
        return packet.raw


def _connack(properties: bytes, flags: int = 0) -> Callable[[Packet], bytes]:
    body = bytes([flags, 0]) + packets.length(len(properties)) + properties
    return lambda _: Packet(packets.CONNACK, 0, body).raw


def _puback(reason: int) -> Callable[[Packet], bytes]:
    return lambda packet: Packet(packets.PUBACK, 0, packet.identifier + bytes([reason, 0])).raw


def _publish(topic: bytes, payload: bytes, qos: int, level: int = 5) -> bytes:
    identifier = b"\x03\xe7" if qos else b""
    properties = b"\x00" if level == 5 else b""
    return Packet(packets.PUBLISH, qos << 1, struct.pack(">H", len(topic)) + topic + identifier + properties + payload).raw


@dataclasses.dataclass(frozen=True)
class Mode:
    """A mode; `versions` are those of MQTT in which it makes sense.

    `lasting` is for a mode that ends no connection: the state of the gateway meanwhile; records flow in "delivering" alone.
    """

    name: str
    make: Callable[[], Behaviour]
    versions: tuple[str, ...] = ("5", "3.1.1")
    lasting: str | None = None


def _modes() -> list[Mode]:
    only5 = ("5",)
    accepted, accepted311 = b"\x20\x03\x00\x00\x00", b"\x20\x02\x00\x00"
    modes = [
        Mode("closed door", lambda: AtOnce()),
        Mode("reset on arrival", lambda: AtOnce(resets=True)),
        Mode("a banner of another protocol", lambda: AtOnce(b"220 mail.example ESMTP\r\n")),
        Mode("CONNACK before CONNECT", lambda: AtOnce(accepted)),
        Mode("PUBACK before CONNACK", lambda: AtOnce(b"\x40\x02\x00\x01")),
        Mode("closes after CONNECT", lambda: Answer(b"")),
        Mode("never answers CONNECT", lambda: Answer(b"", holds=True)),
        Mode("answers HTTP", lambda: Answer(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")),
        Mode("a TLS alert", lambda: Answer(b"\x15\x03\x01\x00\x02\x02\x46")),
        Mode("garbage", lambda: Answer(b"\xf7" * 64, holds=True)),
        Mode("zeros", lambda: Answer(bytes(4096), holds=True)),
        Mode("half a CONNACK", lambda: Answer(b"\x20\x03\x00", b"\x20\x02", holds=True)),
        Mode("a CONNACK byte by byte", lambda: SlowAnswer()),
        Mode("a CONNACK with a wrong property length", lambda: Answer(b"\x20\x03\x00\x00\x7f", holds=True), only5),
        Mode("a CONNACK with an unknown property", lambda: Answer(b"\x20\x05\x00\x00\x02\x7e\x00", holds=True), only5),
        Mode("a CONNACK of 256 MiB", lambda: Answer(b"\x20\xff\xff\xff\x7f\x00\x00", holds=True)),
        Mode("a length without an end", lambda: Answer(b"\x20\xff\xff\xff\xff\xff\x01", holds=True)),
        Mode("a CONNACK with reserved bits", lambda: Answer(b"\x2f\x03\xfe\x00\x00", b"\x2f\x02\xfe\x00", holds=True)),
        Mode("a CONNACK of 3.1.1 to MQTT 5", lambda: Answer(accepted311, holds=True), only5),
        Mode("CONNACK twice", lambda: Answer(accepted * 2, accepted311 * 2, holds=True)),
        Mode("a CONNECT from the broker", lambda: Answer(accepted + b"\x10\x0d\x00\x04MQTT\x05\x00\x00\x05\x00\x00\x00", holds=True)),
        Mode("an AUTH that nobody asked for", lambda: Answer(b"\xf0\x02\x18\x00", holds=True), only5),
        Mode("packet type 0", lambda: Answer(accepted + b"\x00\x00", accepted311 + b"\x00\x00", holds=True)),
        Mode("a DISCONNECT instead of CONNACK", lambda: Answer(b"\xe0\x02\x8b\x00", b"\xe0\x00", holds=True)),
    ]
    modes += [
        Mode(f"refuses with 0x{code:02x}", lambda code=code: Answer(bytes([0x20, 3, 0, code, 0])), only5)
        for code in range(0x80, 0xA0)
    ]
    modes += [
        Mode(f"refuses with {code}", lambda code=code: Answer(bytes([0x20, 2, 0, code])))
        for code in range(1, 6)
    ]
    modes += [
        Mode("Receive Maximum 0", lambda: Change(connack=_connack(b"\x21\x00\x00")), only5),
        Mode("Receive Maximum 1", lambda: Change(connack=_connack(b"\x21\x00\x01")), only5, "delivering"),
        Mode("Maximum Packet Size 64", lambda: Change(connack=_connack(b"\x27\x00\x00\x00\x40")), only5),
        Mode("Maximum QoS 0", lambda: Change(connack=_connack(b"\x24\x00")), only5, "unsupported"),
        Mode("no retained messages", lambda: Change(connack=_connack(b"\x25\x00")), only5, "delivering"),
        Mode("a session that nobody asked for", lambda: Change(connack=_connack(b"", flags=1)), only5, "delivering"),
        Mode("another client identifier", lambda: Change(connack=_connack(b"\x12\x00\x03xyz")), only5),
        Mode("Server Keep Alive 1", lambda: Change(connack=_connack(b"\x13\x00\x01")), only5, "delivering"),
        Mode("swallows records", lambda: Change(record=lambda _: b"")),
        Mode("keeps records, never acknowledges", lambda: Change(puback=lambda _: b"")),
        Mode("acknowledges another identifier",
             lambda: Change(puback=lambda packet: b"\x40\x02" + bytes([packet.identifier[0] ^ 0x55, packet.identifier[1]]))),
        Mode("acknowledges identifier 0", lambda: Change(puback=lambda _: b"\x40\x02\x00\x00")),
        Mode("acknowledges three times", lambda: Change(puback=lambda packet: packet.raw * 3)),
        Mode("acknowledges late and in reverse", lambda: Late()),
        Mode("PUBREC instead of PUBACK", lambda: Change(puback=lambda packet: b"\x50\x02" + packet.identifier)),
        Mode("a PUBACK that is cut short", lambda: Change(puback=lambda _: b"\x40\x01\x00")),
        Mode("a PUBACK with too much", lambda: Change(puback=lambda packet: b"\x40\x06" + packet.identifier + b"\x00\x7f\x00\x00")),
        Mode("PUBREL out of the blue", lambda: Change(early=b"\x62\x02\x03\xe7")),
        Mode("SUBACK for nothing", lambda: Change(early=b"\x90\x04\x03\xe7\x00\x01"), only5),
        Mode("a flood of PINGRESP", lambda: Change(early=b"\xd0\x00" * 500)),
        Mode("messages that nobody subscribed to", lambda: Change(early=_publish(b"x", b"y" * 200, 1) * 20), only5),
        Mode("a message of QoS 2", lambda: Change(early=_publish(b"x", b"y", 2)), only5),
        Mode("a message of QoS 3", lambda: Change(early=_publish(b"x", b"y", 3)), only5),
        Mode("a message of 1 MiB", lambda: Change(early=_publish(b"x", b"y" * 1_048_576, 0)), only5),
        Mode("a message with a topic beyond its end", lambda: Change(early=b"\x32\x04\xff\xff\x00\x00")),
        Mode("garbage after the first record", lambda: Change(early=b"\xf7" * 64)),
        Mode("DISCONNECT at each record", lambda: Change(early=b"\xe0\x02\x8e\x00"), only5),
        Mode("ends at each record", lambda: Change(after=lambda: Cut())),
        Mode("resets at each record", lambda: Change(after=lambda: Cut(resets=True))),
        Mode("stops reading", lambda: StopsReading()),
    ]
    modes += [
        Mode(f"answers records with 0x{reason:02x}", lambda reason=reason: Change(puback=_puback(reason)), only5)
        for reason in (0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99, 0xFF)
    ]
    return modes


MODES = _modes()
