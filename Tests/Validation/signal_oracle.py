"""What the documentation says of a stream's state, written down a second time: an oracle for detector 2."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from readings import LinkChange, Notification

SECOND = 1_000_000
STALE, STALE_MOST, FIRST = 3 * SECOND, 10 * SECOND, 10 * SECOND
FROZEN = {"heart-rate": (60 * SECOND, 300 * SECOND), "oximetry": (300 * SECOND, 600 * SECOND)}
FLAT_SECONDS, FLAT_BEATS = 10, 8
NO_READING = {"no-reading", "stale"}


@dataclass
class SignalOracle:
    """One stream of one sensor."""

    stream: str
    state: str = "link-down"
    since: int | None = None
    deadline: int | None = None
    has_varied: bool = False
    last: Notification | None = None
    last_rr: int = 0
    silence_from: int | None = None
    repeated_since: int | None = None
    equal: list[int] = field(default_factory=list)

    def link(self, change: LinkChange) -> tuple[int, str]:
        """The link went up or down."""
        self._forget()
        self.deadline = change.time + FIRST if change.is_up else None
        return self._enter(change.time, "waiting" if change.is_up else "link-down")

    def expire(self, now: int) -> tuple[int, str] | None:
        """What the passing of time changes before `now`."""
        if self.deadline is None or self.deadline > now:
            return None
        due, self.deadline = self.deadline, None
        self._forget_repetition()
        return self._enter(due, "stale")

    def receive(self, packet: Notification) -> tuple[int, str]:
        """A notification."""
        now = packet.time
        if self.silence_from is not None and not 0 <= now - self.silence_from <= self._bound():
            self._forget_repetition()
        self.silence_from = now
        if self.last is None or self._content(self.last) != self._content(packet):
            self.repeated_since = now
        self.last = packet
        self.has_varied |= bool(packet.rr) or packet.amplitude is not None
        for rr in packet.rr:
            self.equal = [*self.equal, rr] if self.equal and self.equal[-1] == rr else [rr]
            self.last_rr = rr
        self.deadline = now + self._bound() + 1
        return self._enter(now, self._classified(packet))

    def _classified(self, packet: Notification) -> str:
        if packet.contact is False:
            return "no-contact"
        if packet.is_invalid or packet.value is None:
            return "invalid"
        if packet.value <= 0:
            return "no-reading"
        with_varying, without = FROZEN[self.stream]
        if packet.time - (self.repeated_since or packet.time) >= (with_varying if self.has_varied else without):
            return "frozen"
        if len(self.equal) >= FLAT_BEATS and Fraction(sum(self.equal), 1_024) >= FLAT_SECONDS:
            return "flat"
        return "questionable" if packet.is_questionable else "streaming"

    def _bound(self) -> int:
        return max(STALE, min(self.last_rr * 3 * 15_625 >> 4, STALE_MOST))

    @staticmethod
    def _content(packet: Notification) -> tuple:
        return packet.value, packet.pulse, packet.amplitude, packet.contact, packet.validity, packet.rr

    def _enter(self, now: int, state: str) -> tuple[int, str]:
        if state != self.state or self.since is None:
            self.state, self.since = state, now
        return now, state

    def _forget_repetition(self) -> None:
        self.repeated_since, self.equal, self.has_varied, self.last = None, [], False, None

    def _forget(self) -> None:
        self._forget_repetition()
        self.last_rr, self.silence_from = 0, None
