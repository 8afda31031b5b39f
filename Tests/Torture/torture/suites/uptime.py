"""T32: machines that have run for so long that somebody's counter wraps."""

from __future__ import annotations

import os
import subprocess
import time

from torture.rig import Rig
from torture.suite import CannotRun, Findings, Options, Suite

# When 32-bit counters wrap, in seconds of uptime: unsigned milliseconds, signed and unsigned hundredths.
WRAPS = {"49.7 days": 2**32 // 1_000, "248 days": 2**31 // 100, "497 days": 2**32 // 100}
# So long the gateway has run when the counter wraps, and so long it runs afterwards, seconds.
BEFORE_FULL, AFTER_FULL = 30, 30
BEFORE_SHORT, AFTER_SHORT = 2, 2


def run(options: Options, findings: Findings) -> None:
    now = int(time.clock_gettime(time.CLOCK_BOOTTIME))
    before, after = (BEFORE_FULL, AFTER_FULL) if options.is_full else (BEFORE_SHORT, AFTER_SHORT)
    if os.geteuid() != 0 or subprocess.run(["unshare", "-T", "true"], capture_output=True, check=False).returncode:
        raise CannotRun("a time namespace (unshare -T) needs root and a kernel that has it")
    records = 0
    for name, wrap in WRAPS.items():
        offset = wrap - now - before
        prefix = ["unshare", "-T", "--boottime", offset, "--monotonic", offset, "--fork", "--kill-child"]
        own = Findings()
        with Rig(options, f"uptime-{wrap}", rate=50, prefix=list(prefix)) as rig:
            rig.warm_up()
            time.sleep(before + after)
            faults = [text for _, text in rig.gateway.notices if "connected to the broker" not in text]
            rig.end(own)
        records += int(own.counts["records"])
        clean = all(goal.holds for goal in own.goals)
        findings.goal(f"{before} s before to {after} s after {name} of uptime: no fault, 0 lost, 0 doubled",
                      f"{own.counts['records']} records, {own.counts['connections']} connections, faults: {faults[:2] or 'none'}",
                      clean and not faults and own.counts["connections"] == 1)
    findings.count("records", records)


SUITE = Suite("uptime", ("T32",), "uptimes of 49.7, 248 and 497 days, where counters of 32 bits wrap", run)
