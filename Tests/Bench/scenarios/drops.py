"""Eight sensors whose links end every 20 s, for five minutes: nothing sent while subscribed is lost or doubled"""

import asyncio

from bench.scenario import Bench
from bench.sensor import Sensor, both

SENSORS = [both(number) for number in range(1, 9)]
LIMIT = 600
MINUTES = 5
EVERY_SECONDS = 20.0
#: Buffers that grow with the first values of each stream, and no more.
GROWTH_MAX_KIBIBYTES = 8_192


async def run(bench: Bench) -> None:
    """Each link is ended by the sensor or lost, in turn, at a time of its own."""
    await bench.start_gateway()
    before = await bench.gateway.footprint()
    await asyncio.gather(*(drop(sensor, number) for number, sensor in enumerate(bench.sensors)))
    moment = bench.guest.host_time(bench.guest.uptime())
    back = await bench.until_streaming(60, since=moment)
    bench.verdict.check("all sensors stream at the end", back is not None)
    after = await bench.gateway.footprint()
    grown = after.resident_kibibytes - before.resident_kibibytes
    held = f"{before}; then {after}"
    bench.verdict.check(
        "no descriptor is kept for a lost link (lesson 16)", after.descriptors <= before.descriptors, held
    )
    bench.verdict.check(
        "no match rule is kept for a lost link (lesson 16)", after.match_rules == before.match_rules, held
    )
    bench.verdict.check("the memory stays (lesson 16)", grown <= GROWTH_MAX_KIBIBYTES, f"{grown} KiB more")
    await bench.check_ledger()
    drops = bench.log.find("fault", fault="disconnect")
    gaps = []
    for fault in drops:
        sensor = bench[fault.sensor]
        uptime = bench.guest.uptime(fault.time)
        gaps.append(bench.seconds_until_samples(uptime + 0.1, [sensor]))
    never = sum(gap is None for gap in gaps)
    bench.verdict.check("every stream comes back after every drop", bool(gaps) and not never, f"{len(gaps)} drops")
    known = sorted(gap for gap in gaps if gap is not None)
    if known:
        print(f"       back after {known[len(known) // 2]:.1f} s (median), {known[-1]:.1f} s (longest)")
    bench.verdict.budget("a sensor ends its link: all its streams are back", 20, max(known, default=None), lesson=5)


async def drop(sensor: Sensor, number: int) -> None:
    """Ends the link every 20 s; the sensors take turns, 2.5 s apart."""
    await asyncio.sleep(number * EVERY_SECONDS / len(SENSORS))
    for count in range(int(MINUTES * 60 / EVERY_SECONDS)):
        await asyncio.sleep(EVERY_SECONDS)
        await (sensor.lose() if count % 2 else sensor.disconnect())
