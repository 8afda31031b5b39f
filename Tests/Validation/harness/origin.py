"""Finds out from what a report is made."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from harness.report import Origin

_REFERENCES = ("numpy", "scipy", "numba", "neurokit2", "hrv-analysis", "pyhrv", "pobm", "stumpy", "hampel", "river")


def folder_digest(folder: Path) -> tuple[int, str]:
    """How many files are in a folder, and a digest of their names and contents that a copy of it has too."""
    digest = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return len(files), digest.hexdigest()


def references() -> list[str]:
    """The versions of the reference packages that this interpreter has."""
    found = []
    for name in _REFERENCES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found


def find(root: Path, data: Path, program: Path, seed: int, packages: list[str], seconds: float) -> Origin:
    """The origin of the report of this run."""
    sets = sorted(path for path in data.iterdir() if path.is_dir()) if data.is_dir() else []
    version = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return Origin(
        seed=seed,
        machine=_machine(),
        commit=_commit(root),
        sources=folder_digest(root / "Sources")[1],
        product=f"vitalsctl {version}",
        references=packages,
        data=[(path.name, *folder_digest(path)) for path in sets],
        seconds=seconds,
    )


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        if names:
            model = f"{len(names)} cores of {names[0]}"
    return f"{model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def _commit(root: Path) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"`{done.stdout.strip()}`" if done.returncode == 0 else "unknown"
