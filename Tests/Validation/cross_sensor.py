"""Detector 13, the strap's heart rate against the oximeter's pulse rate, against an oracle, reading by reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import COLOURS, CaptureWriter, Context, Plot, Requirement, Section, Table, gatt
from limit import Judged, states
from simulated import OXIMETER, STRAP, nights

DETECTOR = "cross-sensor"
TITLE = "13 Cross-sensor: heart rate against pulse rate"
NIGHTS = 12
SERIES = 40
SECOND = 1_000_000
DELAY, RECOVERY, PAIRING = 15 * SECOND, 5 * SECOND, 5 * SECOND
CONFIG = "\n".join(f'[[sensor]]\naddress = "{sensor}"\nsubject = "sleeper"' for sensor in (STRAP, OXIMETER)) + "\n"

Numbers = dict[str, int | str]


@dataclass
class Oracle:
    """The documented rule, written down a second time."""

    rates: dict[str, tuple[int | None, int]]
    last_pair: int | None = None
    since: int | None = None
    agrees_since: int | None = None
    was_refused: bool = False
    raised: str | None = None

    def judge(self, sensor: str, rate: int | None, time: int) -> Numbers:
        """One reading."""
        self.rates[sensor] = rate, time
        if rate is None:
            self.was_refused = True
            return self._output("not-assessed")
        other, other_time = self.rates.get(OXIMETER if sensor == STRAP else STRAP, (None, 0))
        if other is None or not 0 <= time - other_time <= PAIRING:
            return self._output("not-assessed")
        heart, pulse = (rate, other) if sensor == STRAP else (other, rate)
        if self.last_pair is not None and not 0 <= time - self.last_pair <= PAIRING:
            self.agrees_since = None
            self.since = self.since if self.raised else None
        self.last_pair = time
        allowed = max(10_00 * 100, abs(heart) * 10)
        changed = self._differ(heart, pulse, time) if abs(heart - pulse) * 100 > allowed else self._agree(time)
        decision = "agree" if self.since is None else "differing"
        if self.raised:
            decision = self.raised if self.agrees_since is None else "agree"
        result = self._output(decision) | {
            "allowedTenThousandths": allowed,
            "heartRateHundredths": heart,
            "pulseRateHundredths": pulse,
        }
        return result if changed is None else result | {"transitionMicroseconds": changed}

    def _differ(self, heart: int, pulse: int, time: int) -> int | None:
        self.agrees_since = None
        if self.since is None:
            self.since, self.was_refused = time, False
        elif self.raised is None and time - self.since > DELAY:
            self.raised = "signal-quality" if self.was_refused or pulse > heart else "pulse-deficit"
            return time
        return None

    def _agree(self, time: int) -> int | None:
        if self.raised is None:
            self.since = None
            return None
        self.agrees_since = time if self.agrees_since is None else self.agrees_since
        if time - self.agrees_since < RECOVERY:
            return None
        ended = self.agrees_since + RECOVERY
        self.raised = self.since = self.agrees_since = None
        return ended

    def _output(self, decision: str) -> Numbers:
        return {"decision": decision} | ({} if self.since is None else {"sinceMicroseconds": self.since})


def run(context: Context) -> Section:
    """Simulated nights: one sleeper with both sensors."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights of 8 h, strap and oximeter on one subject, with motion, premature beats and "
        f"faults on either, where the rates agree; {SERIES} made hours in which they part by up to 30 bpm.",
    )
    compared = differences = 0
    decisions: Counter = Counter()
    findings = hours = 0.0
    captures = [night.capture for night in nights(context, NIGHTS)]
    captures += [made(context, number) for number in range(2 if context.quick else SERIES)]
    for capture in captures:
        oracle = Oracle({})
        judged = both(capture)
        expected = [oracle.judge(one.sensor, rate(one), one.time) for one in judged]
        hours += judged[-1].time / 3.6e9
        got: list[Numbers] = []
        for line in context.replay(capture, [DETECTOR], CONFIG):
            if line["kind"] == "finding" and line["body"]["detector"].startswith(DETECTOR):
                findings += 1
            elif line["kind"] == "trace":
                got.append({"decision": line["evaluation"]["decision"], **line["evaluation"]["numbers"]})
        compared += max(len(got), len(expected))
        differences += abs(len(got) - len(expected))
        differences += sum(mine != theirs for mine, theirs in zip(got, expected))
        decisions.update(str(numbers["decision"]) for numbers in got)
    if not compared:
        return Section.skipped(DETECTOR, TITLE, "the product traces no such detector")
    section.tables = [
        Table(
            "Readings by decision",
            ["decision", "readings"],
            [[name, count] for name, count in decisions.most_common()],
            f"{findings:.0f} findings in {hours:.0f} h.",
        )
    ]
    section.requirements = [
        Requirement(
            "cross-sensor equal to its oracle", f"{differences:,} of {compared:,} readings differ", not differences
        )
    ]
    section.plots = [Plot("decisions", "Share of readings by decision.", lambda axes: draw(axes, decisions))]
    return section


def made(context: Context, number: int) -> Path:
    """An hour of two sensors whose rates part and meet again, for seconds or for minutes, with refusals in between."""

    def write(writer: CaptureWriter) -> None:
        rng = context.rng(f"cross-sensor {number}")
        heart, apart, until = 70.0, 0.0, 0
        writer.link(0, "up", STRAP)
        writer.link(0, "up", OXIMETER)
        for second in range(1, 3_600):
            if second >= until:
                apart = float(rng.choice([0, 0, 8, 12, 15, 30, -9, -14, -25]))
                until = second + int(rng.choice([3, 10, 14, 16, 18, 30, 90]))
            heart = min(max(heart + rng.normal(0, 1), 45), 150)
            is_refused = rng.random() < 0.01
            contact = not (is_refused and rng.random() < 0.5)
            if rng.random() > 0.02:
                t = second + float(rng.uniform(0, 0.4))
                writer.value(t, gatt.HEART_RATE_MEASUREMENT, gatt.heart_rate(round(heart), contact=contact), STRAP)
            if rng.random() > 0.02:
                pulse = None if is_refused and contact else float(round(max(heart - apart + rng.normal(0, 1), 31)))
                t = second + 0.5 + float(rng.uniform(0, 0.4))
                writer.value(t, gatt.PLX_CONTINUOUS_MEASUREMENT, gatt.plx(97.0, pulse), OXIMETER)

    return context.capture(f"cross-sensor-{context.seed}/{number}", write, version=1)


def both(capture: Path) -> list[Judged]:
    """The notifications from when both sensors have brought one."""
    judged = states(capture)
    first = {
        sensor: next(place for place, one in enumerate(judged) if one.sensor == sensor) for sensor in (STRAP, OXIMETER)
    }
    return judged[max(first.values()) :]


def rate(judged: Judged) -> int | None:
    """The rate of a notification, as far as its stream is live."""
    packet = judged.packet
    if not judged.is_live:
        return None
    if packet.stream == "heart-rate":
        return packet.value
    return None if packet.is_pulse_invalid else packet.pulse


def draw(axes: Any, decisions: Counter) -> None:
    """Bars on a logarithmic scale: what is rare matters here."""
    names = [name for name, _ in decisions.most_common()]
    axes.barh(names, [max(decisions[name], 1) for name in names], color=COLOURS.ours)
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_xlabel("readings")
