"""What bluetoothd told its clients: a file of `dbus-monitor --binary`, which is D-Bus messages end to end."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path


def messages(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Header and body of each message; a last one that is cut off is left out."""
    data = path.read_bytes() if path.exists() else b""
    at = 0
    while at + 16 <= len(data):
        order = "<" if data[at : at + 1] == b"l" else ">"
        body, _, fields = struct.unpack_from(order + "III", data, at + 4)
        begin = at + 16 + (fields + 7) // 8 * 8
        if begin + body > len(data):
            return
        yield data[at:begin], data[begin : begin + body]
        at = begin + body


class Told:
    """The values that were signalled, by sensor."""

    def __init__(self, path: Path) -> None:
        self._messages = [(header, body) for header, body in messages(path) if b"/char" in header]

    def __contains__(self, value: tuple[str, str]) -> bool:
        """Whether a value, in hex digits, of the sensor with this address was signalled."""
        device = b"/dev_" + value[0].replace(":", "_").encode()
        payload = bytes.fromhex(value[1])
        array = struct.pack("<I", len(payload)) + payload
        return any(device in header and array in body for header, body in self._messages)
