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


def least_times(limit):
    """Vector operations of a window, and the least times that these and its bytes need, ns."""
    operations = limit["instructions"]["work"] / REGISTERS.get(limit["level"], 1) / 16
    return operations, operations / limit["operations"], WINDOW_BYTES / limit["memory"]


def share_of_limit(limit):
    """How much of the time of a window the machine needs at the least; None where that is not known."""
    return max(least_times(limit)[1:]) / limit["window"] if limit["instructions"] else None


def limit_table(limit):
    if not limit["instructions"]:
        return ["The instructions of a window are not counted on this machine, so that its limit is not known."]
    operations, arithmetic, memory = least_times(limit)
    share = share_of_limit(limit)
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


# What a figure has to be: windows and profiles that many times as fast as their references, and so many nanoseconds.
WINDOWS_FASTER, STUMPI_FASTER, LIMIT_SHARE = 30, 100, 1 / 3
RHYTHM_NANOSECONDS, DETECTOR_NANOSECONDS = 10, 1_000
# Detectors of waveforms, which are not held to that: the left matrix profile by its history, and the pulse wave.
WAVEFORMS = ("left matrix profile at n = 2000, m = 64", "pulse wave, 100 Hz, peaks and quality")


def goals_table(file):
    """Each goal of speed with what was reached in this run, and whether it holds."""
    found = json.loads(pathlib.Path(file).read_text())
    pairs = {(pair["name"], pair["reference"].split(",")[0]): pair for pair in found["pairs"]}

    def ratio(name, reference="NumPy"):
        return pairs[name, reference]["theirs"] / pairs[name, reference]["ours"]

    def cost(name):
        return next(pair["ours"] for pair in found["pairs"] if pair["name"] == name)

    windows = ratio("window features, figures of windows side by side")
    rhythm = cost("atrial fibrillation, version 2, 64 streams")
    stumpi = ratio("left matrix profile at n = 2000, m = 64", "stumpy")
    stump = ratio("whole left matrix profile, n = 8000, m = 64", "stumpy")
    dearest, most = max(found["detectors"].items(), key=lambda item: item[1])
    share = share_of_limit(found["limit"])
    waveforms = "; ".join(f"{name.partition(',')[0]} {short(cost(name))}" for name in WAVEFORMS)
    rows = [
        ("window features against NumPy's best form, one thread", f"{windows:.0f} times as fast",
         f"≥ {WINDOWS_FASTER}", windows >= WINDOWS_FASTER),
        ("window features beside the machine's limit of this run",
         f"{share:.0%}" if share else "not counted here", "≥ a third", share is not None and share >= LIMIT_SHARE),
        ("atrial fibrillation, a beat in a batch of 64 streams", short(rhythm), f"< {RHYTHM_NANOSECONDS} ns",
         rhythm < RHYTHM_NANOSECONDS),
        ("left matrix profile, a sample, against `stumpi`", f"{stumpi:,.0f} times as fast", f"≥ {STUMPI_FASTER}",
         stumpi >= STUMPI_FASTER),
        ("whole left matrix profile against `stump`, one thread", f"{stump:.1f} times as fast", "> 1", stump > 1),
        (f"the dearest of {len(found['detectors'])} detectors, a sample or beat: {dearest}", short(most),
         "≤ 1 µs", most <= DETECTOR_NANOSECONDS),
        (f"detectors of waveforms, a sample: {waveforms}", "stated", "stated", True),
        ("numbers that both give", f"{sum(bool(pair['check']) for pair in found['pairs'])} comparisons",
         "equal", not any("differ" in (pair["check"] or "") or "reference" in (pair["check"] or "") for pair in found["pairs"])),
    ]
    lines = ["| Goal of speed, one core, this run | reached | required | holds |", "|---|---:|---:|---|"]
    return lines + [f"| {name} | {reached} | {wanted} | {'yes' if holds else '**no**'} |" for name, reached, wanted, holds in rows]


def gateway_rows(figures):
    """Processor and memory of whole gateways: by default, and with every detector on."""
    rows = []
    for kind, more in (("", ""), (", every", ", the memory of heart-rate shapes on too")):
        load, memory = figures["load" + kind], figures["memory" + kind]
        thousand, ward = f"1,000 sensors, both characteristics at 1 Hz{more}", f"32 sensors, an hour{more}"
        required = ("< 0.5", "0 lost", "< 24") if not kind else ("", "", "")
        rows += [
            f"| {thousand}: processor of `vitalsd` | {load['cores of vitalsd']:.3f} cores | {required[0]} |",
            f"| the same: processor of mosquitto | {load['cores of mosquitto']:.3f} cores | |",
            f"| the same: anonymous memory of `vitalsd` | {load['memory']['anonymous'] / 1024:.1f} MiB | |",
            f"| the same: the receiver's word | {load['received']} | {required[1]} |",
            f"| {ward}: processor of `vitalsd` | {memory['cores']:.4f} cores | |",
            f"| the same: anonymous memory of `vitalsd` (RssAnon) | {memory['anonymous'] / 1024:.1f} MiB | {required[2]} |",
            f"| the same: private memory, written to | {memory['private dirty'] / 1024:.1f} MiB | {required[2]} |",
            f"| the same: private memory with pages of its own files | {memory['private'] / 1024:.1f} MiB | |",
            f"| the same: the receiver's word | {memory['received']} | {required[1]} |",
        ]
    return rows


def page(figures, micro, comparison, seed, root):
    night = figures["night"]
    lines = [
        f"Machine: {machine()}. Commit: {commit(root)}. Seed: {seed}.",
        "",
        *([*goals_table(comparison), ""] if comparison else []),
        "| End to end | measured | required |",
        "|---|---:|---:|",
        *gateway_rows(figures),
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
