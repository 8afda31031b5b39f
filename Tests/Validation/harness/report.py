"""Writes the report: what must hold on top, then one part for each detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.section import Requirement, Section, Table


@dataclass
class Origin:
    """From what the report was made, so that it can be made again."""

    seed: int
    machine: str
    commit: str
    sources: str
    product: str
    references: list[str]
    data: list[tuple[str, int, str]]
    seconds: float


def write(origin: Origin, sections: Sequence[Section]) -> str:
    """The whole report as Markdown."""
    parts = [
        "# Validation report",
        'Written by `scripts/validate`; do not edit. Every figure under "ours" was taken from what the product '
        "itself wrote in this run (`vitalsctl replay --trace` over captures made from the data sets). Published "
        "figures are quoted; reference figures were computed in this run by independent packages from PyPI, which are "
        "no part of the product.",
        "## What must hold",
        _summary(sections),
        _requirements(sections),
        "## What this was made from",
        _origin(origin),
    ]
    parts.append(_contents(sections))
    parts += [_section(section) for section in sections]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(sections: Sequence[Section]) -> str:
    requirements = [requirement for section in sections for requirement in section.requirements]
    failed = [requirement.line for requirement in requirements if requirement.holds is False]
    held = sum(requirement.holds is True for requirement in requirements)
    text = f"{held} of {len(requirements)} lines hold"
    return f"{text}. **What does not hold:** {'; '.join(failed)}." if failed else f"{text}; none fails."


def verdict(requirement: Requirement) -> str:
    """In words, so that it can be searched for."""
    return {True: "holds", False: "**does not hold**", None: "not measured here"}[requirement.holds]


# What must hold, in the order in which it was asked for: the words that a requirement of this group has, and where the
# figure stands when it is not made here. Requirements without any of the words belong to the first group.
_GROUPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Exactness: equal to twins, references and oracles", (), ""),
    ("One digest everywhere", ("digest",), ""),
    (
        "Atrial fibrillation, better than published",
        ("evaluation half", "published figures", "false alarms on nsr2db", "AFDB episodes"),
        "",
    ),
    ("No false pause, asystole or bradycardia; every true one found", ("pause", "asystole", "bradycardia"), ""),
    ("The generic change path on NAB", ("NAB",), ""),
    (
        "Speed",
        ("speed", "ns a beat", "microsecond"),
        "measured by `scripts/benchmark`, beside the same work by the references: [performance](../performance.md)",
    ),
    ("Findings explain themselves", ("explain",), "tested in `Tests/VitalsToolsTests`"),
)


def _requirements(sections: Sequence[Section]) -> str:
    grouped: list[list[tuple[Section, Requirement]]] = [[] for _ in _GROUPS]
    for section in sections:
        for requirement in section.requirements:
            grouped[_group(requirement)].append((section, requirement))
    rows: list[list[Any]] = []
    for (title, _, elsewhere), members in zip(_GROUPS, grouped):
        verdicts = [requirement.holds for _, requirement in members]
        known = [holds for holds in verdicts if holds is not None]
        overall = "not measured here" if not known else "holds" if all(known) else "**does not hold**"
        rows.append([f"**{title}**", "", "" if members else elsewhere, f"**{overall.strip('*')}**"])
        for section, requirement in members:
            link = f"[{section.name}](#{_anchor(section)})" if not section.skipped_because else section.name
            rows.append([link, requirement.line, requirement.figure, verdict(requirement)])
    rows += [
        [section.name, section.title, section.skipped_because, "not measured here"]
        for section in sections
        if section.skipped_because and not section.requirements
    ]
    return _rows(["detector", "what must hold", "measured", ""], rows)


def _group(requirement: Requirement) -> int:
    for index, (_, words, _) in enumerate(_GROUPS):
        if any(word in requirement.line for word in words):
            return index
    return 0


def _origin(origin: Origin) -> str:
    lines = [
        f"- Seed {origin.seed}; {origin.seconds / 60:.0f} minutes on {origin.machine}.",
        f"- Commit {origin.commit}; SHA-256 over `Sources`: `{origin.sources[:16]}`; {origin.product}.",
        f"- References: {', '.join(origin.references)}.",
        "- Halves, where a part says nothing else: the records of a data set by name, alternating, the first for "
        "development.",
    ]
    table = _rows(
        ["data set", "files", "SHA-256 over names and contents"],
        [[f"`{name}`", count, f"`{digest}`"] for name, count, digest in origin.data],
    )
    return "\n".join(lines) + "\n\n" + table


def _contents(sections: Sequence[Section]) -> str:
    return "## Detectors\n\n" + "\n".join(
        f"- [{section.title}](#{_anchor(section)})" for section in sections if not section.skipped_because
    )


def _section(section: Section) -> str:
    if section.skipped_because:
        return ""
    parts = [f"## {section.title}"]
    facts = [f"**Data.** {section.data}"] if section.data else []
    facts += [f"**Split.** {section.split}"] if section.split else []
    parts += ["  \n".join(facts)] + section.paragraphs
    parts += [_table(table) for table in section.tables]
    parts += [f"![{plot.caption}]({plot.name})\n\n*{plot.caption}*" for plot in section.plots]
    return "\n\n".join(part for part in parts if part)


def _anchor(section: Section) -> str:
    """The anchor that Markdown readers give to the section's heading."""
    kept = "".join(letter for letter in section.title.lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")


def _table(table: Table) -> str:
    parts = [f"**{table.title}**" if table.title else "", _rows(table.columns, table.rows), table.note]
    return "\n\n".join(part for part in parts if part)


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    numeric = [all(_is_number(row[index]) for row in rows) for index in range(len(columns))]
    lines = ["| " + " | ".join(columns) + " |", "|" + "|".join("--:" if right else "---" for right in numeric) + "|"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _is_number(cell: Any) -> bool:
    return cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool))


def _cell(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "**no**"
        case int():
            return f"{cell:,}"
        case float():
            if cell != cell:
                return "–"
            size = abs(cell)
            return f"{cell:.1f}" if size >= 1_000 else f"{cell:.2f}" if size >= 10 else f"{cell:.3f}"
        case _:
            return str(cell).replace("|", "\\|").replace("\n", " ")
