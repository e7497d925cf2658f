"""What every client goes through, how a step is judged, and how long it may take."""

import contextlib
import decimal
import signal
import time
import traceback

# In this order: later steps look at what earlier ones did.
STEPS = [
    "load markets", "balance", "ticker", "book", "trades", "fees", "place limit", "amend",
    "open orders", "cancel", "place market", "place stop", "duplicate client id",
    "refused orders", "closed orders", "executions", "positions", "set stop", "private stream",
    "wrong key", "wrong signature", "stale timestamp", "rate limit",
]
STEP_SECONDS = 20


class Failure(Exception):
    """A client told something that is not so."""


class StepTimeout(BaseException):
    """A step took too long; no client takes it for an error of its own."""


def check(is_so, text):
    if not is_so:
        raise Failure(text)


def equal(what, told, expected):
    """Compares texts as texts, and everything else that is a number as a decimal."""
    if isinstance(told, (int, float, decimal.Decimal)) and not isinstance(told, bool):
        told, expected = number(told), number(expected)
    check(told == expected, f"{what} is {told!r}, and {expected!r} is right")


def number(value):
    """The decimal that a client means: floats as they print, never as they are stored."""
    check(value is not None, "a number is missing")
    return decimal.Decimal(str(value))


def close(what, told, expected, tolerance="0.00000001"):
    difference = abs(number(told) - number(expected))
    check(difference <= decimal.Decimal(tolerance),
          f"{what} is {told}, and {expected} is right within {tolerance}")


def ordered_book(bids, asks):
    """Checks a book of (price, amount) pairs and gives its best prices."""
    bids = [(number(row[0]), number(row[1])) for row in bids]
    asks = [(number(row[0]), number(row[1])) for row in asks]
    check(bids and asks, "a side of the book is empty")
    check(all(amount > 0 for _, amount in bids + asks), "a level has no amount")
    check(all(a[0] > b[0] for a, b in zip(bids, bids[1:])), "bids do not fall")
    check(all(a[0] < b[0] for a, b in zip(asks, asks[1:])), "asks do not rise")
    check(bids[0][0] < asks[0][0], f"the book crosses: {bids[0][0]} and {asks[0][0]}")
    return bids[0][0], asks[0][0]


@contextlib.contextmanager
def raises(kind, *texts):
    """Requires an error of exactly this class, whose text holds all of `texts`."""
    try:
        yield
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        check(type(error) is kind, f"the error is {told}, and {kind.__name__} is right")
        missing = [text for text in texts if text not in told]
        check(not missing, f"the error is {told}, without {missing}")
        return
    raise Failure(f"nothing was raised, and {kind.__name__} is right")


def wait_for(what, is_so, seconds=8):
    """Waits until something holds, and gives what it then is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.02)
    raise Failure(f"after {seconds} s there is no {what}")


@contextlib.contextmanager
def limited(seconds):
    def stop(*_):
        raise StepTimeout(f"took longer than {seconds} s")

    earlier = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)


class Session:
    """A client in a market: a method for each step, named after it.

    `not_offered` tells why a client has no call for a step.
    """

    client = ""
    market = ""
    not_offered = {}

    def open(self):
        """Makes the client; nothing is asked of the exchange yet."""

    def close(self):
        """Lets go of what the client holds."""


class Row:
    """What became of a step."""

    def __init__(self, session, step, result, note="", seconds=0.0, trace=""):
        self.client, self.market, self.step = session.client, session.market, step
        self.result, self.note, self.seconds, self.trace = result, note, seconds, trace

    def __str__(self):
        text = f"{self.client:15} {self.market:16} {self.step:20} {self.result:12}"
        return f"{text} {self.seconds:6.2f} s  {self.note}".rstrip()


def take(session, step):
    """Lets a session take a step."""
    reason = session.not_offered.get(step)
    if reason:
        return Row(session, step, "not offered", reason)
    began = time.monotonic()
    note, trace, result = "", "", "pass"
    try:
        with limited(STEP_SECONDS):
            note = getattr(session, step.replace(" ", "_"))() or ""
    except (Exception, StepTimeout) as error:
        result = "FAIL"
        note = " ".join(str(error).split())[:300] or type(error).__name__
        if not isinstance(error, Failure):
            note = f"{type(error).__name__}: {note}"
        trace = traceback.format_exc()
    return Row(session, step, result, note, time.monotonic() - began, trace)
