"""A sensor comes back with another GATT table, which BlueZ has the old one of (lesson 10)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import both, strap

SENSORS = [strap(1), both(2)]


async def run(bench: Bench) -> None:
    """As after an update of its firmware: the same services in another order."""
    guest = bench.guest
    await bench.start_gateway()
    await asyncio.sleep(2)
    changed = guest.uptime()
    await bench["Strap 1"].change_table(("device", "battery", "heart-rate"))
    await bench["Both 2"].change_table(("oximeter", "device", "heart-rate"))
    back = await bench.until_streaming(90, since=guest.host_time(changed + 0.5))
    bench.verdict.check("all sensors stream again", back is not None)
    await asyncio.sleep(3)
    await bench.finish()
    taken = bench.seconds_until_samples(changed + 0.5)
    bench.verdict.budget("GATT table changed: all streams are back", 30, taken, lesson=10)
    await bench.check_ledger()
