"""Scored signals in waves, each with the verdicts that it may get."""

import datetime
import math

import floor

ACCEPTED, BELOW, DUPLICATE = "accepted", "below threshold", "duplicate"
SAME, UNKNOWN, IDLE, STALE = ("same symbol and time", "unknown symbol", "not actionable", "stale")
# What is no verdict: the engine, or its command, says that this is no signal.
REFUSED = "refused"
REPEATED = (DUPLICATE, SAME)


class Sent:
    """A signal, what may become of it, and what became of it."""

    def __init__(self, line, wanted, kind, original=None):
        self.line, self.wanted, self.kind, self.original = line, wanted, kind, original
        self.answer = None
        self.wave = 0

    @property
    def verdict(self):
        """What the answer says."""
        if self.answer is None:
            return "no answer"
        return self.answer.get("verdict", REFUSED)


class Generator:
    """Makes waves of signals for the pairs of a floor."""

    # Of a hundred: repeated ids and moments together, weak ones, symbols that nobody lists.
    REPEATED_SHARE = 0.3

    def __init__(self, chance, bases):
        self.chance, self.symbols = chance, [base + "USDT" for base in bases]
        self.sent = []
        self.waves = 0

    def wave(self, state):
        """A wave for what the engine holds: new ideas, ends of old ones, and what is no use."""
        self.waves += 1
        held = {deal["symbol"] for deal in state["deals"]}
        free = [symbol for symbol in self.symbols if symbol not in held]
        chance = self.chance
        new = [self._new(symbol, "buy", 75, 99, {ACCEPTED}, "idea")
               for symbol in chance.sample(free, min(12, len(free)))]
        # What is held may end by itself before the signal comes.
        new += [self._new(symbol, "sell", 75, 99, {ACCEPTED, IDLE}, "end")
                for symbol in chance.sample(sorted(held), min(2, len(held)))]
        new += [self._new(symbol, "buy", 75, 99, {ACCEPTED, IDLE}, "again")
                for symbol in chance.sample(sorted(held), min(2, len(held)))]
        new += [self._new(chance.choice(self.symbols), "buy", 10, 69, {BELOW}, "weak")
                for _ in range(3)]
        new += [self._new(f"NONE{chance.randrange(1000)}USDT", "buy", 75, 99, {UNKNOWN}, "unlisted")
                for _ in range(2)]
        new.append(self._new(chance.choice(self.symbols), "buy", 75, 99, {STALE}, "old", age=60))
        new.append(Sent({"id": f"s{len(self.sent)}-{self.waves}", "symbol": "BTCUSDT",
                         "side": "buy", "score": "101"}, {REFUSED}, "nonsense"))
        chance.shuffle(new)
        lines = self._with_repeated(new)
        for sent in lines:
            sent.wave = self.waves
        self.sent += lines
        return lines

    def closing(self, state):
        """The opposite of all that is held."""
        self.waves += 1
        lines = [self._new(deal["symbol"], "sell", 90, 99, {ACCEPTED, IDLE}, "end")
                 for deal in state["deals"]]
        for sent in lines:
            sent.wave = self.waves
        self.sent += lines
        return lines

    def _new(self, symbol, side, least, most, wanted, kind, age=0):
        self.number = getattr(self, "number", 0) + 1
        moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
        # No two are of one moment by chance.
        time = moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{self.number % 1000:03d}Z"
        line = {"id": f"g{self.number}", "symbol": symbol, "side": side,
                "score": f"{self.chance.randint(least * 10, most * 10) / 10}", "time": time,
                "note": f"wave {self.waves}"}
        return Sent(line, wanted, kind)

    def _with_repeated(self, new):
        """The same with repetitions of it and of earlier ones in between."""
        share = self.REPEATED_SHARE
        wanted = math.ceil(len(new) * share / (1 - share))
        lines = list(new)
        for count in range(wanted):
            place = self.chance.randrange(len(lines) // 2, len(lines) + 1)
            known = [sent for sent in self.sent + lines[:place] if sent.original is None
                     and sent.kind != "nonsense"]
            if not known:
                continue
            original = self.chance.choice(known)
            line = dict(original.line, score="95.5")
            if count % 2:
                line["id"] += f"-{self.waves}-{count}"
            repeated = Sent(line, {SAME if count % 2 else DUPLICATE}, "repeated", original)
            lines.insert(place, repeated)
        return lines


def summary(sent):
    """How many of each verdict there are, in words."""
    counts = {}
    for one in sent:
        counts[one.verdict] = counts.get(one.verdict, 0) + 1
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))


assert floor.THRESHOLD == 70, "the scores above are made for it"
