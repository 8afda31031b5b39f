"""vitalsctl record beside btmon: both files hold the same values, and replaying it gives what the journal holds"""

import asyncio
import json
from pathlib import Path
from typing import Any

from bench import monitor
from bench.scenario import SETTLE_SECONDS, Bench
from bench.sensor import oximeter, strap
from bench.values import STREAMS

SENSORS = [strap(1), oximeter(2)]
SHORT = True
#: What a recording cannot know: who the gateway is, and the clocks of the machine that it ran on.
UNKNOWN_TO_A_RECORDING = ("sequence", "monotonic", "synchronised", "time")


async def run(bench: Bench) -> None:
    """The recorder is there from the first connection to the last value, and one link is lost meanwhile."""
    guest = bench.guest
    recorded, watched = bench.folder / "recorded.btsnoop", bench.folder / "watched.btsnoop"
    await guest.run(f"vitalsctl record {inside(bench, recorded)} >/run/record.log 2>&1 & echo $! >/run/record.pid")
    await guest.run(f"btmon --write {inside(bench, watched)} >/dev/null & echo $! >/run/watch.pid")
    for file in (recorded, watched):
        await guest.until(f"test -s {inside(bench, file)}", 30, f"{file.name} is begun")
    await bench.start_gateway()
    await asyncio.sleep(5)
    lost = guest.uptime()
    await bench["Strap 1"].lose()
    await bench.until_streaming(60, since=guest.host_time(lost + 0.5))
    await asyncio.sleep(3)
    for sensor in bench.sensors:
        sensor.is_hushed = True
    await asyncio.sleep(SETTLE_SECONDS)
    for name in ("record", "watch"):
        ended = f"pid=$(cat /run/{name}.pid); kill -INT $pid; until ! kill -0 $pid 2>/dev/null; do sleep 0.1; done"
        await guest.run(ended, check=True)
    await bench.check_ledger()

    heard, seen = list(monitor.values(recorded)), list(monitor.values(watched))
    bench.verdict.check("its values are those of btmon", bool(heard) and heard == seen, f"{len(heard)} and {len(seen)}")
    replayed = samples(await replay(bench, recorded))
    live = samples(bench.records)
    count = sum(len(stream) for stream in live.values())
    bench.verdict.check("its replay has the journal's samples", count > 0 and replayed == live, f"{count} samples")


def inside(bench: Bench, path: Path) -> str:
    """A file of the run's folder, as the guest names it."""
    return f"/out/{path.relative_to(bench.guest.out)}"


async def replay(bench: Bench, capture: Path) -> list[dict[str, Any]]:
    """What the engine makes of the recording, with the daemon's own configuration."""
    configuration = bench.folder / "vitalsd.toml"
    await bench.guest.run(f"cp /etc/vitalsd/vitalsd.toml {inside(bench, configuration)}", check=True)
    process = await asyncio.create_subprocess_exec(
        *(bench.gateway.binaries / "vitalsctl", "replay", capture, "--config", configuration),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return [json.loads(line) for line in output.splitlines()]


def samples(records: list[dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """The samples of each stream, without what a recording cannot know."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if record["kind"] == "samples" and record["subject"] in STREAMS.values():
            stream = found.setdefault((record["sensor"], record["subject"]), [])
            for sample in record["body"]["samples"]:
                known = {name: value for name, value in sample.items() if name not in UNKNOWN_TO_A_RECORDING}
                stream.append(json.dumps(known, sort_keys=True))
    return found
