"""The newsroom on the air: every outlet a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from schemas.source import Source
from sources.newsroom.connection import Connection
from sources.newsroom.exchange import Page, Reply, Request, reply_with
from sources.newsroom.feeds import feed_path
from sources.newsroom.hosts import Hosts
from sources.newsroom.journal import Asked, Journal
from sources.newsroom.mishaps.misdeed import Bounds, Misdeed, Situation
from sources.newsroom.mishaps.table import MISHAP, answer_mishap, find_misdeed
from sources.newsroom.roster import Outlet, read_roster
from sources.newsroom.scripts import ALL_PATHS, Scripts
from sources.newsroom.site import Site, answer_site, not_found

Pages = Mapping[str, Reply | Page]
#: All of 127.0.0.0/8 is loopback on Linux: the first outlet gets 127.0.0.11, the next .12.
_FIRST_ADDRESS = 11
_LAST_ADDRESS = 254


class Newsroom:
    """Outlets on the air; made by `open_newsroom`, closed with it."""

    def __init__(
        self,
        outlets: tuple[Outlet, ...],
        hosts: Mapping[str, Pages],
        bounds: Bounds,
        latency: float,
    ) -> None:
        self._outlets = {outlet.id: outlet for outlet in outlets}
        self._pages = dict(hosts)
        self._bounds, self._latency = bounds, latency
        self._edition = 1
        self._journal = Journal()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._scripts = Scripts()
        self._bases: dict[str, str] = {}
        self._hosts = Hosts(self._converse)

    @property
    def outlets(self) -> tuple[str, ...]:
        """The names of all servers that were opened."""
        return tuple(self._bases)

    @property
    def edition(self) -> int:
        """1, and one more for each `advance`."""
        return self._edition

    @property
    def requests(self) -> tuple[Asked, ...]:
        """What was asked so far, in order of arrival."""
        return self._journal.snapshot()

    def asked(self, outlet: str, path: str | None = None) -> tuple[Asked, ...]:
        """What was asked of one outlet, or of one of its paths (with the query)."""
        rows = (row for row in self.requests if row.outlet == outlet)
        return tuple(row for row in rows if path is None or row.path == path)

    def forget_requests(self) -> None:
        """Empties `requests`."""
        self._journal.clear()

    def url(self, outlet: str, path: str = "/") -> str:
        """The address of a path on an outlet's server; KeyError if it is not on the air."""
        return self._bases[outlet] + path

    def source(self, outlet: str) -> Source:
        """The outlet as a configuration would name it: its own kind of feed.

        For the outlet that misbehaves, the feed of all its pages but the slow ones.
        """
        if outlet == MISHAP:
            feed = self.url(MISHAP, "/feeds/quick.xml")
            return Source(id=MISHAP, publisher="The Daily Mishap", language="en", feeds=(feed,))
        row = self._outlets[outlet]
        return Source(
            id=row.id,
            publisher=row.name,
            language=row.language,
            feeds=(self.url(row.id, feed_path(row.feed)),),
            full_text_in_feed=row.feed == "full",
        )

    def advance(self) -> int:
        """Brings out the next edition: updates, new items, one page gone. Returns its number."""
        self._edition += 1
        return self._edition

    def answer(self, outlet: str, path: str, *replies: Reply | Misdeed) -> None:
        """Makes an outlet answer a path (`*`: every path) with these, one a request.

        The last one stays; none at all takes the script back.
        """
        self._scripts.put(outlet, path, replies)

    def spoil(self, outlet: str, misdeed: str) -> None:
        """Makes an outlet answer everything by that misdeed, named by its path."""
        found = find_misdeed(misdeed)
        if found is None:
            raise KeyError(misdeed)
        self.answer(outlet, ALL_PATHS, found)

    def take_down(self, outlet: str) -> None:
        """Closes an outlet's server; its port refuses connections from now on."""
        self._hosts.shut(outlet)

    def open(self, names: Sequence[str], port: int, *, spread: bool) -> None:
        """Starts one server for each name; see `open_newsroom`."""
        for number, name in enumerate(names):
            self._bases[name] = self._listen(name, number, port, spread=spread)

    def close(self) -> None:
        """Closes every server and connection."""
        self._hosts.close()

    def _listen(self, name: str, number: int, port: int, *, spread: bool) -> str:
        wanted = port + number if port else 0
        if spread and _FIRST_ADDRESS + number <= _LAST_ADDRESS:
            try:
                return self._hosts.listen(name, f"127.0.0.{_FIRST_ADDRESS + number}", wanted)
            except OSError:  # other systems than Linux have 127.0.0.1 only
                pass
        return self._hosts.listen(name, "127.0.0.1", wanted)

    async def _converse(self, name: str, connection: Connection) -> None:
        while request := await connection.read_request():
            number = self._journal.begin(name, request)
            situation = self._situation(name, request)
            outcome = self._outcome(name, request, situation)
            if isinstance(outcome, Misdeed) and outcome.act:
                await self._misbehave(outcome, number, request, situation, connection)
                return
            reply = await self._settle(outcome, request, situation)
            # Noted before it is sent: who has the reply finds it in the journal.
            self._journal.answer(number, reply.status)
            self._journal.end(number)
            await connection.send(reply, with_body=request.method != "HEAD")
            if (request.header("connection") or "").lower() == "close":
                return

    async def _settle(
        self, outcome: Reply | Misdeed, request: Request, situation: Situation
    ) -> Reply:
        await asyncio.sleep(self._latency)
        if isinstance(outcome, Reply):
            return outcome
        assert outcome.answer is not None  # a misdeed has one or the other
        return outcome.answer(request, situation)

    async def _misbehave(
        self,
        misdeed: Misdeed,
        number: int,
        request: Request,
        situation: Situation,
        connection: Connection,
    ) -> None:
        assert misdeed.act is not None
        self._journal.answer(number, misdeed.status)
        try:
            async with asyncio.timeout(self._bounds.most_seconds):
                await misdeed.act(request, situation, connection)
        except TimeoutError:
            pass  # it went on for as long as it may
        finally:
            self._journal.end(number)

    def _situation(self, name: str, request: Request) -> Situation:
        earlier = self._counts[name, request.path]
        self._counts[name, request.path] += 1
        return Situation(
            base=self._bases[name], edition=self._edition, earlier=earlier, bounds=self._bounds
        )

    def _outcome(self, name: str, request: Request, situation: Situation) -> Reply | Misdeed:
        scripted = self._scripts.take(name, request.path)
        if scripted is not None:
            return scripted
        if request.method not in {"GET", "HEAD"}:
            return Reply(status=405, headers=(("Allow", "GET, HEAD"),))
        if name in self._pages:
            return _own_page(self._pages[name], request)
        if name == MISHAP:
            return answer_mishap(request, situation)
        return answer_site(self._site(name), request)

    def _site(self, name: str) -> Site:
        bases = {
            outlet.origin: self._bases[outlet.id]
            for outlet in self._outlets.values()
            if outlet.id in self._bases
        }
        return Site(
            outlet=self._outlets[name],
            edition=self._edition,
            base=self._bases[name],
            bases=bases,
        )


def _own_page(pages: Pages, request: Request) -> Reply:
    page = pages.get(request.path)
    if page is None:
        return not_found(404, "There is no such page")
    return reply_with(page, request) if isinstance(page, Page) else page


@contextmanager
def open_newsroom(
    *,
    outlets: Collection[str] | None = None,
    hosts: Mapping[str, Pages] | None = None,
    bounds: Bounds | None = None,
    latency: float = 0.0,
    port: int = 0,
    spread: bool = True,
) -> Iterator[Newsroom]:
    """Serves the sample newsroom until the block ends.

    `outlets` names those to serve (all, and "mishap", if not said), `hosts` adds servers of
    one's own (name -> path -> reply), `bounds` says how far misdeeds go, `latency` is a
    pause in seconds before each sound reply. With `spread` each outlet has an address of its
    own in 127.0.0.0/8, where the system has more than one, so that pacing by host is seen to
    work; ports are free ones, or count up from `port`. Raises OSError if a port is taken, KeyError
    on the name of an outlet that does not exist.
    """
    roster = read_roster()
    names = [row.id for row in roster] + [MISHAP]
    unknown = set(outlets or ()) - set(names)
    if unknown:
        raise KeyError(f"no such outlet: {', '.join(sorted(unknown))}")
    chosen = [name for name in names if outlets is None or name in outlets]
    newsroom = Newsroom(roster, hosts or {}, bounds or Bounds(), latency)
    try:
        newsroom.open([*chosen, *(hosts or {})], port, spread=spread)
        yield newsroom
    finally:
        newsroom.close()
