"""The gateway under test, inside the guest, as its systemd unit runs it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

from .guest import Guest, Outcome
from .sensor import Plan
from .verdict import BenchError

UNIT = "vitalsd.service"
FOLDER = "/var/lib/vitalsd"
CONFIGURATION = "/etc/vitalsd/vitalsd.toml"
#: Settings of every run: short blocks, no broker, and a slot for each sensor.
STANDARD: dict[str, dict[str, Any]] = {
    "gateway": {"id": "bench"},
    "source": {"kind": "bluetooth"},
    "bluetooth": {"slots": 16},
    "journal": {"path": f"{FOLDER}/journal.db", "block_seconds": 5},
    "mqtt": {"enabled": False},
}


@dataclasses.dataclass(frozen=True)
class Footprint:
    """What a process holds. The bus does not always say how many match rules."""

    descriptors: int
    resident_kibibytes: int
    match_rules: int | None

    def __str__(self) -> str:
        rules = "" if self.match_rules is None else f", {self.match_rules} match rules"
        return f"{self.descriptors} descriptors, {self.resident_kibibytes} KiB{rules}"


class Gateway:
    """Configures, starts and ends vitalsd, and reads its journal."""

    def __init__(self, guest: Guest, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self._guest, self._folder = guest, folder
        self._sensors: dict[str, dict[str, Any]] = {}
        self._tables: dict[str, dict[str, Any]] = {}

    async def configure(
        self, plans: list[Plan], sensor: dict[str, dict[str, Any]] | None = None, **tables: dict[str, Any]
    ) -> None:
        """Writes the configuration: all sensors listed by address. `sensor` has further settings by a sensor's name."""
        merged = {name: dict(table) for name, table in STANDARD.items()}
        for name, table in tables.items():
            merged.setdefault(name, {}).update(table)
        text = "".join(f"[{name}]\n{_settings(table)}\n" for name, table in merged.items())
        for plan in plans:
            more = (sensor or {}).get(plan.name, {})
            text += f"[[sensor]]\n{_settings({'address': plan.address, **more})}\n"
        await self._guest.write(CONFIGURATION, text)

    async def start(self) -> Outcome:
        """Starts it; returns when it says that it is ready."""
        outcome = await self._guest.run(f"systemctl start {UNIT}", seconds=120)
        if outcome.status != 0:
            log = await self._guest.run(f"journalctl -u {UNIT} -o cat --no-pager | tail -n 20")
            raise BenchError(f"vitalsd did not start:\n{log.output}")
        return outcome

    async def stop(self) -> Outcome:
        """Ends it in order."""
        return await self._guest.run(f"systemctl stop {UNIT}", seconds=120, check=True)

    async def kill(self) -> Outcome:
        """kill -9. The unit starts it again after a second."""
        return await self._guest.run(f"systemctl kill --kill-whom=main --signal=KILL {UNIT}", check=True)

    async def reset(self) -> None:
        """Nothing of an earlier run is left: no process, no journal, no remembered sensor."""
        await self._guest.run(
            f"systemctl stop {UNIT}; systemctl reset-failed; rm -rf {FOLDER}/*;"
            "bluetoothctl devices | while read -r _ address _; do bluetoothctl remove $address; done"
        )

    async def main_pid(self) -> int:
        """The process id of the running daemon."""
        outcome = await self._guest.run(f"systemctl show -p MainPID --value {UNIT}", check=True)
        return int(outcome.output)

    async def restarts(self) -> int:
        """How often systemd had to start it again since the scenario began."""
        outcome = await self._guest.run(f"systemctl show -p NRestarts --value {UNIT}", check=True)
        return int(outcome.output)

    async def footprint(self) -> Footprint:
        """What the running daemon holds: descriptors, resident memory, and match rules on the bus."""
        pid = await self.main_pid()
        name = f"busctl list --no-legend | awk '$2 == {pid} {{ print $1; exit }}'"
        stats = "org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.Debug.Stats GetConnectionStats"
        outcome = await self._guest.run(
            f"ls /proc/{pid}/fd | wc -l; awk '/VmRSS/ {{ print $2 }}' /proc/{pid}/status;"
            f'busctl call {stats} s "$({name})" | grep -o \'"MatchRules" u [0-9]*\' | cut -d" " -f 3'
        )
        numbers = [int(line) for line in outcome.output.split()]
        return Footprint(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None)

    async def records(self) -> list[dict[str, Any]]:
        """Every record of the journal, read by `vitalsctl journal export` on the host. The daemon has to be stopped."""
        self._folder.mkdir(parents=True, exist_ok=True)
        copied = f"/out/{self._folder.relative_to(self._guest.out)}"
        await self._guest.run(f"cp {FOLDER}/journal.db* {copied}/", check=True)
        return await self._export()

    async def _export(self) -> list[dict[str, Any]]:
        export = await asyncio.create_subprocess_exec(
            self.binaries / "vitalsctl",
            *("journal", "export", str(self._folder / "journal.db")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await export.communicate()
        if export.returncode != 0:
            raise BenchError(f"the journal cannot be read: {errors.decode()}")
        (self._folder / "journal.jsonl").write_bytes(output)
        return [json.loads(line) for line in output.splitlines()]


def _settings(table: dict[str, Any]) -> str:
    """TOML, whose texts, numbers, truths and lists are written like JSON's."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items())
