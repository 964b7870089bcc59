"""Sending requests from many clients at once, at a pace or as fast as they are answered: load.c, built when needed."""

import struct
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from report import percentile
from server import Server

SOURCE = Path(__file__).with_name("load.c")

# Delays what SQLite calls to make a commit durable.
SLOW_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slowly(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    usleep(5000);
    return real(fd);
}
int fdatasync(int fd) { return slowly("fdatasync", fd); }
int fsync(int fd) { return slowly("fsync", fd); }
"""


def slow_disk(scratch: Path) -> dict[str, str]:
    """What to start a server with, so that every fdatasync takes five milliseconds longer."""
    source, library = scratch / "slow.c", scratch / "slow.so"
    source.write_text(SLOW_DISK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


@dataclass
class Load:
    times_ms: list[float]
    # how many were answered in each second of the run, but for the first and the last
    per_second: list[int]
    errors: int
    seconds: float

    @property
    def per_s(self) -> float:
        return (len(self.times_ms) - self.errors) / self.seconds

    def p(self, share: float) -> float:
        return percentile(self.times_ms, share)


def send(scratch: Path, server: Server, requests: list[bytes], clients: int, rate: float, seconds: float) -> Load:
    """Requests in their order, at `rate` a second, or closed-loop when it is 0. What is not sent in time is left over."""
    program = scratch / "load"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-pthread", "-o", program, SOURCE], check=True)
    framed = b"".join(struct.pack("=I", len(request)) + request for request in requests)
    command = [program, str(server.port), str(clients), str(rate), str(seconds)]
    lines = subprocess.run(command, input=framed, check=True, capture_output=True).stdout.decode().splitlines()
    answers = [tuple(map(int, line.split())) for line in lines]
    if rate == 0 and len(answers) == len(requests):
        raise SystemExit("bench: the requests were used up before the time was; write more of them")
    counted = Counter(second for status, _, second in answers if status == 200)
    return Load(
        [took / 1000 for _, took, _ in answers],
        [counted[second] for second in range(1, int(seconds) - 1)],
        sum(status != 200 for status, _, _ in answers),
        seconds,
    )
