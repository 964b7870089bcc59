"""A bank of 100,000 questions: starting, listing, showing, searching."""

import random
import re
from pathlib import Path
from urllib.parse import urlencode

import synthetic
from report import TIMES_HEAD, Figure, Part, at_most, percentile, times_row
from server import Server, start_dryrun

QUESTIONS = 100_000
SORTS = ["", "title", "level", "newest"]
SEARCH_ROUNDS = 4


def measure(scratch: Path) -> Part:
    content = scratch / "content"
    print(f"writing {QUESTIONS:,} questions ...", flush=True)
    synthetic.write(content, QUESTIONS)
    bank = synthetic.Bank(QUESTIONS)

    with start_dryrun(scratch / "bank", "--content", str(content)) as server:
        first_start, memory_after_sync = server.start_seconds, server.resident_mb()
    starts = []
    for _ in range(3):
        with start_dryrun(scratch / "bank", "--content", str(content)) as server:
            starts.append(server.start_seconds)
    unchanged_start = sorted(starts)[1]

    with start_dryrun(scratch / "bank", "--content", str(content)) as server:
        lists = {name: server.timed(paths) for name, paths in list_paths(bank).items()}
        questions = server.timed(question_paths(bank))
        searches = {kind: server.timed(search_paths(queries) * SEARCH_ROUNDS) for kind, queries in mix(bank, content).items()}
        unanswered = without_results(server, mix(bank, content))
        memory = server.resident_mb()

    list_times = sum(lists.values(), [])
    search_times = sum(searches.values(), [])
    details = [times_row(name, times) for name, times in lists.items()]
    details.append(times_row("question page", questions))
    details += [times_row(f"search: {kind}", times) for kind, times in searches.items()]
    figures = [
        at_most("first start: sync of everything", first_start, 40, "s"),
        at_most("start with nothing changed, median of 3", unchanged_start, 2, "s", digits=2),
        at_most(f"list with filters, p95 of {len(list_times)}", percentile(list_times, 95), 20, "ms"),
        at_most(f"question page, p95 of {len(questions)}", percentile(questions, 95), 20, "ms"),
        at_most(f"search, p95 of {len(search_times)}", percentile(search_times, 95), 50, "ms"),
        Figure("queries of the mix that found or suggested nothing", str(len(unanswered)), "0", not unanswered),
        Figure("resident memory after the first sync", f"{memory_after_sync:.0f} MB"),
        Figure("resident memory after these requests", f"{memory:.0f} MB"),
    ]
    if unanswered:
        print("found nothing:", *unanswered, sep="\n  ")
    return Part(
        "A bank of 100,000 questions",
        "Made by `script/bench.d/synthetic.py` and laid over the built-in content with `--content`: 200 words of answer and "
        "explanation each, besides steps with code, mistakes, follow-ups, a quiz item, tags and relations. A start lasts "
        "from the command to the first answer of `/readyz`, with the files in the system's cache. Requests go one after "
        "another; the page cache is on, but no page is asked for twice.",
        figures,
        [("In figures:", TIMES_HEAD, details)],
    )


def list_paths(bank: synthetic.Bank) -> dict[str, list[str]]:
    """Filters, sorts and pages in every mixture; a page past the last shows the last."""
    chance = random.Random(1)

    def path(**filters: str) -> str:
        return "/questions?" + urlencode({name: value for name, value in filters.items() if value})

    def maybe(values: list[str]) -> str:
        return chance.choice(values) if chance.random() < 0.5 else ""

    def tag() -> str:
        return chance.choices(bank.tags, cum_weights=bank.tag_weights)[0]

    def filters() -> dict[str, str]:
        return {"topic": maybe(synthetic.TOPICS), "level": maybe(synthetic.LEVELS), "kind": maybe(synthetic.KINDS)}

    def sort() -> str:
        return chance.choice(SORTS)

    return {
        "list: filters, first pages": [
            path(**filters(), sort=sort(), page=str(chance.randrange(1, 11))) for _ in range(100)
        ],
        "list: filters, deep pages": [
            path(**filters(), sort=sort(), page=str(chance.randrange(50, 5000))) for _ in range(100)
        ],
        "list: a tag, first pages": [
            path(**filters(), tag=tag(), sort=sort(), page=str(chance.randrange(1, 11))) for _ in range(100)
        ],
        "list: a tag, deep pages": [
            path(tag=tag(), sort=sort(), page=str(chance.randrange(50, 1000))) for _ in range(100)
        ],
    }


def question_paths(bank: synthetic.Bank) -> list[str]:
    numbers = random.Random(2).sample(range(QUESTIONS), 400)
    return [f"/questions/{bank.question_id(number)}" for number in numbers]


def mix(bank: synthetic.Bank, content: Path) -> dict[str, list[str]]:
    """The fifty queries: ten of each kind."""
    terms, rare = synthetic.TERMS, bank.words[-2000::200]
    said = [first_sentence(content / bank.path(number)) for number in range(0, QUESTIONS, QUESTIONS // 10)]
    return {
        "common": terms[:10],
        "rare": rare,
        "phrase": [f'"{words[0]} {words[1]}"' for words in said],
        "typo": [swapped(word) for word in terms[10:15] + bank.words[500:5500:1000]],
        "two words": [f"{terms[n]} {other}" for n, other in enumerate(terms[20:24] + rare[:3])]
        + [f"{words[0]} {words[3]}" for words in said[:3]],
    }


def first_sentence(file: Path) -> list[str]:
    """The six drawn words of the Answer's first sentence."""
    answer = file.read_text().split("## Answer\n")[1]
    return re.match(r"The (\w+) (\w+) of the (\w+) uses (\w+) (\w+) and (\w+)", answer).groups()


def swapped(word: str) -> str:
    """Two letters in the middle change places."""
    at = next(at for at in range(len(word) // 2, 0, -1) if word[at] != word[at - 1])
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def search_paths(queries: list[str]) -> list[str]:
    return ["/search?" + urlencode({"q": query}) for query in queries]


def without_results(server: Server, mix: dict[str, list[str]]) -> list[str]:
    """Queries that were answered with nothing at all, which would be fast for the wrong reason."""
    empty = []
    for kind, queries in mix.items():
        for query in queries:
            page = server.get("/api/v1/search?" + urlencode({"q": query})).decode()
            if '"results":[]' in page and '"suggestion":null' in page:
                empty.append(f"{kind}: {query}")
    return empty
