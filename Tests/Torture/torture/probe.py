"""A client of a few lines that shows when a broker, or a cluster behind a relay, takes messages at all."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

# How often it tries, and how long it waits for each answer, seconds.
EVERY = 0.25
ANSWER = 1.0


class Probe:
    """Publishes with QoS 1 over MQTT 3.1.1, a connection for each message; `failed_at` is when that last did not work."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.failed_at = 0.0
        self.longest = 0.0
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        since: float | None = None
        while not self._is_over:
            number += 1
            began = time.monotonic()
            if self._publish(f"probe-{number % 4}"):
                since = None
            else:
                self.failed_at = time.monotonic()
                since = since or began
                self.longest = max(self.longest, self.failed_at - since)
            time.sleep(EVERY)

    def _publish(self, client: str) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), ANSWER) as link:
            link.settimeout(ANSWER)
            name = client.encode()
            connect = b"\x00\x04MQTT\x04\x02\x00\x3c" + struct.pack(">H", len(name)) + name
            link.sendall(bytes([0x10, len(connect)]) + connect)
            if link.recv(4) != b"\x20\x02\x00\x00":
                return False
            publish = b"\x00\x05probe\x00\x01x"
            link.sendall(bytes([0x32, len(publish)]) + publish)
            done = link.recv(4) == b"\x40\x02\x00\x01"
            link.sendall(b"\xe0\x00")
            return done
        return False

    def stop(self) -> None:
        """Ends it."""
        self._is_over = True
        self._thread.join(5)
