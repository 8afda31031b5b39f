"""A sensor whose links end unanswered, which trips a kernel fault that kills bluetoothd (lesson 48)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
ALONE = True
LIMIT = 300
SECONDS = 90


async def run(bench: Bench) -> None:
    """The strap has to stream on, whatever the oximeter does to bluetoothd."""
    guest = bench.guest
    bench["Oximeter 2"].refuse(count=1_000, is_deaf=True)
    await bench.gateway.configure(bench.plans)
    begin = (await bench.gateway.start()).begin
    strap_1 = bench["Strap 1"]
    first = await bench.until_streaming(60, since=guest.host_time(begin), sensors=[strap_1])
    bench.verdict.check("the other sensor streams", first is not None)
    await asyncio.sleep(SECONDS)
    deaths = await bench.excuse_kernel_faults()
    attempts = len(bench.log.find("refused", "Oximeter 2"))
    print(f"       {attempts} attempts in {SECONDS} s, {deaths} kernel faults")
    last = guest.uptime()
    alive = await bench.until_streaming(60, since=guest.host_time(last), sensors=[strap_1])
    bench.verdict.check("the other sensor streams still", alive is not None)
    await bench.finish()
    if deaths > 1:
        named = bench.of_kind("link", sensor=bench["Oximeter 2"], condition="crashes-bluetooth-service", present=True)
        told = bench.seconds_until(begin, named)
        bench.verdict.budget("a sensor kills bluetoothd: an alarm names it", SECONDS, told, lesson=48)
    bench.verdict.check("it is tried less and less often", attempts <= 10, attempts)
    await bench.check_ledger()
