"""Spot checks that sensors store: fetched once, and deleted only where the configuration says so (lesson 24)"""

from typing import Any

from bench.scenario import Bench
from bench.sensor import RECORD_ACCESS, Sensor, oximeter
from bench.values import SPOT_CHECK, expected, kept, stored_spot_check

SENSORS = [
    oximeter(1, stored=[stored_spot_check(number) for number in range(50, 55)]),
    oximeter(2, stored=[stored_spot_check(number) for number in range(100, 105)]),
]
SETTINGS: dict[str, dict[str, Any]] = {"Oximeter 1": {}, "Oximeter 2": {"delete_stored_records": True}}


async def run(bench: Bench) -> None:
    """Both are read, lose their links, and are read again; then a new spot check is taken."""
    guest = bench.guest
    await bench.start_gateway(sensor=SETTINGS)
    keeper, deleter = bench.sensors
    bench.verdict.check("the records are fetched", await bench.until(lambda: fetches(bench, keeper) == 1, 30))
    deleted = await bench.until(lambda: not deleter.stored, 30)
    bench.verdict.check("the records are deleted where that is configured", deleted)
    lost = guest.uptime()
    for sensor in bench.sensors:
        await sensor.lose()
    back = await bench.until_streaming(60, since=guest.host_time(lost + 0.5))
    bench.verdict.check("both stream again", back is not None)
    bench.verdict.check(
        "and fetched at the next connection", await bench.until(lambda: fetches(bench, keeper) == 2, 30)
    )
    await keeper.measure_spot()
    await bench.finish()
    bench.verdict.check("and stay on the sensor where not", len(keeper.stored) == 5)
    for sensor in bench.sensors:
        wanted = [expected(SPOT_CHECK, record) for record in sensor.plan.stored]
        spots = [
            kept(SPOT_CHECK, sample)
            for record in bench.of_kind("samples", sensor=sensor)
            if record["subject"] == "spot-check"
            for sample in record["body"]["samples"]
        ]
        found = [spot for spot in spots if spot in wanted]
        bench.verdict.check(f"{sensor.name}: each stored record is kept once, in order", found == wanted, len(found))
    await bench.check_ledger()


def fetches(bench: Bench, sensor: Sensor) -> int:
    """How often all stored records went out, to the answer that says so: 06 00, operation 1, success."""
    return len(bench.log.find("sent", sensor.name, characteristic=RECORD_ACCESS, hex="06000101"))
