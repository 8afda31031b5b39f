"""Eight sensors that send both characteristics, for five minutes: 0 lost, 0 doubled, 0 out of order"""

import asyncio

from bench.scenario import Bench
from bench.sensor import both

SENSORS = [both(number) for number in range(1, 9)]
LIMIT = 480


async def run(bench: Bench) -> None:
    """Nothing happens to them."""
    await bench.start_gateway()
    await asyncio.sleep(300)
    await bench.check_ledger()
    downs = bench.of_kind("link", state="down")
    bench.verdict.check("no link is lost before the gateway is ended", len(downs) <= len(bench.sensors), len(downs))
