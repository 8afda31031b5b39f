"""One digest everywhere: every data set through every kernel level of this machine, and what other builds found."""

from __future__ import annotations

import json
from pathlib import Path

import pulse_wave
from harness import Context, ProductError, Requirement, Section, Table
from simulated import nights

DETECTOR = "digests"
TITLE = "One digest everywhere"
LEVELS = ("scalar", "baseline", "x86-64-v3", "x86-64-v4", "arm64")
NIGHTS = 12
# Written by scripts/portability: {"build", "kernels", "data", "digest"}, a line each, over the captures of
# captures.json; a
# part of a data set has a name of its own, and with "release" the digest that the release build has for it.
PORTABILITY = Path(__file__).resolve().parent.parent / "Portability" / "digests.jsonl"


def run(context: Context) -> Section:
    """Replays everything once for each level."""
    section = Section(DETECTOR, TITLE, data="every capture that the other parts were made from.")
    section.paragraphs = [
        "The digest is the SHA-256 of every record that `vitalsctl replay --digest` appends over all captures of a "
        "data set, one after the other."
    ]
    sets = captures(context)
    if not context.quick:
        listed = {name: [str(file) for file in files] for name, files in sets.items()}
        (context.cache / "captures.json").write_text(json.dumps(listed, indent=1))
    found: dict[str, dict[str, str]] = {}
    absent = []
    for level in LEVELS:
        try:
            found[level] = {name: context.digest(files, level) for name, files in sets.items() if files}
        except ProductError:
            absent.append(level)
    others = [] if context.quick else portability()
    rows = []
    for name in sets:
        digests = {level: found[level][name] for level in found if name in found[level]}
        if digests:
            same = len(set(digests.values())) == 1
            rows.append([name, len(sets[name]), f"`{next(iter(digests.values()))}`", ", ".join(digests), same])
    section.tables.append(Table("This machine", ["data set", "captures", "SHA-256", "levels", "equal"], rows))
    equal = all(row[-1] for row in rows)
    here = {row[0]: row[2].strip("`") for row in rows}
    if others:
        for other in others:
            other.setdefault("release", here.get(other["data"], ""))
        section.tables.append(
            Table(
                "Other builds (scripts/portability)",
                ["build", "kernels", "data", "SHA-256", "equal to release"],
                [
                    [
                        other["build"],
                        other["kernels"],
                        other["data"],
                        f"`{other['digest']}`",
                        other["digest"] == other["release"],
                    ]
                    for other in others
                ],
            )
        )
    same = all(other["digest"] == other["release"] for other in others)
    if absent:
        section.paragraphs.append(f"Not on this machine: {', '.join(absent)}.")
    builds = sorted({other["build"] for other in others})
    section.requirements = [
        Requirement(
            "one digest for all kernel levels, over every data set",
            f"{sum(row[-1] for row in rows)} of {len(rows)} data sets have one digest over {', '.join(found)}",
            equal,
        ),
        Requirement(
            "one digest for debug, release and sanitizer builds",
            f"{', '.join(builds)}: {'equal' if same else 'different'}"
            if builds
            else "see scripts/portability, which was not run here",
            same if builds else None,
        ),
    ]
    return section


def captures(context: Context) -> dict[str, list[Path]]:
    """The captures of each data set, in the order of their names."""
    few = 1 if context.quick else 1_000
    sets: dict[str, list[Path]] = {}
    for name in ("afdb-rr", "mitdb-annotations", "nsr2db-rr", "healthy-rr"):
        sets[name] = [context.strap(rhythm) for rhythm in context.records(name)[:few]]
    sets["simulated nights"] = [night.capture for night in nights(context, NIGHTS)]
    sets["welltory-ppg"] = [
        pulses(context, judged) for judged in pulse_wave.recordings(context.data / "welltory-ppg")[:few]
    ]
    return sets


def pulses(context: Context, judged: pulse_wave.Judged) -> Path:
    """A pulse wave as frames of a sensor."""
    return context.capture(f"ppg/{judged.name}", lambda writer: pulse_wave.write(judged.samples, writer))


def portability() -> list[dict[str, str]]:
    """What scripts/portability found, if it was run."""
    if not PORTABILITY.exists():
        return []
    return [json.loads(line) for line in PORTABILITY.read_text().splitlines() if line]
