"""The local exchange as a process, and the accounts that trade at it."""

import json
import subprocess
import threading


class Account:
    """One client's key at one venue."""

    def __init__(self, name, venue):
        self.name = name
        self.venue = venue
        self.key = f"key-of-{name}"
        self.secret = f"secret-of-{name}"

    def entry(self):
        """What the accounts file says of it."""
        entry = {"name": self.name, "venue": self.venue, "key": self.key, "secret": self.secret}
        if self.venue == "bybit":
            return entry | {"balances": BALANCES}
        return entry | {"spot": BALANCES, "futures": {"USDT": BALANCES["USDT"]}}


# What every account begins with. Few markets, so that amounts can be told by hand.
BALANCES = {"USDT": "100000", "BTC": "1"}


class Exchange:
    """A running exchange-sim; it is stopped by its process id, and no other is."""

    def __init__(self, program, accounts, directory):
        path = directory / "accounts.json5"
        path.write_text(json.dumps({"accounts": [account.entry() for account in accounts]}))
        self.errors = open(directory / "exchange-sim.log", "wb")
        self.process = subprocess.Popen(
            [program, "--port", "0", "--accounts", str(path), "--seed", "1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, text=True,
        )
        line = self._first_line(seconds=20)
        try:
            self.port = json.loads(line)["port"]
        except (ValueError, KeyError, TypeError) as failure:
            self.stop()
            raise RuntimeError(f"exchange-sim began with {line!r}, not with its port") from failure

    def _first_line(self, seconds):
        lines = []
        reader = threading.Thread(
            target=lambda: lines.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(seconds)
        return lines[0] if lines else ""

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self):
        return f"ws://127.0.0.1:{self.port}"

    @property
    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        """Asks it to stop as a person would; `False` where it did not do so cleanly."""
        self.process.terminate()
        try:
            code = self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.errors.close()
        return code == 0
