"""What a comparison works with: the product, the data, a cache, and a seed."""

from __future__ import annotations

import functools
import hashlib
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from harness import captures, gatt, recordings
from harness.captures import CaptureWriter
from harness.recordings import Rhythm
from harness.style import COLOURS, Colours

# Marks a number that a trace line does not have, in a column of whole numbers.
MISSING = np.iinfo(np.int64).min


class ProductError(Exception):
    """The product ended with an error; its message is the text."""


@dataclass
class Context:
    """Read only. Everything that a comparison finds out goes into its section."""

    data: Path
    cache: Path
    scratch: Path
    program: Path
    seed: int
    quick: bool
    colours: Colours = COLOURS

    def rng(self, label: str) -> np.random.Generator:
        """A generator that depends on the seed and the label alone."""
        digest = hashlib.sha256(f"{self.seed} {label}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))

    def records(self, dataset: str) -> list[Rhythm]:
        """The recordings of a data set; empty where it is absent."""
        return recordings.records(self.data, dataset)

    def capture(self, name: str, make: Callable[[CaptureWriter], None], version: int = 1) -> Path:
        """A capture of the cache, made when it is not there. Give it another version when `make` changes."""
        path = self.cache / f"{name}-{version}.jsonl.gz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with CaptureWriter(path) as writer:
                make(writer)
        return path

    def strap(self, rhythm: Rhythm) -> Path:
        """A recording as a strap would have sent it."""
        origin = _origin(self.data / rhythm.dataset)
        name = f"strap-{origin}/{rhythm.dataset}-{rhythm.name}"
        return self.capture(name, lambda writer: recordings.write_strap(rhythm, writer))

    def replay(
        self,
        capture: Path | Sequence[Path],
        detectors: Sequence[str] = (),
        config: str | None = None,
        kernels: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Every line of `vitalsctl replay`, parsed: records, and the evaluations of the detectors named."""
        for line in self._lines(capture, detectors, config, kernels):
            yield orjson.loads(line)

    def traces(
        self, capture: Path, detector: str, subject: str | None = None, config: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """The evaluations of one detector."""
        start = b'{"detector":"' + detector.encode() + b'",'
        for line in self._lines(capture, [detector], config, None):
            if line.startswith(start):
                parsed = orjson.loads(line)
                if subject is None or parsed["subject"] == subject:
                    yield parsed

    def columns(
        self,
        capture: Path,
        detector: str,
        numbers: Sequence[str] = (),
        subject: str | None = None,
        config: str | None = None,
    ) -> dict[str, np.ndarray]:
        """The evaluations of one detector as arrays: `monotonic`, `decision`, `refusal` and each number (`MISSING`
        where there is none)."""
        monotonic: list[int] = []
        decision: list[str] = []
        refusal: list[str] = []
        values: list[list[int]] = [[] for _ in numbers]
        for line in self.traces(capture, detector, subject, config):
            evaluation = line["evaluation"]
            monotonic.append(line["monotonic"])
            decision.append(evaluation["decision"])
            refusal.append(evaluation.get("refusal", ""))
            given = evaluation["numbers"]
            for name, column in zip(numbers, values):
                column.append(given.get(name, MISSING))
        result = {
            "monotonic": np.array(monotonic, np.int64),
            "decision": np.array(decision, object),
            "refusal": np.array(refusal, object),
        }
        for name, column in zip(numbers, values):
            result[name] = np.array(column, np.int64)
        return result

    def digest(self, files: Sequence[Path], kernels: str) -> str:
        """The digest that a replay of the captures has, one after the other."""
        arguments = ["replay", *map(str, files), "--digest", "--kernels", kernels]
        return self.vitalsctl(*arguments).strip()

    def vitalsctl(self, *arguments: str, input: str | None = None) -> str:
        """Any other command of the product; what it wrote to standard output."""
        done = subprocess.run([str(self.program), *arguments], input=input, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ProductError(f"vitalsctl {' '.join(arguments[:2])} … ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def _lines(
        self, capture: Path | Sequence[Path], detectors: Sequence[str], config: str | None, kernels: str | None
    ) -> Iterator[bytes]:
        files = [capture] if isinstance(capture, Path) else capture
        command = [str(self.program), "replay", *map(str, files)]
        if detectors:
            command.append("--trace")
        for detector in detectors:
            command += ["--trace-detector", detector]
        if kernels:
            command += ["--kernels", kernels]
        if config is not None:
            command += ["--config", str(self._configuration(config))]
        errors = self.scratch / f"errors-{hashlib.sha256(repr(command).encode()).hexdigest()[:16]}"
        with (
            open(errors, "w+b") as sink,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sink, bufsize=1 << 20) as process,
        ):
            assert process.stdout is not None
            yield from process.stdout
            process.stdout.close()
            status = process.wait()
            sink.seek(0)
            if status != 0:
                raise ProductError(f"{' '.join(command)} ended with {status}: {sink.read().decode()}")

    def _configuration(self, text: str) -> Path:
        path = self.scratch / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.toml"
        path.write_text(text)
        return path


@functools.cache
def _origin(folder: Path) -> str:
    """What a capture of a data set depends on: the data, and the code that writes captures."""
    digest = hashlib.sha256()
    code = [Path(module.__file__ or "") for module in (recordings, captures, gatt)]
    for path in sorted(folder.glob("*.gz")) + code:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def split(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Records for development and records for evaluation: by name, alternating, the first for development."""
    ordered = sorted(names)
    return ordered[0::2], ordered[1::2]
