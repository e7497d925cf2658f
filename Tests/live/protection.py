"""How long a position was without its stop, from what the venue says of orders and fills.

All times are the venue's, in milliseconds. From the journal comes only what the venue cannot know:
which orders belong to one deal, when a deal was being closed, and when a person was called.
"""

import datetime
import decimal
import json
import time

ZERO = decimal.Decimal(0)
# The longest without a stop where nothing troubles the venue and no engine is killed meanwhile.
GAP = 2_000
# After this long without a stop the engine calls a person.
CALL = 30_000
# After this long a position that is being sold, and is not, is a person's.
CLOSING = 120_000


class Witness:
    """Keeps what the venue says while it still says it, and when the engine was up.

    A venue forgets orders that ended without a fill, and tells only so many at once; its clock
    need not be this machine's.
    """

    def __init__(self, market, port):
        self.market, self.port = market, port
        self.orders = {}
        self.offsets = []
        # From the end of a start to the kill.
        self.up = []
        # When it was killed, and whether its start was over.
        self.kills = []
        # How often it ended by itself, as where the venue did not answer in the start.
        self.ends = 0

    def look(self):
        """Asks for what is new."""
        before = time.time()
        told = self.market.time(self.port)
        now = time.time()
        self.offsets.append((now * 1000, told - (before + now) * 500))
        for row in self.market.history(self.port, self.orders):
            self.orders[row["id"]] = row

    def venue_time(self, moment):
        """The venue's time at a moment of this machine; both in milliseconds."""
        known = [offset for when, offset in self.offsets if when <= moment]
        return moment + (known[-1] if known else self.offsets[0][1])

    def lived(self, begun, end):
        """Notes a life: when its start was over, if it was, and its end, in seconds."""
        if begun is not None:
            self.up.append((self.venue_time(begun * 1000), self.venue_time(end * 1000)))

    def killed(self, begun, end):
        """Notes a life that ended by a kill."""
        self.lived(begun, end)
        self.kills.append((self.venue_time(end * 1000), begun is not None))


class Deal:
    """What the venue says of one deal."""

    def __init__(self, number):
        self.number = number
        # When what is held changed, and by how much: positive in the direction of the deal.
        self.changes = []
        # From, until, and how much the stop is for from when on.
        self.stops = []
        self.closing = None

    def held(self, moment):
        """What is held."""
        return sum((amount for when, amount, _ in self.changes if when <= moment), ZERO)

    def price(self, moment):
        """What the last fill cost."""
        return [price for when, _, price in self.changes if when <= moment][-1]

    def exposed(self, market, moment):
        """What is held, where that is enough for an order of the market."""
        step = decimal.Decimal(market.filters["quantityStep"])
        held = self.held(moment) // step * step
        if held < decimal.Decimal(market.filters["minimumQuantity"]):
            return ZERO
        # Orders that only reduce are free of the least notional on perpetual markets.
        least = decimal.Decimal(market.filters["minimumNotional"])
        return ZERO if market.market == "spot" and held * self.price(moment) < least else held

    def covered(self, moment):
        """What live stops are for."""
        return sum((sizes_at(sizes, moment) for begin, end, sizes in self.stops
                    if begin <= moment < end), ZERO)

    def moments(self):
        """When anything changed."""
        times = {when for when, _, _ in self.changes}
        for begin, end, sizes in self.stops:
            times |= {begin, end} | {when for when, _ in sizes}
        return times | set(self.closing or ())


def sizes_at(sizes, moment):
    """The size of a stop at a moment, of when it became which."""
    return [size for when, size in sizes if when <= moment][-1]


def journaled(room, kinds):
    """The events of these kinds, oldest first, with their time in milliseconds of this machine."""
    _, text = room.tool("show", "--kind", kinds, "--json")
    events = [json.loads(line) for line in text.splitlines()]
    for event in events:
        event["at"] = milliseconds(event["time"])
    return events


def milliseconds(text):
    """The time of an event."""
    moment = datetime.datetime.fromisoformat(text.rstrip("Z")[:26] + "+00:00")
    return moment.timestamp() * 1000


def accepted(room):
    """The names of the orders that the venue has accepted, as the journal says."""
    names, found = {}, set()
    for event in journaled(room, "orderIntended,orderAccepted,orderFilled"):
        it = event["payload"]
        if event["kind"] == "orderIntended":
            names[it["order"]] = it["clientOrderId"]
        else:
            found.add(names[it["order"]])
    return found


def deals_of(room, witness, executions):
    """What the venue says, by deal."""
    deals, owners, sides = {}, {}, {}
    amended = {}
    for event in journaled(room, "dealOpened,dealMoved,dealClosed,orderIntended,orderAmended"):
        it, kind = event["payload"], event["kind"]
        when = witness.venue_time(event["at"])
        if kind == "dealOpened":
            number = event["sequence"]
            deals[number] = Deal(number)
            sides[number] = 1 if it["side"] == "buy" else -1
        elif kind == "orderIntended":
            owners[it["clientOrderId"]] = it["deal"]
            amended[it["order"]] = amended[it["clientOrderId"]] = [
                (0, decimal.Decimal(it["quantity"]))]
        elif kind == "orderAmended":
            amended[it["order"]].append((when, decimal.Decimal(it["quantity"])))
        elif kind == "dealMoved" and it["status"] == "closing":
            deals[it["deal"]].closing = (when, float("inf"))
        elif kind == "dealClosed" and deals[it["deal"]].closing:
            deal = deals[it["deal"]]
            deal.closing = (deal.closing[0], when)
    for row in witness.orders.values():
        deal = deals.get(owners.get(row["name"]))
        if deal and row["stop"] and row["side"] == -sides[deal.number]:
            end = float("inf") if row["open"] else row["ended"]
            sizes = amended[row["name"]]
            if sizes[-1][1] != row["quantity"]:
                # The venue alone knows when that was: the least of what it may have been.
                sizes = [(0, min([size for _, size in sizes] + [row["quantity"]]))]
            deal.stops.append((row["made"], end, sizes))
    for fill in sorted(executions, key=lambda fill: fill["time"]):
        row = witness.orders.get(fill["order"])
        deal = deals.get(owners.get(row["name"])) if row else None
        if deal:
            amount = fill["side"] * fill["quantity"] - fill["fee"]
            deal.changes.append((fill["time"], amount * sides[deal.number], fill["price"]))
    return list(deals.values())


class Gap:
    """A time in which a position had no stop of its size."""

    def __init__(self, deal, begin):
        self.deal, self.begin, self.end = deal, begin, begin
        # How much of it the engine was up, and the deal open, or being closed.
        self.open = self.closing = 0


def gaps(deal, market, up, until):
    """The times in which a deal had no stop of its size."""
    found = []
    current = None
    points = {moment for moment in deal.moments() if moment < until}
    points |= {moment for life in up for moment in life if moment < until}
    points = sorted(points | {until})
    for begin, end in zip(points, points[1:]):
        if deal.covered(begin) >= deal.exposed(market, begin):
            current = None
            continue
        if current is None:
            current = Gap(deal.number, begin)
            found.append(current)
        current.end = end
        if any(since <= begin and end <= till for since, till in up):
            is_closing = deal.closing and deal.closing[0] <= begin < deal.closing[1]
            if is_closing:
                current.closing += end - begin
            else:
                current.open += end - begin
    return found


def review(room, witness, faults):
    """Compares the longest gap with what is allowed; gives words for a line, and what is wrong."""
    market = room.market
    executions = witness.executions = market.executions(room.port)
    deals = deals_of(room, witness, executions)
    until = witness.up[-1][1] if witness.up else 0
    found = [gap for deal in deals for gap in gaps(deal, market, witness.up, until)]
    alarms = [(witness.venue_time(event["at"]), event["payload"]["text"])
              for event in journaled(room, "errorRecorded")
              if event["payload"]["severity"] == "alarm"]
    wrong = []
    for gap in found:
        # Of a stop that was under way at a kill it has to be proven first that it never came.
        is_troubled = faults or any(gap.begin <= when <= gap.end for when, _ in witness.kills)
        bound = CALL if is_troubled else GAP
        # The alarm is due as the bound is reached, and a tick is a second. A start tells of a
        # position without a stop as what differs.
        is_told = any(gap.begin <= when <= gap.end + 1_000
                      and text.startswith((f"deal {gap.deal} ", "S1, a position of ours"))
                      for when, text in alarms)
        if gap.open > bound and not (is_troubled and is_told):
            wrong.append(f"deal {gap.deal} was without a stop for {gap.open / 1000:.3f} s while "
                         f"the engine was up, {bound / 1000:.0f} s may be, from {gap.begin:.0f}")
        if gap.closing > CLOSING and not is_told:
            wrong.append(f"deal {gap.deal} was being closed without a stop for "
                         f"{gap.closing / 1000:.3f} s, and nobody was called")
    trading = sum(is_trading for _, is_trading in witness.kills)
    holding = sum(any(deal.exposed(market, when) for deal in deals) for when, _ in witness.kills)

    def longest(part):
        return f"{max([part(gap) for gap in found], default=0) / 1000:.3f} s"

    words = (f"{len(witness.kills)} kills, {trading} of a trading engine, {holding} with something "
             f"held, {witness.ends} ends of its own; {len(deals)} deals; longest without a stop "
             f"{longest(lambda gap: gap.open)}, while being closed "
             f"{longest(lambda gap: gap.closing)}, with dead engines and starts "
             f"{longest(lambda gap: gap.end - gap.begin)}")
    return words, wrong
