"""The gateway under test (UplinkRunner), and the receiver that judges it (`vitalsctl receive`)."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from pathlib import Path

from torture.children import Child, descriptors, memory_kib, threads
from torture.suite import Broken, Options, until

# A gateway that cannot deliver the rest within this has lost the way for good: seconds, far above any backoff.
DRAIN_SECONDS = 120.0

# A receiver that has not subscribed within this has given up: seconds, above its own patience.
SUBSCRIBE_SECONDS = 20.0

# Deadlines that make hundreds of faults affordable; the shipped ones are tried beside them.
QUICK = {
    "--acknowledge-ms": 400, "--connect-ms": 400, "--reconnect-min-ms": 1, "--reconnect-max-ms": 100, "--keep-alive": 5,
}


class Gateway:
    """One gateway with a journal of its own."""

    def __init__(self, options: Options, journal: Path, port: int, name: str = "torture",
                 settings: dict[str, object] | None = None, prefix: list[object] | None = None) -> None:
        words: list[object] = [*(prefix or []), options.binaries / "UplinkRunner", "gateway", "--journal", journal, "--gateway", name,
                               "--port", port, "--seed", options.seed]
        for key, value in (settings or {}).items():
            words += [key, value]
        self.name = name
        self.journal = journal
        self.status: dict[str, object] = {}
        self.notices: list[tuple[float, str]] = []
        self.answers: list[dict[str, object]] = []
        self.child = Child(words, journal.with_suffix(".log"), environment={"SWIFT_BACKTRACE": "enable=no"},
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.child.process.stdout
        for line in self.child.process.stdout:
            value = json.loads(line)
            if "notice" in value:
                self.notices.append((time.monotonic(), value["notice"]))
                with self.journal.with_suffix(".notices").open("a") as file:
                    file.write(f"{time.strftime('%H:%M:%S')} {value['notice']}\n")
            elif "event" in value:
                self.status = value
            else:
                self.answers.append(value)

    def tell(self, line: str) -> None:
        """A command."""
        stdin = self.child.process.stdin
        if stdin is None or not self.child.runs:
            raise Broken(f"gateway {self.name} has ended with {self.child.process.returncode}: {self.child.text()[-2000:]}")
        stdin.write(line.encode() + b"\n")
        stdin.flush()

    def ask(self, line: str, seconds: float) -> dict[str, object]:
        """A command that is answered."""
        before = len(self.answers)
        self.tell(line)
        if until(seconds, lambda: len(self.answers) > before) is None:
            raise Broken(f"gateway {self.name} does not answer '{line}'")
        return self.answers[before]

    def number(self, name: str) -> int:
        """A count of its last state."""
        return int(str(self.status.get(name, 0)))

    @property
    def is_delivering(self) -> bool:
        return self.status.get("state") == "delivering"

    def drain(self, seconds: float = DRAIN_SECONDS) -> float | None:
        """Waits until everything is durable and acknowledged; how long that took."""
        began = time.monotonic()
        answer = self.ask(f"drain {int(seconds)}", seconds + 10)
        return time.monotonic() - began if answer["drained"] else None

    def stop(self, milliseconds: int = 5_000) -> dict[str, object]:
        """Ends it in order; its last state."""
        self.tell(f"stop {milliseconds}")
        try:
            self.child.process.wait(milliseconds / 1_000 + 30)
        except subprocess.TimeoutExpired:
            raise Broken(f"gateway {self.name} does not stop: {self.child.text()[-2000:]}") from None
        until(5, lambda: str(self.status.get("event", "")).startswith("end"))
        return self.status

    @property
    def memory(self) -> int:
        """KiB."""
        return memory_kib(self.child.pid)

    @property
    def descriptors(self) -> int:
        return descriptors(self.child.pid)

    @property
    def threads(self) -> int:
        return threads(self.child.pid)

    def said(self, text: str, since: float = 0) -> bool:
        """Whether it noticed something since then."""
        return any(text in notice and at >= since for at, notice in self.notices)


class Verdict:
    """What the shipped verifier says."""

    _LINE = re.compile(
        r"gateway (?P<gateway>\S+), epoch \w+: (?P<records>\d+) records?, (?P<lost>\d+) lost, (?P<doubled>\d+) duplicated"
        r"(?: \((?P<copies>\d+) redelivered)?")

    def __init__(self, text: str, status: int | None) -> None:
        self.text = text
        self.status = status
        found = [match.groupdict() for match in self._LINE.finditer(text)]
        self.records = sum(int(line["records"]) for line in found)
        self.lost = sum(int(line["lost"]) for line in found)
        self.doubled = sum(int(line["doubled"]) for line in found)
        self.copies = sum(int(line["copies"] or 0) for line in found)
        self.gateways = len({line["gateway"] for line in found})

    @property
    def is_clean(self) -> bool:
        return self.status == 0 and self.lost == 0 and self.doubled == 0


class Receiver:
    """`vitalsctl receive`, which counts beside the faults."""

    def __init__(self, options: Options, port: int, log: Path, gateway: str | None = None,
                 tls: Path | None = None) -> None:
        words: list[object] = [options.binaries / "vitalsctl", "receive", "--port", port, "--until-stopped",
                               "--client-id", "verifier"]
        if gateway:
            words += ["--gateway", gateway]
        if tls:
            words += ["--ca-file", tls]
        self.child = Child(words, log)

    def wait(self) -> None:
        """Returns when it has subscribed: what is published before is lost to it, and would count as missing."""
        until(SUBSCRIBE_SECONDS, lambda: self._is_connected or not self.child.runs)
        if not self._is_connected or not self.child.runs:
            raise Broken(f"the receiver does not reach the broker: {self.child.text()[-2000:]}")
        # The subscription follows the connection at once; its answer is not told.
        time.sleep(0.3)

    @property
    def _is_connected(self) -> bool:
        return "connected to the broker" in self.child.text()

    def verdict(self, seconds: float = 60.0) -> Verdict:
        """Waits until everything up to the gateways' goodbyes is there, and asks; after that time it is asked anyhow."""
        try:
            self.child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.signal(2)
            self.child.stop()
        return Verdict(self.child.text(), self.child.process.returncode)
