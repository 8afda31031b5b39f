"""No bluetoothd at all: the kernel's own sockets, two sensors"""

import asyncio

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
DROP_IN = "/etc/systemd/system/vitalsd.service.d/att.conf"


async def run(bench: Bench) -> None:
    """As two-sensors, with a lost link in the middle."""
    guest = bench.guest
    bench.uses_bluetoothd = False
    await guest.run("systemctl mask --runtime --now bluetooth", check=True)
    await guest.run(
        f"install -D -m 644 /usr/share/vitalsd/vitalsd-att.conf {DROP_IN}; systemctl daemon-reload", check=True
    )
    try:
        bench.verdict.check("bluetoothd does not run", (await guest.run("pidof bluetoothd")).status != 0)
        await bench.start_gateway(bluetooth={"backend": "att"})
        await asyncio.sleep(10)
        lost = guest.uptime()
        await bench["Strap 1"].lose()
        back = await bench.until_streaming(60, since=guest.host_time(lost + 0.5))
        bench.verdict.check("all sensors stream again after a lost link", back is not None)
        await asyncio.sleep(10)
        await bench.finish()
        bench.verdict.budget(
            "ATT backend, link lost: the stream is back",
            20,
            bench.seconds_until_samples(lost + 0.1, [bench["Strap 1"]]),
        )
        await bench.check_ledger()
    finally:
        await guest.run(f"systemctl stop vitalsd; rm {DROP_IN}; systemctl unmask --runtime bluetooth")
        await guest.run("systemctl daemon-reload; systemctl start bluetooth")
