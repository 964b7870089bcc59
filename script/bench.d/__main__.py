"""script/bench builds the binary and installs the tools, then runs this."""

import os
import sys
import tempfile
from pathlib import Path

import bank
import grades
import pages
import people
import weight
from report import document
from server import REPOSITORY

PARTS = {
    "pages": pages.measure,
    "bank": bank.measure,
    "people": people.measure,
    "grades": grades.measure,
    "weight": weight.measure,
}


def main(chosen: list[str]) -> None:
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        raise SystemExit(f"bench: unknown part {unknown[0]}; the parts are {', '.join(PARTS)}")
    os.environ["PATH"] += ":/usr/sbin"
    load = os.getloadavg()[0]
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=REPOSITORY / "target") as scratch:
        for name in chosen or PARTS:
            part = PARTS[name](Path(scratch))
            print(f"\n{part.text()}\n", flush=True)
            measured.append(part)
    if not chosen:
        (REPOSITORY / "BENCHMARKS.md").write_text(document(measured, load))


if __name__ == "__main__":
    main(sys.argv[1:])
