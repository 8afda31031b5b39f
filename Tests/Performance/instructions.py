"""Counts the vector instructions that one block of windows takes, by single steps between two stops of the program."""

import collections
import ctypes
import os
import re
import signal
import subprocess

TRACEME, PEEKUSER, CONT, SINGLESTEP = 0, 3, 7, 9
RIP = 16 * 8  # the instruction pointer's place in struct user of x86-64
# What moves or names data, and what is no vector instruction at all, is left out: the rest is work of the vector units.
MOVES = re.compile(r"^v?(mov|broadcast|pbroadcast|zero|lddqu|insert|extract|pinsr|pextr|perm)")


def of_block(command, level):
    """Vector operations of the arithmetic kind, and moves of vectors, of one block; None where it cannot be counted."""
    if os.uname().machine != "x86_64":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        libc.ptrace(TRACEME, 0, None, None)
        os.dup2(reader, 0)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execv(command[0], command)
    os.write(writer, f"one-block {level}\n".encode())
    os.close(writer)
    try:
        os.waitpid(child, 0)  # it has replaced itself
        base = load_address(child, command[0])
        run_to_stop(libc, child)
        places = collections.Counter()
        while True:
            libc.ptrace(SINGLESTEP, child, None, None)
            _, status = os.waitpid(child, 0)
            if os.WIFEXITED(status) or os.WSTOPSIG(status) == signal.SIGSTOP:
                break
            places[libc.ptrace(PEEKUSER, child, ctypes.c_void_p(RIP), None) - base] += 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return tally(command[0], places)


def run_to_stop(libc, child):
    """Runs on to the program's first own stop; other signals are handed on."""
    handed = 0
    while True:
        libc.ptrace(CONT, child, None, ctypes.c_void_p(handed))
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            raise SystemExit("the program ended before its block")
        handed = os.WSTOPSIG(status)
        if handed == signal.SIGSTOP:
            return


def load_address(child, program):
    for line in open(f"/proc/{child}/maps"):
        if line.rstrip().endswith(os.path.realpath(program)):
            return int(line.partition("-")[0], 16)
    raise SystemExit("the program is not mapped")


def tally(program, places):
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True).stdout
    work = moves = 0
    for line in text.splitlines():
        match = re.match(r"^ +([0-9a-f]+):\t(\S+)\s*(.*)$", line)
        if match is None:
            continue
        count = places.get(int(match[1], 16), 0)
        if count and re.search(r"%[xyz]mm", match[3]):
            if MOVES.match(match[2]):
                moves += count
            else:
                work += count
    return {"work": work, "moves": moves}
