"""What was measured, as text for the terminal and for BENCHMARKS.md."""

import datetime
import os
import platform
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figure:
    """One measured value and what it should be; without a target it is only told."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None

    def row(self) -> list[str]:
        return [self.name, self.value, self.target, {None: "", True: "pass", False: "**miss**"}[self.met]]


def at_most(name: str, value: float, limit: float, unit: str, digits: int = 1) -> Figure:
    return Figure(name, f"{value:,.{digits}f} {unit}", f"under {limit:g} {unit}", value < limit)


@dataclass
class Part:
    title: str
    how: str
    figures: list[Figure]
    # tables of details: a caption, a head, rows
    details: list[tuple[str, list[str], list[list[str]]]] = field(default_factory=list)

    def text(self) -> str:
        blocks = [f"## {self.title}", self.how, table(["", "measured", "target", ""], [f.row() for f in self.figures])]
        for caption, head, rows in self.details:
            blocks += [caption, table(head, rows)]
        return "\n\n".join(blocks)


def table(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(3, *(len(row[at]) for row in [head, *rows])) for at in range(len(head))]
    line = lambda cells: "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of a hundred are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def times_row(name: str, values: list[float]) -> list[str]:
    shown = [statistics.median(values), percentile(values, 95), max(values)]
    return [name, str(len(values)), *(f"{value:.1f}" for value in shown)]


TIMES_HEAD = ["", "requests", "median ms", "p95 ms", "slowest ms"]


def machine() -> str:
    info = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{os.cpu_count()} cores ({processor}), {kilobytes / 1e6:.0f} GB of memory, {platform.system()} {platform.release()}"


def version(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def document(parts: list[Part], load: float) -> str:
    missed = [figure.name for part in parts for figure in part.figures if figure.met is False]
    verdict = f"Missed: {'; '.join(missed)}." if missed else "Every target is met."
    head = [
        "# Benchmarks",
        "Written by `script/bench`, which measures everything here anew; nothing is edited by hand.",
        f"- Day: {datetime.date.today()}\n"
        f"- Machine: {machine()}\n"
        f"- Load before the run: {load:.2f}\n"
        f"- Compared with: {version('nginx', '-v')}; driven by {version('wrk', '-v').split(' Copyright')[0]}\n"
        f"- {verdict}",
    ]
    return "\n\n".join(head + [part.text() for part in parts]) + "\n"
