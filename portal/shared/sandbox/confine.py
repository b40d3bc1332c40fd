"""What a child that opens foreign bytes may still do: read what it was given, answer on its pipe, and little of that.

Limits of memory and time come from the kernel, as do the rules for calls: no sockets, no programs, no file
opened for writing. The rules for calls are left out on a processor that they are not written for.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

MEGABYTE = 1024 * 1024
PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE, PR_SET_SECCOMP, MODE_FILTER = 38, 4, 22, 2
ALLOW, DENY = 0x7FFF0000, 0x00050000 | 1  # EPERM
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# socket, connect, bind, sendto, execve, execveat, ptrace, kill, unlink(at), rename(at, at2), mkdir(at), link(at),
# symlink(at), chmod family, mount, truncate, creat; openat and open are judged by their flags.
CALLS = {
    "x86_64": (
        0xC000003E,
        257,
        2,
        (
            41,
            42,
            49,
            44,
            46,
            53,
            59,
            322,
            101,
            62,
            200,
            234,
            87,
            263,
            82,
            264,
            316,
            83,
            258,
            86,
            265,
            88,
            266,
            90,
            91,
            268,
            92,
            165,
            76,
            85,
            133,
            259,
            425,
            437,
            57,
            58,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        56,
        None,
        (
            198,
            203,
            200,
            206,
            211,
            199,
            221,
            281,
            117,
            129,
            130,
            131,
            35,
            38,
            276,
            34,
            37,
            36,
            52,
            53,
            54,
            40,
            45,
            33,
            425,
            437,
        ),
    ),
}


def confine(*, memory: int, seconds: int) -> None:
    """`memory` is what may be taken beyond what the process has now, in bytes; `seconds` are of the processor."""
    pages = int(open("/proc/self/statm").read().split()[0])  # noqa: PTH123, SIM115  before anything is limited
    space = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    limit_calls()


def extend_time(seconds: int) -> None:
    """So many seconds of the processor from now; never more than the hard limit."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(used) + seconds + 1, hard), hard))


def limit_calls() -> bool:
    """Install the filter; False where the kernel or the processor knows none."""
    known = CALLS.get(platform.machine())
    if known is None:
        return False
    program = _program(*known)
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(text))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.create_string_buffer(head, len(head)), 0, 0) == 0


def _program(arch: int, openat: int, opened: int | None, denied: tuple[int, ...]) -> bytes:
    """A program of the kernel's packet filter: struct seccomp_data holds the call at 0, the arguments from 16."""
    load, equal, test, answer = 0x20, 0x15, 0x45, 0x06

    def line(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value & 0xFFFFFFFF)

    lines = [line(load, 0, 0, 4), line(equal, 1, 0, arch), line(answer, 0, 0, DENY), line(load, 0, 0, 0)]
    for number in denied:
        lines += [line(equal, 0, 1, number), line(answer, 0, 0, DENY)]
    for number, argument in ((openat, 2), (opened, 1)):
        if number is not None:
            lines += [
                line(equal, 0, 4, number),
                line(load, 0, 0, 16 + 8 * argument),
                line(test, 0, 1, WRITING),
                line(answer, 0, 0, DENY),
                line(answer, 0, 0, ALLOW),
            ]
    return b"".join([*lines, line(answer, 0, 0, ALLOW)])
