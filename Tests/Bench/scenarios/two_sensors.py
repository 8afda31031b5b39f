"""A strap and an oximeter for half a minute: every value is in the journal, once, in order"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1, period=1.0), oximeter(2)]
SHORT = True


async def run(bench: Bench) -> None:
    """Nothing happens to them."""
    await bench.start_gateway()
    await asyncio.sleep(20)
    await bench.check_ledger()
    downs = bench.of_kind("link", state="down")
    bench.verdict.check("no link is lost before the gateway is ended", len(downs) <= len(bench.sensors), len(downs))
    levels = {record["body"].get("value") for record in bench.of_kind("device") if record["subject"] == "2a19"}
    bench.verdict.check("the battery levels are kept (lesson 15)", levels == {100}, levels)
