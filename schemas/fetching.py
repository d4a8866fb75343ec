"""Settings of the fetcher, and what is remembered of a server between two visits."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from schemas.model import Frozen


class FetchSettings(Frozen):
    """`[fetch]`: how to behave as a guest. Times are seconds, sizes bytes."""

    model_config = ConfigDict(allow_inf_nan=False)

    user_agent: str = Field(
        default="newswell/0.1 (+https://example.org/bot)",
        min_length=1,
        pattern=r"^[\x20-\x7e]+$",
        description="say who you are and where you can be reached",
    )
    concurrency: int = Field(default=32, ge=1, description="requests in flight, all hosts")
    per_host_concurrency: int = Field(default=2, ge=1, description="requests to one host")
    per_host_delay: float = Field(
        default=1.0,
        ge=0,
        description="seconds between requests to one host; crawl-delay wins if longer",
    )
    timeout: float = Field(default=20.0, gt=0, description="whole request, seconds")
    max_bytes: int = Field(
        default=10_000_000, ge=1, description="size of a page or text after decompression"
    )
    retries: int = Field(default=3, ge=0, description="attempts after the first")
    respect_robots: bool = Field(default=True, description="obey robots.txt")
    allow_private_networks: bool = Field(
        default=False, description="true lets loopback and private addresses be fetched"
    )
    # 5 is what RFC 9309 asks of robots.txt, 20 what browsers follow; news sites need 3
    max_redirects: int = Field(default=10, ge=0, description="redirects followed for one request")
    # common servers refuse to send more than 8 to 16 KB; tracking cookies make it grow
    max_header_bytes: int = Field(
        default=65_536, ge=1024, le=98_304, description="size of a response's headers"
    )
    # the spec of sitemaps allows 50 MB for one file, decompressed
    max_sitemap_bytes: int = Field(
        default=52_428_800, ge=1, description="size of one sitemap after decompression"
    )
    patience: float = Field(
        default=60.0,
        ge=0,
        description="seconds a run waits for a host that asked for time; longer waits are left "
        "for a later run",
    )
    # waits of days have been seen in Retry-After; nobody means them
    retry_after_cap: float = Field(
        default=86_400.0, ge=0, description="longest Retry-After that is believed, seconds"
    )
    retry_after_scope: Literal["host", "url"] = Field(
        default="host",
        description='what a Retry-After holds back: the whole "host", or the "url" that got it '
        "(hosts that serve many publishers' feeds)",
    )
    crawl_delay_cap: float = Field(
        default=30.0, ge=0, description="longest Crawl-delay that is honoured, seconds"
    )
    robots_ttl: float = Field(
        default=86_400.0, gt=0, description="how long a robots.txt is believed, seconds (RFC 9309)"
    )
    # three failures in a row are no accident; ten minutes is also the shortest poll
    down_after: int = Field(
        default=3, ge=1, description="failures in a row after which a host counts as down"
    )
    down_for: float = Field(
        default=600.0, ge=0, description="seconds for which a host that is down is not asked"
    )
    look_anyway_after: float = Field(
        default=86_400.0,
        ge=0,
        description="seconds after which a feed is fetched whole although the server says that "
        "nothing changed",
    )


class Validators(Frozen):
    """What a server said to recognise an unchanged answer by, and whether it can be believed.

    `sha256` is of the last whole body (decompressed), `looked_at` when that came,
    `unchanged` how many answers since said that nothing changed. `distrusted` is set once
    a body changed under validators that did not.
    """

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    looked_at: AwareDatetime | None = None
    unchanged: int = Field(default=0, ge=0)
    distrusted: bool = False


class RobotsFile(Frozen):
    """One robots.txt as it was last answered (RFC 9309).

    `origin` is `scheme://host[:port]`. `access` is `rules` for a file that was served,
    `all` where there is none (4xx), `none` while the server cannot say (5xx, network).
    `reason` and `detail` explain `none`.
    """

    origin: str
    access: Literal["rules", "all", "none"]
    text: str = ""
    fetched_at: AwareDatetime
    expires_at: AwareDatetime
    reason: str | None = None
    detail: str | None = None


class Moved(Frozen):
    """A permanent redirect that was seen `count` times in a row, always to `target`."""

    target: str
    count: int = Field(ge=1)
    first_at: AwareDatetime
    last_at: AwareDatetime
