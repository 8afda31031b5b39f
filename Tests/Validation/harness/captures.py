"""Writes captures as JSON Lines, the form that anyone can write by hand and `vitalsctl replay` plays."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from types import TracebackType

SENSOR = "C0:00:00:00:00:01"
START = "2026-01-01T00:00:00.000Z"


class CaptureWriter:
    """One capture, gzipped. It has its name only once it is whole, so that a broken run leaves no half of one."""

    def __init__(self, path: Path, start: str = START) -> None:
        self.path = path
        self._partial = path.with_name(path.name + f".{os.getpid()}")
        # The file's name and time stay out of the gzip header: equal captures are equal files.
        self._raw = open(self._partial, "wb")
        self._file = gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=self._raw, mtime=0)
        self._lines: list[str] = []
        self.line({"format": "vitals-capture", "version": 1, "start": start})

    def line(self, content: dict) -> None:
        """One line as it is."""
        self._add(json.dumps(content, separators=(",", ":")))

    def value(self, t: float, characteristic: str, value: bytes, sensor: str = SENSOR) -> None:
        """A notification, `t` in seconds since the start, kept to the microsecond."""
        self._add(f'{{"t":{t:.6f},"sensor":"{sensor}","characteristic":"{characteristic}","value":"{value.hex()}"}}')

    def link(self, t: float, state: str, sensor: str = SENSOR) -> None:
        """The link went `up` or `down`."""
        self._add(f'{{"t":{t:.6f},"sensor":"{sensor}","link":"{state}"}}')

    def _add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) >= 4_096:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._file.write(("\n".join(self._lines) + "\n").encode())
            self._lines.clear()

    def __enter__(self) -> CaptureWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._file.close()
        self._raw.close()
        if kind is None:
            os.replace(self._partial, self.path)
        else:
            self._partial.unlink(missing_ok=True)
