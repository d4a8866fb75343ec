"""Pages for measuring, made up from a few words: no two of them have the same text."""

from __future__ import annotations

import random

_VOCABULARY = (
    "harbour council bridge engineer ferry minister vote ballot recount reservoir drought "
    "club owner season match court judge witness report budget tax school hospital nurse "
    "train station strike union price market energy wind grid island storm coast rescue "
    "museum festival street mayor region river valley farm harvest export border talks"
)
_WORDS = _VOCABULARY.split()


def invent_page(number: int) -> str:
    """A page of about 20 kB with text of its own and the usual furniture around it."""
    chance = random.Random(number)

    def sentence() -> str:
        words = [chance.choice(_WORDS) for _ in range(chance.randint(9, 18))]
        return " ".join(words).capitalize() + "."

    body = "\n".join(
        f"<p>{' '.join(sentence() for _ in range(chance.randint(2, 5)))}</p>" for _ in range(14)
    )
    links = "\n".join(f'<li><a href="/{n}">{sentence()[:40]}</a></li>' for n in range(80))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{sentence()} - The Sampler</title>
<link rel="canonical" href="https://sampler.example/news/{number}">
<meta property="og:site_name" content="The Sampler">
<meta property="article:published_time" content="2026-0{number % 9 + 1}-1{number % 10}T08:00:00Z">
</head><body><nav><ul>{links}</ul></nav><main><article><h1>{sentence()}</h1>
{body}</article></main><footer>{links}</footer></body></html>"""
