"""Detector 1, limits with delay and saturation-seconds, against an oracle, reading by reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harness import COLOURS, Context, Plot, Requirement, Section, Table, bars, thin, worst
from limit_oracle import SECOND, LimitOracle, SaturationOracle
from readings import LinkChange, Notification, events
from signal_oracle import SignalOracle
from simulated import nights

DETECTOR = "limit"
TITLE = "1 Limits with delay, saturation-seconds"
NIGHTS = 12
TECHNICAL = {"sensor-off", "signal-frozen", "link-lost", "signal-lost"}
LOW_DELAY = 15 * SECOND
# Of s00001, as its header lists them.
SIGNALS = 10
SATURATION = 6


@dataclass
class Night:
    """What was found of one capture."""

    name: str
    hours: float
    times: list[int] = field(default_factory=list)
    spo2: list[int] = field(default_factory=list)
    active: list[bool] = field(default_factory=list)
    alarms: list[tuple[float, float]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    undelayed: int = 0
    missed: int = 0
    holds: int = 0


def oracles() -> dict[tuple[str, str], Any]:
    """Every limit with its defaults, by detector and subject."""
    return {
        ("limit", "heart-rate-low"): LimitOracle(40_00, True, 10 * SECOND, 5),
        ("limit", "heart-rate-high"): LimitOracle(130_00, False, 10 * SECOND, 5),
        ("limit", "spo2-low"): LimitOracle(90_00, True, LOW_DELAY),
        ("limit", "desaturation"): LimitOracle(85_00, True, 5 * SECOND),
        ("limit", "pulse-rate-low"): LimitOracle(40_00, True, 10 * SECOND),
        ("limit", "pulse-rate-high"): LimitOracle(130_00, False, 10 * SECOND),
        ("saturation-seconds", "saturation-seconds"): SaturationOracle(),
    }


def run(context: Context) -> Section:
    """Simulated nights; strap recordings for the limits of heart rate."""
    section = Section(
        DETECTOR,
        TITLE,
        data=f"{NIGHTS} simulated nights of 8 h with desaturations of all depths and lengths, motion, low perfusion "
        "and faults; the strap recordings of MITDB for heart rate.",
    )
    section.paragraphs = [
        "The oracle follows the documented rule with a decoder and a signal state of its own. Every reading's "
        "decision, value, threshold, count of beats, onset and transition is compared. That the product gave a "
        "condition up is taken from its technical alarms."
    ]
    compared: Counter = Counter()
    differences: Counter = Counter()
    judged = []
    for night in nights(context, NIGHTS):
        judged.append(compare(context, night.capture, f"night {night.number}", compared, differences))
        judged[-1].undelayed = without_delay(context, night.capture)
    rhythms = context.records("mitdb-annotations")
    for rhythm in rhythms[:1] if context.quick else rhythms:
        compare(context, context.strap(rhythm), rhythm.name, compared, differences)
    section.tables.append(
        Table(
            "Readings compared with the oracle",
            ["detector", "limit", "readings", "differences"],
            [[name, subject, compared[name, subject], differences[name, subject]] for name, subject in oracles()],
        )
    )
    alarms = sum(len(night.alarms) for night in judged)
    undelayed = sum(night.undelayed for night in judged)
    cut = 100 * (1 - alarms / max(1, undelayed))
    section.tables.append(
        Table(
            "Effect of the delay at 90 %",
            ["figure", "published", "reference", "ours", "reached"],
            [
                [
                    "low-SpO2 alarms that a delay of 15 s takes away, %",
                    "60",
                    None,
                    f"{cut:.1f} ({undelayed} to {alarms})",
                    cut >= 60,
                ]
            ],
            "How many are taken away depends on how long desaturations last: here they hold for 2 to 50 s by "
            f"simulation. {bedside(context.data)}",
        )
    )
    total = sum(differences.values())
    holds, missed = sum(night.holds for night in judged), sum(night.missed for night in judged)
    section.requirements = [
        Requirement(
            "limit detectors equal to their oracles",
            f"{total:,} of {sum(compared.values()):,} readings differ",
            not total,
        ),
        Requirement(
            "no hold below the limit for longer than the delay is missed", f"{missed} of {holds:,} missed", not missed
        ),
    ]
    section.plots = plots(judged)
    return section


def bedside(data: Path) -> str:
    """What the bedside monitor of `wfdb-samples` could say of a delay: one number a minute, in tenths of a percent."""
    path = data / "wfdb-samples" / "s00001" / "3975656n.dat"
    if not path.exists():
        return "Record s00001 of wfdb-samples is not here."
    saturation = np.fromfile(path, "<i2").reshape(-1, SIGNALS)[:, SATURATION] / 10
    known = saturation[saturation > 0]
    return (
        f"Record s00001 of wfdb-samples cannot tell more: it has one number a minute, of {len(known):,} such numbers "
        f"{np.sum(known < 90):,} lie below 90 %, and the least is {known.min():.1f} %."
    )


def compare(context: Context, capture: Path, name: str, compared: Counter, differences: Counter) -> Night:
    """Plays a capture through the product and through the oracles."""
    packets = {(event.sensor, event.stream, event.time): event for event in states(capture)}
    night = Night(name, 0)
    models: dict[str, dict[tuple[str, str], Any]] = {}
    # Absences by their sequence. Where intervals are missing while the rate goes on, the rate is judged on.
    absences: dict[int, str] = {}
    for line in context.replay(capture, ["limit", "saturation-seconds"]):
        night.hours = line["monotonic"] / 3.6e9
        if line["kind"] == "absence":
            absences[line["sequence"]] = line["body"]["state"]
        elif line["kind"] == "alarm":
            body = line["body"]
            goes_on = absences.get(body.get("cause", 0)) == "beats-missing"
            if body["condition"] in TECHNICAL and body["state"] == "raised" and not goes_on:
                for model in models.get(line["sensor"], {}).values():
                    model.abandon()
            if body["condition"] == "spo2-low":
                note_alarm(night, line)
        elif line["kind"] == "trace":
            key = line["detector"], line["subject"]
            model = models.setdefault(line["sensor"], oracles())[key]
            stream = "heart-rate" if line["subject"].startswith("heart-rate") else "oximetry"
            expected = judge(model, key, packets[line["sensor"], stream, line["monotonic"]])
            got = {"decision": line["evaluation"]["decision"], **line["evaluation"]["numbers"]}
            compared[key] += 1
            differences[key] += got != expected
            if line["subject"] == "spo2-low" and "valueHundredths" in got:
                night.times.append(line["monotonic"])
                night.spo2.append(got["valueHundredths"])
                night.active.append(got["decision"] == "active")
    if night.alarms and night.alarms[-1][1] == float("inf"):
        night.alarms[-1] = night.alarms[-1][0], night.hours * 3_600
    look_for_holds(night)
    return night


@dataclass(frozen=True, slots=True)
class Judged:
    """A notification and whether its stream was live."""

    packet: Notification
    is_live: bool

    @property
    def sensor(self) -> str:
        """Its sensor."""
        return self.packet.sensor

    @property
    def stream(self) -> str:
        """Its stream."""
        return self.packet.stream

    @property
    def time(self) -> int:
        """When it was received, microseconds."""
        return self.packet.time


def states(capture: Path) -> list[Judged]:
    """Every notification with the state that the signal oracle gives it."""
    models: dict[tuple[str, str], SignalOracle] = {}
    result = []
    for event in events(capture):
        for model in models.values():
            model.expire(event.time)
        if isinstance(event, LinkChange):
            for (sensor, _), model in models.items():
                if sensor == event.sensor:
                    model.link(event)
            continue
        model = models.setdefault((event.sensor, event.stream), SignalOracle(event.stream))
        result.append(Judged(event, model.receive(event)[1] == "streaming"))
    return result


def judge(model: Any, key: tuple[str, str], judged: Judged) -> dict[str, int | str]:
    """The oracle's view of a notification."""
    packet = judged.packet
    value = packet.pulse if key[1].startswith("pulse") else packet.value
    is_invalid = packet.is_pulse_invalid if key[1].startswith("pulse") else packet.is_invalid
    if not judged.is_live or is_invalid:
        value = None
    if key[0] == "saturation-seconds":
        return model.judge(value, packet.time)
    return model.judge(value, packet.time, len(packet.rr))


def note_alarm(night: Night, line: dict[str, Any]) -> None:
    """A low-SpO2 alarm was raised or ended."""
    time = line["monotonic"] / 1e6
    if line["body"]["state"] == "raised":
        night.alarms.append((time, float("inf")))
        night.delays.append(time - line["body"]["since"] / 1e6)
    elif night.alarms and night.alarms[-1][1] == float("inf"):
        night.alarms[-1] = night.alarms[-1][0], time


def look_for_holds(night: Night) -> None:
    """Stretches of readings below 90 %, at most 5 s apart, that last for the delay: the alarm has to stand then."""
    start = previous = None
    is_counted = False
    for time, spo2, active in zip(night.times, night.spo2, night.active):
        if spo2 >= 90_00:
            start, is_counted = None, False
        elif start is None or time - previous > 5 * SECOND:
            start, is_counted = time, False
        elif time - start >= LOW_DELAY and not is_counted:
            is_counted = True
            night.holds += 1
            night.missed += not active
        previous = time


def without_delay(context: Context, capture: Path) -> int:
    """Low-SpO2 alarms when every reading below the limit is one."""
    config = "[detection.spo2]\nlow_delay_seconds = 0\n"
    return sum(
        line["kind"] == "alarm" and line["body"]["condition"] == "spo2-low" and line["body"]["state"] == "raised"
        for line in context.replay(capture, [], config)
    )


def plots(judged: list[Night]) -> list[Plot]:
    """Alarms an hour, delays, and the nights with most alarms."""
    rows = worst(judged, lambda night: len(night.alarms) / max(night.hours, 0.1))

    def timelines(figure: Any) -> None:
        axes = figure.subplots(len(rows), 1, squeeze=False, sharex=True)[:, 0]
        for one, night in zip(axes, rows):
            x, y = thin(np.array(night.times) / 3.6e9, np.array(night.spo2) / 100, 900)
            one.plot(x, y, color=COLOURS.ours, linewidth=0.5)
            one.axhline(90, color=COLOURS.muted, linewidth=0.5, linestyle=":")
            for start, end in night.alarms:
                one.axvspan(start / 3_600, end / 3_600, color=COLOURS.alarm, alpha=0.35, linewidth=0)
            one.set_title(f"{night.name}: {len(night.alarms)} alarms in {night.hours:.0f} h", loc="left", pad=2)
            one.set_ylabel("%")
            one.tick_params(labelsize=6)
        axes[-1].set_xlabel("time, h")

    return [
        Plot(
            "alarms",
            "Low-SpO2 alarms per hour, by night, without a delay (orange) and with 15 s (blue).",
            lambda axes: draw_alarms(axes, judged),
        ),
        Plot("delays", "From the first reading below 90 % to the alarm.", lambda axes: draw_delays(axes, judged)),
        Plot(
            "worst",
            "The nights with most low-SpO2 alarms: SpO2 and the alarms (red).",
            timelines,
            (7.2, 1 + len(rows)),
            True,
        ),
    ]


def draw_alarms(axes: Any, judged: list[Night]) -> None:
    """Bars of both counts."""
    names = [night.name for night in judged]
    bars(axes, names, [night.undelayed / max(night.hours, 0.1) for night in judged], COLOURS.reference)
    bars(axes, names, [len(night.alarms) / max(night.hours, 0.1) for night in judged], COLOURS.ours)
    axes.set_ylabel("alarms / h")


def draw_delays(axes: Any, judged: list[Night]) -> None:
    """A histogram."""
    axes.hist([delay for night in judged for delay in night.delays], np.arange(14, 26, 0.5), color=COLOURS.ours)
    axes.set_xlabel("s")
    axes.set_ylabel("alarms")
