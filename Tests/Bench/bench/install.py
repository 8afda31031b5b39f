"""The gateway as a package would install it: a folder that becomes part of the guest's root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from .verdict import BenchError

#: Programs of the project that may be there, and those that have to be.
PROGRAMS = ("vitalsd", "vitalsctl", "LinkConformanceRunner")
REQUIRED = ("vitalsd", "vitalsctl")


def install(project: Path, binaries: Path, folder: Path) -> None:
    """Fills the folder: programs, libraries that no Debian package brings, units, policies, and the bench's agent."""
    shutil.rmtree(folder, ignore_errors=True)
    programs = folder / "usr/bin"
    libraries = folder / "usr/lib/x86_64-linux-gnu"
    units = folder / "usr/lib/systemd/system"
    for path in (programs, libraries, units, folder / "usr/lib/bench", folder / "usr/share/dbus-1/system.d"):
        path.mkdir(parents=True)
    for name in PROGRAMS:
        source = binaries / name
        if not source.exists():
            if name in REQUIRED:
                raise BenchError(f"there is no {source}; build it, or name another folder with --binaries")
            continue
        _place(source, programs / name)
        for library in _foreign_libraries(source):
            if not (libraries / library.name).exists():
                _place(library, libraries / library.name)

    for unit in (project / "systemd").iterdir():
        if unit.suffix in (".service", ".path", ".socket", ".timer"):
            _place(unit, units / unit.name)
        elif unit.suffix == ".conf":
            _place(unit, folder / "usr/share/vitalsd" / unit.name)
    for policy in (project / "config").rglob("*.conf"):
        if "busconfig" in policy.read_text():
            _place(policy, folder / "usr/share/dbus-1/system.d" / policy.name)
    users = folder / "usr/lib/sysusers.d/vitalsd.conf"
    given = next((project / "systemd").glob("*sysusers*"), None) or next((project / "config").glob("*sysusers*"), None)
    if given:
        _place(given, users)
    else:
        users.parent.mkdir(parents=True)
        users.write_text('u vitalsd - "Wearable-sensor gateway" /var/lib/vitalsd\n')

    guest = project / "Tests/Bench/guest"
    _place(guest / "agent", folder / "usr/lib/bench/agent")
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    for unit in (guest / "units").iterdir():
        _place(unit, units / unit.name)
        (wanted / unit.name).symlink_to(f"../{unit.name}")


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)  # programs and libraries are some 200 MB
    except OSError:
        shutil.copy2(source.resolve(), target)


def _foreign_libraries(program: Path) -> list[Path]:
    """What the program links with that lies outside the system's library folders: the Swift runtime."""
    listed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
    paths = [Path(path) for path in re.findall(r"=> (/\S+) \(", listed)]
    return [path for path in paths if not path.is_relative_to("/lib") and not path.is_relative_to("/usr/lib")]
