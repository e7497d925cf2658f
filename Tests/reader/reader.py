#!/usr/bin/env python3
"""Reads a journal without the program that wrote it.

  reader.py show DIR [--archive DIR]…                         one event a line, as JSON
  reader.py verify DIR [--archive DIR]… [--state-directory DIR]   what is wrong, as JSON

Written from docs/formats alone. Ends with 1 where something is wrong, 2 where it is no journal.
"""

import argparse
import json
import sys

import events
import formats
from journal import Journal


def lines(journal):
    """Every event as a dictionary; one that makes no sense with its bytes."""
    decoder = events.Decoder()
    for batch in journal.batches():
        try:
            for event in batch.events():
                yield line(decoder, batch, event)
        except formats.FormatError:
            continue  # the scan has named it


def line(decoder, batch, event):
    """One event as a dictionary."""
    found = {"sequence": event.sequence, "time": events.moment(event.time)}
    try:
        kind, payload = decoder.decode(event)
        rest = {}
    except events.PayloadError as error:
        kind = decoder.page.kinds.get(event.kind, (f"kind{event.kind}",))[0]
        payload, rest = None, {"problem": str(error), "bytes": event.payload.hex()}
    found |= {"kind": kind, "version": event.version, "trace": event.trace}
    return found | {"cause": event.cause, "epoch": batch.epoch, "payload": payload} | rest


def show(journal):
    """Prints every event that can be read."""
    problems = 0
    for found in lines(journal):
        problems += "problem" in found
        print(json.dumps(found, ensure_ascii=False))
    return 1 if problems or any(f.severity == "damage" for f in journal.findings) else 0


def verify(journal, state_directory):
    """What was found, as a dictionary."""
    findings = journal.verify(state_directory)
    for finding in findings:
        # A copy has no witness elsewhere; only where one was asked for is that more than a note.
        if state_directory is None and (finding.severity, finding.code) == ("warning", "witness"):
            finding.severity = "note"
    clean = journal.head is not None and all(f.severity == "note" for f in findings)
    return {
        "clean": clean,
        "journalId": journal.journal_id.hex() if journal.journal_id else None,
        "events": journal.events,
        "batches": journal.count,
        "head": journal.head,
        "chainHash": journal.chain_hash.hex() if journal.chain_hash else None,
        "findings": [
            {
                "severity": finding.severity,
                "code": finding.code,
                "firstSequence": finding.first,
                "lastSequence": finding.last,
                "meaning": finding.meaning,
            }
            for finding in findings
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["show", "verify"])
    parser.add_argument("directory")
    parser.add_argument("--archive", action="append", default=[])
    parser.add_argument("--state-directory")
    arguments = parser.parse_args()
    try:
        journal = Journal(arguments.directory, arguments.archive)
    except OSError as error:
        sys.exit(f"{error}")
    if arguments.command == "show":
        return show(journal)
    document = verify(journal, arguments.state_directory)
    print(json.dumps(document))
    return 0 if document["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
