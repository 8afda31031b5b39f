"""The service as it is shipped: its own user, hardened, and not one capability (lesson 20)"""

import asyncio
import re

from bench.scenario import Bench
from bench.sensor import oximeter, strap

SENSORS = [strap(1), oximeter(2)]
SHORT = True
#: Of 10. A unit without hardening has 9.6.
EXPOSURE_MAX = 1.5


async def run(bench: Bench) -> None:
    """Looks at the process while it streams."""
    guest = bench.guest
    await bench.start_gateway()
    pid = await bench.gateway.main_pid()
    status = await guest.run(f"cat /proc/{pid}/status; id -u vitalsd", check=True)
    fields = dict(line.split(":\t", 1) for line in status.output.splitlines() if ":\t" in line)
    user = status.output.splitlines()[-1]
    bench.verdict.check("it runs as its own user", fields["Uid"].split() == [user] * 4 and user != "0", fields["Uid"])
    for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        bench.verdict.check(f"{kind} is empty", int(fields[kind], 16) == 0, fields[kind])
    bench.verdict.check("it cannot gain privileges", fields["NoNewPrivs"] == "1")
    bench.verdict.check("its system calls are filtered", fields["Seccomp"] == "2")
    score = await guest.run("systemd-analyze security --no-pager vitalsd.service | tail -n 1")
    found = re.search(r"vitalsd.service: ([0-9.]+)", score.output)
    exposure = float(found[1]) if found else 10.0
    bench.verdict.check(
        f"systemd-analyze finds it exposed by at most {EXPOSURE_MAX}", exposure <= EXPOSURE_MAX, exposure
    )
    await asyncio.sleep(3)
    await bench.check_ledger()
    log = (await guest.run("journalctl -u vitalsd -o cat --no-pager")).output
    numbers = [entry.hex for entry in bench.log.find("sent")]
    bench.verdict.check("no value stands in its log", not any(number in log for number in numbers))
