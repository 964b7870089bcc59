"""Kill, restart, compare: see script/crash."""

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

DRYRUN = Path(__file__).resolve().parents[2] / "target" / "release" / "dryrun"
CLIENTS = 8
QUESTIONS = ["api-gateway-lambda", "vpc-core-components", "shared-responsibility-model", "security-group-vs-nacl"]


class Server:
    def __init__(self, data: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = open(data / "server.log", "ab")
        self.process = subprocess.Popen(
            [DRYRUN, "serve", "--bind", f"127.0.0.1:{self.port}", "--data-dir", data],
            stdout=self.log, stderr=self.log,
        )
        for _ in range(500):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"crash: the server did not start again; see {data / 'server.log'}")
                time.sleep(0.01)
        raise SystemExit("crash: the server is not ready after five seconds")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()


def stream(port: int, token: str, confirmed: list[str], sent: list[str], chance: random.Random) -> None:
    """Sends grades until the server is gone; notes each before it is sent and again when it is confirmed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    while True:
        client_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        body = json.dumps({"question": chance.choice(QUESTIONS), "grade": chance.randint(1, 4), "client_id": client_id})
        sent.append(client_id)
        try:
            connection.request("POST", "/api/v1/me/reviews", body, {"authorization": f"Bearer {token}", "content-type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return
        if answer.status != 200:
            raise SystemExit(f"crash: a grade was refused: {answer.status} {text!r}")
        confirmed.append(client_id)


def main() -> None:
    rounds = int(sys.argv[1])
    chance = random.Random(20261122)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        names = [f"client{n}" for n in range(CLIENTS)]
        for name in names:
            subprocess.run([DRYRUN, "user", "create", name, "--password-stdin", "--data-dir", data],
                           input="a password to be crashed\n", text=True, check=True, capture_output=True)
        tokens = [
            subprocess.run([DRYRUN, "user", "token", name, "--data-dir", data], check=True, capture_output=True, text=True)
            .stdout.splitlines()[-1] for name in names
        ]
        confirmed: list[list[str]] = [[] for _ in names]
        sent: list[list[str]] = [[] for _ in names]
        for number in range(1, rounds + 1):
            server = Server(data)
            threads = [
                threading.Thread(target=stream, args=(server.port, token, confirmed[n], sent[n], random.Random(chance.random())))
                for n, token in enumerate(tokens)
            ]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.05, 0.5))
            server.kill()
            for thread in threads:
                thread.join()
            check(data, names, confirmed, sent, number)
            if number % 20 == 0 or number == rounds:
                print(f"{number} kills, {sum(map(len, confirmed)):,} confirmed grades, none lost, none twice", flush=True)
        # the way that a person would look at it
        server = Server(data)
        for name, known in zip(names, confirmed):
            exported = json.loads(subprocess.run([DRYRUN, "export", "--user", name, "--data-dir", data],
                                                 check=True, capture_output=True, text=True).stdout)
            ids = [review["client_id"] for review in exported["reviews"]]
            if len(ids) != len(set(ids)) or not set(known) <= set(ids):
                raise SystemExit(f"crash: the export of {name} lacks a grade or has one twice")
        server.kill()
    print("Every confirmed grade is in the export exactly once.")


def check(data: Path, names: list[str], confirmed: list[list[str]], sent: list[list[str]], number: int) -> None:
    """Opens the database as the next start would: with the journal that the kill left."""
    Server(data).kill()
    database = sqlite3.connect(f"file:{data / 'dryrun.db'}?mode=ro", uri=True)
    sound = database.execute("pragma integrity_check").fetchall()
    if sound != [("ok",)]:
        raise SystemExit(f"crash: after kill {number} the database is damaged: {sound}")
    for name, known, tried in zip(names, confirmed, sent):
        rows = [row[0] for row in database.execute(
            "select client_id from review_log where person = (select id from people where name = ?)", (name,))]
        if len(rows) != len(set(rows)):
            raise SystemExit(f"crash: after kill {number} a grade of {name} is there twice")
        lost = set(known) - set(rows)
        if lost:
            raise SystemExit(f"crash: after kill {number} {len(lost)} confirmed grades of {name} are lost: {sorted(lost)[:3]}")
        if not set(rows) <= set(tried):
            raise SystemExit(f"crash: after kill {number} {name} has grades that nobody sent")
    database.close()


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    main()
