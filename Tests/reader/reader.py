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
from journal import Journal


def show(journal):
    """Prints every event; one that cannot be read is shown with its bytes."""
    decoder = events.Decoder()
    status = 0
    for batch in journal.batches():
        for event in batch.events():
            line = {"sequence": event.sequence, "time": events.moment(event.time)}
            try:
                kind, payload = decoder.decode(event)
                problem = None
            except events.PayloadError as error:
                kind = decoder.page.kinds.get(event.kind, (f"kind{event.kind}",))[0]
                payload, problem, status = None, str(error), 1
            line |= {"kind": kind, "version": event.version, "trace": event.trace}
            line |= {"cause": event.cause, "epoch": batch.epoch, "payload": payload}
            if problem is not None:
                line |= {"problem": problem, "bytes": event.payload.hex()}
            print(json.dumps(line, ensure_ascii=False))
    return max(status, any(f.severity == "damage" for f in journal.findings))


def verify(journal, state_directory):
    """Prints one document of what was found."""
    findings = journal.verify(state_directory)
    for finding in findings:
        # A copy has no witness elsewhere; only where one was asked for is that more than a note.
        if state_directory is None and (finding.severity, finding.code) == ("warning", "witness"):
            finding.severity = "note"
    clean = journal.head is not None and all(f.severity == "note" for f in findings)
    document = {
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
    print(json.dumps(document))
    return 0 if clean else 1


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
    return verify(journal, arguments.state_directory)


if __name__ == "__main__":
    sys.exit(main())
