"""100,000 questions, 10,000 people, ten million events: a session, a person's progress, graded answers."""

import http.client
import json
import random
import shutil
import sqlite3
import time
import uuid
from pathlib import Path

import crowd
import synthetic
from load import Load, send, slow_disk
from report import TIMES_HEAD, Figure, Part, at_most, percentile, times_row
from server import Server, start_dryrun

CLIENTS = 64
# graded answers a second that are offered, and for how long
RATE, SECONDS = 1_050, 30
MOST_SECONDS = 10
# who asks for a page: everybody is as likely, and the heaviest come besides
ANYBODY, HEAVIEST = 500, 25


def measure(scratch: Path) -> Part:
    made = crowd.prepared()
    figures, pages, loads = [], [], []
    data, content = copied(made, scratch), made / "content"
    with start_dryrun(data, "--content", str(content)) as server:
        people = by_answers(data)
        pages = measure_pages(server, people, figures)
        memory = server.resident_mb()
    asked = Requests(data)
    for disk, environment in (("this disk", {}), ("every fdatasync 5 ms later", slow_disk(scratch))):
        with start_dryrun(data, "--content", str(content), environment=environment) as server:
            paced = send(scratch, server, asked.take(RATE * SECONDS), CLIENTS, RATE, SECONDS)
            most = send(scratch, server, asked.take(MOST_SECONDS * 6_000), CLIENTS, 0, MOST_SECONDS)
            memory = max(memory, server.resident_mb())
        loads += [load_row(f"{RATE:,} a second, {disk}", paced), load_row(f"as many as possible, {disk}", most)]
        figures += [
            Figure(f"graded answers a second, {disk}", f"{paced.per_s:,.0f}", "at least 1,000", paced.per_s >= 1000 and not paced.errors),
            at_most(f"graded answer, p95 of {len(paced.times_ms):,}, {disk}", paced.p(95), 15, "ms"),
        ]
    figures.append(Figure("resident memory at most", f"{memory:.0f} MB"))
    size = (data / "dryrun.db").stat().st_size / 1e9
    return Part(
        "Ten million events",
        f"One database of {size:.1f} GB: the bank of {crowd.QUESTIONS:,} questions, {crowd.PEOPLE:,} people and {crowd.EVENTS:,} events in the "
        f"review log, made by `script/bench.d/crowd.py`: from one answer to {crowd.MOST:,} a person, in the order of two years. "
        "The cards are what `dryrun rebuild` made of the log. The file is in the system's cache. Pages are asked for one "
        f"after another, each by another person with their cookie: {ANYBODY} at random and the {HEAVIEST} with most answers. "
        f"Graded answers (`POST /api/v1/me/reviews`, `synchronous=FULL`) come from {CLIENTS} clients at {RATE:,} a second for {SECONDS} s, "
        "for people and questions at random, and are timed from when they were due, so that waiting counts. "
        "Server and clients share the cores.",
        figures,
        [("Pages:", TIMES_HEAD, pages), ("Graded answers:", ["", "answers/s", "slowest second", "median ms", "p95 ms", "p99 ms", "slowest ms", "errors"], loads)],
    )


def copied(made: Path, scratch: Path) -> Path:
    """The kept database stays as it is. Everybody has been here within the hour, so nothing else is written."""
    data = scratch / "people"
    shutil.copytree(made / "data", data)
    with sqlite3.connect(data / "dryrun.db") as db:
        db.execute("update sign_ins set used_at_s = ?1, expires_at_s = ?1 + 86400", [int(time.time())])
        db.execute("update api_tokens set used_at_s = ?", [int(time.time())])
    db.close()
    return data


def by_answers(data: Path) -> list[int]:
    """Everybody, the one with most answers first."""
    with sqlite3.connect(data / "dryrun.db") as db:
        return [person for person, in db.execute("select person from review_log group by person order by count(*) desc")]


def measure_pages(server: Server, people: list[int], figures: list[Figure]) -> list[list[str]]:
    chance = random.Random(3)
    anybody, heaviest = chance.sample(people, ANYBODY), people[:HEAVIEST]
    topic = lambda: f"/practice?topic={chance.choice(synthetic.TOPICS)}"
    paths = {
        "practice": ("/practice", lambda: "/practice", 10, 'name="client_id"'),
        "practice, a topic": ("/practice with a topic", topic, 10, 'name="client_id"'),
        "progress": ("/progress", lambda: "/progress", 150, "answers"),
    }
    rows = []
    for name, path, limit, expected in paths.values():
        times = {
            "anybody": timed(server, anybody, path, expected),
            f"the {HEAVIEST} heaviest": timed(server, heaviest, path, expected),
        }
        everybody = sum(times.values(), [])
        figures.append(at_most(f"{name}, p95 of {len(everybody)}", percentile(everybody, 95), limit, "ms"))
        rows += [times_row(f"{name}: {who}", measured) for who, measured in times.items()]
    return rows


def timed(server: Server, people: list[int], path, expected: str) -> list[float]:
    """Milliseconds of each person's request, one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    times = []
    for person in people:
        cookie = f"session={crowd.token('cookie', person)}"
        started = time.perf_counter()
        page = server.get_over(connection, path(), Cookie=cookie)
        times.append((time.perf_counter() - started) * 1000)
        if expected not in page.decode() or f"person{person}" not in page.decode():
            raise SystemExit(f"bench: person {person} was shown something else")
    connection.close()
    return times


class Requests:
    """Graded answers that nobody has sent yet: one in ten to a question that is new to the person."""

    def __init__(self, data: Path):
        self.chance = random.Random(4)
        with sqlite3.connect(data / "dryrun.db") as db:
            self.ids = dict(db.execute("select number, id from questions where archived_at_s is null"))
            self.cards = list(db.execute("select person, question from cards where suspended = 0"))
        self.numbers = list(self.ids)

    def take(self, count: int) -> list[bytes]:
        return [self.one() for _ in range(count)]

    def one(self) -> bytes:
        person, question = self.chance.choice(self.cards)
        if self.chance.random() < 0.1:
            question = self.chance.choice(self.numbers)
        body = json.dumps({
            "question": self.ids[question], "grade": self.chance.randrange(1, 5), "client_id": str(uuid.uuid4()),
            "answer_ms": self.chance.randrange(2_000, 90_000),
        })
        return (
            "POST /api/v1/me/reviews HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {crowd.token('api', person)}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def load_row(name: str, load: Load) -> list[str]:
    times = [f"{load.p(share):.1f}" for share in (50, 95, 99)]
    return [name, f"{load.per_s:,.0f}", f"{min(load.per_second):,}", *times, f"{max(load.times_ms):.1f}", str(load.errors)]
