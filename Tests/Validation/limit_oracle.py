"""What the documentation says of limits with delay and of saturation-seconds, written down a second time."""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000_000
ABSENCE = 5 * SECOND
RECOVERY = 3 * SECOND
HYSTERESIS = 200


@dataclass
class LimitOracle:
    """One limit. Values are in hundredths, times in microseconds."""

    limit: int
    is_low: bool
    delay: int
    beats: int | None = None
    # Since when the limit is violated, and whether that is an alarm.
    since: int | None = None
    is_active: bool = False
    counted: int = 0
    back_since: int | None = None
    last_time: int | None = None
    was_beyond: bool = False

    def judge(self, value: int | None, time: int, beats: int = 0) -> dict[str, int | str]:
        """The decision and the numbers of a reading, as the trace has them."""
        if value is None:
            return self._output(None, None, "not-assessed")
        previous, self.last_time = self.last_time, time
        if previous is not None and not 0 <= time - previous <= ABSENCE:
            self._break()
        excess = self.limit - value if self.is_low else value - self.limit
        transition = None
        if excess > 0:
            transition = self._beyond(time, beats, previous)
        elif -excess >= HYSTERESIS:
            transition = self._back(time)
        else:
            self.back_since = None
        self.was_beyond = excess > 0
        return self._output(value, transition, None)

    def abandon(self) -> None:
        """The signal's technical alarm took over."""
        self.since, self.is_active = None, False
        self._break()

    def _beyond(self, time: int, beats: int, previous: int | None) -> int | None:
        self.back_since = None
        if self.is_active:
            return None
        if self.since is None:
            self.since, self.counted = time, 0
        self.counted += beats
        expiry = self.since + self.delay
        if time < expiry and (self.beats is None or self.counted < self.beats):
            return None
        self.is_active = True
        return expiry if time >= expiry and self.was_beyond and previous is not None and previous < expiry else time

    def _back(self, time: int) -> int | None:
        if self.since is None:
            return None
        self.back_since = time if self.back_since is None else self.back_since
        if time < self.back_since + RECOVERY:
            return None
        ended = self.back_since + RECOVERY if self.is_active else None
        self.since, self.is_active, self.back_since = None, False, None
        return ended

    def _break(self) -> None:
        self.back_since, self.was_beyond = None, False
        if not self.is_active:
            self.since = None

    def _output(self, value: int | None, transition: int | None, refused: str | None) -> dict[str, int | str]:
        state = "active" if self.is_active else "within" if self.since is None else "pending"
        step = 0 if not self.is_active else HYSTERESIS if self.is_low else -HYSTERESIS
        numbers: dict[str, int | str] = {
            "decision": refused or state,
            "beats": self.counted if state == "pending" else 0,
            "thresholdHundredths": self.limit + step,
        }
        if self.since is not None:
            numbers["sinceMicroseconds"] = self.since
        if transition is not None:
            numbers["transitionMicroseconds"] = transition
        if value is not None:
            numbers["valueHundredths"] = value
        return numbers


@dataclass
class SaturationOracle:
    """Depth times time below 90 %."""

    integral: int = 0
    is_active: bool = False
    last_time: int | None = None

    BUDGET = 50 * 100 * SECOND

    def judge(self, value: int | None, time: int) -> dict[str, int | str]:
        """The decision and the numbers of a reading, as the trace has them."""
        numbers: dict[str, int | str] = {"threshold": self.BUDGET}
        if value is None:
            return numbers | {"decision": "not-assessed", "integral": self.integral}
        step = 0 if self.last_time is None else time - self.last_time
        self.last_time = time
        if value >= 92_00:
            if self.is_active:
                numbers["transitionMicroseconds"] = time
            self.integral, self.is_active = 0, False
        else:
            if 0 < step <= ABSENCE:
                self.integral += max(0, 90_00 - value) * step
            if not self.is_active and self.integral >= self.BUDGET:
                self.is_active = True
                numbers["transitionMicroseconds"] = time
        return numbers | {
            "decision": "active" if self.is_active else "within",
            "integral": self.integral,
            "valueHundredths": value,
        }

    def abandon(self) -> None:
        """The signal's technical alarm took over."""
        self.integral, self.is_active, self.last_time = 0, False, None
