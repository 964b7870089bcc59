#!/usr/bin/env python3
"""Writes a large bank of made-up questions, the same every time: synthetic.py DIR [COUNT]

Every file passes `dryrun check` without a warning. Answer and explanation have 200 words together, drawn by
Zipf's law from 60,000 (terms of AWS first, invented words after them) with plain function words between; around
them stand a short hands-on guide with code, mistakes, follow-ups, a quiz item, tags and relations.
"""

import itertools
import random
import sys
from pathlib import Path

TOPICS = [
    "fundamentals", "networking", "compute", "serverless", "storage", "databases", "security", "messaging",
    "observability", "infrastructure-as-code", "reliability", "performance", "cost", "migration", "architecture",
    "troubleshooting",
]
LEVELS = ["beginner", "intermediate", "advanced"]
KINDS = ["concept", "comparison", "scenario", "troubleshooting", "design"]
TERMS = """
    lambda bucket subnet gateway instance queue function database region cluster policy role container latency
    throttling snapshot replica failover stream table index cache alarm metric event topic bridge endpoint route
    firewall listener target balancer volume backup archive certificate secret rotation token identity account
    organization budget invoice reservation savings spot fleet template stack pipeline artifact deployment rollback
    canary blueprint trace span segment dashboard retention shard partition consumer producer broker message batch
    retry timeout idempotency concurrency memory processor storage encryption compression replication migration
    cutover hybrid tunnel peering transit resolver domain record header payload request response session cookie
    origin edge prefix object lifecycle versioning tagging inventory audit finding detector scanner patch image
    registry task service mesh node pod scheduler orchestrator workflow state transition callback webhook integration
""".split()
WORDS = 60_000
TAGS = 400
# of eleven words each
SENTENCES_OF_ANSWER = 7
SENTENCES_OF_EXPLANATION = 11


def vocabulary(chance: random.Random) -> list[str]:
    """The terms, then invented words that can be spoken."""
    onsets = "b c d f g h k l m n p r s t v w st tr gr pl sh ch".split()
    vowels = "a e i o u ai ou ea".split()
    ends = ["", "n", "r", "s", "l", "ting", "ter", "tion", "ty", "ment", "ly"]
    words = dict.fromkeys(TERMS)
    while len(words) < WORDS:
        syllables = chance.choice([2, 2, 3, 3, 4])
        word = "".join(chance.choice(onsets) + chance.choice(vowels) for _ in range(syllables))
        words[word + chance.choice(ends)] = None
    return list(words)


def zipf(count: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 2.7) for rank in range(count)))


class Bank:
    """Draws question after question; the same numbers in the same order give the same bank."""

    def __init__(self, count: int):
        self.count = count
        self.chance = random.Random(20261122)
        self.words = vocabulary(self.chance)
        self.weights = zipf(WORDS)
        self.tags = [f"{word}-{n}" for n, word in enumerate(self.words[:TAGS])]
        self.tag_weights = zipf(TAGS)

    def question_id(self, number: int) -> str:
        # spread over the vocabulary, so that neighbours in the alphabet are not neighbours in the bank
        return f"{self.words[number * 7919 % WORDS]}-{number:06}"

    def path(self, number: int) -> str:
        return f"questions/{TOPICS[number % len(TOPICS)]}/{self.question_id(number)}.md"

    def draw(self, count: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.weights, k=count)

    def file(self, number: int) -> str:
        sentences = [self.draw(6) for _ in range(SENTENCES_OF_ANSWER + SENTENCES_OF_EXPLANATION)]
        spoken, rest = sentences[:SENTENCES_OF_ANSWER], sentences[SENTENCES_OF_ANSWER:]
        subject = spoken[0]
        tags = dict.fromkeys(self.chance.choices(self.tags, cum_weights=self.tag_weights, k=4))
        related = {self.question_id((number + step) % self.count) for step in (1, self.chance.randrange(2, self.count))}
        half = len(rest) // 2
        lines = [
            "---",
            f"title: How does a {subject[0]} {subject[1]} work with the {subject[2]} {subject[3]}?",
            f"level: {LEVELS[number % 3]}",
            f"kind: {KINDS[number % 5]}",
            f"tags: [{', '.join(tags)}]",
            f"aliases: [{subject[4]} {subject[5]}]",
            f"minutes: {number % 4 + 1}",
            f"related: [{', '.join(sorted(related))}]",
            "key_points:",
            # three are in the answer, one only in the explanation, as in most real questions
            *itertools.chain.from_iterable(
                key_point(n, words) for n, words in enumerate([*spoken[:6:2], rest[0]])
            ),
            "sources:",
            f"  - {{title: The {subject[0]} guide, url: 'https://docs.example.org/{subject[0]}', checked: 2026-11-01}}",
            "facts:",
            f"  - {{claim: The {subject[1]} takes {number % 90 + 10} units., checked: 2026-11-01, review_by: 2036-11-01}}",
            "quiz:",
            "  - id: choice",
            f"    ask: Which part of the {subject[2]} comes first?",
            "    options:",
            f"      - {{text: The {subject[3]}, right: true, why: The {subject[3]} starts everything.}}",
            f"      - {{text: The {subject[4]}, why: The {subject[4]} comes later.}}",
            f"      - {{text: The {subject[5]}, why: The {subject[5]} comes last.}}",
            "---",
            "## Answer",
            prose(spoken),
            "## Technical explanation",
            prose(rest[:half]),
            f"### The {rest[half][0]} and its {rest[half][1]}",
            prose(rest[half:]),
            "## Hands-on example",
            f"You need an account and a {subject[1]}.",
            "",
            f"1. Create the {subject[0]} {{#create}}",
            "",
            "   ```bash",
            f"   aws {subject[0]} create --name \"{subject[1]}\" --count {number % 9 + 1}",
            "   ```",
            f"2. Look at the {subject[2]} {{#look}}",
            "",
            f"   It shows the {subject[3]} after a minute.",
            f"3. Delete the {subject[0]} {{#delete}}",
            "",
            "## Common mistakes",
            *(f"- **The {word} is forgotten.** Check it before the {subject[0]}." for word in subject[1:4]),
            "## Follow-up questions",
            *itertools.chain.from_iterable(follow_up(n, words) for n, words in enumerate(rest[:3])),
        ]
        return "\n".join(lines) + "\n"


def sentence(words: list[str]) -> str:
    a, b, c, d, e, f = words
    return f"The {a} {b} of the {c} uses {d} {e} and {f}."


def prose(sentences: list[list[str]]) -> str:
    return " ".join(map(sentence, sentences)) + "\n"


def key_point(number: int, words: list[str]) -> list[str]:
    return [
        f"  - id: point-{number}",
        f"    say: {sentence(words)}",
        f"    terms: [{words[0]}, {words[3]}]",
        f"    probe: What else belongs to the {words[2]}?",
    ]


def follow_up(number: int, words: list[str]) -> list[str]:
    return [f"### What does the {words[0]} cost? {{#follow-{number}}}", f"{sentence(words)}", ""]


def write(folder: Path, count: int) -> None:
    for topic in TOPICS:
        (folder / "questions" / topic).mkdir(parents=True, exist_ok=True)
    bank = Bank(count)
    for number in range(count):
        (folder / bank.path(number)).write_text(bank.file(number))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
