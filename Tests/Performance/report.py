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


def short(nanoseconds):
    return duration(nanoseconds / 1e3)


def comparison_tables(file):
    """The pairs of compare.py, the machine's limit, and what a detector costs by its size."""
    found = json.loads(pathlib.Path(file).read_text())
    lines = [
        f"| The same work, one thread each, kernels `{found['level']}` | one | ours | reference | | faster by | same numbers |",
        "|---|---|---:|---:|---|---:|---|",
    ]
    for pair in found["pairs"]:
        ratio = pair["theirs"] / pair["ours"]
        lines.append(
            f"| {pair['name']} | {pair['unit']} | {short(pair['ours'])} | {short(pair['theirs'])} | {pair['reference']} "
            f"| {ratio:,.0f} | {pair['check'] or '—'} |" if ratio >= 10 else
            f"| {pair['name']} | {pair['unit']} | {short(pair['ours'])} | {short(pair['theirs'])} | {pair['reference']} "
            f"| {ratio:.2g} | {pair['check'] or '—'} |")
    lines += ["", *limit_table(found["limit"])]
    lines += ["", "| Atrial fibrillation, a beat | |", "|---|---:|"]
    lines += [f"| 64 streams, `{level}` | {short(cost)} |" for level, cost in found["levels"].items()]
    lines += [f"| {int(count):,} streams | {short(cost)} |" for count, cost in found["rhythms"].items()]
    lines += ["", "| Engine, an event of so many sensors | |", "|---|---:|"]
    lines += [f"| {int(count):,} | {short(cost)} |" for count, cost in found["sensors"].items()]
    lines += ["", "| Detector, a sample or beat | |", "|---|---:|"]
    lines += [f"| {name} | {short(cost)} |" for name, cost in sorted(found["detectors"].items())]
    lines += ["", "| Detector by the length of its window, a sample or beat | |", "|---|---:|"]
    lines += [f"| {name} | {short(cost)} |" for name, cost in sorted(found["lengths"].items(), key=by_number)]
    return lines


def by_number(entry):
    return [int(word) if word.isdigit() else word for word in entry[0].replace(",", "").split()]


# Bytes that the window kernels have to read of a window: 96 samples and three words of validity.
WINDOW_BYTES = 4 * (96 + 3)
# Instructions of each level for one operation on sixteen numbers.
REGISTERS = {"baseline": 4, "x86-64-v3": 2}


def limit_table(limit):
    if not limit["instructions"]:
        return ["The instructions of a window are not counted on this machine, so that its limit is not known."]
    operations = limit["instructions"]["work"] / REGISTERS.get(limit["level"], 1) / 16
    arithmetic, memory = operations / limit["operations"], WINDOW_BYTES / limit["memory"]
    share = max(arithmetic, memory) / limit["window"]
    binding = "the vector operations bind" if arithmetic > memory else "the memory binds"
    return [
        f"| Window features beside the machine's limit, kernels `{limit['level']}` | |",
        "|---|---:|",
        f"| vector operations of a window, counted | {operations:.0f} |",
        f"| vector operations a nanosecond, measured | {limit['operations']:.2f} |",
        f"| so the least time of a window by these | {short(arithmetic)} |",
        f"| bytes a nanosecond from memory, measured | {limit['memory']:.1f} |",
        f"| so the least time of a window by that | {short(memory)} |",
        f"| time of a window, measured | {short(limit['window'])} |",
        f"| share of the limit: {binding} | {share:.0%} |",
    ]


def page(figures, micro, comparison, seed, root):
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
    if comparison:
        lines += [""] + comparison_tables(comparison)
    return "\n".join(lines)


def write(text, file):
    page = file.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not after:
        raise SystemExit(f"{file}: the markers '{BEGIN}' and '{END}' are missing; put them where the figures belong")
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    print(f"written: {file}")
