"""What every comparison of a detector needs: the product to run, the recordings, and the form of the result."""

from harness import gatt
from harness.captures import CaptureWriter
from harness.context import MISSING, Context, ProductError, split
from harness.recordings import Rhythm, Sent, sent
from harness.section import Plot, Requirement, Section, Table, bars, marked, thin, worst
from harness.style import COLOURS

__all__ = [
    "COLOURS",
    "MISSING",
    "CaptureWriter",
    "Context",
    "Plot",
    "ProductError",
    "Requirement",
    "Rhythm",
    "Section",
    "Sent",
    "Table",
    "bars",
    "gatt",
    "marked",
    "sent",
    "split",
    "thin",
    "worst",
]
