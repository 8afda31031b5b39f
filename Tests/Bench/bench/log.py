"""What the virtual sensors did, in order, with the host's monotonic time."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Entry:
    """One thing that happened to a sensor."""

    time: float
    event: str
    sensor: str
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


class SensorLog:
    """Kept in memory for the checks, and in a file for whoever looks into a failure."""

    def __init__(self, path: Path) -> None:
        self.entries: list[Entry] = []
        self._file = path.open("w", buffering=1)

    def add(self, event: str, sensor: str, **fields: Any) -> None:
        """Adds what happens now."""
        entry = Entry(time.monotonic(), event, sensor, fields)
        self.entries.append(entry)
        line = {"time": round(entry.time, 4), "event": event, "sensor": sensor, **fields}
        self._file.write(json.dumps(line) + "\n")

    def find(self, event: str, sensor: str | None = None, since: float = 0, **fields: Any) -> list[Entry]:
        """All entries that match, oldest first."""
        return [
            entry
            for entry in self.entries
            if entry.event == event
            and entry.time >= since
            and (sensor is None or entry.sensor == sensor)
            and all(entry.fields.get(key) == value for key, value in fields.items())
        ]
