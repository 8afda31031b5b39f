"""Reads what a capture holds, on its own: the oracles must not trust the product's decoder."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import orjson

_SFLOAT_SPECIAL = {0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801}


@dataclass(frozen=True, slots=True)
class Notification:
    """One Heart Rate Measurement or PLX Continuous Measurement."""

    time: int
    """Microseconds since the start."""
    sensor: str
    stream: str
    """`heart-rate` or `oximetry`."""
    value: int | None
    """Heart rate or SpO2 in hundredths; None where there is no number."""
    pulse: int | None = None
    contact: bool | None = None
    """None where the sensor cannot tell."""
    rr: tuple[int, ...] = ()
    amplitude: int | None = None
    is_invalid: bool = False
    is_questionable: bool = False
    is_provisional: bool = False
    is_pulse_invalid: bool = False

    @property
    def validity(self) -> str:
        """The sensor's own word for its value."""
        if self.is_invalid:
            return "invalid"
        return "questionable" if self.is_questionable else "provisional" if self.is_provisional else "valid"


@dataclass(frozen=True, slots=True)
class LinkChange:
    """The link went up or down."""

    time: int
    sensor: str
    is_up: bool


def events(capture: Path) -> list[Notification | LinkChange]:
    """Everything of a capture, in order."""
    found: list[Notification | LinkChange] = []
    with gzip.open(capture, "rb") as lines:
        next(lines)
        for line in lines:
            event = orjson.loads(line)
            if "sensor" not in event:
                continue
            time = round(event["t"] * 1e6)
            if "link" in event:
                found.append(LinkChange(time, event["sensor"], event["link"] == "up"))
            elif event.get("characteristic") == "2A37":
                found.append(_heart_rate(time, event["sensor"], bytes.fromhex(event["value"])))
            elif event.get("characteristic") == "2A5F":
                found.append(_oximetry(time, event["sensor"], bytes.fromhex(event["value"])))
    return found


def _word(value: bytes, at: int) -> int:
    return value[at] | value[at + 1] << 8


def _heart_rate(time: int, sensor: str, value: bytes) -> Notification:
    """Heart Rate Service 1.0, 3.1."""
    flags = value[0]
    rate, at = (_word(value, 1), 3) if flags & 1 else (value[1], 2)
    contact = bool(flags & 2) if flags & 4 else None
    at += 2 if flags & 8 else 0
    rr = tuple(_word(value, place) for place in range(at, len(value) - 1, 2)) if flags & 16 else ()
    return Notification(time, sensor, "heart-rate", rate * 100 if rate <= 300 else None, contact=contact, rr=rr)


def sfloat_hundredths(word: int) -> int | None:
    """An SFLOAT in hundredths, rounded towards zero; None for a special value."""
    if word in _SFLOAT_SPECIAL:
        return None
    mantissa, exponent = word & 0xFFF, word >> 12
    mantissa -= 0x1000 if mantissa & 0x800 else 0
    exponent -= 16 if exponent & 8 else 0
    power = exponent + 2
    return mantissa * 10**power if power >= 0 else int(mantissa / 10**-power)


def _oximetry(time: int, sensor: str, value: bytes) -> Notification:
    """Pulse Oximeter Service 1.0, 3.3, and what its statuses say of a number."""
    flags = value[0]
    spo2, pulse = sfloat_hundredths(_word(value, 1)), sfloat_hundredths(_word(value, 3))
    at = 5 + (4 if flags & 1 else 0) + (4 if flags & 2 else 0)
    measurement = device = 0
    amplitude = None
    if flags & 4:
        measurement, at = _word(value, at), at + 2
    if flags & 8:
        device, at = _word(value, at) | value[at + 2] << 16, at + 3
    if flags & 16:
        amplitude = sfloat_hundredths(_word(value, at))
    # Demonstration, testing, unavailable and invalid of the measurement; malfunction and wrong sensors of the device.
    invalid = bool(measurement & 0xAC00) or bool(device & 0xF802)
    questionable = bool(measurement & 0x4000) or bool(device & 0x05FC)
    provisional = bool(measurement & 0x1060) or bool(device & 0x0201)
    off = bool(device & 0x8800)
    in_range = spo2 is not None and 0 <= spo2 <= 100_00
    pulse_in_range = pulse is not None and 0 < pulse <= 300_00
    return Notification(
        time,
        sensor,
        "oximetry",
        spo2,
        pulse,
        contact=False if off else None,
        amplitude=amplitude,
        is_invalid=invalid or not in_range,
        is_questionable=questionable,
        is_provisional=provisional,
        is_pulse_invalid=invalid or not pulse_in_range,
    )
