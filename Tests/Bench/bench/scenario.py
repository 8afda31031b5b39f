"""What a scenario is made of, and what it has in its hands while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib.util
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from . import monitor
from .bus import Told
from .gateway import Gateway
from .guest import Guest
from .ledger import Excuse, balance
from .log import Entry, SensorLog
from .sensor import Plan, Sensor
from .values import STREAMS
from .verdict import BenchError, Verdict
from .world import World

#: From a sensor's last value to the end of the gateway: what is under way arrives, even on a busy machine.
SETTLE_SECONDS = 2.0
#: How long a busy guest leaves a value in the kernel's queue.
HANG_UP_SECONDS = 0.5


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One story, from a file of the folder `scenarios`."""

    name: str
    #: The first line of the file's documentation.
    title: str
    sensors: list[Plan]
    run: Callable[[Bench], Awaitable[None]]
    #: Seconds after which it is given up.
    limit: float
    #: Whether scripts/test runs it.
    is_short: bool
    #: Whether it needs a guest of its own, since it leaves one that is not to be trusted.
    is_alone: bool

    @staticmethod
    def load(path: Path) -> Scenario:
        """Reads SENSORS, run, LIMIT, SHORT and ALONE from the file."""
        specification = importlib.util.spec_from_file_location(f"scenarios.{path.stem}", path)
        assert specification is not None and specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return Scenario(
            name=path.stem.replace("_", "-"),
            title=(module.__doc__ or path.stem).strip().splitlines()[0],
            sensors=module.SENSORS,
            run=module.run,
            limit=getattr(module, "LIMIT", 180),
            is_short=getattr(module, "SHORT", False),
            is_alone=getattr(module, "ALONE", False),
        )

    @staticmethod
    def load_all(folder: Path) -> dict[str, Scenario]:
        """All of them, by name."""
        scenarios = [Scenario.load(path) for path in sorted(folder.glob("[a-z]*.py"))]
        return {scenario.name: scenario for scenario in scenarios}


class Bench:
    """What a scenario has in its hands: the guest, its sensors, the gateway, and the verdict."""

    def __init__(self, scenario: Scenario, guest: Guest, binaries: Path, verdict: Verdict) -> None:
        self.folder = guest.out / scenario.name
        self.folder.mkdir()
        self.guest = guest
        self.plans = scenario.sensors
        self.log = SensorLog(self.folder / "sensors.jsonl")
        self.sensors = [Sensor(plan, guest.air, self.log) for plan in scenario.sensors]
        self.gateway = Gateway(guest, binaries, self.folder)
        self.verdict = verdict
        self.excuses: list[Excuse] = []
        self.records: list[dict[str, Any]] = []
        #: How often systemd has to start the daemon again, for the scenario kills it.
        self.restarts = 0
        #: Whether values come by way of bluetoothd.
        self.uses_bluetoothd = True
        self._world: asyncio.Task[None] | None = None

    def __getitem__(self, name: str) -> Sensor:
        return next(sensor for sensor in self.sensors if sensor.name == name)

    async def set_up(self) -> None:
        """Nothing of another scenario is left, and the sensors advertise."""
        await self.gateway.reset()
        for sensor in self.sensors:
            await sensor.power_on()

    async def tear_down(self) -> None:
        """The sensors are gone, and the gateway does not run."""
        self.guest.adapter.is_jammed = self.guest.adapter.is_stalled = False
        self.guest.adapter.slots = 32
        for sensor in self.sensors:
            await sensor.power_off()
        await self.guest.run("systemctl stop vitalsd.service", seconds=120)
        await self.keep_log()
        if self._world is not None:
            self._world.cancel()

    async def keep_log(self) -> None:
        """Leaves what the gateway said in the scenario's folder."""
        with contextlib.suppress(BenchError):
            target = f"/out/{self.folder.name}/vitalsd.log"
            await self.guest.run(f"journalctl -b -u vitalsd -o short-monotonic --no-pager >{target}")

    def open_world(self) -> None:
        """From now on programs in the guest can ask things of the sensors."""
        self._world = asyncio.create_task(World(self.sensors, self.log).serve(*self.guest.world))

    async def start_gateway(self, sensor: dict[str, dict[str, Any]] | None = None, **tables: dict[str, Any]) -> None:
        """Configures the gateway for the scenario's sensors, starts it, and waits until all stream."""
        await self.gateway.configure(self.plans, sensor, **tables)
        begin = await self.gateway.start()
        end = await self.until_streaming(60, since=self.guest.host_time(begin.begin))
        self.verdict.check("all sensors stream", end is not None, f"{self._since(end, begin.begin)} after the start")

    def _since(self, end: float | None, uptime: float) -> str:
        return "never" if end is None else f"{self.guest.uptime(end) - uptime:.1f} s"

    # Waiting. Every wait has its limit; what it waits for is looked for, never slept for.

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Waits for a condition; whether it came true in time."""
        end = time.monotonic() + seconds
        while not condition():
            self.guest.insist()
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    async def until_streaming(
        self, seconds: float, since: float = 0, sensors: Iterable[Sensor] | None = None
    ) -> float | None:
        """Waits until every stream of the sensors sent a value after a host time; when the last one did, or None."""
        streams = [
            (sensor.name, uuid) for sensor in (self.sensors if sensors is None else sensors) for uuid in sensor.streams
        ]

        def first(stream: tuple[str, str]) -> float | None:
            entries = self.log.find("sent", stream[0], since, characteristic=stream[1])
            return entries[0].time if entries else None

        if not await self.until(lambda: all(first(stream) is not None for stream in streams), seconds):
            return None
        return max(time for stream in streams if (time := first(stream)) is not None)

    # The end of the story

    async def finish(self) -> list[dict[str, Any]]:
        """The sensors fall silent, the gateway is ended, and its journal is read."""
        for sensor in self.sensors:
            sensor.is_hushed = True
        await asyncio.sleep(SETTLE_SECONDS)
        restarts = await self.gateway.restarts()
        self.verdict.check("the daemon did not crash", restarts == self.restarts, f"{restarts} restarts")
        await self.gateway.stop()
        self.records = await self.gateway.records()
        return self.records

    async def check_ledger(self) -> None:
        """Finishes, and checks that the journal holds what the sensors sent: each value once, in order."""
        if not self.records:
            await self.finish()
        addresses = {sensor.name: sensor.address for sensor in self.sensors}
        accounts = balance(self.log, self.records, addresses, self.excuses)
        told = Told(self.guest.out / "bus.dbus")
        for account in accounts:
            address = addresses[account.sensor]
            untold = [
                entry for entry in account.lost if self._was_hung_up_on(entry) and (address, entry.hex) not in told
            ]
            account.lost = [entry for entry in account.lost if entry not in untold]
            account.untold = len(untold)
            self.verdict.check(f"{account.sensor} {account.characteristic}", account.is_balanced, account)
            for entry in account.lost[:5]:
                heard = "the kernel had it" if self._kernel_had(address, entry.hex) else "the kernel never had it"
                said = "bluetoothd told it" if (address, entry.hex) in told else "bluetoothd never told it"
                print(f"         lost: number {entry.number}, at {self.guest.uptime(entry.time):.3f}; {heard}, {said}")
        self.verdict.check("values were sent", bool(accounts) and all(account.sent > 0 for account in accounts))

    def _was_hung_up_on(self, entry: Entry) -> bool:
        """Whether the link ended just after a value: bluetoothd does not read what is queued when it hangs up."""
        if not self.uses_bluetoothd:
            return False
        ends = self.log.find("disconnected", entry.sensor, entry.time)
        return bool(ends) and ends[0].time - entry.time <= HANG_UP_SECONDS

    def _kernel_had(self, address: str, value: str) -> bool:
        heard = (v for path in self.guest.out.glob("monitor-*.btsnoop") for v in monitor.values(path))
        return any(v.hex == value and v.address in (address, monitor.UNKNOWN) for v in heard)

    def excuse(self, begin: float, end: float) -> None:
        """Between two uptimes of the guest nothing could be received, since the test had taken the receiver away."""
        self.excuses.append(Excuse(self.guest.host_time(begin), self.guest.host_time(end)))

    async def excuse_kernel_faults(self) -> int:
        """The same from each fault of the kernel, which takes bluetoothd with it, to the next bluetoothd; how many."""
        shown = await self.guest.run("journalctl -b -o short-monotonic --no-pager")
        faults, starts = (
            [float(line.split("]")[0].strip("[ ")) for line in shown.output.splitlines() if text in line]
            for text in ("kernel BUG", "Started bluetooth.service")
        )
        for fault in faults:
            self.excuse(fault, next((start for start in starts if start > fault), fault))
        return len(faults)

    # Reading the journal

    def of_kind(self, kind: str, since: float = 0, sensor: Sensor | None = None, **body: Any) -> list[dict[str, Any]]:
        """The journal's records of a kind, from an uptime of the guest on, whose bodies have these members."""
        return [
            record
            for record in self.records
            if record["kind"] == kind
            and record["monotonic"] >= since * 1e6
            and (sensor is None or record.get("sensor") == sensor.address)
            and all(record["body"].get(key) == value for key, value in body.items())
        ]

    def seconds_until(self, since: float, records: Iterable[dict[str, Any]]) -> float | None:
        """From an uptime to the first of the records; None when there is none."""
        moments = [record["monotonic"] / 1e6 for record in records]
        return min(moments) - since if moments else None

    def seconds_until_down(self, since: float, sensors: Iterable[Sensor] | None = None) -> float | None:
        """From an uptime to the last sensor's first record of a lost link."""
        taken = [
            self.seconds_until(since, self.of_kind("link", since, sensor, state="down"))
            for sensor in (self.sensors if sensors is None else sensors)
        ]
        return None if None in taken else max(seconds for seconds in taken if seconds is not None)

    def seconds_until_samples(self, since: float, sensors: Iterable[Sensor] | None = None) -> float | None:
        """From an uptime to the sample that the last stream of the sensors began again with."""
        worst = 0.0
        for sensor in self.sensors if sensors is None else sensors:
            for uuid in sensor.streams:
                moments = [
                    sample["monotonic"] / 1e6
                    for record in self.records
                    if record["kind"] == "samples"
                    and record["sensor"] == sensor.address
                    and record["subject"] == STREAMS[uuid]
                    for sample in record["body"]["samples"]
                    if sample["monotonic"] >= since * 1e6
                ]
                if not moments:
                    return None
                worst = max(worst, min(moments) - since)
        return worst


async def run_conformance(bench: Bench, backend: str) -> None:
    """Runs Tests/LinkConformanceRunner against a backend, with these sensors as its world. Its lines are "ok TEXT" and
    "FAIL TEXT"."""
    bench.open_world()
    outcome = await bench.guest.run(f"LinkConformanceRunner {backend}", seconds=240)
    lines = [line.split(maxsplit=1) for line in outcome.output.splitlines()]
    checks = [line for line in lines if len(line) == 2 and line[0] in ("ok", "FAIL")]
    for kind, sentence in checks:
        bench.verdict.check(sentence, kind == "ok")
    bench.verdict.check(
        "the suite ran to its end", outcome.status in (0, 1) and bool(checks), f"status {outcome.status}"
    )
    if outcome.status != 0:
        print(outcome.output[-2_000:])
