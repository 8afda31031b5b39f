"""Writes the ELF kernel that a bzImage carries: unpack_kernel.py BZIMAGE RESULT

The boot protocol says where it is (kernel documentation, x86/boot: setup_sects at 0x1F1, payload_offset at 0x248 and
payload_length at 0x24C, both counted from the end of the setup sectors).
"""

import lzma
import pathlib
import struct
import subprocess
import sys


def payload(image: bytes) -> bytes:
    if image[0x202:0x206] != b"HdrS":
        sys.exit("unpack_kernel: this is not a bzImage")
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    return image[start : start + length]


def unpack(packed: bytes) -> bytes:
    # The last four bytes are the size of the unpacked kernel; neither format minds bytes after its end.
    if packed.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(packed)
    if packed.startswith(b"\x28\xb5\x2f\xfd"):
        return subprocess.run(["zstd", "-dcq"], input=packed[:-4], stdout=subprocess.PIPE, check=True).stdout
    sys.exit("unpack_kernel: the kernel is compressed in a way that is neither xz nor zstd")


kernel = unpack(payload(pathlib.Path(sys.argv[1]).read_bytes()))
if not kernel.startswith(b"\x7fELF"):
    sys.exit("unpack_kernel: what was unpacked is not an ELF file")
pathlib.Path(sys.argv[2]).write_bytes(kernel)
