"""bluetoothd is killed with SIGKILL, and comes back after five seconds (lesson 4)"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
SHORT = True


async def run(bench: Bench) -> None:
    """Nobody says goodbye: the only sign is that the name on the bus has no owner."""
    guest = bench.guest
    await bench.start_gateway()
    await asyncio.sleep(3)
    await guest.run("systemctl mask --runtime bluetooth dbus-org.bluez", check=True)  # else D-Bus starts it at once
    killed = await guest.kill("bluetoothd")
    await asyncio.sleep(5)
    await guest.run("systemctl unmask --runtime bluetooth dbus-org.bluez; systemctl reset-failed bluetooth", check=True)
    returned = await guest.run("systemctl start bluetooth", check=True)
    bench.excuse(killed, returned.end)
    await bench.until_streaming(60, since=guest.host_time(returned.end))
    await asyncio.sleep(3)
    await bench.finish()
    bench.verdict.budget("bluetoothd killed: every link is marked lost", 1, bench.seconds_until_down(killed), lesson=4)
    back = bench.seconds_until_samples(returned.begin)
    bench.verdict.budget("bluetoothd killed: all streams are back after its return", 10, back, lesson=4)
    await bench.check_ledger()
