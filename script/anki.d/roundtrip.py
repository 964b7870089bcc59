"""The way to Anki and back, with Anki itself: `dryrun export` → Anki → an answer → Anki's exports → `dryrun import`.

    roundtrip.py DRYRUN

DRYRUN is the binary. It needs the package `anki` (see requirements.txt) and leaves nothing behind.
"""

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

# The clock of everybody here shows about noon, so that no day begins while this runs.
HOURS_EAST = 12 - datetime.now(timezone.utc).hour
ZONE = f"Etc/GMT{-HOURS_EAST:+d}" if HOURS_EAST else "UTC"
os.environ["TZ"] = ZONE
time.tzset()

from anki.collection import (  # noqa: E402  (the zone comes first)
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

NOW = datetime.now(timezone.utc).replace(microsecond=0)
EPOCH_DAY = 86_400
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
NEW, REVIEW = 0, 2
SUSPENDED, BURIED = -1, -3


def today():
    return int(NOW.timestamp() + HOURS_EAST * 3600 - 4 * 3600) // EPOCH_DAY


class Site:
    """A data folder with the bank and one member."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        server = subprocess.Popen(
            [program, "serve", "--bind", "127.0.0.1:0", "--data-dir", folder],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for line in server.stdout:
            if "ready at" in line:
                break
        else:
            raise SystemExit("the server ended before it was ready")
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        self.run("user", "create", "Ada", "--password-stdin", stdin="a quiet lake at dawn\n")

    def run(self, *arguments, stdin=""):
        command = [self.program, *map(str, arguments), "--data-dir", str(self.folder)]
        ended = subprocess.run(command, input=stdin, capture_output=True, text=True)
        if ended.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed: {ended.stderr}")
        return ended.stdout.strip()

    def export(self, to):
        self.run("export", "--user", "Ada", "--format", "apkg", "--base-url", "https://dryrun.example.org", "--to", to)
        return to

    def read_in(self, file):
        return self.run("import", "--user", "Ada", file)

    def rows(self, sql, *parameters):
        with sqlite3.connect(self.folder / "dryrun.db") as database:
            database.row_factory = sqlite3.Row
            return database.execute(sql, parameters).fetchall()


class Practice:
    """A document as `dryrun export` writes it, made by hand."""

    def __init__(self):
        self.reviews, self.events, self.sequence = [], [], 0

    def _add(self, rows, question, moment, **more):
        day = int(moment.timestamp() + HOURS_EAST * 3600 - 4 * 3600) // EPOCH_DAY
        row = {"client_id": f"written-{self.sequence}", "question": question, "day": day, "sequence": self.sequence, **more}
        self.sequence += 1
        rows.append(row)
        return row["client_id"]

    def grade(self, question, days_ago, grade, interval, answer_ms=4000):
        at = NOW - timedelta(days=days_ago)
        return self._add(self.reviews, question, at, grade=grade, reviewed_at=at.isoformat(), interval_days=interval, answer_ms=answer_ms)

    def event(self, question, days_ago, kind, **more):
        at = NOW - timedelta(days=days_ago)
        return self._add(self.events, question, at, kind=kind, at=at.isoformat(), **more)

    def document(self):
        settings = {
            "time_zone": ZONE, "day_start_hour": 4, "desired_retention": 0.91, "new_per_day": 7, "maximum_interval": 365,
            "rest_day": None, "parameters": None, "interview_on": None, "interview_topics": None,
        }
        return json.dumps({
            "format": "dryrun-practice", "version": 1, "exported_at": NOW.isoformat(), "settings": settings,
            "reviews": self.reviews, "events": self.events, "bookmarks": [], "notes": [], "ticked_steps": [],
        })


def same(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}:\n  found    {found!r}\n  expected {expected!r}")


def near(what, found, expected, share):
    if abs(found - expected) > share * abs(expected):
        raise SystemExit(f"{what}: found {found}, expected {expected}")


def practise(site):
    """Everything that can have happened to a card, on a question each."""
    q = [row["id"] for row in site.rows("select id from questions order by number limit 9")]
    practice = Practice()
    for days_ago, interval in ((20, 3), (17, 9), (8, 6)):
        practice.grade(q[0], days_ago, GOOD, interval)  # overdue since two days
    practice.grade(q[1], 3, EASY, 16, answer_ms=61_000)
    practice.grade(q[2], 30, GOOD, 3)
    practice.grade(q[2], 10, AGAIN, 1)
    practice.grade(q[2], 9, HARD, 2)
    practice.grade(q[3], 5, GOOD, 3)
    practice.event(q[3], 2, "suspend")
    practice.grade(q[4], 5, GOOD, 3)
    practice.event(q[4], 0, "bury")
    practice.event(q[5], 4, "know", interval_days=33)
    undone = practice.grade(q[6], 1, GOOD, 3)
    practice.event(q[6], 1, "undo", undoes=undone)
    practice.event(q[7], 1, "suspend")
    practice.grade(q[8], 8, GOOD, 8)  # in the same second as an answer to the first
    file = site.folder / "practice.json"
    file.write_text(practice.document())
    same("reading the document in", site.read_in(file), f"{practice.sequence} new events; 0 were there already.")
    return q, practice


def no_package_on_a_screen(site):
    leader, follower = pty.openpty()
    command = [site.program, "export", "--user", "Ada", "--format", "apkg", "--data-dir", str(site.folder)]
    ended = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, text=True)
    os.close(follower)
    os.close(leader)
    same("a package for a terminal", (ended.returncode, "--to" in ended.stderr), (1, True))


def take_in(collection, package):
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    return collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))


def card_of(collection, question):
    note = collection.db.scalar("select id from notes where guid = ?", f"dryrun:{question}")
    return collection.get_card(collection.card_ids_of_note(note)[0])


def check_notes(collection, site):
    questions = site.rows(
        """select q.id, q.title, q.topic, t.title as topic_title, l.name as level, s.html as answer
           from questions q join topics t on t.id = q.topic join level_names l on l.level = q.level
           join sections s on s.question = q.number and s.name = 'answer'
           where exists (select 1 from cards c where c.question = q.number)""")
    same("notes", collection.note_count(), len(questions))
    words = lambda html: re.sub(r"<[^>]*>|&[a-z0-9#]+;|\W", "", html)
    for question in questions:
        card = card_of(collection, question["id"])
        note = card.note()
        same("note type", note.note_type()["name"], "Dryrun")
        same("fields", note.keys(), ["Question", "Answer", "Key points", "Topic", "Level", "Id", "Link"])
        same("id", note["Id"], question["id"])
        same("link", note["Link"], f"https://dryrun.example.org/questions/{question['id']}")
        same("title", words(note["Question"]), words(question["title"]))
        same("answer", words(note["Answer"]), words(question["answer"]))
        same("level", note["Level"], question["level"].capitalize())
        same("tags", sorted(note.tags), sorted([question["topic"], question["level"]]))
        same("deck", collection.decks.name(card.did), f"Dryrun::{question['topic_title']}")
        points = [row["say"] for row in site.rows(
            "select say_html as say from key_points k join questions q on q.number = k.question where q.id = ? order by position",
            question["id"])]
        same("key points", [words(point) for point in re.findall(r"<li>(.*?)</li>", note["Key points"], re.S)], list(map(words, points)))
        shown = card.answer()
        for text in (question["title"], points[0], question["answer"]):
            if words(text) not in words(shown):
                raise SystemExit(f"the back of {question['id']} does not show {text!r}")
        if "{{" in shown or "nightMode" not in card.render_output().css:
            raise SystemExit(f"the card of {question['id']} is not rendered: {shown}")


def check_schedule(collection, site, q):
    stored = {row["id"]: row for row in site.rows("select q.id, c.* from cards c join questions q on q.number = c.question")}
    for question in q:
        card, ours = card_of(collection, question), stored[question]
        same(f"reps of {question}", (card.reps, card.lapses), (ours["grades"], ours["lapses"]))
        if ours["due_day"] is None:
            same(f"{question} is new", card.type, NEW)
            continue
        same(f"{question} was reviewed", card.type, REVIEW)
        same(f"due of {question}", card.due - collection.sched.today, ours["due_day"] - today())
        same(f"interval of {question}", card.ivl, max(1, ours["due_day"] - ours["last_day"]))
        near(f"stability of {question}", card.memory_state.stability, ours["stability"], 1e-3)
        near(f"difficulty of {question}", card.memory_state.difficulty, ours["difficulty"], 1e-3)
        near(f"desired retention of {question}", card.desired_retention, 0.91, 1e-3)
    queues = {question: card_of(collection, question).queue for question in q}
    same("suspended, buried and new", [queues[q[n]] for n in (0, 3, 4, 6, 7)], [REVIEW, SUSPENDED, BURIED, NEW, SUSPENDED])
    options = collection.decks.config_dict_for_deck_id(card_of(collection, q[0]).did)
    same("options", (options["name"], options["new"]["perDay"], options["rev"]["maxIvl"]), ("Dryrun", 7, 365))
    near("desired retention", options["desiredRetention"], 0.91, 1e-3)
    same("parameters of FSRS", len(options["fsrsParams6"]), 21)


def check_log(collection, practice):
    undone = {event.get("undoes") for event in practice.events}
    expected, last = [], {}
    for review in practice.reviews:
        if review["client_id"] not in undone:
            question = review["question"]
            seconds = int(datetime.fromisoformat(review["reviewed_at"]).timestamp())
            expected.append((seconds, question, review["grade"], review["interval_days"], last.get(question, 0), review["answer_ms"], int(question in last)))
            last[question] = review["interval_days"]
    found = [
        (id // 1000, guid.removeprefix("dryrun:"), *rest)
        for id, guid, *rest in collection.db.execute(
            """select r.id, n.guid, r.ease, r.ivl, r.lastIvl, r.time, r.type
               from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid""")
    ]
    same("the log", sorted(found), sorted(expected))


def answer(collection, question, ease):
    """Answers a card as the reviewer's window does."""
    card = card_of(collection, question)
    card.start_timer()
    states = collection._backend.get_scheduling_states(card.id)
    rating = {AGAIN: 0, HARD: 1, GOOD: 2, EASY: 3}[ease]
    collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=rating))
    return collection.db.first("select id, ivl from revlog where cid = ? order by id desc limit 1", card.id)


def exports(collection, folder):
    """The collection in every form that Anki writes, closed afterwards."""
    path = collection.path
    for legacy in (False, True):
        file = folder / f"deck-{legacy}.apkg"
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
        collection.export_anki_package(out_path=str(file), options=options, limit=None)
        yield file
    for legacy in (False, True):
        file = folder / f"collection-{legacy}.colpkg"
        collection.export_collection_package(str(file), include_media=True, legacy=legacy)
        yield file
        collection = Collection(path)
    collection.close()


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "data").mkdir()
        site = Site(program, folder / "data")
        q, practice = practise(site)
        no_package_on_a_screen(site)
        package = site.export(folder / "dryrun.apkg")
        same("an export read back", site.read_in(package), f"0 new events; {len(practice.reviews) - 1} were there already.")

        collection = Collection(str(folder / "collection.anki2"))
        taken = take_in(collection, package).log
        same("new notes", len(taken.new), len(q))
        same("a check of Anki's database", collection.fix_integrity()[1], True)
        check_notes(collection, site)
        check_schedule(collection, site, q)
        check_log(collection, practice)
        again = take_in(collection, package).log
        same("a second import into Anki", (len(again.new), len(again.updated)), (0, 0))
        print(f"anki opened the package: {collection.note_count()} notes, {len(practice.reviews) - 1} answers")

        collection.set_config("fsrs", True)
        given = {q[0]: answer(collection, q[0], GOOD), q[6]: answer(collection, q[6], HARD)}
        remembered = card_of(collection, q[0]).memory_state
        # none of these is an answer to a question of ours
        collection.sched.set_due_date([card_of(collection, q[1]).id], "5")
        note = collection.new_note(collection.models.by_name("Basic"))
        note["Front"] = "Somebody's own"
        collection.add_note(note, collection.decks.id("Other"))
        answer_id = collection.card_ids_of_note(note.id)[0]
        own = collection.get_card(answer_id)
        own.start_timer()
        collection.sched.answerCard(own, GOOD)

        before = site.rows("select * from review_log order by id")
        for file in exports(collection, folder):
            home = Site.__new__(Site)
            home.program, home.folder = program, Path(tempfile.mkdtemp(dir=folder))
            with sqlite3.connect(site.folder / "dryrun.db") as source, sqlite3.connect(home.folder / "dryrun.db") as copy:
                source.backup(copy)
            known = len(practice.reviews) - 1
            told = home.read_in(file)
            same(
                f"import of {file.name}", told,
                f"2 new events; {known} were there already. 1 note of Anki is not from Dryrun and left out. "
                "1 entry of Anki’s log is no answer (moved by hand, crammed, or at an impossible time) and left out.",
            )
            after = home.rows("select l.*, q.id as name from review_log l join questions q on q.number = l.question order by l.id")
            same("what was there", [tuple(row)[:-1] for row in after[: len(before)]], [tuple(row) for row in before])
            same(
                "what is new",
                sorted((row["name"], row["client_id"], row["at_s"], row["day"], row["grade"], row["interval_days"]) for row in after[len(before):]),
                sorted(
                    (question, f"anki-{id}", id // 1000, today(), HARD if question == q[6] else GOOD, max(0, interval))
                    for question, (id, interval) in given.items()
                ),
            )
            card = home.rows("select c.* from cards c join questions q on q.number = c.question where q.id = ?", q[0])[0]
            same("due", card["due_day"], today() + given[q[0]][1])
            near("stability after the answer", card["stability"], remembered.stability, 0.01)
            same("a second import", home.read_in(file).split(".")[0], f"0 new events; {known + 2} were there already")
        print("what Anki exported came back: two new answers, each once")

        # the answers keep their numbers: Anki would know them again
        package = home.export(folder / "again.apkg")
        collection = Collection(str(folder / "fresh.anki2"))
        take_in(collection, package)
        for id, _ in given.values():
            same("the number of an answer from Anki", collection.db.scalar("select count(*) from revlog where id = ?", id), 1)
        collection.close()


main()
