"""T20: what a million records of backlog do to live data and alarms while they drain. `outage` is how they come to be."""

from __future__ import annotations

import time

from torture.modes import AtOnce
from torture.rig import Rig
from torture.suite import Broken, Findings, Options, Suite, until

# Records of backlog: 72 h of eight sensors are a fifth of a million.
BACKLOG_FULL, BACKLOG_SHORT = 1_000_000, 20_000
# Live records a second while it drains; one in fifty is an alarm.
LIVE_FULL, LIVE_SHORT = 20, 100
RATE_MIN = 500.0
LIVE_SECONDS_MAX, ALARM_SECONDS_MAX = 5.0, 2.0
PRIVATE_MIB_MAX = 32.0
# Writing the backlog, and draining it at the least rate, with room: seconds.
PATIENCE = 3_600.0


def run(options: Options, findings: Findings) -> None:
    count = BACKLOG_FULL if options.is_full else BACKLOG_SHORT
    # The broker of a real outage is not there at all; the delays are the shipped ones but for the longest.
    with Rig(options, "offline", rate=0, settings={"--reconnect-max-ms": 2_000}, initial=AtOnce()) as rig:
        rig.gateway.tell(f"commit {count}")
        if until(PATIENCE, lambda: rig.gateway.number("committed") >= count, 0.1) is None:
            raise Broken("the backlog was not written")
        rig.gateway.tell(f"rate {LIVE_FULL if options.is_full else LIVE_SHORT}")
        time.sleep(1)
        rig.relay.behave()
        began = time.monotonic()
        delivering = until(30, lambda: rig.gateway.is_delivering)
        # What comes from now on is live; what came before the broker did is backlog.
        rig.gateway.tell("mark")
        acknowledged, start = rig.gateway.number("acknowledged"), time.monotonic()
        most = 0

        def drained() -> bool:
            nonlocal most
            most = max(most, rig.gateway.memory)
            return rig.gateway.number("backlog") <= 50

        if delivering is None or until(PATIENCE, drained, 0.1) is None:
            raise Broken(f"the backlog does not drain: {rig.gateway.status}")
        seconds = time.monotonic() - start
        rate = (rig.gateway.number("acknowledged") - acknowledged) / max(seconds, 0.001)
        rig.gateway.tell("rate 0")
        rig.gateway.drain()
        found = rig.gateway.ask("latencies", 10)["latencies"]
        assert isinstance(found, dict)
        findings.count("records of backlog", count)
        findings.count("drained in, s", time.monotonic() - began)
        findings.goal(f"drained with at least {RATE_MIN:g} records a second", f"{rate:,.0f}", rate >= RATE_MIN)
        findings.count("live records meanwhile", found["record"]["count"])
        findings.count("live alarms meanwhile", found["alarm"]["count"])
        for kind, limit in (("record", LIVE_SECONDS_MAX), ("alarm", ALARM_SECONDS_MAX)):
            worst = found[kind]["max"] / 1e6
            median = found[kind]["p50"] / 1e6
            what = "live data is" if kind == "record" else "alarms are"
            findings.goal(f"{what} late by at most {limit:g} s meanwhile", f"at most {worst:.2f} s, median {median:.2f} s",
                          worst <= limit and found[kind]["count"] > 0)
        findings.goal(f"private memory below {PRIVATE_MIB_MAX:g} MiB", f"{most / 1024:.1f} MiB", most < PRIVATE_MIB_MAX * 1024)
        # The verifier looks into every record, and is slower than the gateway: the broker holds what waits for it.
        rig.end(findings, patience=PATIENCE)


SUITE = Suite("offline", ("T20",), "a backlog of a million records drains beside live data and alarms", run)
