"""Graded answers from many people at once, with every commit on the disk, also on a slow disk."""

import json
import re
import subprocess
import uuid
from pathlib import Path

from report import Figure, Part
from server import BINARY, start_dryrun

CLIENTS = 64
SECONDS = 10
QUESTIONS = ["api-gateway-lambda", "vpc-core-components", "shared-responsibility-model", "security-group-vs-nacl",
             "nat-gateway-vs-nat-instance", "public-vs-private-subnet"]

# Every thread of wrk is one connection and one person; every request carries a client_id of its own.
LUA = """
local tokens = {{ {tokens} }}
local questions = {{ {questions} }}
local made = 0
function setup(thread)
  made = made + 1
  thread:set("number", made)
end
function init(args)
  count = 0
  math.randomseed(number)
end
function request()
  count = count + 1
  local body = string.format('{{"question":"%s","grade":%d,"client_id":"{run}-%d-%d"}}',
    questions[math.random(#questions)], math.random(4), number, count)
  return wrk.format("POST", "/api/v1/me/reviews",
    {{ ["authorization"] = "Bearer " .. tokens[number], ["content-type"] = "application/json" }}, body)
end
function done(summary, latency, requests)
  print(string.format("p95 %.3f ms", latency:percentile(95) / 1000))
end
"""

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


def measure(scratch: Path) -> Part:
    figures, rows = [], []
    for name, slow in (("this disk", False), ("every fdatasync 5 ms later", True)):
        environment = {}
        if slow:
            source, library = scratch / "slow.c", scratch / "slow.so"
            source.write_text(SLOW_DISK)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
            environment = {"LD_PRELOAD": str(library)}
        folder = scratch / ("slow" if slow else "fast")
        per_s, p95_ms, errors = run(folder, environment)
        met = per_s >= 1000 and not errors
        figures.append(Figure(f"graded answers a second, {CLIENTS} clients, {name}", f"{per_s:,.0f}", "at least 1,000", met))
        rows.append([name, f"{per_s:,.0f}", f"{p95_ms:.1f}", str(errors)])
    return Part(
        "Graded answers",
        f"`POST /api/v1/me/reviews` from {CLIENTS} people at once for {SECONDS} s, each confirmed after its commit with "
        "`synchronous=FULL`. Server and `wrk` share the cores.",
        figures,
        [("In figures:", ["", "answers/s", "p95 ms", "errors"], rows)],
    )


def run(folder: Path, environment: dict[str, str]) -> tuple[float, float, int]:
    with start_dryrun(folder, environment=environment) as server:
        tokens = []
        for n in range(CLIENTS):
            subprocess.run([BINARY, "user", "create", f"bench{n}", "--password-stdin", "--data-dir", folder],
                           input="a password to be measured\n", text=True, check=True, capture_output=True)
            told = subprocess.run([BINARY, "user", "token", f"bench{n}", "--data-dir", folder], check=True, capture_output=True, text=True)
            tokens.append(told.stdout.splitlines()[-1])
        script = folder / "grades.lua"
        script.write_text(LUA.format(
            tokens=", ".join(json.dumps(token) for token in tokens),
            questions=", ".join(json.dumps(question) for question in QUESTIONS), run=uuid.uuid4().hex[:8]))
        command = ["wrk", "-t", str(CLIENTS), "-c", str(CLIENTS), "-d", f"{SECONDS}s", "--latency", "-s", script,
                   f"http://127.0.0.1:{server.port}"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    errors = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", output))
    p95 = float(re.search(r"p95 ([\d.]+) ms", output)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), p95, errors
