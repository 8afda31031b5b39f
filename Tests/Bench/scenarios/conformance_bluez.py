"""The conformance suite of links, against bluetoothd"""

from bench.scenario import Bench, run_conformance
from bench.sensor import both, oximeter, strap
from bench.values import stored_spot_check

SENSORS = [strap(1), oximeter(2, stored=[stored_spot_check(number) for number in range(5)]), both(3)]
LIMIT = 300


async def run(bench: Bench) -> None:
    """Runs it; each of its checks is one of ours."""
    await run_conformance(bench, "bluez")
