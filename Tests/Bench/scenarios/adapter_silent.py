"""The adapter listens and hears nothing until it is switched off and on (lesson 13)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
SILENCE_SECONDS = 6


async def run(bench: Bench) -> None:
    """One sensor is lost while the adapter is deaf; the other one's link goes on until the adapter is recovered."""
    guest = bench.guest
    await bench.start_gateway(bluetooth={"adapter_silence_seconds": SILENCE_SECONDS})
    await asyncio.sleep(2)
    jammed = guest.uptime()
    guest.adapter.is_jammed = True
    for sensor in bench.sensors:
        await sensor.lose()
    streaming = await bench.until_streaming(120, since=guest.host_time(jammed + 0.5))
    bench.verdict.check("all sensors stream again", streaming is not None)
    await asyncio.sleep(2)
    await bench.finish()
    steps = [record["body"]["step"] for record in bench.of_kind("link", jammed) if "step" in record["body"]]
    bench.verdict.check("the adapter was recovered", "power-cycle" in steps, steps)
    back = bench.seconds_until_samples(jammed + 0.5)
    bench.verdict.budget("adapter deaf: all streams are back", 90, back, lesson=13)
    await bench.check_ledger()
