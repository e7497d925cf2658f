"""Archives of segments, as docs/formats/archive.md describes them."""

import io
import json
import os
import struct
from dataclasses import dataclass
from hashlib import sha256

import zstandard

import formats
from crc32c import crc32c

SUFFIX = ".batches.zst"
WINDOW = 8 << 20


class ArchiveError(Exception):
    """An archive that is not what it should be."""


@dataclass
class Entry:
    path: str
    journal_id: bytes
    first: int
    last: int
    batches: int
    events: int
    bytes: int
    file_bytes: int
    file_hash: bytes
    chain_before: bytes
    chain_hash: bytes


@dataclass
class Frame:
    first: int
    last: int
    offset: int
    bytes: int


@dataclass
class Table:
    journal_id: bytes
    first: int
    last: int
    frames: list


@dataclass(frozen=True)
class Removal:
    first: int
    last: int
    chain_hash: bytes
    archive: str
    archive_hash: bytes


def removal(payload):
    """What an event segmentsRemoved says; None where it makes no sense."""
    try:
        first, last, chain, length = struct.unpack_from("<QQ32sH", payload)
        name = payload[50 : 50 + length].decode("utf-8")
    except (struct.error, UnicodeDecodeError):
        return None
    if len(payload) != 82 + length or first > last:
        return None
    return Removal(first, last, chain, name, payload[50 + length :])


def manifest(directory):
    """The archives that the manifest in a directory tells of."""
    path = os.path.join(directory, "manifest.json")
    try:
        with open(path, "rb") as file:
            document = json.load(file)
        if document["version"] != 1 or document["format"] != "holdfast-archives":
            raise ArchiveError(f"{path} is of another version")
        journal_id = bytes.fromhex(document["journalId"])
        entries = [
            Entry(
                os.path.join(directory, entry["file"]),
                journal_id,
                *(entry[k] for k in ("first", "last", "batches", "events", "bytes", "fileBytes")),
                *(bytes.fromhex(entry[k]) for k in ("sha256", "chainBefore", "chainHash")),
            )
            for entry in document["archives"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{path} is no manifest: {error}") from error
    for before, after in zip(entries, entries[1:]):
        touches = before.last + 1 == after.first
        if before.last >= after.first or (touches and before.chain_hash != after.chain_before):
            raise ArchiveError(f"{path} contradicts itself")
    return journal_id, entries


def known(places, journal_id):
    """The archives in some places, ascending, and what is wrong with places that are there."""
    found, problems = {}, []
    for place in places:
        if not os.path.exists(os.path.join(place, "manifest.json")):
            continue
        try:
            owner, entries = manifest(place)
            if journal_id is not None and owner != journal_id:
                raise ArchiveError(f"{place} holds archives of another journal")
        except ArchiveError as error:
            problems.append(str(error))
            continue
        for entry in entries:
            if entry.first not in found or not os.path.exists(found[entry.first].path):
                found[entry.first] = entry
    return sorted(found.values(), key=lambda entry: entry.first), problems


def file_problems(entry):
    """What contradicts the manifest in the file as a whole."""
    try:
        with open(entry.path, "rb") as file:
            data = file.read()
    except OSError as error:
        yield str(error)
        return
    if len(data) != entry.file_bytes or sha256(data).digest() != entry.file_hash:
        yield "the file is not the one that the manifest tells of"


def table(entry):
    """The table of frames at the end of an archive."""
    try:
        with open(entry.path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ArchiveError(str(error)) from error
    if len(data) < 88:
        raise ArchiveError("the file is too short for a table")
    length = struct.unpack_from("<I", data, len(data) - 8)[0]
    start = len(data) - length - 8
    if length < 80 or start <= 0 or (length - 56) % 24:
        raise ArchiveError("no table can be of this length")
    end = data[start:]
    magic, claimed = struct.unpack_from("<4sI", end)
    fields = struct.unpack_from("<8sHHI16sQQ", end, 8)
    name, version, size, count, journal_id, first, last = fields
    checksum = struct.unpack_from("<I", end, len(end) - 4)[0]
    if (magic, claimed, name) != (b"\x5e\x2a\x4d\x18", length, b"HFRAMES\n"):
        raise ArchiveError("the end of the file is no table")
    if version != 1 or size != 24 or length != 56 + 24 * count:
        raise ArchiveError("the table is of another version or length")
    if crc32c(end[8:-4]) != checksum:
        raise ArchiveError("the table does not match its checksum")
    if journal_id != entry.journal_id or (first, last) != (entry.first, entry.last):
        raise ArchiveError("the table is of another archive")
    rows = [struct.unpack_from("<QQQ", end, 56 + 24 * place) for place in range(count)]
    frames = []
    for place, (begin, offset, size) in enumerate(rows):
        following = rows[place + 1] if place + 1 < count else (last + 1, start, 0)
        rising = begin < following[0] and offset < following[1]
        if not rising or (place == 0 and (begin != first or offset != 0)):
            raise ArchiveError("the table contradicts itself")
        frames.append(Frame(begin, following[0] - 1, offset, size))
    return Table(journal_id, first, last, frames)


def frame_batches(entry, frame):
    """The batches of one frame, as bytes, headers checked."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    with open(entry.path, "rb") as file:
        file.seek(frame.offset)
        data = io.BytesIO(file.read())
    left, due = frame.bytes, frame.first
    try:
        with decompressor.stream_reader(data) as reader:
            while left:
                front = _exactly(reader, 92)
                length = struct.unpack_from("<I", front, 44)[0]
                if not 92 <= length <= left:
                    raise ArchiveError("a frame breaks off within a batch")
                whole = front + _exactly(reader, length - 92)
                try:
                    batch = formats.batch(whole)
                except formats.FormatError as error:
                    raise ArchiveError(str(error)) from error
                if batch.first != due:
                    raise ArchiveError(f"sequence number {due} is missing")
                due = batch.last + 1
                left -= length
                yield whole
    except zstandard.ZstdError as error:
        raise ArchiveError(str(error)) from error


def _exactly(reader, count):
    data = b""
    while len(data) < count:
        more = reader.read(count - len(data))
        if not more:
            raise ArchiveError("a frame breaks off")
        data += more
    return data


def verify(entry):
    """Reads an archive whole and compares it with its manifest; raises ArchiveError."""
    for problem in file_problems(entry):
        raise ArchiveError(problem)
    previous, count, events, size = None, 0, 0, 0
    for frame in table(entry).frames:
        for data in frame_batches(entry, frame):
            batch = formats.batch(data)
            try:
                found = sum(1 for _ in batch.events())
            except formats.FormatError as error:
                raise ArchiveError(str(error)) from error
            if previous is None:
                previous = entry.chain_before
            if batch.previous != previous:
                raise ArchiveError("the chain is broken")
            previous = batch.chain_hash
            count, events, size = count + 1, events + found, size + len(data)
    if (count, events, size) != (entry.batches, entry.events, entry.bytes):
        raise ArchiveError("the manifest counts otherwise")
    if previous != entry.chain_hash:
        raise ArchiveError("the manifest hashes it otherwise")
