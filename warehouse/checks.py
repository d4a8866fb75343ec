"""What must be true of a warehouse at any moment, each as a query that finds the exceptions."""

from __future__ import annotations

from schemas.model import Frozen
from warehouse.connect import Connection


class Check(Frozen):
    """An invariant: what it says, the rows that break it, and what to do then."""

    name: str
    sql: str
    advice: str


class Finding(Frozen):
    """A broken invariant: how many rows break it, and one of them."""

    name: str
    count: int
    example: str
    advice: str


#: The advice of what `newswell doctor --repair` makes anew.
PLACE = "run `newswell doctor --repair`, which makes stories and threads anew"
_RESTORE = "restore the file from a backup, or load the inputs into a new one"
#: What is wrong with duplicates alone follows from the articles, and is found anew.
REGROUP = "`newswell doctor --repair` finds the duplicates anew"


def _once(table: str, key: str, advice: str = _RESTORE) -> Check:
    return Check(
        name=f"{table} has one row a {key}",
        sql=f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1",
        advice=advice,
    )


def _refers(table: str, column: str, target: str, key: str, advice: str = _RESTORE) -> Check:
    return Check(
        name=f"every {table}.{column} is found in {target}",
        sql=(
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (FROM {target} there WHERE there.{key} = {table}.{column})"
        ),
        advice=advice,
    )


def _hashed(table: str, column: str) -> Check:
    return Check(
        name=f"every {table}.{column} is found by its hash",
        sql=(
            f"SELECT {column} FROM {table}"
            f" WHERE {column}_hash IS DISTINCT FROM (md5_number_lower({column}) >> 1)::BIGINT"
        ),
        advice=_RESTORE,
    )


CHECKS: tuple[Check, ...] = (
    _once("articles", "article_id"),
    _once("article_versions", "article_id, version"),
    _once("duplicates", "article_id"),
    _once("stories", "story_id", PLACE),
    _once("threads", "thread_id", PLACE),
    _once("story_ids", "kind, former_id, current_id", PLACE),
    _once("ops.article_terms", "article_id", PLACE),
    _once("ops.article_links", "one, two", PLACE),
    _once("ops.story_terms", "story_id", PLACE),
    _once("ops.story_links", "one, two", PLACE),
    _once("sources", "source_id"),
    _once("runs", "run_id"),
    _once("fetches", "document_id"),
    _once("rejects", "url, stage, reason"),
    _once("ops.candidates", "url"),
    _hashed("ops.candidates", "url"),
    _hashed("fetches", "url"),
    _hashed("fetches", "requested_url"),
    _once("boilerplate", "publisher, paragraph"),
    _once("ops.fingerprints", "article_id"),
    _once("ops.links", "smaller, larger", REGROUP),
    _once("ops.texts", "text_id", REGROUP),
    _refers("articles", "document_id", "fetches", "document_id"),
    _refers("articles", "duplicate_of", "articles", "article_id"),
    _refers("articles", "source_id", "sources", "source_id"),
    _refers("articles", "article_id", "ops.fingerprints", "article_id"),
    _refers("articles", "story_id", "stories", "story_id", PLACE),
    _refers("stories", "thread_id", "threads", "thread_id", PLACE),
    _refers("ops.article_terms", "article_id", "articles", "article_id", PLACE),
    _refers("ops.article_links", "one", "ops.article_terms", "article_id", PLACE),
    _refers("ops.article_links", "two", "ops.article_terms", "article_id", PLACE),
    _refers("ops.story_terms", "story_id", "stories", "story_id", PLACE),
    _refers("ops.story_links", "one", "ops.story_terms", "story_id", PLACE),
    _refers("ops.story_links", "two", "ops.story_terms", "story_id", PLACE),
    _refers("article_versions", "article_id", "articles", "article_id"),
    _refers("article_versions", "document_id", "fetches", "document_id"),
    _refers("fetches", "article_id", "articles", "article_id"),
    _refers("fetches", "run_id", "runs", "run_id"),
    _refers("ops.rereadings", "document_id", "fetches", "document_id"),
    _refers("ops.rereadings", "run_id", "runs", "run_id"),
    _refers("rejects", "run_id", "runs", "run_id"),
    _refers("ops.fingerprints", "article_id", "articles", "article_id"),
    _refers("ops.links", "smaller", "ops.texts", "text_id", REGROUP),
    _refers("ops.links", "larger", "ops.texts", "text_id", REGROUP),
    Check(
        name="every ops.candidates.article_id is found in articles",
        # what was forgotten keeps its id, which tells the addresses of one article together
        sql="""SELECT article_id FROM ops.candidates
            WHERE article_id IS NOT NULL AND fate <> 'forgotten'
            AND NOT EXISTS (FROM articles there WHERE there.article_id = candidates.article_id)""",
        advice=_RESTORE,
    ),
    Check(
        name="nothing that was forgotten is there",
        sql="""SELECT url FROM ops.candidates WHERE fate = 'forgotten'
            AND article_id IN (SELECT article_id FROM articles)""",
        advice="run `newswell forget` for it again",
    ),
    Check(
        name="a duplicate refers to an article that is none itself",
        sql="""SELECT a.article_id FROM articles a JOIN articles b ON a.duplicate_of = b.article_id
            WHERE b.duplicate_of IS NOT NULL""",
        advice=_RESTORE,
    ),
    Check(
        name="articles and duplicates agree",
        sql="""SELECT article_id FROM (SELECT article_id, duplicate_of FROM articles
            WHERE duplicate_of IS NOT NULL) a FULL JOIN duplicates d USING (article_id)
            WHERE a.duplicate_of IS DISTINCT FROM d.duplicate_of""",
        advice=_RESTORE,
    ),
    Check(
        name="an article's text is that of its last version",
        sql="""SELECT article_id FROM articles a
            LEFT JOIN article_versions v USING (article_id, version)
            WHERE v.valid_to IS NOT NULL OR v.body IS DISTINCT FROM a.body
            OR v.title IS DISTINCT FROM a.title OR v.document_id IS DISTINCT FROM a.document_id""",
        advice=_RESTORE,
    ),
    Check(
        name="versions count from 1 without a gap, and each begins where the last one ended",
        sql="""SELECT article_id FROM (SELECT article_id, version, valid_from,
                row_number() OVER line AS expected, lag(valid_to) OVER line AS before
            FROM article_versions WINDOW line AS (PARTITION BY article_id ORDER BY version))
            WHERE version <> expected OR (version > 1 AND before IS DISTINCT FROM valid_from)""",
        advice=_RESTORE,
    ),
    Check(
        name="an article's fingerprint is that of its last version",
        sql="""SELECT f.article_id FROM ops.fingerprints f
            LEFT JOIN article_versions v ON v.article_id = f.article_id AND v.valid_to IS NULL
            WHERE v.content_hash IS DISTINCT FROM f.content_hash
            OR v.body_hash IS DISTINCT FROM f.body_hash""",
        advice=_RESTORE,
    ),
    Check(
        name="an exact duplicate has the words of the article that it repeats",
        sql="""SELECT d.article_id FROM duplicates d
            JOIN ops.fingerprints copy ON copy.article_id = d.article_id
            JOIN ops.fingerprints original ON original.article_id = d.duplicate_of
            WHERE d.kind = 'exact' AND copy.body_hash <> original.body_hash""",
        advice=_RESTORE,
    ),
    Check(
        name="equal bodies are one group",
        sql="""SELECT body_hash FROM ops.fingerprints JOIN articles USING (article_id)
            GROUP BY body_hash HAVING count(DISTINCT coalesce(duplicate_of, article_id)) <> 1""",
        advice=_RESTORE,
    ),
    Check(
        name="nothing repeats what is itself a repetition",
        sql="""SELECT d.article_id FROM duplicates d
            JOIN duplicates there ON there.article_id = d.duplicate_of""",
        advice=REGROUP,
    ),
    Check(
        name="every body is entered among the texts, and no other text is",
        sql="""SELECT coalesce(text_id, body_hash) FROM ops.texts
            FULL JOIN (SELECT DISTINCT body_hash FROM ops.fingerprints) ON text_id = body_hash
            WHERE text_id IS NULL OR body_hash IS NULL""",
        advice=REGROUP,
    ),
    Check(
        name="no two texts have one number",
        sql="SELECT number FROM ops.texts GROUP BY number HAVING count(*) > 1",
        advice=REGROUP,
    ),
    Check(
        # of texts that are gone some are left, whose numbers no other text will have
        name="no shingle waits for a text of its number",
        sql="""SELECT number FROM (FROM ops.shingles UNION ALL FROM ops.landmarks)
            WHERE number > (SELECT coalesce(max(number), 0) FROM ops.texts)""",
        advice=REGROUP,
    ),
    Check(
        name="a near-duplicate is tied to the group that it is in",
        sql="""SELECT d.article_id FROM duplicates d
            JOIN ops.fingerprints f USING (article_id)
            WHERE d.kind <> 'exact' AND NOT EXISTS (FROM ops.links
                WHERE smaller = f.body_hash OR larger = f.body_hash)""",
        advice=REGROUP,
    ),
    Check(
        name="a story has the articles that it counts",
        sql="""SELECT s.story_id FROM stories s LEFT JOIN (
                SELECT story_id, count(*) AS n FROM articles WHERE story_id IS NOT NULL
                GROUP BY story_id) a USING (story_id)
            WHERE a.n IS DISTINCT FROM s.article_count""",
        advice=PLACE,
    ),
    Check(
        name="a thread has the stories that it counts",
        sql="""SELECT t.thread_id FROM threads t LEFT JOIN (
                SELECT thread_id, count(*) AS n, sum(article_count) AS articles FROM stories
                WHERE thread_id IS NOT NULL GROUP BY thread_id) s USING (thread_id)
            WHERE s.n IS DISTINCT FROM t.story_count
            OR s.articles IS DISTINCT FROM t.article_count""",
        advice=PLACE,
    ),
    Check(
        name="a duplicate is in the story of what it repeats",
        sql="""SELECT copy.article_id FROM articles copy
            JOIN articles original ON original.article_id = copy.duplicate_of
            -- what waits to be placed is placed by the next run
            WHERE original.article_id IN (SELECT article_id FROM ops.article_terms)
            AND copy.article_id NOT IN (SELECT article_id FROM ops.article_terms)
            AND copy.story_id <> original.story_id""",
        advice=PLACE,
    ),
    Check(
        name="every former id of a story or thread leads to one that is there",
        sql="""SELECT former_id, current_id FROM story_ids WHERE current_id NOT IN (
            SELECT story_id FROM stories UNION ALL SELECT thread_id FROM threads)""",
        advice=PLACE,
    ),
    Check(
        name="every stored address has its article, every other one its reason",
        sql="""SELECT url FROM ops.candidates
            WHERE (fate = 'stored' AND (article_id IS NULL OR reason IS NOT NULL))
            OR (fate <> 'stored' AND reason IS NULL)""",
        advice=_RESTORE,
    ),
    Check(
        name="every rejected or failed address says why in rejects",
        sql="""SELECT url FROM ops.candidates WHERE fate IN ('rejected', 'failed')
            AND NOT EXISTS (FROM rejects r WHERE r.url = candidates.url
                AND r.reason = candidates.reason)""",
        advice=_RESTORE,
    ),
    Check(
        name="the sums of every run agree",
        sql="""SELECT run_id FROM runs WHERE discovered <>
            stored + new_versions + unchanged + rejected + failed + waiting""",
        advice="report this: a run lost or doubled something",
    ),
)


def run_checks(connection: Connection) -> list[Finding]:
    """The invariants that are broken, none for a sound warehouse."""
    findings = []
    for check in CHECKS:
        found = connection.execute(
            f"SELECT count(*), any_value(COLUMNS(*)::VARCHAR) FROM ({check.sql})"
        ).fetchone()
        if found and found[0]:
            example = ", ".join(str(value) for value in found[1:])
            findings.append(
                Finding(name=check.name, count=found[0], example=example, advice=check.advice)
            )
    return findings
