"""TLS and HTTP/2: spoken where the server offers it, refused where it cannot be trusted."""

from __future__ import annotations

import asyncio
import gc
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemas.fetching import FetchSettings
from schemas.rejection import Reason
from sources.fetch import Fetched, FetchFailure, FetchRequest, Outcome
from sources.fetch.fetcher import Fetcher
from tests.sources.webserver import respond, serve

SETTINGS = FetchSettings(
    allow_private_networks=True, respect_robots=False, per_host_delay=0, retries=0
)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newswell test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path, *protocols: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(list(protocols))
    return context


async def speak_h2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An HTTP/2 server that answers every request with its path."""
    line = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    line.initiate_connection()
    writer.write(line.data_to_send())
    while data := await reader.read(65_536):
        for event in line.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                path = dict(event.headers or [])[b":path"]
                line.send_headers(
                    event.stream_id, [(":status", "200"), ("content-type", "text/html")]
                )
                line.send_data(event.stream_id, path, end_stream=True)
        writer.write(line.data_to_send())
        await writer.drain()
    writer.close()


def test_http2_is_spoken_where_it_is_offered(certificate: Path) -> None:
    async def run() -> list[Outcome]:
        server = await asyncio.start_server(
            speak_h2, "127.0.0.1", 0, ssl=server_context(certificate, "h2", "http/1.1")
        )
        port = server.sockets[0].getsockname()[1]
        trust = ssl.create_default_context(cafile=str(certificate))
        async with Fetcher(SETTINGS, ssl_context=trust) as fetcher:
            urls = [f"https://127.0.0.1:{port}/{word}" for word in ("one", "two")]
            found = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))
        server.close()
        await server.wait_closed()
        return list(found)

    outcomes = asyncio.run(run())
    assert [each.content for each in outcomes if isinstance(each, Fetched)] == [b"/one", b"/two"]
    first = outcomes[0]
    assert isinstance(first, Fetched)
    assert first.exchange.http_version == "HTTP/2"
    assert first.exchange.response_head.startswith(b"HTTP/1.1 200 \r\ncontent-type: text/html\r\n")


def test_a_certificate_nobody_vouches_for_is_a_tls_error(certificate: Path) -> None:
    async def run() -> Outcome:
        tls = server_context(certificate, "http/1.1")
        async with serve({"/": respond(b"hello")}, tls=tls) as web, Fetcher(SETTINGS) as fetcher:
            return await fetcher.fetch(FetchRequest(url=web.url()))

    outcome = asyncio.run(run())
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.TLS_ERROR, outcome.detail
    assert outcome.detail.endswith("certificate verify failed: self-signed certificate")
    assert "[SSL" not in outcome.detail


def test_a_server_that_does_not_speak_tls_is_a_tls_error() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Speak up\r\n\r\n")
        writer.close()

    async def run() -> Outcome:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with Fetcher(SETTINGS) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url=f"https://127.0.0.1:{port}/"))
        server.close()
        await server.wait_closed()
        return outcome

    outcome = asyncio.run(run())
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.TLS_ERROR, outcome.detail


def test_a_handshake_that_never_ends_is_too_slow_and_leaves_nothing_open() -> None:
    async def run() -> Outcome:
        pages = {"/": respond(b"never asked for")}
        brief = SETTINGS.model_copy(update={"timeout": 0.2})
        async with serve(pages) as web, Fetcher(brief) as fetcher:
            return await fetcher.fetch(FetchRequest(url=f"https://127.0.0.1:{web.port}/"))

    outcome = asyncio.run(run())
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.TOO_SLOW
    gc.collect()  # an open socket would warn now, and warnings are errors
