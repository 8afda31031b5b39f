"""What the sensors sent against what the journal holds: 0 lost, 0 doubled, 0 out of order, 0 invented."""

from __future__ import annotations

import dataclasses
from typing import Any

from .log import Entry, SensorLog
from .values import STREAMS, expected, kept


@dataclasses.dataclass(frozen=True)
class Excuse:
    """A time in which nobody could receive, because the test itself had taken the receiver away: from one host time to
    another, and for a link that outlived its receiver until the sensor hears of its end."""

    begin: float
    end: float

    def covers(self, entry: Entry, log: SensorLog) -> bool:
        """Whether it explains why a value is not there."""
        if self.begin <= entry.time <= self.end:
            return True
        ends = log.find("disconnected", entry.sensor, self.begin) + log.find("unsubscribed", entry.sensor, self.begin)
        return entry.time >= self.begin and not any(end.time <= entry.time for end in ends)


@dataclasses.dataclass
class Account:
    """The balance of one stream."""

    sensor: str
    characteristic: str
    sent: int = 0
    kept: int = 0
    #: Sent while subscribed and connected, received by nobody.
    lost: list[Entry] = dataclasses.field(default_factory=list)
    #: Sent while the test had taken the receiver away, and not there.
    excused: int = 0
    #: The kernel had it at the end of a link, and bluetoothd hung up without telling anybody.
    untold: int = 0
    doubled: int = 0
    reordered: int = 0
    #: In the journal, and never sent.
    invented: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether the journal holds exactly what was sent."""
        return not self.lost and not self.doubled and not self.reordered and not self.invented

    def __str__(self) -> str:
        text = (
            f"{self.sent} sent, {self.kept} kept, {len(self.lost)} lost, {self.doubled} doubled, "
            f"{self.reordered} out of order, {self.invented} never sent"
        )
        text += f", {self.excused} while nobody could receive" if self.excused else ""
        return text + (f", {self.untold} that bluetoothd hung up on" if self.untold else "")


def balance(
    log: SensorLog, records: list[dict[str, Any]], addresses: dict[str, str], excuses: list[Excuse]
) -> list[Account]:
    """One account for each stream that sent numbered values. `addresses` are those of the sensors, by name.

    Values without a number, such as stored records, may be sent again: the scenario that sends them judges them.
    """
    samples = _samples(records)
    accounts = []
    sent = [entry for entry in log.find("sent") if entry.number is not None]
    for sensor, characteristic in sorted({(entry.sensor, entry.characteristic) for entry in sent}):
        entries = [entry for entry in sent if (entry.sensor, entry.characteristic) == (sensor, characteristic)]
        others = {entry.hex for entry in log.find("sent", sensor, characteristic=characteristic, number=None)}
        ignored = {expected(characteristic, value) for value in map(bytes.fromhex, others)}
        found = [value for value in samples.get((addresses[sensor], characteristic), []) if value not in ignored]
        account = _settle(Account(sensor, characteristic), entries, found)
        excused = [entry for entry in account.lost if any(excuse.covers(entry, log) for excuse in excuses)]
        account.lost = [entry for entry in account.lost if entry not in excused]
        account.excused = len(excused)
        accounts.append(account)
    return accounts


def _samples(records: list[dict[str, Any]]) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """The samples of each stream in the order of the records, then of the samples within one."""
    characteristics = {stream: characteristic for characteristic, stream in STREAMS.items()}
    samples: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for record in records:
        if record["kind"] != "samples" or record["subject"] not in characteristics:
            continue
        characteristic = characteristics[record["subject"]]
        stream = samples.setdefault((record["sensor"], characteristic), [])
        stream.extend(kept(characteristic, sample) for sample in record["body"]["samples"])
    return samples


def _settle(account: Account, entries: list[Entry], found: list[tuple[Any, ...]]) -> Account:
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, entry in enumerate(entries):
        places.setdefault(expected(account.characteristic, bytes.fromhex(entry.hex)), []).append(place)
    account.sent, account.kept = len(entries), len(found)
    arrived: set[int] = set()
    last = -1
    for value in found:
        candidates = places.get(value)
        if candidates is None:
            account.invented += 1
            continue
        fresh = [place for place in candidates if place not in arrived]
        if not fresh:
            account.doubled += 1
            continue
        if fresh[0] < last:
            account.reordered += 1
        last = max(last, fresh[0])
        arrived.add(fresh[0])
    account.lost = [entry for place, entry in enumerate(entries) if place not in arrived]
    return account
