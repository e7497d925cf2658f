"""Breaks something on purpose, so that each check of the validator is seen to fail."""

import json
import os
import signal
import subprocess
import time

# What is broken, and the check that must notice.
EXPECTED = {
    "verdict": "signals", "repetition": "duplicates", "deal": "positions", "stop": "protection",
    "disconnects": "streams", "order": "zombies", "event": "races", "money": "balances",
    "byte": "journal", "correction": "replay", "complaint": "errors", "kill": "shutdown",
    "process": "clean-up",
}

_left = []


def faults(name):
    """More trouble for the exchange to make."""
    if name != "disconnects":
        return []
    return [{"after": f"{seconds}s", "do": "disconnect"} for seconds in range(12, 36, 4)]


def after_wave(name, lines):
    """What the generator believes is changed."""
    if name == "verdict" and lines[0].wave == 1:
        weak = next(sent for sent in lines if sent.kind == "weak")
        weak.wanted = {"accepted"}
    if name == "repetition" and lines[0].wave == 1:
        repeated = next(sent for sent in lines if sent.kind == "repeated")
        repeated.answer = dict(repeated.answer, first="stale")


def before_look(name, run, engine, number):
    """A stop is cancelled by hand while the engine cannot see it."""
    if name != "stop" or number != 1:
        return
    room = run.room
    row = None
    for _ in range(60):
        os.kill(engine.pid, signal.SIGSTOP)
        row = _a_stop(room)
        if row:
            break
        os.kill(engine.pid, signal.SIGCONT)
        time.sleep(0.3)
    room.cancel(row)
    run.judge.look()
    os.kill(engine.pid, signal.SIGCONT)


def _a_stop(room):
    """A stop at the exchange that protects an open deal; `None` where there is none."""
    state, stops = room.now(), room.market.stops(room.port)
    names = {order["id"]: order["clientOrderId"] for order in state["orders"]}
    for deal in state["deals"]:
        if deal["status"] == "open" and names.get(deal["stop"]) in stops:
            return stops[names[deal["stop"]]]
    return None


def before_end(name, run, engine):
    """What is there at the end is changed by hand."""
    if name == "order":
        run.room.order("LTCUSDT", "20")
    if name == "money":
        run.room.by_hand("/v5/order/create", symbol="LTCUSDT", side="Buy", qty="0.5",
                         orderType="Market", marketUnit="baseCoin")
    if name == "kill":
        engine.kill()


def after(name, run):
    """The journal, the log or what is known of them is changed after the engine's end."""
    room = run.room
    if name == "deal":
        events = run.monitor.events
        events.remove(next(event for event in events if event["kind"] == "dealOpened"))
    if name == "event":
        run.monitor.events.append(run.monitor.events[-1])
    if name == "complaint":
        with open(os.path.join(room.directory, "engine.log"), "a") as log:
            log.write("Fatal error: Index out of range\n")
    if name == "correction":
        words = ["correct", "balance", "USDT", "--to", "1", "--operator", "ann", "--reason", "test",
                 "--state-directory", room.state + "/holdfast"]
        _, text = room.tool(*words, "--json")
        room.tool(*words, "--expect", str(json.loads(text)["version"]))
    if name == "byte":
        _turn_a_bit(room)


def _turn_a_bit(room):
    """Turns a bit in the middle of a batch."""
    folder = room.journal + "/segments"
    path = os.path.join(folder, sorted(os.listdir(folder))[-1], "data.mdb")
    with open(path, "r+b") as file:
        data = file.read()
        place = data.rindex(b"HFBATCH\n", 0, len(data) // 2) + 140
        file.seek(place)
        file.write(bytes([data[place] ^ 16]))


def at_leftovers(name, directory):
    """Something is left running that names the directory."""
    if name == "process":
        _left.append(subprocess.Popen([directory + "/sleep", "30"], executable="/bin/sleep"))
        time.sleep(0.2)


def clean_up():
    """Ends what was left on purpose."""
    for process in _left:
        process.kill()
        process.wait()
