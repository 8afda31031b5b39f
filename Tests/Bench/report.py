"""Writes docs/link-reliability.md from measured figures, one JSON object a line."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# What each lesson is about, and what users of other gateways report: the sources are named, the words are ours.
LESSONS = {
    1: (
        "a kill in the middle of a connection",
        "InProgress for hours, until removed by hand (bleak-retry-connector#226)",
    ),
    2: ("discovery answers InProgress", "scanning dead for hours (Home Assistant core#76544, #77664)"),
    3: ("discovery that nobody ends", "every connection fails until bluetoothd is restarted (bluez#2547)"),
    4: ("bluetoothd is killed or restarted", "links look alive for ever (SignalK#3049)"),
    5: ("values after a reconnection", "each delivered twice (bleak#2002)"),
    6: ("AcquireNotify ends at once", "no values from some sensors (bleak#1885)"),
    7: ("AcquireNotify and a lost link end bluetoothd", "crash loop (bluez#1383)"),
    8: ("the first value", "lost (bleak#374)"),
    9: ("a call that is never answered", "hangs for ever (bleak#484)"),
    10: ("a GATT table that is stale or empty", "no values until removed by hand (bleak#882, bluez#191)"),
    11: ("a subscription that bluetoothd kept", "fails until paired again (hass-omron#162)"),
    12: ("more sensors than connection slots", "connections fail with a text that says nothing (bluez#2377)"),
    13: ("an adapter that goes quiet", "silent for hours; only a power cycle helps (core#107554)"),
    14: ("a bond that the sensor lost", "tried for ever; Paired stays true (bluez#201, #433)"),
    15: ("a battery that BlueZ keeps to itself", "no level (bleak#104, gattlib#89)"),
    16: ("thousands of reconnections", "256 D-Bus connections; 2 MB in 10 s (bleak#1698, tinygo#252)"),
    17: ("values stop, the link stays up", "only a restart helps (pygatt#259, ThingsBoard#639)"),
    18: ("several sensors at once", "packets dropped, unseen (bleak#1343, bluez#539)"),
    19: ("connected, and never a value", "nothing in the log (ThingsBoard#655, #672)"),
    20: ("the bus denies access", "an error without a remedy (systemd#25772)"),
    48: ("connecting to one sensor ends bluetoothd", "every sensor lost, again and again (kernel 6.1)"),
}
PLACES = {"simulated": "simulated", "fake": "fake bluetoothd", "bluez": "real BlueZ"}


def git(*arguments: str) -> str:
    result = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else ""


def machine() -> str:
    name = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown processor",
    )
    return f"{name}, {os.cpu_count()} threads"


def seconds(value: float | None) -> str:
    if value is None:
        return "**never**"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def rows(figures: list[dict]) -> list[tuple[int, str, float, dict[str, float | None]]]:
    """The worst time of each fault in each place."""
    worst: dict[tuple[int, str, float], dict[str, float | None]] = defaultdict(dict)
    for figure in figures:
        times = worst[figure.get("lesson", 0), figure["fault"], figure["budget"]]
        place, measured = figure["where"], figure["measured"]
        if place not in times or (times[place] is not None and (measured is None or measured > times[place])):
            times[place] = measured
    return sorted((*key, times) for key, times in worst.items())


def table(figures: list[dict], lesson: int) -> list[str]:
    lines = ["| Fault | Budget | " + " | ".join(PLACES.values()) + " |", "|---|--:" + "|--:" * len(PLACES) + "|"]
    for number, fault, budget, times in rows(figures):
        if number != lesson:
            continue
        cells = [seconds(times[place]) if place in times else "—" for place in PLACES]
        late = any(value is None or value > budget for value in times.values())
        lines.append(f"| {fault}{' (**over budget**)' if late else ''} | {budget:g} s | " + " | ".join(cells) + " |")
    return lines


def document(measured: list[dict]) -> str:
    figures = [line for line in measured if "fault" in line]
    notes = {line["lesson"]: line["note"] for line in measured if "note" in line}
    name = git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain") else "")
    late = sum(1 for *_, budget, times in rows(figures) for value in times.values() if value is None or value > budget)
    count = sum(len(times) for *_, times in rows(figures))
    lines = [
        "# Link reliability",
        "",
        "Written by `scripts/link-report`: every fault is played to the gateway, and the time until it is noticed, or mended, is measured.",
        "",
        "- *simulated*: the link supervisor on virtual time, with the default configuration: these are the times to expect from its own timers.",
        "- *fake bluetoothd*: the whole D-Bus backend against a bluetoothd that is told to fail, with short timers where they can be set, so that",
        "  the times show the code's own part.",
        "- *real BlueZ*: the daemon as its systemd unit, Debian's kernel and bluetoothd 5.66 in a software-emulated machine (about 20 times slower than this one).",
        "",
        f"{datetime.date.today()}, commit {name}, {machine()}: {count} figures, {late} over their budget.",
        "",
    ]
    for lesson, (title, elsewhere) in LESSONS.items():
        lines += [f"## {lesson}: {title}", f"Elsewhere: {elsewhere}.", ""]
        found = table(figures, lesson)
        if lesson in notes:
            lines.append(f"{notes[lesson]}.")
        elif len(found) <= 2:
            lines.append("No time to measure: shown by counts, in the tests that name this lesson.")
        if len(found) > 2:
            lines += found
        lines.append("")
    if any(figure.get("lesson", 0) == 0 for figure in figures):
        lines += ["## Further", "", *table(figures, 0), ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    lines = [json.loads(line) for line in source.read_text().splitlines() if line.strip()]
    if not lines:
        sys.exit("link-report: no figures were measured; see the output above for why")
    target.write_text(document(lines))
    print(f"{target}: {len(lines)} figures", file=sys.stderr)
