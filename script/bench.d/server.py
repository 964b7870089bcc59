"""Starting the servers that are measured, and asking them things."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = REPOSITORY / "target" / "release" / "dryrun"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running server; as a context manager it is stopped at the end, whatever happens."""

    def __init__(self, command: list[str], port: int, log: Path, environment: dict[str, str] | None = None):
        self.port = port
        self.log = log
        started = time.perf_counter()
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=plain_environment() | (environment or {}))
        try:
            self.start_seconds = self._wait_until_ready(started)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def _wait_until_ready(self, started: float) -> float:
        while time.perf_counter() - started < 600:
            if self.process.poll() is not None:
                raise SystemExit(f"bench: the server ended at once:\n{self.log.read_text()[-2000:]}")
            try:
                # a server that listens but is not ready yet answers when it is
                self.get("/readyz", timeout=600)
                return time.perf_counter() - started
            except ConnectionRefusedError:
                time.sleep(0.002)
        raise SystemExit("bench: the server did not start in ten minutes")

    def get(self, path: str, timeout: float = 30, **headers: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            return self.get_over(connection, path, **headers)
        finally:
            connection.close()

    def get_over(self, connection: http.client.HTTPConnection, path: str, **headers: str) -> bytes:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {path} answered {answer.status}")
        return body

    def timed(self, paths: list[str]) -> list[float]:
        """Milliseconds of each request, one after another over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        times = []
        for path in paths:
            started = time.perf_counter()
            self.get_over(connection, path)
            times.append((time.perf_counter() - started) * 1000)
        connection.close()
        return times

    def cpu_seconds(self) -> float:
        """Processor time of the server and its workers so far."""
        pids = [self.process.pid, *children(self.process.pid)]
        ticks = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def plain_environment() -> dict[str, str]:
    """Without what would set options of the site behind the measurement's back."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DRYRUN_")}


def start_dryrun(data: Path, *options: str, pinned: bool = False, environment: dict[str, str] | None = None) -> Server:
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    command = [*(["taskset", "-c", "0"] if pinned else []), str(BINARY), "--bind", f"127.0.0.1:{port}",
               "--data-dir", str(data), *options]
    return Server(command, port, data / "access.log", environment)
