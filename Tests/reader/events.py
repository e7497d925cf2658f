"""Payloads of events, decoded by the tables of docs/formats/events.md as they stand there."""

import re
from decimal import Decimal
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats" / "events.md"


class PayloadError(Exception):
    """A payload that makes no sense."""


class Page:
    """The tables of the page: choices, groups, kinds and the subjects of corrections."""

    def __init__(self, text):
        self.choices, self.groups, self.kinds, self.parts = {}, {}, {}, {}
        section, title = "", ""
        for line in text.splitlines():
            if line.startswith("## "):
                section, title = line[3:], ""
            elif heading := re.match(r"#{3,4} (.+)", line):
                title = heading[1]
                self._begin(section, title)
            elif line.startswith("|") and not line.startswith("|-"):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                self._row(section, title, cells)

    def _begin(self, section, title):
        if section == "Groups":
            self.groups[title] = []
        elif kind := re.fullmatch(r"(\d+) (\w+)", title):
            self.kinds[int(kind[1])] = (kind[2], [])
        elif part := re.fullmatch(r"(\w+) (\d+) (\w+)", title):
            self.parts[(part[1], int(part[2]))] = []

    def _row(self, section, title, cells):
        if cells[:2] in (["field", "type"], ["type", "values"], ["type", "bytes"]):
            return
        if section == "Choices":
            pairs = re.findall(r"(\d+) ([^,;]+)", cells[1])
            self.choices[cells[0].strip("`")] = {int(number): name for number, name in pairs}
        elif section == "Groups":
            self.groups[title].append(cells)
        elif kind := re.fullmatch(r"(\d+) (\w+)", title):
            self.kinds[int(kind[1])][1].append(cells)
            if cells[1] not in self.choices and re.match(r"\d+ \w+, ", cells[2]):
                pairs = re.findall(r"(\d+) ([^,]+)", cells[2])
                self.choices[cells[1]] = {int(number): name for number, name in pairs}
        elif part := re.fullmatch(r"(\w+) (\d+) (\w+)", title):
            self.parts[(part[1], int(part[2]))].append(cells)


def since(remark):
    """The version of its kind in which a field came."""
    found = re.match(r"from version (\d+) on", remark)
    return int(found[1]) if found else 1


class Cursor:
    """Takes values from the front of a payload."""

    def __init__(self, data):
        self.data, self.offset = data, 0

    def take(self, count):
        if len(self.data) - self.offset < count:
            raise PayloadError(f"it ends within a field at byte {self.offset}")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def number(self, count, signed=False):
        return int.from_bytes(self.take(count), "little", signed=signed)

    def text(self, count):
        data = self.take(self.number(count))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PayloadError("a text is not UTF-8") from error


def decimal(units):
    """The shortest exact text of a count of 10^-18."""
    whole, rest = divmod(abs(units), 10**18)
    text = str(whole) + (f".{rest:018d}".rstrip("0") if rest else "")
    return ("-" if units < 0 else "") + text


def moment(nanoseconds):
    """ISO 8601 in UTC; by hand, because datetime ends with microseconds."""
    days, rest = divmod(nanoseconds, 86_400 * 10**9)
    seconds, fraction = divmod(rest, 10**9)
    # Civil date from days since 1970: eras of 400 years that begin with March.
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    month += 3 if month < 10 else -9
    year += era * 400 + (month <= 2)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    for places in (0, 3, 6, 9):
        if fraction % 10 ** (9 - places) == 0:
            break
    decimals = f".{fraction:09d}"[: places + 1] if places else ""
    return f"{year:04d}-{month:02d}-{day:02d}T{clock}{decimals}Z"


def venue_id(value):
    if value < 2**64:
        return str(value)
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def base36(value):
    digits = ""
    while True:
        value, rest = divmod(value, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if value == 0:
            return digits


def bucket_of(length):
    """The bucket of a histogram that a length falls into."""
    if length < 16:
        return length
    power = length.bit_length() - 1
    return (power - 3) * 16 + (length >> power - 4 & 15)


def middle_of(bucket):
    """The middle of a bucket."""
    if bucket < 16:
        return bucket
    shift = bucket // 16 - 1
    return (16 + bucket % 16 << shift) + (1 << shift) // 2


def require_pair(pair):
    """What the page says of the amounts of a scanned pair."""
    names = ("turnover", "value", "bid", "ask", "bidDepth", "askDepth")
    for amount in (Decimal(pair[name]) for name in names):
        if not 0 <= amount <= 10**19:
            raise PayloadError("an amount of a pair is out of bounds")
    depths = (pair["bidDepth"], pair["askDepth"])
    if not pair["isValued"] and pair["value"] != "0":
        raise PayloadError("a value that is not known is 0")
    if not pair["isMeasured"] and depths != ("0", "0"):
        raise PayloadError("a depth that is not known is 0")


class Decoder:
    """Decodes events in their order and gives them as `journalctl show --json` does."""

    NUMBERS = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "source": 2, "order": 8, "event": 8}
    #: Groups that stay together in JSON; the fields of others stand among their neighbours.
    NESTED = {"execution"}
    #: Kinds whose order is one of before, of which more is known.
    KNOWN_ORDER = set(range(62, 76))

    def __init__(self, page=None):
        self.page = page or Page(PAGE.read_text(encoding="utf-8"))
        self.instruments, self.assets, self.sources, self.orders = {}, [], {}, {}
        self.tag, self.epoch = None, None

    def decode(self, event):
        """The name of an event's kind and its payload as a dictionary; raises PayloadError."""
        if event.kind not in self.page.kinds:
            raise PayloadError(f"event kind {event.kind} is unknown")
        name, rows = self.page.kinds[event.kind]
        newest = max([1] + [since(remark) for _, _, remark in rows])
        if not 1 <= event.version <= newest:
            raise PayloadError(f"{name} version {event.version} is unknown")
        cursor, fields = Cursor(event.payload), {}
        self._fields([row for row in rows if since(row[2]) <= event.version], cursor, fields, event)
        for field, kind, remark in rows:
            # What an older version did not tell is told as none, and a choice as its first.
            if since(remark) > event.version:
                first = self.page.choices.get(kind, {}).get(1, "0")
                fields[field] = "" if kind == "text" else first
        if cursor.offset != len(event.payload):
            raise PayloadError(f"it goes on behind its last field, at byte {cursor.offset}")
        self._require(name, fields)
        return name, self._learn(name, fields, event)

    def _fields(self, rows, cursor, fields, event):
        for field, kind, remark in rows:
            if kind in self.page.groups:
                inner = {}
                self._fields(self.page.groups[kind], cursor, inner, event)
                fields.update({field: inner} if kind in self.NESTED else inner)
                continue
            place, key = fields, field
            while "." in key:
                outer, key = key.split(".", 1)
                place = place.setdefault(outer, {})
            if kind == "correction":
                subject = self._choice(kind, cursor)
                inner = {"subject": subject}
                number = next(n for n, name in self.page.choices[kind].items() if name == subject)
                self._fields(self.page.parts[(kind, number)], cursor, inner, event)
                place[key] = inner
            elif kind == "durations":
                place.update(self._durations(cursor))
            elif kind == "instrument":
                number = cursor.number(2)
                place[key], place["symbol"] = number, self._instrument(number)
            elif kind == "order" and event.kind in self.KNOWN_ORDER:
                place[key] = cursor.number(8)
                place.update(self.orders.get(place[key], {"symbol": None, "role": None, "deal": None}))
            elif kind.startswith("list of "):
                place[key] = self._list(kind[8:], cursor, event)
            elif kind in ("deal", "event"):
                number = cursor.number(8)
                place[key] = number or (None if "or none" in remark else 0)
            else:
                place[key] = self._value(kind, cursor)

    def _list(self, group, cursor, event):
        found = []
        for _ in range(cursor.number(4)):
            inner = {}
            self._fields(self.page.groups[group], cursor, inner, event)
            found.append(inner)
        return found

    def _value(self, kind, cursor):
        if kind in self.NUMBERS:
            return cursor.number(self.NUMBERS[kind])
        if kind in self.page.choices:
            return self._choice(kind, cursor)
        match kind:
            case "flag":
                value = cursor.number(1)
                if value > 1:
                    raise PayloadError("a flag is 0 or 1")
                return value == 1
            case "text":
                return cursor.text(2)
            case "long text":
                return cursor.text(4)
            case "decimal":
                return decimal(cursor.number(16, signed=True))
            case "time":
                return moment(cursor.number(8, signed=True))
            case "span":
                return decimal(cursor.number(8, signed=True) * 10**9) + "s"
            case "hash":
                return cursor.take(32).hex()
            case "signature":
                return cursor.take(64).hex()
            case "venue id":
                return venue_id(cursor.number(16))
            case "asset":
                number = cursor.number(2)
                known = number < len(self.assets)
                return self.assets[number] if known else f"asset {number}"
        raise AssertionError(f"the page has no type {kind}")

    def _durations(self, cursor):
        longest = cursor.number(8, signed=True)
        buckets = [(cursor.number(2), cursor.number(4)) for _ in range(cursor.number(2))]
        count = sum(found for _, found in buckets)
        numbers = [bucket for bucket, _ in buckets]
        if numbers != sorted(set(numbers)) or any(found == 0 for _, found in buckets):
            raise PayloadError("the buckets contradict each other")
        if not buckets or numbers[-1] > 959 or longest < 0 or numbers[-1] != bucket_of(longest):
            raise PayloadError("the longest length is not in the last bucket")

        def within(numerator, denominator):
            wanted, seen = max(1, -(-count * numerator // denominator)), 0
            for bucket, found in buckets:
                seen += found
                if seen >= wanted:
                    return min(middle_of(bucket), longest)

        return {
            "count": count,
            "medianNanoseconds": str(within(1, 2)),
            "percentile99Nanoseconds": str(within(99, 100)),
            "longestNanoseconds": str(longest),
            "buckets": [{"bucket": bucket, "count": found} for bucket, found in buckets],
        }

    def _choice(self, kind, cursor):
        number = cursor.number(1)
        if number in self.page.choices[kind]:
            return self.page.choices[kind][number].strip()
        if kind == "strategy":
            return f"strategy {number}"
        raise PayloadError(f"{number} is no {kind}")

    def _instrument(self, number):
        return self.instruments.get(number, f"instrument {number}")

    def _asset(self, name):
        if name not in self.assets:
            self.assets.append(name)

    def _require(self, name, fields):
        """What the page says of values beside their types."""

        def positive(text):
            if text.startswith("-") or text == "0":
                raise PayloadError("a value is not above 0")

        match name:
            case "journalBegan":
                if len(fields["tag"].encode()) != 4:
                    raise PayloadError("a tag has four bytes")
            case "epochBegan":
                if len(fields["draw"].encode()) != 4:
                    raise PayloadError("a draw has four characters")
            case "segmentsRemoved":
                if fields["first"] > fields["last"]:
                    raise PayloadError("a range ends before it begins")
            case "scanCheckpointed":
                if fields["processed"] > fields["total"] or len(fields["found"]) > 100:
                    raise PayloadError("a scan looked at more than there is")
                for pair in fields["found"]:
                    require_pair(pair)
            case "instrumentListed":
                positive(fields["filters"]["priceTick"])
                positive(fields["filters"]["quantityStep"])
                leverage = fields["margin"]["leverage"]
                positive(leverage)
                if leverage.startswith("0"):
                    raise PayloadError("a leverage is at least 1")
            case "orderIntended":
                positive(fields["quantity"])
            case "orderFilled" | "positionLiquidated":
                positive(fields["execution"]["price"])
                positive(fields["execution"]["quantity"])

    def _learn(self, name, fields, event):
        """Remembers what later events refer to, and adds what earlier ones told."""
        match name:
            case "journalBegan":
                self.tag = fields["tag"]
            case "epochBegan":
                self.epoch = (fields["epoch"], fields["draw"])
            case "sourceAttached":
                self.sources[fields["source"]] = fields["name"]
            case "inputsMarked":
                number = fields["source"]
                fields["name"] = self.sources.get(number, f"source {number}")
            case "instrumentListed":
                suffix = "-PERP" if fields["market"] == "perpetual" else ""
                self.instruments[fields["instrument"]] = fields["symbol"] + suffix
                self._asset(fields["base"])
                self._asset(fields["quote"])
            case "balanceAdjusted":
                self._asset(fields["asset"])
            case "correctionMade":
                correction = fields["correction"]
                if correction["subject"] == "balance":
                    self._asset(correction["asset"])
                # A position is named by its symbol alone.
                if correction["subject"] == "position":
                    del correction["instrument"]
            case "orderIntended":
                fields["order"], fields["clientOrderId"] = event.sequence, None
                if self.tag and self.epoch:
                    epoch, draw = self.epoch
                    number = base36(event.sequence)
                    fields["clientOrderId"] = f"hf-{self.tag}-{base36(epoch)}-{draw}-{number}"
                self.orders[event.sequence] = {
                    "symbol": fields["symbol"],
                    "role": fields["role"],
                    "deal": fields["deal"],
                }
        return fields
