"""Findings explain themselves: every finding and alarm of some recordings, judged again from the journal."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

from harness import COLOURS, Context, Plot, Requirement, Section, Table
from simulated import nights

DETECTOR = "explain"
TITLE = "Findings explain themselves"
NIGHTS = 1
RECORDS = ("04015", "08219")
# A recording may have hundreds of findings of one kind: so many of each are explained, spread over the recording.
OF_EACH_KIND, QUICK_OF_EACH_KIND = 5, 1
# What the verdict of a judgement again may be when nothing differs: the evaluation's bits, or every byte of the
# records.
SAME = {"same-evaluation", "same-records"}


def run(context: Context) -> Section:
    """Journals of nights and of fibrillation, and `vitalsctl explain` on what stands in them."""
    section = Section(
        DETECTOR,
        TITLE,
        data="a simulated night and the AFDB records {' and '.join(RECORDS)}, each replayed into a journal.",
    )
    section.paragraphs = [
        "`vitalsctl explain ID --journal …` gives the engine again what the journal shows that it was given, and "
        f"compares what it makes with what stands there. Up to {OF_EACH_KIND} findings of each kind of each recording, "
        "and the alarms that they caused; exit status 0 means the same bits."
    ]
    captures = [night.capture for night in nights(context, NIGHTS)]
    captures += [context.strap(rhythm) for rhythm in context.records("afdb-rr") if rhythm.name in RECORDS]
    explained: Counter = Counter()
    failed: Counter = Counter()
    verdicts: Counter = Counter()
    for number, capture in enumerate(captures[:1] if context.quick else captures):
        journal = context.scratch / f"explain-{number}.db"
        for kind, sequence in chosen(context, capture, journal):
            verdict = explain(context, sequence, journal)
            explained[kind] += 1
            failed[kind] += verdict not in SAME
            verdicts[verdict] += 1
    section.tables = [
        Table(
            "Explained",
            ["what", "explained", "not the same"],
            [[kind, explained[kind], failed[kind]] for kind in sorted(explained)],
            "Verdicts: " + ", ".join(f"{name} {count}" for name, count in verdicts.most_common()) + ".",
        )
    ]
    total, wrong = sum(explained.values()), sum(failed.values())
    section.requirements = [
        Requirement(
            "vitalsctl explain judges every finding and alarm again from the journal with the same bits",
            f"{total - wrong:,} of {total:,}",
            wrong == 0 and total > 0,
        )
    ]
    kinds = sorted(explained, key=lambda kind: explained[kind])
    section.plots = [
        Plot(
            "explained",
            "Findings and alarms explained, by kind.",
            lambda axes: (
                axes.barh(kinds, [explained[kind] for kind in kinds], color=COLOURS.ours),
                axes.set_xlabel("count"),
            ),
            (7.2, 3.4),
        )
    ]
    return section


def chosen(context: Context, capture: Path, journal: Path) -> list[tuple[str, int]]:
    """Replays a capture into a journal; kind and sequence of what is to be explained."""
    found: dict[str, list[int]] = {}
    output = context.vitalsctl("replay", str(capture), "--journal", str(journal))
    for line in output.splitlines():
        if '"kind":"finding"' in line or '"kind":"alarm"' in line:
            record = json.loads(line)
            body = record["body"]
            if record["kind"] == "finding":
                found.setdefault(f"{body['detector']} {body['condition']}", []).append(record["sequence"])
            elif body["state"] == "raised" and body["kind"] == "physiological":
                found.setdefault(f"alarm {body['condition']}", []).append(record["sequence"])
    result = []
    for kind, sequences in found.items():
        step = max(1, -(-len(sequences) // (QUICK_OF_EACH_KIND if context.quick else OF_EACH_KIND)))
        result += [(kind, sequence) for sequence in sequences[::step]]
    return result


def explain(context: Context, sequence: int, journal: Path) -> str:
    """The verdict of one explanation, or how it failed."""
    command = [str(context.program), "explain", str(sequence), "--journal", str(journal), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"exit status {done.returncode}"
    return json.loads(done.stdout)["rejudged"]["verdict"]
