"""Values of characteristics as a sensor sends them, written by hand: the product's own encoder is not its witness."""

from __future__ import annotations

import struct
from collections.abc import Sequence

HEART_RATE_MEASUREMENT = "2A37"
PLX_CONTINUOUS_MEASUREMENT = "2A5F"

_CONTACT_SUPPORTED = 0x04
_CONTACT_DETECTED = 0x02
_RR_PRESENT = 0x10
_RATE_IS_16_BIT = 0x01
_SFLOAT_NAN = 0x07FF
_MEASUREMENT_STATUS_PRESENT = 0x04


def heart_rate(bpm: int, rr: Sequence[int] = (), contact: bool | None = True) -> bytes:
    """Heart Rate Measurement; `rr` in 1/1024 s, oldest first; `contact` None where a strap cannot tell."""
    flags = 0 if contact is None else _CONTACT_SUPPORTED | (_CONTACT_DETECTED if contact else 0)
    if rr:
        flags |= _RR_PRESENT
    rate = struct.pack("<B", bpm) if bpm <= 255 else struct.pack("<H", min(bpm, 65_535))
    if bpm > 255:
        flags |= _RATE_IS_16_BIT
    return bytes([flags]) + rate + struct.pack(f"<{len(rr)}H", *rr)


def sfloat(value: float | None) -> bytes:
    """A 16-bit float of IEEE 11073 with as many of three decimals as fit its mantissa; None is NaN."""
    if value is None:
        return struct.pack("<H", _SFLOAT_NAN)
    for exponent in (0, -1, -2, -3):
        mantissa = value * 10.0**-exponent
        if abs(mantissa - round(mantissa)) < 1e-9 and abs(round(mantissa)) <= 2_045:
            return struct.pack("<H", (exponent & 0xF) << 12 | round(mantissa) & 0xFFF)
    return struct.pack("<H", round(value) & 0xFFF)


def plx(spo2: float | None, pulse: float | None, status: int | None = None) -> bytes:
    """PLX Continuous Measurement with SpO2 in % and pulse in bpm; `status` is the Measurement Status."""
    flags = 0 if status is None else _MEASUREMENT_STATUS_PRESENT
    tail = b"" if status is None else struct.pack("<H", status)
    return bytes([flags]) + sfloat(spo2) + sfloat(pulse) + tail
