"""Sensors that want a bond: Just Works and passkey, kept over lost links; one then loses its keys (lesson 14)"""

import asyncio
from typing import Any

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1, passkey=""), oximeter(2, passkey="246810")]
SETTINGS: dict[str, dict[str, Any]] = {
    "Strap 1": {"bond_required": True},
    "Oximeter 2": {"bond_required": True, "passkey": 246810},
}
LIMIT = 240
#: A refused bond can trip the kernel's fault that deaf.py is about: then it is bluetoothd's end that is told.
ALONE = True
#: A sensor that refuses its bond is tried at growing intervals: more than this in half a minute is hammering.
ATTEMPTS_MAX = 6


async def run(bench: Bench) -> None:
    """Pair, lose the links, stream again over the same bonds; then one sensor is reset."""
    guest = bench.guest
    await bench.start_gateway(sensor=SETTINGS)
    bench.verdict.check("both are bonded", await bonds(bench) == [True, True])
    for sensor in bench.sensors:
        await sensor.lose()
    lost = guest.uptime()
    back = await bench.until_streaming(60, since=guest.host_time(lost + 0.5))
    bench.verdict.check("both stream again over their bonds", back is not None)

    strap_1 = bench["Strap 1"]
    await strap_1.forget_bonds()
    await strap_1.lose()
    reset = guest.uptime()
    await asyncio.sleep(30)
    attempts = len(bench.log.find("connected", strap_1.name, guest.host_time(reset)))
    found = f"{attempts} attempts in 30 s"
    bench.verdict.check("a sensor that lost its keys is not hammered", 0 < attempts <= ATTEMPTS_MAX, found)
    bench.verdict.check("no bond is removed unasked", await bonds(bench) == [True, True])
    await bench.excuse_kernel_faults()
    await bench.finish()
    told = bench.seconds_until(
        reset,
        bench.of_kind("link", reset, strap_1, condition="pairing-needed", present=True)
        + bench.of_kind("link", reset, strap_1, condition="crashes-bluetooth-service", present=True),
    )
    bench.verdict.budget("sensor lost its keys: told to pair again", 30, told, lesson=14)
    await bench.check_ledger()


async def bonds(bench: Bench) -> list[bool]:
    """Whether BlueZ holds a bond, for each sensor."""
    shown = [await bench.guest.run(f"bluetoothctl info {sensor.address}") for sensor in bench.sensors]
    return ["Bonded: yes" in outcome.output for outcome in shown]
