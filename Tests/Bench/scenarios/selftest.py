"""The bench itself: BlueZ's own tool receives what a sensor sends, and the judge finds what is wrong"""

import asyncio
import json
from pathlib import Path
from typing import Any

from bench.ledger import balance
from bench.log import SensorLog
from bench.scenario import Bench
from bench.sensor import both
from bench.values import HEART_RATE, MAKERS, OXIMETRY

SENSORS = [both(1)]
LIMIT = 90


async def run(bench: Bench) -> None:
    """First the guest, the adapter and the sensor; then the judge."""
    await receive(bench)
    await judge(bench)


async def receive(bench: Bench) -> None:
    """bluetoothctl hears the sensor, connects to it, subscribes, and is sent its values."""
    sensor = bench["Both 1"]
    path = f"/org/bluez/hci0/dev_{sensor.address.replace(':', '_')}"
    heard = await bench.guest.run("bluetoothctl --timeout 5 scan le; bluetoothctl devices")
    bench.verdict.check("BlueZ hears the sensor", sensor.address in heard.output)
    await bench.guest.run(f"bluetoothctl connect {sensor.address}", check=True)
    bench.verdict.check("the sensor is connected", sensor.connection is not None)
    resolved = f"busctl get-property org.bluez {path} org.bluez.Device1 ServicesResolved | grep -q true"
    await bench.guest.until(resolved, 20, "the services are resolved")
    battery = await bench.guest.run(f"busctl get-property org.bluez {path} org.bluez.Battery1 Percentage")
    bench.verdict.check("BlueZ knows the battery", battery.output == "y 100\n", battery.output.strip())
    menu = "sleep 1; echo menu gatt; echo select-attribute 2a37; sleep 1; echo notify on; sleep 5; echo quit"
    shown = await bench.guest.run(f"({menu}) | bluetoothctl")
    sent = [entry.hex for entry in bench.log.find("sent", characteristic=HEART_RATE)]
    wanted = " ".join(sent[0][at : at + 2] for at in range(0, len(sent[0]), 2)) if sent else "nothing"
    bench.verdict.check("bluetoothctl shows the first value", wanted in shown.output, wanted)
    await bench.guest.run(f"bluetoothctl disconnect {sensor.address}")
    bench.verdict.check("and ends the link", await bench.until(lambda: sensor.connection is None, 20))


async def judge(bench: Bench) -> None:
    """Values that no sensor of this run sent, put through `vitalsctl replay` whole, and with one of them mistreated."""
    log = SensorLog(bench.folder / "judged.jsonl")
    for number in range(2_050):  # past the first repetition of the amplitude's mantissa
        for uuid in (HEART_RATE, OXIMETRY):
            log.add("sent", "Both 1", characteristic=uuid, number=number, hex=MAKERS[uuid](number).hex())
    whole = [(entry.characteristic, entry.hex) for entry in log.entries]
    for sentence, values, faults in (
        ("the judge accepts what is whole", whole, (0, 0, 0, 0)),
        ("finds what is lost", whole[:7] + whole[8:], (1, 0, 0, 0)),
        ("finds what is doubled", [*whole[:8], whole[7], *whole[8:]], (0, 1, 0, 0)),
        ("finds what is out of order", [*whole[:6], whole[8], whole[7], whole[6], *whole[9:]], (0, 0, 1, 0)),
        ("finds what was never sent", [*whole, (HEART_RATE, MAKERS[HEART_RATE](9_000).hex())], (0, 0, 0, 1)),
    ):
        records = await replay(bench, values)
        accounts = balance(log, records, {"Both 1": SENSORS[0].address}, [])
        found = (
            sum(len(account.lost) for account in accounts),
            sum(account.doubled for account in accounts),
            sum(account.reordered for account in accounts),
            sum(account.invented for account in accounts),
        )
        bench.verdict.check(sentence, found == faults, found)


async def replay(bench: Bench, values: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The records that the gateway's engine makes of values, four a second."""
    lines: list[dict[str, Any]] = [{"format": "vitals-capture", "version": 1, "start": "2026-01-01T00:00:00.000Z"}]
    lines.append({"t": 0, "sensor": SENSORS[0].address, "link": "up"})
    for number, (characteristic, value) in enumerate(values):
        moment = 1 + number * 0.25
        lines.append({"t": moment, "sensor": SENSORS[0].address, "characteristic": characteristic, "value": value})
    capture = Path(bench.folder / "judged-capture.jsonl")
    capture.write_text("".join(json.dumps(line) + "\n" for line in lines))
    process = await asyncio.create_subprocess_exec(
        bench.gateway.binaries / "vitalsctl", "replay", capture, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return [json.loads(line) for line in output.splitlines()]
