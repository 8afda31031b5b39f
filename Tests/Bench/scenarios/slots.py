"""More sensors than the controller makes links to: the most important ones first, the others told (lesson 12)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import strap

SENSORS = [strap(number) for number in range(1, 5)]
SETTINGS = {"Strap 1": {"priority": 9}, "Strap 2": {"priority": 8}}
LIMIT = 240
SLOTS = 3


async def run(bench: Bench) -> None:
    """Three slots, two of them taken for good by priority: the other two sensors share the third."""
    guest = bench.guest
    guest.adapter.slots = SLOTS
    await bench.gateway.configure(bench.plans, SETTINGS, bluetooth={"slots": SLOTS, "rotation_seconds": 30})
    begin = (await bench.gateway.start()).begin
    turns = await bench.until_streaming(150, since=guest.host_time(begin))
    bench.verdict.check("every sensor has its turn", turns is not None)
    again = await bench.until_streaming(100, since=(turns or 0) + 5, sensors=bench.sensors[2:])
    bench.verdict.check("and once more", again is not None)
    await asyncio.sleep(2)
    await bench.finish()
    for sensor in bench.sensors[2:]:
        told = bench.of_kind("link", sensor=sensor, condition="no-connection-slot", present=True)
        bench.verdict.check(f"{sensor.name} without a slot is told", bool(told))
    for sensor in bench.sensors[:2]:
        links = len(bench.log.find("connected", sensor.name))
        bench.verdict.check(f"{sensor.name} keeps its link", links == 1, f"{links} links")
    await bench.check_ledger()
