"""Judges a run: what the generator expected, what the journal says, what the exchange says."""

import decimal
import glob
import json
import os
import re
import time

import generator

ZERO = decimal.Decimal(0)
# How long a position may wait for one stop, in seconds, on a bad day of the exchange. A stop whose
# request was lost is placed anew when its absence is proven, ten seconds after at the earliest.
# After half a minute the engine itself calls a person, however many stops were lost, and after
# three lost ones it gives the deal up.
LONGEST_BARE, MOST_STOPS = 30, 3
# How long after a stream was lost a market may be out of step, in seconds.
LONGEST_OUTAGE = 15
# What a limit may refuse while the exchange does not answer.
LAWFUL_REFUSALS = {"blocked by an open case"}


class Check:
    """One thing that must hold: how it was found, and what is wrong."""

    def __init__(self, name):
        self.name, self.figures, self.wrong = name, "", []

    def expect(self, holds, sentence):
        """Notes a sentence where something does not hold."""
        if not holds:
            self.wrong.append(sentence)


class Validator:
    """Collects checks, at looks while the engine trades and at its end."""

    NAMES = ["signals", "duplicates", "positions", "protection", "streams", "zombies", "races",
             "balances", "journal", "replay", "errors", "shutdown", "clean-up"]

    def __init__(self, room):
        self.room = room
        self.checks = {name: Check(name) for name in self.NAMES}
        self.looks = self.protected = 0
        self.longest = 0.0

    # While the engine trades.

    def look(self):
        """Each position has a live stop at the exchange, of its side and size."""
        self.looks += 1
        began = time.monotonic()
        # The stops that each deal waited for, and since when it waits for the last of them.
        waits = {deal: ([stop], began) for deal, (stop, _) in self._bare().items()}
        while waits:
            time.sleep(0.3)
            bare, now = self._bare(), time.monotonic()
            self.longest = max(self.longest, now - began)
            for deal, (stops, since) in list(waits.items()):
                if deal not in bare:
                    del waits[deal]
                    continue
                stop, why = bare[deal]
                if stop and stop != stops[-1]:
                    waits[deal] = (stops + [stop], now)
                elif now - since >= LONGEST_BARE or len(stops) > MOST_STOPS:
                    self.checks["protection"].expect(
                        False, f"{why}, for {now - began:.0f} s and {len(stops)} stops")
                    del waits[deal]

    def _bare(self):
        """Open positions whose stop the exchange does not have, by the number of their deal: the
        stop that they wait for, and what is wrong."""
        before = self.room.now()
        stops = self.room.market.stops(self.room.port)
        orders = {order["id"]: order for order in before["orders"]}
        bare = {}
        for deal in before["deals"]:
            held = decimal.Decimal(deal["held"])
            if deal["status"] != "open" or held == ZERO:
                continue
            stop = orders.get(deal["stop"])
            row = stops.get(stop["clientOrderId"]) if stop else None
            size = decimal.Decimal(row["qty"]) if row else ZERO
            step = decimal.Decimal("0.0001")
            if row and row["side"] == "Sell" and held - step < size <= held:
                self.protected += 1
            else:
                what = f"a stop of {size}" if row else "no stop"
                why = f"deal {deal['id']} holds {held} {deal['symbol']} with {what}"
                bare[deal["id"]] = (deal["stop"], why)
        return bare

    # At the end.

    def judge(self, monitor, sent, summary, ending):
        """What must hold once the engine has ended; `ending` is its status and how long it took."""
        self.losses = self._losses()
        for name, judge, *seen in [
            ("signals", self._signals, monitor, sent),
            ("duplicates", self._duplicates, monitor, sent),
            ("positions", self._positions, monitor, sent),
            ("protection", self._protection, monitor), ("streams", self._streams, monitor),
            ("zombies", self._zombies, monitor), ("races", self._races, monitor),
            ("balances", self._balances, monitor), ("journal", self._journal),
            ("replay", self._replay, summary), ("errors", self._errors),
            ("shutdown", self._shutdown, monitor, summary, ending),
        ]:
            # What cannot be looked at does not hold.
            try:
                judge(*seen)
            except (Exception, SystemExit) as error:
                self.checks[name].expect(False, f"this cannot be looked at: {error!r}")

    def _records(self, pattern):
        for path in sorted(glob.glob(self.room.journal + "-log/" + pattern)):
            for line in open(path):
                yield json.loads(line)

    def _losses(self):
        """When a market's stream was lost, in seconds of the day."""
        return [seconds(record["time"]) for record in self._records("*.errors.jsonl")
                if " market: " in record["message"] and "again in" in record["message"]]

    def _signals(self, monitor, sent):
        check = self.checks["signals"]
        journaled = {it["id"]: [] for it in monitor.of("signalReceived")}
        for event in monitor.events:
            if event["kind"] == "signalReceived":
                journaled[event["payload"]["id"]].append(event)
        told = sum(one.kind != "nonsense" for one in sent)
        excused = 0
        for one in sent:
            check.expect(one.verdict in one.wanted or self._is_excused(one, journaled),
                         f"{one.line['id']}, {one.kind}: {one.verdict}, expected "
                         f"{' or '.join(sorted(one.wanted))}")
            excused += one.verdict not in one.wanted
            events = journaled.get(one.line["id"], [])
            told_of = [e["payload"]["verdict"] for e in events
                       if e["sequence"] == (one.answer or {}).get("sequence")]
            check.expect(one.kind == "nonsense" or told_of == [one.verdict],
                         f"{one.line['id']}: the answer is {one.verdict}, "
                         f"the journal has {told_of}")
        events = sum(len(events) for events in journaled.values())
        check.expect(events == told, f"{told} signals were sent, {events} are in the journal")
        check.expect(told > 0, "no signal was sent: this proves nothing")
        check.figures = f"{len(sent)} sent in waves, {generator.summary(sent)}" + (
            f"; {excused} while a stream was away" if excused else "")

    def _is_excused(self, one, journaled):
        """Whether an idea came while its market's stream was away."""
        events = journaled.get(one.line["id"], [])
        return (one.verdict == generator.IDLE and generator.ACCEPTED in one.wanted and events
                and any(-1 < seconds(events[0]["time"]) - lost < LONGEST_OUTAGE
                        for lost in self.losses))

    def _duplicates(self, monitor, sent):
        check = self.checks["duplicates"]
        repeated = [one for one in sent if one.kind == "repeated"]
        for one in repeated:
            first = (one.answer or {}).get("first")
            check.expect(one.verdict in generator.REPEATED and first == one.original.verdict,
                         f"{one.line['id']}: {one.verdict} of one that was {first}, "
                         f"and that was {one.original.verdict}")
        causes = {event["cause"] for event in monitor.events
                  if event["kind"] in ("dealOpened", "orderIntended", "orderRefused")}
        acted = [e["payload"]["id"] for e in monitor.events if e["kind"] == "signalReceived"
                 and e["payload"]["verdict"] != generator.ACCEPTED and e["sequence"] in causes]
        check.expect(not acted, f"acted on although not accepted: {acted}")
        journaled = sum(it["verdict"] in generator.REPEATED for it in monitor.of("signalReceived"))
        check.expect(journaled == len(repeated),
                     f"{len(repeated)} were repeated, the journal has {journaled}")
        share = len(repeated) / max(1, len(sent))
        check.expect(share > 0.2, f"only {share:.0%} were repeated")
        check.figures = f"{len(repeated)} of {len(sent)} ({share:.0%}) refused, none acted on"

    def _positions(self, monitor, sent):
        check = self.checks["positions"]
        refusals = [(one.answer or {}).get("refusal") for one in sent]
        refusals = [refusal for refusal in refusals if refusal]
        check.expect(set(refusals) <= LAWFUL_REFUSALS, f"refused: {sorted(set(refusals))}")
        wanted = {one.answer["opens"] for one in sent if (one.answer or {}).get("opens")}
        opened = {event["sequence"] for event in monitor.events if event["kind"] == "dealOpened"}
        check.expect(wanted == opened, "deals that no accepted signal opened, or that are "
                                       f"missing: {sorted(wanted ^ opened)}")
        filled = {it["deal"] for it in monitor.of("orderFilled") if it["role"] == "entry"}
        closed = {it["deal"]: it["reason"] for it in monitor.of("dealClosed")}
        empty = [deal for deal in opened - filled if closed.get(deal) != "entry not filled"]
        check.expect(not empty, f"deals without a position: {sorted(empty)}")
        check.expect(len(filled) > 0, "no position was opened: this proves nothing")
        check.expect(set(closed) == opened, f"deals that have not ended: {opened - set(closed)}")
        reasons = {}
        for reason in closed.values():
            reasons[reason] = reasons.get(reason, 0) + 1
        words = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        check.figures = (f"{len(opened)} deals, {len(filled)} positions; ended by: {words}"
                         + (f"; {len(refusals)} refused by a limit" if refusals else ""))

    def _protection(self, monitor):
        check = self.checks["protection"]
        check.expect(self.protected > 0, "no position was ever looked at: this proves nothing")
        stops = sum(it["role"] == "stop" for it in monitor.of("orderAccepted"))
        moves = len(monitor.of("orderAmended"))
        check.figures = (f"{self.protected} positions seen with their stop at the exchange in "
                         f"{self.looks} looks, the last of them after {self.longest:.1f} s; "
                         f"{stops} stops placed, {moves} amended")

    def _streams(self, monitor):
        check = self.checks["streams"]
        private = [record for record in self._records("*.errors.jsonl")
                   if "private stream is lost" in record["message"]]
        gaps = len(monitor.of("marketFaulted"))
        lost = len(self.losses) + len(private)
        most = 6 * self.room.minutes
        check.expect(lost <= most, f"streams were lost {lost} times, the script does it {most} "
                                   "times at most")
        # Every market goes on: the last marks are of the last seconds.
        marks = [it for it in monitor.of("inputsMarked") if it["line"] > 0]
        check.expect(len(marks) > 1 and marks[-1]["line"] > marks[len(marks) // 2]["line"],
                     "the market stands still at the end")
        lines = marks[-1]["line"] if marks else 0
        check.figures = (f"{lines} market inputs; lost {len(self.losses)} times public and "
                         f"{len(private)} times private, {gaps} gaps in books, all mended")

    def _zombies(self, monitor):
        check = self.checks["zombies"]
        market, port, state = self.room.market, self.room.port, self.room.now()
        working = market.working(port)
        ours = sorted(name for name in working if name not in self.room.foreign)
        check.expect(not ours, f"still works at the exchange: {ours}")
        missing = sorted(name for name in self.room.foreign if name not in working)
        check.expect(not missing, f"somebody else's order is gone: {missing}")
        alive = [order["clientOrderId"] for order in state["orders"]]
        check.expect(not alive, f"still works in the journal: {alive}")
        check.expect(not state["deals"], f"{len(state['deals'])} deals are open")
        names = [name for name in market.placed(port) if name not in self.room.foreign]
        intended = {it["clientOrderId"] for it in monitor.of("orderIntended")}
        unknown = sorted(set(names) - intended)
        check.expect(not unknown, f"at the exchange, and nobody knows them: {unknown}")
        check.expect(len(names) == len(set(names)), "an order was placed twice")
        check.figures = f"{len(names)} orders at the exchange of {len(intended)} intended, 0 left"

    def _races(self, monitor):
        check = self.checks["races"]
        open_by, seen = {}, {}
        for event in monitor.events:
            it = event["payload"]
            if event["kind"] == "dealOpened":
                before = open_by.get(it["symbol"])
                check.expect(before is None, f"{it['symbol']}: deals {before} and "
                                             f"{event['sequence']} at once")
                open_by[it["symbol"]] = event["sequence"]
                seen[event["sequence"]] = it["symbol"]
            elif event["kind"] == "dealClosed":
                check.expect(it["deal"] in seen, f"deal {it['deal']} ends and never began")
                open_by.pop(seen.get(it["deal"]), None)
        numbers = [event["sequence"] for event in monitor.events]
        check.expect(numbers == list(range(1, len(numbers) + 1)), "events are missing or doubled")
        fills = [it["execution"]["id"] for it in monitor.of("orderFilled")]
        check.expect(len(fills) == len(set(fills)), "a fill was booked twice")
        check.figures = f"{len(numbers)} events in order, {len(fills)} fills once each"

    def _balances(self, monitor):
        check = self.checks["balances"]
        held = self.room.market.balances(self.room.port)
        state = self.room.now()
        ours = {row["asset"]: decimal.Decimal(row["total"]) for row in state["balances"]}
        assets = sorted(set(held) | set(ours))
        for asset in assets:
            venue = held.get(asset, ZERO) - self.room.market.foreign.get(asset, ZERO)
            mine = ours.get(asset, ZERO)
            check.expect(venue == mine, f"{asset}: the exchange has {venue}, the journal {mine}")
        fills = self.room.market.executed(self.room.port)
        booked = len(monitor.of("orderFilled"))
        check.expect(fills == booked, f"the exchange knows {fills} fills, the journal {booked}")
        check.figures = f"{len(assets)} assets and {fills} fills, equal to the last unit"

    def _journal(self):
        check = self.checks["journal"]
        status, text = self.room.tool("verify", "--state-directory",
                                      self.room.state + "/holdfast")
        check.expect(status == 0, "verify: " + text.strip()[-300:])
        check.figures = text.strip().splitlines()[-1] if text.strip() else "nothing was told"

    def _replay(self, summary):
        check = self.checks["replay"]
        _, text = self.room.tool("replay", "--from-genesis", "--json")
        replayed = json.loads(text)["stateHash"] if text else None
        live = (summary or {}).get("stateHash")
        check.expect(live is not None and replayed == live,
                     f"the engine ended with state {live}, a replay gives {replayed}")
        check.figures = f"state {str(live)[:16]}… in the engine and from the first event again"

    def _errors(self):
        check = self.checks["errors"]
        for record in self._records("*.errors.jsonl"):
            if record["level"] not in ("warning",):
                check.expect(is_lawful(record), f"{record['level']}: {record['message']}")
        for line in open(os.path.join(self.room.directory, "engine.log")):
            check.expect(line.startswith('{"time":"'), f"the engine said: {line.strip()[:200]}")
        text = open(os.path.join(self.room.directory, "exchange.log")).read().strip()
        check.expect(not text, f"the exchange said: {text[:300]}")
        _, blocked = self.room.tool("show", "--kind", "riskBlocked")
        # Nobody meddles here: only an exchange that does not answer may block anything.
        for line in blocked.splitlines():
            check.expect("case V1 " in line, line)
        levels = {}
        for record in self._records("*.errors.jsonl"):
            levels[record["level"]] = levels.get(record["level"], 0) + 1
        words = ", ".join(f"{count} {level}s" for level, count in sorted(levels.items()))
        check.figures = f"{words or 'nothing'} in the log, each caused by the script"

    def _shutdown(self, monitor, summary, ending):
        check = self.checks["shutdown"]
        status, took = ending
        check.expect(status == 0, f"the engine ended with {status}")
        check.expect(took < 10, f"the engine took {took:.1f} s to end")
        check.expect((summary or {}).get("reason") == "signalled", "the summary is missing")
        ends = [it["reason"] for it in monitor.of("epochEnded")]
        check.expect(ends == ["signalled"], f"the journal ends with {ends}")
        check.figures = f"exit {status} after {took:.1f} s"

    # After everything has ended.

    def leftovers(self, directory):
        """Nothing is left running, and no file but the report."""
        check = self.checks["clean-up"]
        running = processes(directory)
        check.expect(not running, f"still running: {running}")
        check.expect(not os.path.exists(directory), f"{directory} is still there")
        check.figures = "no process, no file but this report"


def is_lawful(record):
    """Whether the script of trouble explains an error of the log."""
    return bool(re.search(r"V1, |waits for its stop|does not answer",
                          record["message"]))


def seconds(time):
    """The seconds of the day of a time."""
    hours, minutes, rest = time.split("T")[1].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def processes(directory):
    """The commands of running processes that name a directory."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            words = open(path, "rb").read().split(b"\0")
        except OSError:
            continue
        own = path == f"/proc/{os.getpid()}/cmdline"
        if not own and any(directory.encode() in word for word in words):
            found.append(b" ".join(words).decode(errors="replace")[:120])
    return found
