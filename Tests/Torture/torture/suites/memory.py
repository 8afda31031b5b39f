"""T33: valgrind looks for invalid accesses and leaks while links are lost and records flow, and how much is used."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import time
from pathlib import Path

from torture.brokers import program
from torture.rig import Rig
from torture.suite import Findings, Options, Suite

MEMCHECK_SECONDS, MASSIF_SECONDS = 300, 60
MEMCHECK_SECONDS_SHORT, MASSIF_SECONDS_SHORT = 20, 10
PEAK_MIB_MAX = 48.0
# Under valgrind everything takes some thirty times as long.
PATIENT = {"--acknowledge-ms": 20_000, "--connect-ms": 20_000, "--reconnect-min-ms": 10, "--reconnect-max-ms": 500}
# What our own frames have in their names, mangled as Swift does.
OURS = re.compile(r"\$s\d+(Vitals|UplinkRunner)|Vitals\w+\.")


def run(options: Options, findings: Findings) -> None:
    options = _stripped(options)
    log = options.folder / "memcheck.log"
    _load(options, findings, "memcheck", [
        program("valgrind"), "--tool=memcheck", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=40",
        f"--log-file={log}"], MEMCHECK_SECONDS if options.is_full else MEMCHECK_SECONDS_SHORT)
    errors, leaks = _read(log)
    # Swift copies enumerations whole, payloads that are not there included: no finding by itself.
    findings.count("uses of uninitialised values, all libraries", log.read_text().count("uninitialised value"))
    findings.goal("0 invalid reads, writes or jumps with our frames", str(errors), errors == 0)
    findings.goal("0 definite leaks with our frames", str(leaks), leaks == 0)
    profile = options.folder / "massif.out"
    _load(options, findings, "massif", [program("valgrind"), "--tool=massif", f"--massif-out-file={profile}"],
          MASSIF_SECONDS if options.is_full else MASSIF_SECONDS_SHORT)
    peak = max((int(line.partition("=")[2]) for line in profile.read_text().splitlines() if line.startswith("mem_heap_B=")),
               default=0) / 2**20
    findings.goal(f"the heap's peak is at most {PEAK_MIB_MAX:g} MiB", f"{peak:.1f} MiB", 0 < peak <= PEAK_MIB_MAX)


def _stripped(options: Options) -> Options:
    """The runner without its debug information, which valgrind 3.19 cannot read; the names of functions stay."""
    folder = options.folder / "binaries"
    folder.mkdir(exist_ok=True)
    for name in ("UplinkRunner", "vitalsctl"):
        subprocess.run([program("objcopy"), "--strip-debug", options.binaries / name, folder / name], check=True)
    return dataclasses.replace(options, binaries=folder)


def _load(options: Options, findings: Findings, name: str, prefix: list[object], seconds: float) -> None:
    own = Findings()
    with Rig(options, name, rate=20, settings=PATIENT, prefix=prefix) as rig:
        # The first connection takes its time.
        rig.healthy(120)
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            time.sleep(10)
            rig.relay.behave()
        rig.end(own)
    findings.count(f"records under {name}", own.counts["records"])
    findings.count(f"connections under {name}", own.counts["connections"])
    findings.goals += [goal for goal in own.goals]


def _read(log: Path) -> tuple[int, int]:
    """Blocks of memcheck's log that name a frame of ours: invalid accesses, and definite leaks."""
    blocks = re.split(r"==\d+== \n", log.read_text(errors="replace"))
    ours = [block for block in blocks if OURS.search(block)]
    invalid = sum(bool(re.search(r"Invalid (read|write|free)|Jump to the invalid", block)) for block in ours)
    leaks = sum("definitely lost in loss record" in block for block in ours)
    return invalid, leaks


SUITE = Suite("valgrind", ("T33",), "memcheck and massif while records flow and links are lost", run,
              packages=("valgrind",))
