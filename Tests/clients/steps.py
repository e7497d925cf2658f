"""Steps of a client, one row each."""

import sys


class Steps:
    """Runs steps and keeps count of what is not as it must be."""

    def __init__(self, client):
        self.client = client
        self.failed = 0

    def row(self, name, word, detail=""):
        """Prints one row."""
        print(f"{self.client:<16} {name:<24} {word:<6} {detail}"[:150], flush=True)

    def gives(self, name, call, check=lambda value: True):
        """A call that must give what `check` takes; its value."""
        try:
            value = call()
        except Exception as error:  # what a client raises is what is to be seen
            self.failed += 1
            self.row(name, "WRONG", f"{type(error).__name__}: {error}")
            return None
        if not check(value):
            self.failed += 1
            self.row(name, "WRONG", f"gave {value}")
            return value
        self.row(name, "ok")
        return value

    def raises(self, name, call, kind, text=""):
        """A call that must raise this error, with this text."""
        try:
            value = call()
        except kind as error:
            if text in str(error):
                self.row(name, "ok")
                return
            self.failed += 1
            self.row(name, "WRONG", f"raised {error}")
            return
        except Exception as error:
            self.failed += 1
            self.row(name, "WRONG", f"raised {type(error).__name__}: {error}")
            return
        self.failed += 1
        self.row(name, "WRONG", f"gave {value}")

    def end(self):
        """Ends the program with what was found."""
        sys.exit(1 if self.failed else 0)
