"""T24: every decoder of foreign bytes, in release, with random and mutated inputs."""

from __future__ import annotations

import subprocess

from torture.suite import Broken, CannotRun, Findings, Options, Suite

INPUTS_FULL, INPUTS_SHORT = 10_000_000, 20_000


def run(options: Options, findings: Findings) -> None:
    runner = options.binaries / "DecoderFuzz"
    if not runner.exists():
        raise CannotRun("DecoderFuzz is not built")
    inputs = INPUTS_FULL if options.is_full else INPUTS_SHORT
    done = subprocess.run([runner, str(inputs), "--seed", str(options.seed), "--fixtures", options.root / "fixtures/captures"],
                          capture_output=True, text=True, check=False)
    (options.folder / "fuzz.log").write_text(done.stdout + done.stderr)
    rows = [line.split() for line in done.stdout.splitlines() if line and line.split()[-1].replace(".", "").isdigit()]
    decoders = {row[0]: int(row[1]) for row in rows if len(row) == 5}
    if done.returncode == 0 and not decoders:
        raise Broken(f"DecoderFuzz printed no table: {done.stdout[-400:]}")
    findings.count("decoders", len(decoders))
    findings.count("inputs", sum(decoders.values()))
    for name, count in decoders.items():
        findings.count(f"of {name}", count)
    passed = done.returncode == 0 and "no trap, no hang" in done.stdout
    # What takes a whole file at a time gets fewer.
    fewest = min(decoders.values(), default=0)
    findings.goal(f"{inputs:,} inputs for each decoder of packets and lines, at least {fewest:,} for those of files: no trap, no hang",
                  "none" if passed else (done.stdout + done.stderr).strip().splitlines()[-1], passed)


SUITE = Suite("fuzz", ("T24",), "random and mutated inputs for every decoder of foreign bytes", run)
