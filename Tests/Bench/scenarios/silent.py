"""Sensors that stay connected and send nothing: noticed, and recovered by the step that helps (lessons 17, 19)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
SHORT = True
STALE_SECONDS = 4


async def run(bench: Bench) -> None:
    """One is cured by subscribing again, the other one by connecting again."""
    guest = bench.guest
    await bench.start_gateway(bluetooth={"stale_seconds": STALE_SECONDS})
    await asyncio.sleep(2)
    silenced = guest.uptime()
    bench["Strap 1"].fall_silent(ends_with="subscription")
    bench["Oximeter 2"].fall_silent(ends_with="connection")
    back = await bench.until_streaming(60, since=guest.host_time(silenced + 1))
    bench.verdict.check("both stream again", back is not None)
    await asyncio.sleep(2)
    await bench.finish()
    for sensor, step, budget in (("Strap 1", "resubscribe", 2), ("Oximeter 2", "reconnect", 3)):
        # Its last value may be a period old when it falls silent, and counts from there.
        limit = budget * STALE_SECONDS + (5 if step == "reconnect" else 0)
        stale = bench.seconds_until(silenced, bench.of_kind("absence", silenced, bench[sensor], state="stale"))
        bench.verdict.budget(f"{sensor} falls silent: its stream is called stale", 3 + 1, stale, lesson=19)
        steps = bench.seconds_until(silenced, bench.of_kind("link", silenced, bench[sensor], step=step))
        bench.verdict.budget(f"{sensor} falls silent: {step}", limit, steps, lesson=17)
        samples = bench.seconds_until_samples(silenced + 1, [bench[sensor]])
        back = None if samples is None else samples + 1
        bench.verdict.budget(f"{sensor} falls silent: it streams again", limit + 5, back, lesson=17)
    downs = bench.of_kind("link", silenced, bench["Strap 1"], state="down")
    bench.verdict.check("subscribing again needs no new link", len(downs) <= 1, len(downs))
    await bench.check_ledger()
