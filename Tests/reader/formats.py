"""Batches, events, witnesses and snapshots, as docs/formats/journal.md describes them."""

import struct
from dataclasses import dataclass
from hashlib import sha256

from crc32c import crc32c

ZEROS = bytes(32)
# Nothing could follow these.
LAST_NUMBER = 2**64 - 1
LAST_EPOCH = 2**32 - 1


class FormatError(Exception):
    """Bytes that are not what they should be."""


@dataclass
class Event:
    sequence: int
    kind: int
    version: int
    time: int
    trace: int
    cause: int
    payload: bytes


@dataclass
class Batch:
    epoch: int
    journal_id: bytes
    first: int
    count: int
    commit_time: int
    previous: bytes
    data: bytes

    @property
    def last(self):
        return self.first + self.count - 1

    @property
    def chain_hash(self):
        return sha256(self.data).digest()

    def events(self):
        """The events as far as lengths lead; then a FormatError where they contradict."""
        offset, sequence = 92, self.first
        while offset < len(self.data):
            left = len(self.data) - offset
            if left < 36:
                raise FormatError(f"event {sequence} is cut off")
            length, checksum, kind, version, time, trace, cause = struct.unpack_from(
                "<IIHHqQQ", self.data, offset
            )
            if length < 36 or length > left:
                raise FormatError(f"event {sequence} has an impossible length")
            if crc32c(self.data[offset + 8 : offset + length]) != checksum:
                raise FormatError(f"event {sequence} does not match its checksum")
            payload = self.data[offset + 36 : offset + length]
            yield Event(sequence, kind, version, time, trace, cause, payload)
            offset += length
            sequence += 1
        if sequence != self.first + self.count:
            raise FormatError("the batch does not hold as many events as it says")


def batch(data, is_whole=True):
    """Reads a batch; with is_whole its length must be that of the bytes."""
    if len(data) < 92 or data[:8] != b"HFBATCH\n":
        raise FormatError("the bytes do not begin as a batch does")
    fields = struct.unpack_from("<HHI16sQIIq32sI", data, 8)
    version, header, epoch, journal_id, first, count, length, time, previous, checksum = fields
    if crc32c(data[:88]) != checksum:
        raise FormatError("the header does not match its checksum")
    if version != 1:
        raise FormatError(f"format version {version} is not known")
    if header != 92 or count < 1 or first < 1 or first + count > LAST_NUMBER:
        raise FormatError("the header contradicts itself")
    if epoch == LAST_EPOCH:
        raise FormatError("the header contradicts itself")
    if length < 92 + 36 * count or length > len(data) or (is_whole and length != len(data)):
        raise FormatError("the length contradicts the bytes")
    return Batch(epoch, journal_id, first, count, time, previous, data[:length])


@dataclass
class Slot:
    epoch: int
    journal_id: bytes
    sequence: int
    chain_hash: bytes
    counter: int
    home: bytes


def witness(data):
    """The good slots of a witness, the newest first, and how many bad ones there are."""
    slots, bad = [], 0
    for start in (0, 512):
        part = data[start : start + 512]
        if len(part) < 512 or not any(part):
            continue
        magic, version, _, epoch, journal_id, sequence, chain, counter, home = struct.unpack_from(
            "<8sHHI16sQ32sQ16s", part
        )
        checksum = struct.unpack_from("<I", part, 508)[0]
        is_sound = magic == b"HFWITNES" and version == 1 and crc32c(part[:508]) == checksum
        if is_sound and epoch < LAST_EPOCH and 0 < sequence < LAST_NUMBER:
            slots.append(Slot(epoch, journal_id, sequence, chain, counter, home))
        else:
            bad += 1
    return sorted(slots, key=lambda slot: -slot.counter), bad


@dataclass
class Snapshot:
    journal_id: bytes
    sequence: int
    chain_hash: bytes
    state_hash: bytes
    body: bytes


def snapshot(data, sequence):
    """Reads a snapshot whose name gives a sequence number."""
    if len(data) < 144 or data[:8] != b"HFSNAPS\n":
        raise FormatError("the bytes do not begin as a snapshot does")
    if sha256(data[:-32]).digest() != data[-32:]:
        raise FormatError("the bytes do not match their SHA-256")
    version, header, _, journal_id, number, chain, state, length = struct.unpack_from(
        "<HHI16sQ32s32sQ", data, 8
    )
    if version != 1:
        raise FormatError(f"format version {version} is not known")
    if header != 112 or number != sequence or length != len(data) - 144:
        raise FormatError("its name or length contradicts its bytes")
    return Snapshot(journal_id, number, chain, state, data[112:-32])
