"""The rows of the warehouse: one frozen model a table, column for column.

`TABLES` names the table that each fills; a test holds them against the migrations.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from schemas.address import address_hash
from schemas.article import Article
from schemas.cadence import Rhythm
from schemas.candidate import Hints
from schemas.document import Kind
from schemas.fetching import Moved, RobotsFile, Validators
from schemas.link import Link
from schemas.model import Frozen
from schemas.rejection import Rejection

Fate = Literal["stored", "rejected", "failed", "waiting", "gone", "forgotten"]
RunKind = Literal["load", "ingest", "backfill", "reextract"]
RunStatus = Literal["running", "done", "interrupted", "crashed"]


class ArticleRow(Article):
    """`articles`: an extracted article and what was decided about it."""

    version: int
    status: Literal["live", "gone"] = "live"
    duplicate_of: UUID | None = None
    story_id: UUID | None = None
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    content_changed_at: AwareDatetime


class VersionRow(Frozen):
    """`article_versions`: what an article said from one moment to another."""

    article_id: UUID
    version: int
    valid_from: AwareDatetime
    valid_to: AwareDatetime | None
    title: str | None
    body: str
    change: str | None
    document_id: UUID
    content_hash: UUID
    body_hash: UUID


class DuplicateRow(Frozen):
    """`duplicates`: which article repeats which, and by what evidence."""

    article_id: UUID
    duplicate_of: UUID
    kind: Literal["exact", "near", "declared"]
    similarity: float
    evidence: str
    decided_at: AwareDatetime


class BoilerplateRow(Frozen):
    """`boilerplate`: a paragraph that a publisher repeats, and that is cut from its articles."""

    publisher: str
    paragraph: str
    articles: int
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    learned_at: AwareDatetime


class LearningRow(Frozen):
    """`ops.learning`: how many articles a publisher had when its paragraphs were counted."""

    publisher: str
    articles: int
    learned_at: AwareDatetime


class RejectRow(Rejection):
    """`rejects`: what did not become an article, and why."""

    run_id: UUID
    rejected_at: AwareDatetime


class SourceRow(Frozen):
    """`sources`: a source as it was configured when it was last used."""

    source_id: str
    publisher: str | None
    language: str | None
    config: dict[str, JsonValue]
    first_used_at: AwareDatetime
    last_used_at: AwareDatetime


class RunRow(Frozen):
    """`runs`: a run and its sums (see `schemas.run`)."""

    run_id: UUID
    kind: RunKind
    status: RunStatus
    started_at: AwareDatetime
    finished_at: AwareDatetime | None
    discovered: int
    stored: int
    new_versions: int
    duplicates: int
    unchanged: int
    rejected: int
    failed: int
    waiting: int
    bytes: int
    seconds: float
    reasons: dict[str, int]
    parameters: dict[str, JsonValue]


class ProcessRow(Frozen):
    """`ops.processes`: the process that does a run; there while the run goes on."""

    run_id: UUID
    host: str
    pid: int
    born_at: AwareDatetime
    alive_at: AwareDatetime


class FetchRow(Frozen):
    """`fetches`: a document that was read and what article it belongs to."""

    document_id: UUID
    article_id: UUID
    run_id: UUID
    source_id: str
    url: str
    requested_url: str
    kind: Kind
    seen_at: AwareDatetime
    captured_at: AwareDatetime | None
    status_code: int | None
    content_type: str | None
    bytes: int
    sha256: str
    content_hash: UUID
    body_hash: UUID
    archive_file: str | None
    archive_offset: int | None
    url_hash: int = Field(default_factory=lambda row: address_hash(row["url"]))
    requested_url_hash: int = Field(default_factory=lambda row: address_hash(row["requested_url"]))


class CandidateRow(Frozen):
    """`ops.candidates`: a discovered URL or file and its fate."""

    url: str
    source_id: str
    fate: Fate
    reason: str | None
    article_id: UUID | None
    document_id: UUID | None
    discovered_at: AwareDatetime
    since: AwareDatetime
    canonical_url: str | None = None
    hints: Hints | None = None
    attempts: int | None = None
    looks: int | None = None
    next_at: AwareDatetime | None = None
    validators: Validators | None = None
    url_hash: int = Field(default_factory=lambda row: address_hash(row["url"]))


class ProgressRow(Frozen):
    """`ops.progress`: how far a web archive was read."""

    mark: str
    source_id: str
    path: str
    size: int
    position: int
    before: str
    is_done: bool
    run_id: UUID
    updated_at: AwareDatetime


class SurveyRow(Frozen):
    """`ops.surveys`: a day of a source whose sitemaps and archive pages were read."""

    source_id: str
    day: date
    asked_at: AwareDatetime
    reason: str | None
    detail: str | None


class ListingRow(Frozen):
    """`ops.listings`: an address that was named for a day."""

    source_id: str
    day: date
    canonical_url: str


class RereadingRow(Frozen):
    """`ops.rereadings`: an archived document that later extraction made another text of."""

    document_id: UUID
    article_id: UUID
    reread_at: AwareDatetime
    content_hash: UUID
    body_hash: UUID
    title: str | None
    body: str
    run_id: UUID


class FeedRow(Frozen):
    """`ops.feeds`: a feed or sitemap, and how to recognise that nothing changed."""

    url: str
    source_id: str
    validators: Validators | None
    moved: Moved | None
    fetched_at: AwareDatetime
    reason: str | None
    detail: str | None


class PollRow(Frozen):
    """`ops.polls`: a source's rhythm, and why its feeds and sitemaps failed last."""

    source_id: str
    next_at: AwareDatetime
    rhythm: Rhythm
    failing_since: AwareDatetime | None
    reason: str | None
    detail: str | None


class RobotsRow(Frozen):
    """`ops.robots`: a robots.txt as it was last answered."""

    origin: str
    file: RobotsFile
    expires_at: AwareDatetime


class FingerprintRow(Frozen):
    """`ops.fingerprints`: the hashes of an article's current content."""

    article_id: UUID
    content_hash: UUID
    body_hash: UUID


class TextRow(Frozen):
    """`ops.texts`: a body that one or more articles have, for finding near-duplicates."""

    text_id: UUID
    number: int
    shingles: int
    day: int


#: One hash in eight, those below this of 32 bits, is a landmark, by which a text is found over
#: more than a year and not over weeks.
LANDMARK = 2**29


class ShingleRow(Frozen):
    """`ops.shingles`, and `ops.landmarks`: a sampled hash of a text."""

    hash: int
    number: int
    day: int


class StoryRow(Frozen):
    """`stories`: one event."""

    story_id: UUID
    thread_id: UUID | None
    label: str
    keywords: tuple[str, ...]
    first_published_at: AwareDatetime | None
    last_published_at: AwareDatetime | None
    article_count: int
    publisher_count: int


class ThreadRow(Frozen):
    """`threads`: a matter that runs for months or years."""

    thread_id: UUID
    label: str
    keywords: tuple[str, ...]
    first_published_at: AwareDatetime | None
    last_published_at: AwareDatetime | None
    story_count: int
    article_count: int


class ArticleTermsRow(Frozen):
    """`ops.article_terms`: what an article that stands for itself is compared by."""

    article_id: UUID
    content_hash: UUID
    language: str
    published_on: date | None
    seen_on: date
    foremost: tuple[int, ...]
    terms: tuple[int, ...]
    weights: tuple[int, ...]
    names: tuple[int, ...]


class StoryTermsRow(Frozen):
    """`ops.story_terms`: the names that a story is compared by."""

    story_id: UUID
    language: str
    foremost: tuple[int, ...]
    terms: tuple[int, ...]
    weights: tuple[int, ...]


class LinkRow(Frozen):
    """`ops.article_links`, `ops.story_links`: two that are near each other, the lower id first."""

    one: UUID
    two: UUID
    similarity: float


class StoryIdRow(Frozen):
    """`story_ids`: where an id leads that is no more, or that lost articles to another."""

    kind: Literal["story", "thread"]
    former_id: UUID
    current_id: UUID
    change: Literal["merged", "split", "renamed"]
    changed_at: AwareDatetime


class TombstoneRow(Frozen):
    """`ops.tombstones`: what was taken down and must not come back."""

    kind: Literal["url", "domain", "source"]
    value: str
    forgotten_at: AwareDatetime


class MigrationRow(Frozen):
    """`ops.migrations`: a migration that was applied to this file."""

    version: int
    name: str
    applied_at: AwareDatetime


TABLES: dict[str, type[Frozen]] = {
    "articles": ArticleRow,
    "article_versions": VersionRow,
    "duplicates": DuplicateRow,
    "boilerplate": BoilerplateRow,
    "rejects": RejectRow,
    "sources": SourceRow,
    "runs": RunRow,
    "fetches": FetchRow,
    "stories": StoryRow,
    "threads": ThreadRow,
    "story_ids": StoryIdRow,
    "ops.candidates": CandidateRow,
    "ops.feeds": FeedRow,
    "ops.polls": PollRow,
    "ops.progress": ProgressRow,
    "ops.rereadings": RereadingRow,
    "ops.surveys": SurveyRow,
    "ops.listings": ListingRow,
    "ops.processes": ProcessRow,
    "ops.robots": RobotsRow,
    "ops.fingerprints": FingerprintRow,
    "ops.learning": LearningRow,
    "ops.links": Link,
    "ops.shingles": ShingleRow,
    "ops.landmarks": ShingleRow,
    "ops.texts": TextRow,
    "ops.article_terms": ArticleTermsRow,
    "ops.article_links": LinkRow,
    "ops.story_terms": StoryTermsRow,
    "ops.story_links": LinkRow,
    "ops.tombstones": TombstoneRow,
    "ops.migrations": MigrationRow,
}
