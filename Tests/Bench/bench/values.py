"""What the virtual sensors send, and what the journal has to say of it.

Every value carries a number that counts up per sensor and characteristic, in a field that is there for something else,
so that a value lost, doubled or out of order shows. `expected` reads a payload again, without any code of the gateway:
it is the second opinion that the journal is compared with.
"""

from __future__ import annotations

import struct
from typing import Any

HEART_RATE = "2A37"
SPOT_CHECK = "2A5E"
OXIMETRY = "2A5F"

#: The journal's name for the stream of each characteristic.
STREAMS = {HEART_RATE: "heart-rate", OXIMETRY: "oximetry", SPOT_CHECK: "spot-check"}

#: Numbers that each characteristic can carry before they repeat.
CAPACITY = {HEART_RATE: 65_536, OXIMETRY: 2_000 * 60, SPOT_CHECK: 2_000 * 60}


def heart_rate(number: int) -> bytes:
    """Heart Rate Measurement: contact detected, Energy Expended (the number), and one or two RR intervals."""
    rate = 60 + number % 40
    interval = 60 * 1024 // rate
    intervals = [interval] if number % 3 else [interval, interval + 1]
    return struct.pack("<BBH", 0x1E, rate, number) + b"".join(struct.pack("<H", rr) for rr in intervals)


def _oximetry_fields(number: int) -> tuple[bytes, bytes]:
    """SpO2 and pulse rate, and Pulse Amplitude Index: SFLOAT with exponent 0, and with exponent -2 and mantissa up to
    1999, which the pulse rate extends by the thousands."""
    rates = struct.pack("<HH", 95 + number % 5, 60 + number // 2_000)
    return rates, struct.pack("<H", 0xE000 | number % 2_000)


def oximetry(number: int) -> bytes:
    """PLX Continuous Measurement with Pulse Amplitude Index."""
    rates, index = _oximetry_fields(number)
    return b"\x10" + rates + index


def spot_check(number: int) -> bytes:
    """PLX Spot-Check Measurement with Pulse Amplitude Index."""
    rates, index = _oximetry_fields(number)
    return b"\x08" + rates + index


def stored_spot_check(number: int) -> bytes:
    """The same with the time at which the sensor took it, as stored records have."""
    rates, index = _oximetry_fields(number)
    taken = struct.pack("<HBBBBB", 2026, 1, 1 + number // 1_440, number // 60 % 24, number % 60, 0)
    return b"\x09" + rates + taken + index


MAKERS = {HEART_RATE: heart_rate, OXIMETRY: oximetry, SPOT_CHECK: spot_check}


def expected(characteristic: str, payload: bytes) -> tuple[Any, ...]:
    """What of a payload has to stand in the journal's sample, as a value that is equal only to its own."""
    if characteristic == HEART_RATE:
        rate, number = struct.unpack_from("<BH", payload, 1)
        intervals = tuple(rr for (rr,) in struct.iter_unpack("<H", payload[4:]))
        return ("detected", rate, number, intervals)
    saturation, pulse = struct.unpack_from("<HH", payload, 1)
    if characteristic == OXIMETRY:
        (index,) = struct.unpack_from("<H", payload, 5)
        return (saturation, pulse, index & 0x0FFF)
    has_time = payload[0] & 0x01 != 0
    taken = (
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*struct.unpack_from("<HBBBBB", payload, 5)) if has_time else None
    )
    (index,) = struct.unpack_from("<H", payload, 12 if has_time else 5)
    return (saturation, pulse, index & 0x0FFF, taken)


def kept(characteristic: str, sample: dict[str, Any]) -> tuple[Any, ...]:
    """The same of a sample as `vitalsctl journal export` prints it; None stands for what is not there."""
    if characteristic == HEART_RATE:
        return (
            sample.get("contact"),
            sample.get("heart-rate"),
            sample.get("energy-expended"),
            tuple(sample.get("rr", ())),
        )
    index = sample.get("pulse-amplitude-index")
    values = (sample.get("spo2"), sample.get("pulse-rate"), None if index is None else round(index * 100))
    return values if characteristic == OXIMETRY else (*values, sample.get("device-time"))
