"""Throughput from the commit to the PUBACK (lesson 37), side by side in one run: ours, a bare libmosquitto loop, and two
gateways in Python.

All publish to the same broker with the same window, in turns; one subscriber takes everything. The comparison with
libmosquitto is by messages: both publish the same ones. The gateways in Python are given the same messages too, and,
beside that, single readings, each committed and published by itself, as such gateways do; ours packs twenty readings of
a sensor into one record, and is counted by the readings in them. Writes one JSON object: the median of the turns for
each, the ratios, and our latencies.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Both have a report.py: the one meant here stands beside this folder.
sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2] / "Torture")]

from report import commit, machine  # noqa: E402
from torture.brokers import Mosquitto  # noqa: E402
from torture.children import Children  # noqa: E402
from torture.gateway import Gateway  # noqa: E402
from torture.suite import Options  # noqa: E402

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- uplink: begin -->", "<!-- uplink: end -->"
NAMES = {
    "ours": "ours: records, durably committed, published and acknowledged", "bare": "a bare libmosquitto loop, nothing kept",
    "python, messages": "paho-mqtt and sqlite3, `synchronous=FULL`, the same messages",
    "python, readings": "paho-mqtt and sqlite3, single readings",
    "thingsboard, messages": "ThingsBoard Gateway's SQLite storage (`synchronous=NORMAL`), the same messages",
    "thingsboard, readings": "ThingsBoard Gateway's SQLite storage, single readings",
}
# What was asked for.
BARE_SHARE_MIN, PYTHON_TIMES_MIN = 0.80, 50
# Our steady load for the latencies: records a second, and seconds.
LOAD_PER_SECOND, LOAD_SECONDS = 500, 20
# Readings in an average record of UplinkRunner: nine in ten are blocks of twenty (RecordSource.swift).
READINGS_PER_RECORD = 18


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--python", type=Path, help="a Python with paho-mqtt and thingsboard-gateway")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--write", type=Path, help="the page that gets the figures, between its markers")
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--count-python", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"), help="on a real disk, not in memory")
    options = parser.parse_args()
    figures: dict[str, list[float]] = {}
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=options.folder) as name, Children() as children:
        folder = Path(name)
        broker = Mosquitto(children, folder / "mosquitto")
        broker.start()
        # One who takes everything: without a subscriber a broker of MQTT 5 says so in each PUBACK.
        children.start(["mosquitto_sub", "-p", broker.port, "-q", "1", "-t", "#"], folder / "sub.log",
                       stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        lines = subprocess.run([options.binaries / "UplinkRunner", "messages", "--count", str(options.count_python)],
                               capture_output=True, check=True).stdout
        readings = "".join(_reading(number) for number in range(options.count_python)).encode()
        latencies: dict = {}
        for turn in range(options.turns):
            ours, latencies = _ours(options, folder / f"ours-{turn}", broker.port, children, measures=turn == options.turns - 1)
            figures.setdefault("ours", []).append(ours)
            figures.setdefault("bare", []).append(_bare(options, broker.port))
            for kind, text in (("messages", lines), ("readings", readings)):
                for name_of, script, option in (
                    ("python", "python_gateway.py", "--database"), ("thingsboard", "thingsboard_storage.py", "--folder")
                ):
                    place = folder / f"{name_of}-{kind}-{turn}"
                    place.mkdir()
                    target = place / "gateway.db" if option == "--database" else place
                    rate = _python(options, [script, option, target], broker.port, text, missing, name_of)
                    if rate:
                        figures.setdefault(f"{name_of}, {kind}", []).append(rate)
    medians = {kind: statistics.median(rates) for kind, rates in figures.items() if rates}
    result = {
        "counts": {"messages": options.count, "messages of the gateways in Python": options.count_python, "turns": options.turns},
        "perSecond": {kind: round(rate, 1) for kind, rate in medians.items()},
        "ratios": {kind: round(medians["ours"] * (READINGS_PER_RECORD if "readings" in kind else 1) / rate, 2)
                   for kind, rate in medians.items() if kind != "ours"},
        "latencies": latencies, "load": {"perSecond": LOAD_PER_SECOND, "seconds": LOAD_SECONDS}, "missing": missing,
        "goals": _goals(medians, missing),
    }
    text = json.dumps(result, indent=2, sort_keys=True)
    if options.output:
        options.output.write_text(text + "\n")
    print(text)
    if options.write and not options.no_write:
        _write(result, options.write)
    return 0


def _reading(number: int) -> str:
    payload = json.dumps({"t": 1_795_246_200 + number, "hr": 60 + number * 7 % 40, "rr": [900 + number * 13 % 200]})
    return json.dumps({"topic": f"gateway/strap-{number % 8}/heart-rate", "payload": payload}) + "\n"


def _write(result: dict, page: Path) -> None:
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    if not after:
        raise SystemExit(f"{page}: the markers '{BEGIN}' and '{END}' are missing; put them where the figures belong")
    words = {True: "holds", False: "**does not hold**", None: "not measured here"}
    lines = ["| What was asked for | Reached | |", "|---|---|---|"]
    lines += [f"| {goal['line']} | {goal['value']} | {words[goal['holds']]} |" for goal in result["goals"]]
    lines += ["", "| Side by side, a second | | ours is so many times |", "|---|---:|---:|"]
    lines += [f"| {NAMES[kind]} | {rate:,.0f} | {result['ratios'].get(kind, '')} |"
              for kind, rate in result["perSecond"].items()]
    load = f"{result['load']['perSecond']} records a second for {result['load']['seconds']} s"
    lines += ["", f"| Latency, ms | {load} | | | a burst of {result['counts']['messages']:,} | | |",
              "|---|---:|---:|---:|---:|---:|---:|", "| | p50 | p99 | max | p50 | p99 | max |"]
    for kind, name in (("commit", "from the hand-over to the durable commit"), ("record", "from the hand-over to the PUBACK"),
                       ("alarm", "an alarm: from the hand-over to the PUBACK")):
        cells = [f"{result['latencies'][part][kind][key] / 1_000:.1f}" for part in ("load", "burst") for key in ("p50", "p99", "max")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    origin = f"Machine: {machine()}. Commit: {commit(HERE.parents[2])}. Seed: 1.\n\n"
    page.write_text(f"{before}{BEGIN}\n{origin}" + "\n".join(lines) + f"\n{END}{after}")
    print(f"written: {page}")


def _goals(medians: dict[str, float], missing: dict[str, str]) -> list[dict]:
    share = medians["ours"] / medians["bare"]
    goals = [{"line": "at least 80 % of a bare libmosquitto loop, durable commits included",
              "value": f"{share:.0%} ({medians['ours']:.0f} of {medians['bare']:.0f} a second)",
              "holds": share >= BARE_SHARE_MIN}]
    for kind, line in (("python", "at least 50 times paho-mqtt and sqlite3 with the same durability"),
                       ("thingsboard", "at least 50 times ThingsBoard Gateway's SQLite path")):
        if f"{kind}, readings" not in medians:
            goals.append({"line": line, "value": missing.get(kind, "not measured here"), "holds": None})
            continue
        ours, theirs = medians["ours"] * READINGS_PER_RECORD, medians[f"{kind}, readings"]
        by_message = medians["ours"] / medians[f"{kind}, messages"]
        goals.append({"line": f"{line}, by readings",
                      "value": f"{ours / theirs:.0f} times ({ours:.0f} and {theirs:.0f} readings a second; "
                      f"{by_message:.1f} times by messages, of which a bare loop makes {medians['bare'] / medians[f'{kind}, messages']:.1f})",
                      "holds": ours / theirs >= PYTHON_TIMES_MIN})
    return goals


def _ours(options: argparse.Namespace, folder: Path, port: int, children: Children, *, measures: bool) -> tuple[float, dict]:
    folder.mkdir()
    gateway = Gateway(Options(options.binaries, folder, HERE, True, 1), folder / "journal.db", port)
    children.add(gateway.child)
    while not gateway.is_delivering:
        time.sleep(0.02)
    gateway.ask(f"prepare {options.count}", 60)
    gateway.tell("mark")
    began = time.perf_counter()
    gateway.tell(f"commit {options.count}")
    gateway.drain(600)
    rate = options.count / (time.perf_counter() - began)
    found = {"burst": gateway.ask("latencies", 10)["latencies"]}
    if measures:
        gateway.tell(f"rate {LOAD_PER_SECOND}")
        time.sleep(LOAD_SECONDS)
        gateway.tell("rate 0")
        gateway.drain(60)
        found["load"] = gateway.ask("latencies", 10)["latencies"]
    gateway.stop()
    return rate, found


def _bare(options: argparse.Namespace, port: int) -> float:
    done = subprocess.run([options.binaries / "UplinkRunner", "bare", "--port", str(port), "--count", str(options.count)],
                          capture_output=True, text=True, check=True)
    value = json.loads(done.stdout)
    return value["count"] * 1e6 / value["microseconds"]


def _python(options: argparse.Namespace, command: list[object], port: int, lines: bytes, missing: dict[str, str],
            kind: str) -> float | None:
    if not options.python:
        missing[kind] = "no Python with the packages was named"
        return None
    done = subprocess.run([options.python, "-B", HERE / str(command[0]), "--port", str(port), *map(str, command[1:])],
                          input=lines, capture_output=True, check=False)
    if done.returncode:
        missing[kind] = done.stderr.decode(errors="replace").strip().splitlines()[-1]
        return None
    value = json.loads(done.stdout.decode().splitlines()[-1])
    return value["count"] / value["seconds"]


if __name__ == "__main__":
    sys.exit(main())
