"""The question page against nginx serving the same bytes."""

import getpass
import re
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from report import Figure, Part
from server import Server, free_port, start_dryrun

PAGE = "/questions/api-gateway-lambda"
ROUNDS = 5
SECONDS = 6
CONNECTIONS = 32

# Debian's nginx.conf as far as it matters for a static file, with one worker. The one deviation is in nginx's
# favour: by default it closes a connection after 1,000 requests. `user` counts only when root starts it.
NGINX = """
user {user};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    keepalive_requests 100000000;
    include /etc/nginx/mime.types;
    default_type text/html;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/root;
    }}
}}
"""


@dataclass
class Round:
    requests_per_s: float
    p99_ms: float
    # processor time of the server for one request
    cpu_us: float


def measure(scratch: Path) -> Part:
    with start_dryrun(scratch / "cached", pinned=True) as cached, \
            start_dryrun(scratch / "uncached", "--no-page-cache", pinned=True) as uncached:
        page = cached.get(PAGE)
        with start_nginx(scratch / "nginx", page) as nginx:
            # links to itself carry the port, which has five digits everywhere
            for server in (nginx, uncached):
                if len(server.get(PAGE)) != len(page):
                    raise SystemExit("bench: the servers do not answer with the same page")
            servers = {"nginx": nginx, "cache on": cached, "cache off": uncached}
            rounds: dict[str, list[Round]] = {name: [] for name in servers}
            for server in servers.values():
                run_wrk(server, 2)
            for _ in range(ROUNDS):
                for name, server in servers.items():
                    rounds[name].append(run_wrk(server, SECONDS))
    return report(rounds, len(page))


def start_nginx(folder: Path, page: bytes) -> Server:
    file = folder / "root" / PAGE.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(page)
    (folder / "root" / "readyz").write_text("ready\n")
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=getpass.getuser()))
    return Server(["taskset", "-c", "0", "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], port, folder / "output.log")


def run_wrk(server: Server, seconds: int) -> Round:
    url = f"http://127.0.0.1:{server.port}{PAGE}"
    command = ["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency",
               "-H", "Accept-Encoding: identity", url]
    before = server.cpu_seconds()
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = server.cpu_seconds() - before
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"bench: wrk met errors:\n{output}")
    requests = int(re.search(r"(\d+) requests in", output)[1])
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    return Round(
        requests_per_s=float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        p99_ms=float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
        cpu_us=used / requests * 1e6,
    )


def report(rounds: dict[str, list[Round]], page_bytes: int) -> Part:
    def median(name: str, value: str) -> float:
        return statistics.median(getattr(one, value) for one in rounds[name])

    def ratio(name: str, value: str) -> float:
        return median(name, value) / median("nginx", value)

    on, off, slower = ratio("cache on", "requests_per_s"), ratio("cache off", "requests_per_s"), ratio("cache on", "p99_ms")
    rows = [
        [name, f"{median(name, 'requests_per_s'):,.0f}", f"{ratio(name, 'requests_per_s'):.2f}",
         f"{median(name, 'p99_ms'):.2f}", f"{median(name, 'cpu_us'):.0f}",
         " ".join(f"{one.requests_per_s:,.0f}" for one in rounds[name])]
        for name in rounds
    ]
    return Part(
        "The question page against nginx",
        f"`{PAGE}`, {page_bytes:,} bytes, without a session and without compression. nginx has one worker and serves the "
        f"same bytes as a file. Each server is alone on core 0, `wrk` ({CONNECTIONS} connections) on core 1; all write an "
        f"access log to a file; all layers of the site are on. Medians of {ROUNDS} interleaved rounds of {SECONDS} s.",
        [
            Figure("requests/s against nginx, page cache on", f"{on:.2f}", "at least 0.8", on >= 0.8),
            Figure("p99 against nginx, page cache on", f"{slower:.2f}", "at most 2", slower <= 2),
            Figure("requests/s against nginx, page cache off", f"{off:.2f}", "at least 0.25", off >= 0.25),
        ],
        [("In figures:", ["", "requests/s", "ratio", "p99 ms", "server CPU µs/request", "rounds"], rows)],
    )
