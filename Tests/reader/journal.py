"""A journal's directory: all its batches in order, and what is wrong with it."""

import os
import re
from dataclasses import dataclass

import lmdb

import archive
import formats
import pages

REMOVED = 14  # segmentsRemoved


@dataclass
class Finding:
    severity: str
    code: str
    meaning: str
    first: int | None = None
    last: int | None = None


def numbers(names, suffix=""):
    """The sequence numbers that names of twenty digits stand for, ascending."""
    found = [re.fullmatch(r"(\d{20})" + re.escape(suffix), name, re.ASCII) for name in names]
    return sorted(n for n in (int(match[1]) for match in found if match) if 0 < n < 2**64 - 1)


def listed(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def contents(path):
    """A whole file; None where there is none."""
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


class Journal:
    """Reads without writing a byte. `scan` reads everything once and collects findings."""

    def __init__(self, directory, archives=()):
        self.directory = directory
        self.findings = []
        self.is_archive = not os.path.isdir(self.path("segments"))
        self.segments = numbers(listed(self.path("segments")))
        self.named = list(archives)
        if self.is_archive and contents(self.path("manifest.json")) is None:
            raise SystemExit(f"{directory} is no journal")
        self.reset()

    def reset(self):
        self.journal_id, self.head, self.chain_hash = None, None, None
        self.count = self.events = 0
        self.hashes, self.removals = {}, []
        self.next, self.previous, self.epoch, self.is_first = None, None, 0, True
        self.before = None

    @property
    def begin(self):
        return self.segments[0] if self.segments else 1

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def damage(self, code, meaning, first=None, last=None):
        self.findings.append(Finding("damage", code, meaning, first, last))

    # Reading

    def batches(self):
        """Every batch that can be read, in order, archives first; findings are collected."""
        self.reset()
        yield from self._archived()
        for place, number in enumerate(self.segments):
            yield from self._segment(number, is_last=place + 1 == len(self.segments))

    def _segment(self, number, is_last):
        path = self.path("segments", f"{number:020d}")
        if self.next is not None and self.next != number:
            low, high = sorted((self.next, number))
            self.damage("gap", f"segment {number} does not follow", low, high)
            self._forget()
        data = contents(os.path.join(path, "data.mdb"))
        if data is None:
            self.damage("unreadable", f"{path} has no data.mdb")
            self._forget()
            return
        file = pages.PageFile(data)
        seen = []
        for key, record in file.records():
            seen.append((key, record))
            batch = self._check(key, record, number)
            if batch:
                yield batch
        file.check_free_list()
        for code, fault in file.faults:
            self.damage(code, fault)
        for remark in file.remarks:
            self.findings.append(Finding("warning", "meta-page", remark))
        if file.meta and not seen and (not is_last or self.is_first):
            self.damage("gap", f"{path} holds no batch")
        if not file.faults:
            self._compare(path, seen)

    def _compare(self, path, seen):
        """Reads a sound segment through LMDB as well: it must see the same."""
        with lmdb.open(path, readonly=True, lock=False, max_dbs=0) as environment:
            with environment.begin() as transaction:
                through = [
                    (int.from_bytes(key, "big"), bytes(value))
                    for key, value in transaction.cursor()
                ]
        if through != seen:
            raise AssertionError(f"LMDB reads something else in {path}")

    def _forget(self):
        self.next = self.previous = None

    def _check(self, key, data, segment):
        """Takes the record under a key; the batch where its header is good."""
        try:
            batch = formats.batch(data)
        except formats.FormatError as error:
            self.damage("batch-header", str(error), key, key)
            self.next, self.previous = None, formats.sha256(data).digest()
            self.is_first = False
            return None
        events = []
        try:
            for event in batch.events():
                events.append(event)
        except formats.FormatError as error:
            self.damage("event", str(error), batch.first, batch.last)
        self._agree(batch, key, segment)
        if self.is_first:
            self.hashes[batch.first - 1] = batch.previous
        if segment == self.begin == batch.first:
            self.before = batch.previous
        self.removals += [event.payload for event in events if event.kind == REMOVED]
        self.is_first = False
        self.next, self.previous = batch.last + 1, batch.chain_hash
        self.hashes[batch.last] = self.chain_hash = batch.chain_hash
        self.epoch = max(self.epoch, batch.epoch)
        self.count += 1
        self.events += batch.count
        self.journal_id = self.journal_id or batch.journal_id
        self.head = batch.last
        return batch

    def _agree(self, batch, key, segment):
        def damage(code, meaning):
            self.damage(code, meaning, batch.first, batch.last)

        if batch.first != key:
            damage("gap", f"the batch is stored under {key}")
        if self.next is not None and self.next != batch.first:
            damage("gap", f"sequence number {self.next} is missing")
        if self.is_first:
            if batch.first > segment:
                damage("gap", f"sequence number {segment} is missing")
            if batch.first == 1 and batch.previous != formats.ZEROS:
                damage("chain", "the first batch names a batch before it")
        if self.previous is not None and self.previous != batch.previous:
            damage("chain", "the batch does not name the hash of the batch before it")
        if self.journal_id is not None and self.journal_id != batch.journal_id:
            damage("foreign", "the batch is of another journal")
        if batch.epoch < self.epoch:
            damage("epoch", f"epoch {batch.epoch} follows epoch {self.epoch}")

    # Archives

    def _first_id(self):
        """The journal id, without reading everything."""
        slots, _ = formats.witness(contents(self.path("witness")) or b"")
        if slots:
            return slots[0].journal_id
        for number in self.segments:
            data = contents(self.path("segments", f"{number:020d}", "data.mdb"))
            for _, record in pages.PageFile(data or b"").records():
                try:
                    return formats.batch(record).journal_id
                except formats.FormatError:
                    break
        return None

    def _archives(self):
        """The archives known, and the places that cannot be used with why."""
        if self.is_archive:
            places, journal_id = [self.directory, *self.named], None
        else:
            roots = os.fsdecode(contents(self.path("archives")) or b"").splitlines()
            journal_id = self._first_id() if roots or self.named else None
            if journal_id is None:
                return [], []
            places = [
                root
                if os.path.exists(os.path.join(root, "manifest.json"))
                else os.path.join(root, journal_id.hex())
                for root in self.named
            ] + [os.path.join(root, journal_id.hex()) for root in roots]
        return archive.known(places, journal_id)

    def _archived(self):
        entries, problems = self._archives()
        for problem in problems:
            self.damage("archive", problem)
        first = self.segments[0] if self.segments else 2**64
        for entry in entries:
            if entry.last >= first:
                # Its events still stand in a segment: it is only looked at.
                try:
                    archive.verify(entry)
                except archive.ArchiveError as error:
                    self.damage("archive", str(error), entry.first, entry.last)
                continue
            if self.next is not None and self.next != entry.first:
                low, high = sorted((self.next, entry.first))
                self.damage("archive", f"{entry.path} does not follow", low, high)
                self._forget()
            yield from self._one_archive(entry)

    def _one_archive(self, entry):
        before = self.count, self.events
        for problem in archive.file_problems(entry):
            self.damage("archive", problem, entry.first, entry.last)
        try:
            table = archive.table(entry)
        except archive.ArchiveError as error:
            self.damage("archive", str(error), entry.first, entry.last)
            self._forget()
            return
        for frame in table.frames:
            try:
                for data in archive.frame_batches(entry, frame):
                    batch = self._check(formats.batch(data).first, data, entry.first)
                    if batch:
                        yield batch
            except archive.ArchiveError as error:
                self.damage("archive", str(error), frame.first, frame.last)
                self._forget()
        if self.next == entry.last + 1:
            counts = (self.count - before[0], self.events - before[1])
            if counts != (entry.batches, entry.events) or self.previous != entry.chain_hash:
                self.damage("archive", "the manifest tells otherwise", entry.first, entry.last)

    # Verification

    def verify(self, state_directory=None):
        """Everything but the replay; the findings are in `findings`."""
        self.findings = []
        self._check_names()
        inner = formats.witness(contents(self.path("witness")) or b"")
        for _ in self.batches():
            pass
        # Without a slot the batches say whose all the rest is.
        identity = inner[0][0].journal_id if inner[0] else self.journal_id
        snapshots = self._snapshots(identity)
        if self.head is None:
            self.damage("gap", "no batch could be read")
        elif not self.is_archive:
            self._check_witnesses(inner, identity, state_directory)
            self._check_snapshots(snapshots)
        if self.head is not None:
            self._check_removals()
        return self.findings

    def _check_names(self):
        known = {"writer.lock", "witness", "segments", "snapshots", "archives", "control"}
        known |= {"backup.lock", "restoring", "gaps.json"}
        if self.is_archive:
            known = {"writer.lock", "manifest.json"}
            files = [f"{n:020d}{archive.SUFFIX}" for n in numbers(listed(self.directory), archive.SUFFIX)]
            known.update(files)
        for name in listed(self.directory):
            if name not in known:
                self._name(name)
        if self.is_archive:
            return
        for folder, suffix in (("segments", ""), ("snapshots", ".snapshot")):
            names = listed(self.path(folder))
            lawful = {f"{number:020d}{suffix}" for number in numbers(names, suffix)}
            for name in names:
                if name not in lawful:
                    self._name(name)

    def _name(self, name):
        if name.endswith(".new"):
            self.findings.append(Finding("note", "leftover", f"{name} was left"))
        else:
            self.findings.append(Finding("warning", "name", f"{name} is no part of a journal"))

    def _snapshots(self, identity):
        found = []
        for number in numbers(listed(self.path("snapshots")), ".snapshot"):
            data = contents(self.path("snapshots", f"{number:020d}.snapshot"))
            try:
                snapshot = formats.snapshot(data, number)
                if snapshot.journal_id != identity:
                    raise formats.FormatError("it belongs to another journal")
            except formats.FormatError as error:
                snapshot = None
                self.findings.append(Finding("warning", "snapshot", str(error), number, number))
            found.append((number, snapshot))
        return found

    def snapshots(self):
        """The snapshots that can be read, ascending."""
        found = []
        for number in numbers(listed(self.path("snapshots")), ".snapshot"):
            try:
                data = contents(self.path("snapshots", f"{number:020d}.snapshot"))
                found.append(formats.snapshot(data, number))
            except formats.FormatError:
                continue  # verify names it
        return found

    def _check_snapshots(self, snapshots):
        for number, snapshot in snapshots:
            if number > self.head:
                self.damage("snapshot", "it lies beyond the head", number, number)
            elif snapshot and number >= self.begin - 1:
                # The first batch names the hash of the one before it.
                if self.hashes.get(number) != snapshot.chain_hash:
                    self.damage("snapshot", "no batch ends there with its hash", number, number)

    def _check_witnesses(self, inner, identity, state_directory):
        slots, bad = inner
        exists = contents(self.path("witness")) is not None
        if not exists or not slots:
            self.damage("witness", "no slot of the inner witness can be read")
        readings = [(slots, bad)]
        if state_directory:
            path = os.path.join(state_directory, identity.hex() + ".witness")
            data = contents(path)
            outer = formats.witness(data or b"")
            home = contents(os.path.join(state_directory, "state-directory"))
            # A kill may leave a file without any slot, which counts as none.
            unwritten = not outer[0] and not outer[1]
            if not unwritten and not outer[0]:
                self.damage("witness", "no slot of the outer witness can be read")
            elif unwritten and home and any(slot.home == home for slot in slots):
                self.damage("witness", "this state directory held the witness")
            elif unwritten:
                self._warn("the state directory has no witness of this journal")
            readings.append(outer)
        for slots, bad in readings:
            if bad and slots:
                self._warn("one slot is unreadable")
            for slot in slots:
                self._check_slot(slot)

    def _warn(self, meaning):
        self.findings.append(Finding("warning", "witness", meaning))

    def _check_slot(self, slot):
        number = slot.sequence
        known = self.hashes.get(number)
        if slot.journal_id != self.journal_id:
            self.damage("witness", "the witness is of another journal", number, number)
        elif number > self.head:
            self.damage("witness", "the witness saw a later head", self.head + 1, number)
        elif known is None and number < self.begin:
            self._warn("the witness saw what was taken out")
        elif known != slot.chain_hash:
            self.damage("witness", "the witness saw another batch there", number, number)

    def _check_removals(self):
        """What was taken out must be told, and its archives must be what was told."""
        removals = [archive.removal(payload) for payload in self.removals]
        removals = [removal for removal in removals if removal]
        if self.begin > 1:
            told = [removal for removal in removals if removal.last == self.begin - 1]
            if not told:
                self.damage("gap", "no event tells that they were taken out", 1, self.begin - 1)
            elif self.before is not None and self.before != told[-1].chain_hash:
                self.damage("chain", "it is another history", self.begin, self.begin)
        entries, problems = self._archives()
        for removal in sorted(set(removals), key=lambda removal: removal.first):
            if not removal.archive:
                continue
            held = [e for e in entries if e.first <= removal.first <= e.last]
            if not held:
                if removal.last < self.begin and not self.is_archive:
                    is_there = any(os.path.exists(e.path) for e in entries)
                    severity = "damage" if is_there or problems else "warning"
                    meaning = f"the archive {removal.archive} is nowhere"
                    finding = Finding(severity, "archive", meaning, removal.first, removal.last)
                    self.findings.append(finding)
                continue
            entry = held[0]
            same = (entry.first, entry.last, entry.chain_hash, entry.file_hash)
            if same != (removal.first, removal.last, removal.chain_hash, removal.archive_hash):
                self.damage("archive", "it is not the archive that was told", removal.first, removal.last)
