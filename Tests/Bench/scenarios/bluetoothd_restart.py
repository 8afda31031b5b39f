"""systemctl restart bluetooth, and a crash that D-Bus mends by itself (lesson 4)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]


async def run(bench: Bench) -> None:
    """First in order, then with SIGKILL and nobody to start it again but whoever calls it."""
    guest = bench.guest
    await bench.start_gateway()
    await asyncio.sleep(3)

    restarted = await guest.run("systemctl restart bluetooth", check=True)
    bench.excuse(restarted.begin, restarted.end)
    first = await bench.until_streaming(60, since=guest.host_time(restarted.end))
    bench.verdict.check("all sensors stream again after the restart", first is not None)
    await asyncio.sleep(3)

    crashed = await guest.kill("bluetoothd")
    started = await guest.until("systemctl is-active --quiet bluetooth && pidof bluetoothd", 60, "bluetoothd is back")
    bench.excuse(crashed, started.end)
    second = await bench.until_streaming(60, since=guest.host_time(started.end))
    bench.verdict.check("all sensors stream again after the crash", second is not None)
    await asyncio.sleep(3)

    await bench.finish()
    down = bench.seconds_until_down(restarted.begin)
    bench.verdict.budget("bluetoothd restarted: every link is marked lost", 1, down, lesson=4)
    back = bench.seconds_until_samples(restarted.end)
    bench.verdict.budget("bluetoothd restarted: all streams are back after its return", 10, back, lesson=4)
    bench.verdict.budget(
        "bluetoothd crashed, started by whoever calls it: all streams are back after its return",
        10,
        bench.seconds_until_samples(started.end),
        lesson=4,
    )
    await bench.check_ledger()
