"""The adapter is pulled out and put back, with no restart of the daemon"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]


async def run(bench: Bench) -> None:
    """hci0 leaves the bus, and another one comes back under its name."""
    guest = bench.guest
    await bench.start_gateway()
    before = await bench.gateway.main_pid()
    await asyncio.sleep(2)
    gone = guest.uptime()
    guest.adapter.unplug()
    await guest.run("systemctl stop bench-adapter", check=True)
    await asyncio.sleep(5)
    guest.adapter.plug()
    back = await guest.run("systemctl start bench-adapter", check=True)
    streaming = await bench.until_streaming(90, since=guest.host_time(back.begin))
    bench.verdict.check("all sensors stream again", streaming is not None)
    await asyncio.sleep(2)
    bench.verdict.check("the daemon is the same process", await bench.gateway.main_pid() == before)
    await bench.finish()
    bench.verdict.budget("adapter removed: every link is marked lost", 5, bench.seconds_until_down(gone))
    bench.verdict.budget("adapter back: all streams are back", 30, bench.seconds_until_samples(back.begin))
    await bench.check_ledger()
