#!/usr/bin/env python3
"""Compares the reader with journalctl: on whole journals, and on damaged copies of them.

  compare.py JOURNALCTL SCRATCH [--samples N] [--seed N] JOURNAL:STATE[:ARCHIVES] …

Each JOURNAL is read with the state directory STATE, and archives beside what it names. The sound
ones must be shown alike, event for event and field for field. Then N copies are damaged by chance,
and both must find the same: clean or not, head, hash, counts, and every finding but notes by its
severity, code and sequence numbers. What journalctl still shows of one, the reader shows alike.
Of sound ones the states in all snapshots are compared too.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

import reader
import state
from journal import Journal

PAGE = 4096
COMPARED = ("clean", "journalId", "events", "batches", "head", "chainHash")


class Sample:
    """A journal, its state directory and other places of its archives."""

    def __init__(self, text):
        self.journal, self.state, *self.archives = text.split(":")

    def copied(self, scratch):
        """The same, copied below a directory; archives stay where they are."""
        other = Sample(f"{scratch}/journal:{scratch}/state")
        other.archives = self.archives
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(self.journal, other.journal, copy_function=copy_file)
        shutil.copytree(self.state, other.state)
        return other

    def files(self):
        """The files of the journal that damage is done to."""
        for folder, _, names in os.walk(self.journal):
            for name in names:
                if name not in ("lock.mdb", "writer.lock", "control"):
                    yield os.path.join(folder, name)


def copy_file(source, target):
    if os.path.isfile(source):
        shutil.copyfile(source, target)


def journalctl(program, sample, *words):
    options = ["--journal", sample.journal, "--json"]
    for place in sample.archives:
        options += ["--archive", place]
    run = subprocess.run(
        [program, *options, *words], capture_output=True, timeout=300, check=False
    )
    if run.returncode < 0:
        raise AssertionError(f"journalctl {words[0]} died of signal {-run.returncode}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def digest(document):
    """What two verifications must agree on."""
    # Of one page there may be several things wrong, which each counts in its own way.
    findings = sorted(
        {
            (f["severity"], f["code"], f["firstSequence"] or 0, f["lastSequence"] or 0)
            for f in document["findings"]
            if f["severity"] != "note"
        }
    )
    return {key: document[key] for key in COMPARED}, findings


def compare_verify(program, sample):
    """Whether both find the journal clean; raises where they disagree."""
    found = journalctl(program, sample, "verify", "--state-directory", sample.state)
    ours = reader.verify(Journal(sample.journal, sample.archives), sample.state)
    if not found:
        # It cannot be read at all, which the reader must not call clean.
        assert not ours["clean"], "journalctl cannot read it, the reader calls it clean"
        return False
    theirs = found[-1]
    assert digest(ours) == digest(theirs), difference(digest(theirs), digest(ours))
    return theirs["clean"]


def difference(theirs, ours):
    text = [f"{key}: {theirs[0][key]}, reader {ours[0][key]}" for key in COMPARED
            if theirs[0][key] != ours[0][key]]
    text += [f"only journalctl: {f}" for f in theirs[1] if f not in ours[1]]
    text += [f"only the reader: {f}" for f in ours[1] if f not in theirs[1]]
    return "; ".join(text) or f"{theirs[1]} and {ours[1]}"


def compare_show(program, sample, is_sound):
    """How many events both show; raises where one shows another event."""
    theirs = journalctl(program, sample, "show")
    ours = list(reader.lines(Journal(sample.journal, sample.archives)))
    if is_sound:
        assert len(theirs) == len(ours), f"{len(theirs)} events are shown, {len(ours)} read"
    by_number = {line["sequence"]: line for line in ours}
    for line in theirs:
        other = by_number.get(line["sequence"])
        if other is None:
            assert not is_sound, f"event {line['sequence']} is not read"
            continue
        # Both say in their own words why a payload makes no sense.
        for shown in (line, other):
            if "problem" in shown:
                shown["problem"] = True
        # Behind damage one may know a name that the other could not learn, and what is left of a
        # broken batch is marked as evidence, without its epoch, or as damaged.
        if not is_sound:
            unlike = dict.fromkeys(["payload", "epoch", "evidence", "damaged"])
            line, other = line | unlike, other | unlike
        assert line == other, f"journalctl shows {line}, the reader {other}"
    return len(theirs)


def compare_states(program, sample):
    """How many snapshots both read; raises where they read another state."""
    decoder, journal = state.Decoder(), Journal(sample.journal, sample.archives)
    found = journal.snapshots()
    for snapshot in found:
        ours = decoder.decode(snapshot)
        point = f"snapshot:{snapshot.sequence}"
        theirs = journalctl(program, sample, "state", "--at", point)[-1]
        metrics = theirs["metrics"]
        pairs = [
            (ours["head"], theirs["head"]),
            (ours["time"], theirs["time"]),
            (ours["status"], theirs["status"]),
            (ours["inputs"], theirs["inputs"]),
            ([a["balance"] for a in ours["assets"]], [b["total"] for b in theirs["balances"]]),
            ([d["id"] for d in ours["deals"]], [d["id"] for d in theirs["deals"]]),
            ([o["id"] for o in ours["orders"]], [o["id"] for o in theirs["orders"]]),
            (ours["scans"], theirs["scans"]),
            (ours["blocks"], [{k: v for k, v in b.items() if k != "holds"} for b in theirs["blocks"]]),
            (ours["comparedUntil"], theirs["comparedUntil"]),
            (len(ours["closedOrders"]), len(theirs["closedOrders"])),
            (ours["metrics"]["totalProfit"], metrics["totalProfit"]),
            (ours["metrics"]["fills"], metrics["fills"]),
            ([e["text"] for e in ours["errors"]], [e["text"] for e in theirs["errors"]]),
            (snapshot.state_hash.hex(), theirs["stateHash"]),
        ]
        for read, said in pairs:
            assert read == said, f"{point}: journalctl says {said}, the reader {read}"
    return len(found)


def damage(chance, sample):
    """Does one thing to a copy; returns it in words."""
    paths = sorted(sample.files())
    # Segments hold nearly all there is to damage.
    weights = [8 if path.endswith("data.mdb") else 2 for path in paths]
    path = chance.choices(paths, weights)[0]
    with open(path, "rb") as file:
        data = bytearray(file.read())
    name = os.path.relpath(path, sample.journal)
    pages = max(1, len(data) // PAGE)
    what = chance.choice(["flip"] * 8 + ["flips", "zero", "swap", "cut", "repeat", "remove", "junk"])
    if what == "remove":
        os.remove(path)
        return f"removed {name}"
    if what == "junk":
        with open(os.path.join(sample.journal, chance.choice(["x", "x.new"])), "wb"):
            return "put a strange file beside"
    if what in ("flip", "flips") and data:
        places = []
        for _ in range(1 if what == "flip" else chance.randrange(2, 9)):
            place, bit = chance.randrange(len(data)), chance.randrange(8)
            data[place] ^= 1 << bit
            places.append(f"{place}.{bit}")
        text = f"turned {' '.join(places)}"
    elif what == "cut":
        size = chance.randrange(len(data) // 512 + 1) * 512
        del data[size:]
        text = f"cut to {size}"
    else:
        one, other = chance.randrange(pages) * PAGE, chance.randrange(pages) * PAGE
        first, second = data[one : one + PAGE], data[other : other + PAGE]
        data[one : one + PAGE] = bytes(len(first)) if what == "zero" else second
        if what == "swap":
            data[other : other + PAGE] = first
        text = f"{what} of pages at {one} and {other}"
    with open(path, "wb") as file:
        file.write(data)
    return f"{text} in {name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("journalctl")
    parser.add_argument("scratch")
    parser.add_argument("samples_of", nargs="+", metavar="JOURNAL:STATE[:ARCHIVES]")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    samples = [Sample(text) for text in arguments.samples_of]
    began, failures, events, states = time.monotonic(), [], 0, 0
    for sample in samples:
        try:
            assert compare_verify(arguments.journalctl, sample), "it is not clean"
            events += compare_show(arguments.journalctl, sample, is_sound=True)
            states += compare_states(arguments.journalctl, sample)
        except (AssertionError, state.StateError) as error:
            failures.append(f"{sample.journal}: {error}")
    clean = 0
    for number in range(arguments.samples):
        chance = random.Random(f"{arguments.seed}.{number}")
        copy = chance.choice(samples).copied(f"{arguments.scratch}/sample")
        done = damage(chance, copy)
        try:
            clean += compare_verify(arguments.journalctl, copy)
            events += compare_show(arguments.journalctl, copy, is_sound=False)
        except AssertionError as error:
            failures.append(f"sample {number} ({done} of {copy.journal}): {error}")
    for failure in failures:
        print(failure)
    seconds = time.monotonic() - began
    print(
        f"{len(samples)} journals and {arguments.samples} damaged copies, seed {arguments.seed}: "
        f"{events} events and {states} states read alike, {clean} copies harmless, {len(failures)} disagreements, "
        f"{seconds:.0f} s"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
