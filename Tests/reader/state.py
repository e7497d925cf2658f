"""The state in a snapshot, decoded by the tables of docs/formats/state.md as they stand there."""

import re
from hashlib import sha256
from pathlib import Path

import events

# The version of the state in which a field came, and what stands for it before.
LATER = {"scans": (2, []), "blocks": (3, []), "comparedUntil": (4, None)}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats" / "state.md"


class StateError(Exception):
    """A body that is no state."""


class Decoder:
    """Decodes bodies of snapshots; types that the page does not define are those of events."""

    def __init__(self):
        self.values = events.Decoder()
        self.tables, title = {}, ""
        for line in PAGE.read_text(encoding="utf-8").splitlines():
            if heading := re.match(r"#{2,3} (.+)", line):
                title = heading[1]
            elif line.startswith("|") and not line.startswith(("|-", "| field |")):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                rows = [(name, cells[1]) for name in cells[0].split(", ")]
                self.tables.setdefault(title, []).extend(rows)
        page = self.values.page
        for group in ("terms", "pair"):
            self.tables[group] = [row[:2] for row in page.groups[group]]
        limits = next(rows for name, rows in page.kinds.values() if name == "riskParametersChanged")
        self.tables["limits"] = [row[:2] for row in limits]

    def decode(self, snapshot):
        """The state of a snapshot as a dictionary; raises StateError."""
        if sha256(snapshot.body).digest() != snapshot.state_hash:
            raise StateError("its SHA-256 is not the state hash")
        cursor = events.Cursor(snapshot.body)
        try:
            state = self._table("State", cursor)
        except events.PayloadError as error:
            raise StateError(str(error)) from error
        if cursor.offset != len(snapshot.body):
            raise StateError(f"it goes on behind its last field, at byte {cursor.offset}")
        return state

    def _table(self, name, cursor):
        read = {}
        for field, kind in self.tables[name]:
            # A state without what came later is written as before there was any.
            version, none = LATER.get(field, (0, None))
            if name == "State" and read.get("version", version) < version:
                read[field] = none
            else:
                read[field] = self._field(name, kind, cursor)
        return read

    def _field(self, table, kind, cursor):
        if kind.startswith("list of "):
            return [self._whole(kind[8:], cursor) for _ in range(cursor.number(4))]
        if kind == "16 × u64":
            return [cursor.number(8) for _ in range(16)]
        # In a table the names of an order and a deal are their numbers; only what has ended holds
        # an order as a whole.
        if kind in ("order", "deal") and (table, kind) != ("ended", "order"):
            return cursor.number(8)
        return self._whole(kind, cursor)

    def _whole(self, kind, cursor):
        if kind in self.tables:
            return self._table(kind, cursor)
        if kind in ("instrument", "asset"):
            return cursor.number(2)
        return self.values._value(kind, cursor)
