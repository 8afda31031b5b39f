"""kill -9 of the daemon while it connects: connected again within 30 s of its restart (lesson 1)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
#: What a killed daemon had received is durable after a second, and the time that writing takes.
NOT_DURABLE_SECONDS = 1.3


async def run(bench: Bench) -> None:
    """BlueZ is left with a connection attempt that nobody wants any more, and the journal without its writer."""
    guest = bench.guest
    await bench.start_gateway()
    await asyncio.sleep(3)
    guest.adapter.is_stalled = True
    await bench["Strap 1"].lose()
    connecting = await bench.until(lambda: guest.adapter.pending_le_connection is not None, 30)
    bench.verdict.check("a connection attempt is under way", connecting)
    await asyncio.sleep(1)
    bench.restarts = 1
    before = await bench.gateway.main_pid()
    killed = await guest.kill("vitalsd")
    guest.adapter.is_stalled = False
    running = f"pid=$(systemctl show -p MainPID --value vitalsd); [ $pid -ne 0 ] && [ $pid -ne {before} ]"
    await guest.until(f"{running} && systemctl is-active --quiet vitalsd", 90, "vitalsd is ready again")
    ready = guest.uptime()
    bench.excuse(killed - NOT_DURABLE_SECONDS, ready)
    streaming = await bench.until_streaming(60, since=guest.host_time(ready))
    bench.verdict.check("all sensors stream again", streaming is not None)
    await asyncio.sleep(3)
    await bench.finish()
    starts = bench.of_kind("start", killed)
    began = starts[0]["monotonic"] / 1e6 if starts else killed
    back = bench.seconds_until_samples(began)
    bench.verdict.budget("daemon killed in mid-connect: all streams are back after its restart", 30, back, lesson=1)
    await bench.check_ledger()
