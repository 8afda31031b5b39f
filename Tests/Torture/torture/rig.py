"""What most suites are made of: a mosquitto, a relay in front of it, a gateway that publishes through the relay, and
the verifier, which listens at the broker itself."""

from __future__ import annotations

import time
from pathlib import Path

from torture.brokers import Mosquitto
from torture.children import Children
from torture.gateway import QUICK, Gateway, Receiver, Verdict
from torture.relay import Behaviour, Relay
from torture.suite import Broken, Findings, Options, until

# What was asked for: a healthy broker is reached again within this, seconds.
HEALTHY_SECONDS = 30.0
# Records in the journal before memory is compared. The page cache of the journal's writer takes up to 2,000 KiB (SQLite's
# default) and fills as the file grows: that is no leak, and over a run of ten thousand records far more than a leak would
# be. A file of so many records has 5 MiB. They are committed in small steps, since a backlog fills the page cache of the
# reader too, which gives its pages back: the allocator would have free memory that a leak could grow into unseen.
FILL_RECORDS, FILL_STEP = 40_000, 1_000
FILL_SECONDS = 60.0


class Rig:
    """All of it, gone when the block ends."""

    def __init__(self, options: Options, name: str, *, rate: int, settings: dict[str, object] | None = None,
                 initial: Behaviour | None = None, prefix: list[object] | None = None) -> None:
        self.options = options
        self.folder = options.folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.children = Children()
        self.broker = Mosquitto(self.children, self.folder / "mosquitto")
        self.broker.start()
        self.receiver = Receiver(options, self.broker.port, self.folder / "receive.log")
        self.children.add(self.receiver.child)
        try:
            self.receiver.wait()
        except Broken:
            # The block has not begun, so that its end would not end them.
            self.children.__exit__()
            raise
        self.relay = Relay(self.broker.port)
        if initial:
            self.relay.behave(initial)
        self.rate = rate
        self.settings = QUICK if settings is None else settings
        self.prefix = prefix
        self.deaths = 0
        self.gateway = self._start()

    def _start(self) -> Gateway:
        gateway = Gateway(
            self.options, self.folder / "journal.db", self.relay.port, settings=self.settings, prefix=self.prefix)
        self.children.add(gateway.child)
        gateway.tell(f"rate {self.rate}")
        return gateway

    def revive(self) -> bool:
        """Starts the gateway again if its process has ended, as the service manager would; whether it had."""
        if self.gateway.child.runs:
            return False
        self.deaths += 1
        self.gateway = self._start()
        return True

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *_: object) -> None:
        self.relay.stop()
        self.children.__exit__()

    def healthy(self, seconds: float = HEALTHY_SECONDS) -> float | None:
        """Waits until records flow and the backlog is gone but for what is under way; how long that took."""
        acknowledged = self.gateway.number("acknowledged")
        return until(
            seconds,
            lambda: self.gateway.is_delivering and self.gateway.number("backlog") <= 25
            and self.gateway.number("acknowledged") > acknowledged)

    def warm_up(self) -> None:
        """The first connection, and some records."""
        if self.healthy() is None:
            raise Broken(f"the gateway does not even reach a healthy broker: {self.gateway.notices[-3:]}")

    def fill(self) -> int:
        """Fills what may fill, so that memory that grows afterwards is a leak; the memory then, KiB."""
        self.gateway.tell("rate 0")
        for _ in range(FILL_RECORDS // FILL_STEP):
            self.gateway.tell(f"commit {FILL_STEP}")
            if self.gateway.drain(FILL_SECONDS) is None:
                raise Broken(f"{FILL_STEP} records are not delivered: {self.gateway.status}")
        self.gateway.tell(f"rate {self.rate}")
        self.warm_up()
        return self.gateway.memory

    def end(self, findings: Findings, patience: float = 60.0) -> Verdict:
        """Delivers what is left, ends the gateway in order, and judges what the verifier saw.

        `patience` is how long the verifier may take, seconds, for what the broker still holds for it."""
        self.gateway.tell("rate 0")
        drained = self.gateway.drain()
        state = self.gateway.stop()
        verdict = self.receiver.verdict(patience)
        findings.count("records", verdict.records)
        findings.count("lost", verdict.lost)
        findings.count("doubled", verdict.doubled)
        findings.count("copies discarded by identity", verdict.copies)
        findings.count("connections", self.relay.connections)
        is_whole = verdict.is_clean and verdict.records == int(str(state["committed"])) and drained is not None
        findings.goal(
            "0 lost, 0 doubled after dedupe", f"{verdict.lost} lost, {verdict.doubled} doubled of {state['committed']} records",
            is_whole)
        if not is_whole:
            print(f"    {verdict.text[-600:]}\n    status {verdict.status}, gateway {state}")
        return verdict


def log(folder: Path, text: str) -> None:
    """A line of a suite's own log."""
    with (folder / "suite.log").open("a") as file:
        file.write(text + "\n")
