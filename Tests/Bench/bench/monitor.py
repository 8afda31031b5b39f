"""What passed between kernel and adapter, from a btsnoop file of the HCI monitor (datalink 2001).

A reader of its own, so that the recorder of the gateway is judged by other code than the gateway's.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator
from pathlib import Path

MONITOR_DATALINK = 2001
EVENT, ACL_RECEIVED = 3, 5
CONNECTION_COMPLETES = (0x01, 0x0A)  # LE Connection Complete, LE Enhanced Connection Complete
ATT_CHANNEL = 4
NOTIFICATION, INDICATION = 0x1B, 0x1D
#: The address of a link that was made before the file begins.
UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class Value:
    """A value that the kernel was given: from whom, of which attribute handle."""

    address: str
    handle: int
    hex: str


def records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Opcode and packet of each record; a last record that is cut off is left out."""
    data = path.read_bytes()
    if not data:
        return
    magic, _, datalink = struct.unpack_from(">8sII", data)
    if magic != b"btsnoop\0" or datalink != MONITOR_DATALINK:
        raise ValueError(f"{path} is not a btsnoop file of the HCI monitor")
    at = 16
    while at + 24 <= len(data):
        _, length, flags, _, _ = struct.unpack_from(">IIIIq", data, at)
        at += 24
        if at + length > len(data):
            return
        yield flags & 0xFFFF, data[at : at + length]
        at += length


def values(path: Path) -> Iterator[Value]:
    """Every notification and indication, in order. Bumble sends each in one packet."""
    peers: dict[int, str] = {}
    for opcode, packet in records(path):
        if opcode == EVENT and packet[0] == 0x3E and packet[2] in CONNECTION_COMPLETES and packet[3] == 0:
            (handle,) = struct.unpack_from("<H", packet, 4)
            peers[handle] = ":".join(f"{octet:02X}" for octet in packet[13:7:-1])
        elif opcode == ACL_RECEIVED and len(packet) >= 11:
            handle, _, _, channel, kind, attribute = struct.unpack_from("<HHHHBH", packet)
            if channel == ATT_CHANNEL and kind in (NOTIFICATION, INDICATION):
                yield Value(peers.get(handle & 0x0FFF, UNKNOWN), attribute, packet[11:].hex())
