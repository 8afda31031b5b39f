"""T18: a hostile broker in every way that we could think of, and after each a healthy one."""

from __future__ import annotations

import time
from collections.abc import Callable

from torture.gateway import QUICK
from torture.modes import MODES, Mode
from torture.relay import Behaviour, OnlyVersion311
from torture.rig import HEALTHY_SECONDS, Rig, log
from torture.suite import Findings, Options, Suite, until

# A mode has to be met so often before the healthy broker is back: the second time shows that the client came again.
HITS_FULL, HITS_SHORT = 3, 1
# A mode that is not met in so many seconds was not tried: that fails.
MEET_SECONDS = 15.0
# The gateway says ten times a second how it stands: after this nothing is told of an earlier connection any more.
REPORTED_SECONDS = 0.3
# Memory that all modes together may cost once the journal's cache is full, KiB. With the deadlines that are shipped a
# backlog of a thousand records gathers, which fills the cache of the journal's reader by a quarter of its 2,000 KiB.
GROWTH_KIB_MAX = 1_024
# Modes of each kind that are also tried with the deadlines that are shipped.
SHIPPED = (
    "closed door", "never answers CONNECT", "garbage", "refuses with 0x88", "refuses with 3", "swallows records",
    "keeps records, never acknowledges", "acknowledges another identifier", "stops reading",
    "answers records with 0x97",
)
MEET_SECONDS_SHIPPED = 60.0


def run(options: Options, findings: Findings) -> None:
    hits = HITS_FULL if options.is_full else HITS_SHORT
    for version in ("5", "3.1.1"):
        modes = [mode for mode in MODES if version in mode.versions]
        if not options.is_full and version == "3.1.1":
            modes = modes[::6]
        _try(options, findings, version, modes, hits, QUICK, MEET_SECONDS)
    if options.is_full:
        chosen = [mode for mode in MODES if mode.name in SHIPPED]
        _try(options, findings, "5", chosen, 2, {}, MEET_SECONDS_SHIPPED, "as shipped")
    findings.count("modes", len(MODES))


def _try(options: Options, findings: Findings, version: str, modes: list[Mode], hits: int, settings: dict[str, object],
         patience: float, suffix: str = "") -> None:
    name = f"MQTT {version}" + (f", deadlines {suffix}" if suffix else "")
    wrap = OnlyVersion311 if version == "3.1.1" else lambda inner: inner
    own = Findings()
    with Rig(options, f"rogue-{version}{suffix.replace(' ', '-')}", rate=50, settings=settings,
             initial=wrap(Behaviour())) as rig:
        rig.warm_up()
        memory = rig.fill()
        slowest, worst = 0.0, ""
        unmet: list[str] = []
        unhealthy: list[str] = []
        deadly: list[str] = []
        for mode in modes:
            behaviour = mode.make()
            rig.relay.behave(wrap(behaviour))
            is_met = _meet(rig, mode, behaviour, hits, patience, wrap)
            # What ends the process may do so a moment later.
            until(0.2, lambda: not rig.gateway.child.runs)
            if not rig.gateway.child.runs:
                deadly.append(mode.name)
            elif not is_met:
                unmet.append(mode.name)
            rig.relay.behave(wrap(Behaviour()))
            if rig.revive():
                rig.healthy()
                memory = max(memory, rig.gateway.memory)
            back = rig.healthy()
            if back is None:
                unhealthy.append(mode.name)
            elif back > slowest:
                slowest, worst = back, mode.name
            log(rig.folder, f"{mode.name}: met {behaviour.hits}, healthy after {back}, {rig.gateway.memory} KiB")
        growth = rig.gateway.memory - memory
        own.goal(f"{name}: no mode ends the process", f"ended by {deadly}" if deadly else "none does", not deadly)
        own.goal(f"{name}: each of {len(modes)} modes was met {hits} times", f"not met: {unmet}" if unmet else "all",
                 not unmet)
        own.goal(
            f"{name}: a healthy broker is reached within {HEALTHY_SECONDS:g} s after each mode",
            f"never after {unhealthy}" if unhealthy else f"at most {slowest:.2f} s (after '{worst}')", not unhealthy)
        own.goal(f"{name}: memory grows by less than 1 MiB over all modes", f"{growth} KiB", growth < GROWTH_KIB_MAX)
        rig.end(own)
    for goal in own.goals:
        goal.line = goal.line if goal.line.startswith("MQTT") else f"{name}: {goal.line}"
    findings.goals += own.goals
    for key, value in own.counts.items():
        if isinstance(value, int):
            findings.count(key, int(findings.counts.get(key, 0)) + value)


def _meet(rig: Rig, mode: Mode, behaviour: Behaviour, hits: int, patience: float,
          wrap: Callable[[Behaviour], Behaviour]) -> bool:
    """Whether a mode was met so often in time, or ended the process."""
    gateway = rig.gateway
    if mode.lasting is None:
        return until(patience, lambda: behaviour.hits >= hits or not gateway.child.runs) is not None
    # Such a mode ends no connection: the gateway has to live with it, and then the suite ends the connection, so that
    # the gateway comes again.
    for number in range(1, hits + 1):
        if until(patience, lambda number=number: behaviour.hits >= number or not gateway.child.runs) is None:
            return False
        time.sleep(REPORTED_SECONDS)
        acknowledged = gateway.number("acknowledged")
        if not gateway.child.runs:
            return True
        if mode.lasting == "delivering":
            delivered = until(patience, lambda: not gateway.child.runs or gateway.number("acknowledged") > acknowledged)
        else:
            delivered = until(REPORTED_SECONDS, lambda: gateway.number("acknowledged") > acknowledged)
        if gateway.child.runs and (gateway.status.get("state") != mode.lasting
                                   or (delivered is not None) != (mode.lasting == "delivering")):
            return False
        rig.relay.behave(wrap(behaviour))
    return True


SUITE = Suite(
    "rogue-broker", ("T18",), "a hostile broker in a hundred ways, over MQTT 5 and 3.1.1, and after each a healthy one", run)
