"""The figures as Markdown, and their place in docs/performance.md."""

import json
import os
import pathlib
import subprocess

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("model name", "Model")):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} threads"


def commit(root):
    def git(*arguments):
        result = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True)
        return result.stdout.strip() if result.returncode == 0 else ""

    name = git("rev-parse", "--short", "HEAD") or "no commit"
    return name + (" with changes" if git("status", "--porcelain") else "")


def duration(microseconds):
    for size, unit in ((1e6, "s"), (1e3, "ms"), (1, "µs")):
        if microseconds >= size:
            return f"{microseconds / size:.3g} {unit}"
    return f"{microseconds * 1e3:.3g} ns"


def micro_table(file):
    """A row for each small benchmark: the median, the greatest of 99 %, and instructions where the machine counts them.

    A fast benchmark does a thousand operations in one measurement; the exported figures are of the thousand.
    """
    rows = []
    for entry in json.loads(pathlib.Path(file).read_text()):
        name = entry["benchmark"].removeprefix("package.benchmark.Vitals.").replace("_", " ")
        metrics = entry["secondaryMetrics"]
        wall = metrics["Time (wall clock)"]
        count = 1 if is_whole(name) else 1_000
        middle, late = (wall["scorePercentiles"][key] / count for key in ("50.0", "99.0"))
        instructions = metrics.get("Instructions", {}).get("scorePercentiles", {}).get("50.0")
        counted = f"{instructions / count:,.0f}" if instructions else "—"
        rows.append((name, f"| {name} | {duration(middle)} | {duration(late)} | {1e6 / middle:,.0f} | {counted} |"))
    header = ["| One operation | median | 99 % below | a second | instructions |", "|---|---:|---:|---:|---:|"]
    return header + [row for _, row in sorted(rows)]


def is_whole(name):
    return name.startswith(("journal", "capture", "engine, a night"))


def page(figures, micro, seed, root):
    night, memory, load = figures["night"], figures["memory"], figures["load"]
    lines = [
        f"Machine: {machine()}. Commit: {commit(root)}. Seed: {seed}.",
        "",
        "| End to end | measured | required |",
        "|---|---:|---:|",
        f"| 1,000 sensors, both characteristics at 1 Hz: processor of `vitalsd` | {load['cores of vitalsd']:.3f} cores | < 0.5 |",
        f"| the same: processor of mosquitto | {load['cores of mosquitto']:.3f} cores | |",
        f"| the same: anonymous memory of `vitalsd` | {load['memory']['anonymous'] / 1024:.1f} MiB | |",
        f"| the same: the receiver's word | {load['received']} | 0 lost |",
        f"| 32 sensors, an hour: anonymous memory of `vitalsd` (RssAnon) | {memory['anonymous'] / 1024:.1f} MiB | < 24 |",
        f"| the same: private memory, written to | {memory['private dirty'] / 1024:.1f} MiB | < 24 |",
        f"| the same: private memory with pages of its own files | {memory['private'] / 1024:.1f} MiB | |",
        f"| the same: the receiver's word | {memory['received']} | 0 lost |",
        f"| replay of the eight-hour night, {night['events']:,} events: wall | {night['wall']:.2f} s | < 2 |",
        f"| the same: processor | {night['cpu']:.2f} s | |",
    ]
    if "instructions" in night:
        lines.append(f"| the same: instructions for one event, all told (callgrind) | {night['instructions']:,.0f} | |")
    if micro:
        lines += [""] + micro_table(micro)
    return "\n".join(lines)


def write(text, file):
    page = file.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not after:
        raise SystemExit(f"{file}: the markers '{BEGIN}' and '{END}' are missing; put them where the figures belong")
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    print(f"written: {file}")
