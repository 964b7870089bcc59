"""A site that many people have practised on for two years: 10,000 of them, ten million events in the review log.

The real binary makes the database and syncs the bank; this fills in people, how they sign in and what they answered,
as unevenly as people are, and in the order of time as a log grows. Then `dryrun rebuild` makes everybody's cards out
of the log, so that they are what the site itself would have stored. It takes minutes, so what was made is kept in
target/bench until the code here, the bank, the migrations or the day are others: what is due depends on the day.
"""

import datetime
import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import synthetic
from server import BINARY, REPOSITORY, start_dryrun

QUESTIONS = 100_000
PEOPLE = 10_000
EVENTS = 10_000_000
# of these, grades that were taken back
UNDONE = 50_000
DAYS = 730
# answers of the busiest people: forty a day for two years
MOST = 30_000

HOUR, DAY = 3_600, 86_400
# a study day begins at four, and people in this log answer from six to ten at night, UTC: on the same study day in
# both of the time zones that they live in
DAY_START, MORNING, AWAKE = 4 * HOUR, 6 * HOUR, 16 * HOUR

# Again, Hard, Good, Easy: of the first answer to a question, and of later ones
FIRST_GRADES, LATER_GRADES = (25, 15, 50, 10), (10, 12, 68, 10)
FIRST_INTERVALS = {1: 1, 2: 1, 3: 2, 4: 8}
GROWTH = {2: 1.3, 3: 2.4, 4: 3.4}


def token(kind: str, person: int) -> str:
    """What a person's browser (`cookie`) or program (`api`) shows. The database keeps its hash."""
    return hashlib.sha256(f"{kind} {person}".encode()).hexdigest()


def token_hash(kind: str, person: int) -> bytes:
    return hashlib.sha256(bytes.fromhex(token(kind, person))).digest()


def prepared() -> Path:
    """A folder with `content` and `data`, made now or kept from an earlier run."""
    kept = REPOSITORY / "target" / "bench"
    folder = kept / fingerprint()
    if not (folder / "whole").exists():
        shutil.rmtree(kept, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        (folder / "whole").touch()
    return folder


def fingerprint() -> str:
    hashed = hashlib.sha256(str(study_day()).encode())
    for file in [Path(__file__), Path(synthetic.__file__), *sorted((REPOSITORY / "migrations").iterdir())]:
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]


def study_day() -> int:
    return (int(time.time()) - DAY_START) // DAY


def make(folder: Path) -> None:
    step("syncing the bank")
    synthetic.write(folder / "content", QUESTIONS)
    with start_dryrun(folder / "data", "--content", str(folder / "content")):
        pass
    file = folder / "data" / "dryrun.db"
    db = sqlite3.connect(file)
    for setting in ("journal_mode = off", "synchronous = off", "locking_mode = exclusive", "cache_size = -1500000"):
        db.execute(f"pragma {setting}")
    fill(db, folder / "staging.db")
    db.close()
    (folder / "staging.db").unlink()
    step("making the cards out of the log")
    subprocess.run([BINARY, "rebuild", "--data-dir", folder / "data"], check=True)
    step(f"made: {file.stat().st_size / 1e9:.1f} GB")


def step(what: str) -> None:
    print(f"{datetime.datetime.now():%H:%M:%S} {what}", flush=True)


def fill(db: sqlite3.Connection, staging: Path) -> None:
    chance = random.Random(20261122)
    today = study_day()
    answers = shares(chance)
    step("writing people")
    write_people(db, chance, today)
    step("drawing what they answered")
    db.execute("attach ? as staging", [str(staging)])
    db.execute("pragma staging.journal_mode = off")
    db.execute("pragma staging.synchronous = off")
    db.execute("create table staging.answers (person, question, at_s, day, grade, interval_days, answer_ms)")
    bank = [number for number, in db.execute("select number from questions where archived_at_s is null order by browse_order")]
    for person, count in enumerate(answers, 1):
        db.executemany("insert into staging.answers values (?, ?, ?, ?, ?, ?, ?)",
                       drawn(random.Random(person), person, count, bank, today))
    step("writing the log")
    indexes = db.execute("select name, sql from sqlite_schema where tbl_name = 'review_log' and type = 'index' and sql is not null").fetchall()
    for name, _ in indexes:
        db.execute(f"drop index {name}")
    db.execute(
        """insert into review_log (person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id)
           select person, question, at_s, day, 'grade', grade, interval_days, answer_ms, lower(hex(randomblob(16)))
           from staging.answers order by at_s""")
    db.execute(
        """insert into review_log (person, question, at_s, day, kind, client_id, undoes)
           select person, question, at_s + 5, day, 'undo', lower(hex(randomblob(16))), id
           from review_log where id % ? = 0 limit ?""", [EVENTS // UNDONE - 1, UNDONE])
    db.commit()
    db.execute("detach staging")
    step("indexing it")
    for _, sql in indexes:
        db.execute(sql)
    db.commit()


def shares(chance: random.Random) -> list[int]:
    """How many grades each person gave: most a few hundred, some many thousands. In all, EVENTS less the undone."""
    weights = [chance.lognormvariate(0, 1.4) for _ in range(PEOPLE)]
    total = EVENTS - UNDONE
    scale = total / sum(weights)
    for _ in range(20):
        scale *= total / sum(min(MOST, scale * weight) for weight in weights)
    counts = [max(1, int(min(MOST, scale * weight))) for weight in weights]
    # what rounding left over goes to the first ones who have room for it
    for person in range(PEOPLE):
        counts[person] += max(0, min(total - sum(counts), MOST - counts[person], 1_000)) if sum(counts) < total else 0
    return counts


def write_people(db: sqlite3.Connection, chance: random.Random, today: int) -> None:
    now = int(time.time())
    interview = str(datetime.date(1970, 1, 1) + datetime.timedelta(days=today + 30))

    def person(number: int) -> tuple:
        prepares = chance.random() < 0.3
        topics = json.dumps(chance.sample(synthetic.TOPICS, 3)) if prepares and chance.random() < 0.5 else None
        name, zone = f"person{number}", chance.choice(["UTC", "Europe/Berlin"])
        return number, name, name, "nobody's", now - DAYS * DAY, now, zone, interview if prepares else None, topics

    numbers = range(1, PEOPLE + 1)
    db.executemany(
        """insert into people (id, name, name_key, password_hash, created_at_s, seen_at_s, time_zone, interview_on, interview_topics)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)""", map(person, numbers))
    db.executemany(
        "insert into sign_ins (person, token_hash, created_at_s, used_at_s, expires_at_s, agent) values (?, ?, ?, ?, ?, '')",
        ((number, token_hash("cookie", number), now, now, now + 90 * DAY) for number in numbers))
    db.executemany(
        "insert into api_tokens (person, label, token_hash, created_at_s, used_at_s) values (?, 'bench', ?, ?, ?)",
        ((number, token_hash("api", number), now, now) for number in numbers))
    db.commit()


def drawn(chance: random.Random, person: int, count: int, bank: list[int], today: int):
    """A person's answers: card after card, each from its first day on until the person's last."""
    span = min(DAYS, max(count // 41, chance.randrange(1, DAYS)))
    first = today - span
    # half of them still practise, and half of these have been here today
    last = today - chance.choice([0, 1]) if chance.random() < 0.5 else chance.randrange(first + span // 2, today)
    histories, left = [], count
    while left > 0:
        history = one_card(chance, chance.randrange(first, last + 1), last, today)[:left]
        histories.append(history)
        left -= len(history)
    # questions are met in the order of the bank: of all of it, or from some topic on
    histories.sort(key=lambda history: history[0][0])
    start = chance.choice([0, chance.randrange(len(bank))])
    seconds_of_today = max(1, int(time.time()) - 600 - today * DAY - DAY_START)
    for place, history in enumerate(histories, start):
        question = bank[place % len(bank)]
        for day, grade, interval in history:
            if day == today:
                at_s = day * DAY + DAY_START + int(chance.random() * seconds_of_today)
            else:
                at_s = day * DAY + MORNING + int(chance.random() * AWAKE)
            yield person, question, at_s, day, grade, interval, int(chance.expovariate(1 / 40_000)) + 2_000


def one_card(chance: random.Random, day: int, last: int, today: int) -> list[tuple[int, int, int]]:
    history = []
    interval = 0
    while day <= last:
        # whoever is here today has not done everything yet
        if day == today and history and chance.random() < 0.5:
            break
        grade = chance.choices((1, 2, 3, 4), LATER_GRADES if history else FIRST_GRADES)[0]
        if grade == 1 or not history:
            interval = FIRST_INTERVALS[grade]
        else:
            interval = min(36_500, max(interval + 1, round(interval * GROWTH[grade] * chance.uniform(0.8, 1.2))))
        history.append((day, grade, interval))
        day += interval + (chance.random() < 0.15)
    return history
