"""What a trading desk sees: a line for each thing that happens, read from `journalctl show`."""

import decimal
import json
import threading

RED, GREEN, YELLOW, DIM, BOLD, PLAIN = "31", "32", "33", "2", "1", "0"


class Monitor(threading.Thread):
    """Tells each event as it comes, and keeps all for whoever judges them."""

    def __init__(self, source, write, is_colourful):
        super().__init__(daemon=True)
        self.source, self.write, self.is_colourful = source, write, is_colourful
        self.events = []
        self.orders = {}
        self.deals = {}
        self.is_quiet = False

    def run(self):
        """Reads until the source ends."""
        for text in self.source.stdout:
            event = json.loads(text)
            self.events.append(event)
            line = getattr(self, "_" + event["kind"], lambda event: None)(event["payload"])
            if line and not self.is_quiet:
                self._say(event["time"], *line)

    def of(self, kind):
        """The payloads of a kind of event."""
        return [event["payload"] for event in self.events if event["kind"] == kind]

    def paint(self, text, colour):
        """The text in a colour where that is wanted."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.is_colourful else text

    def status(self, text):
        """A line that stands out."""
        self.write(self.paint(text, BOLD))

    def _say(self, time, symbol, what, price, quantity, result, colour=PLAIN):
        clock = time.split("T")[1].rstrip("Z").ljust(12, "0")[:12]
        line = f"{clock}  {symbol:<12} {what:<9} {price:>10} {quantity:>10}  {result}"
        self.write(self.paint(line, colour) if colour != PLAIN else line)

    def _signalReceived(self, it):
        colour = GREEN if it["verdict"] == "accepted" else DIM
        words = f"{it['side']}, score {it['score']}: {it['verdict']}"
        return it["symbol"], "SIGNAL", "", "", f"{it['id']}, {words}", colour

    def _dealOpened(self, it):
        return it["symbol"], "DEAL", it["evidence"]["ask"], "", "opens", BOLD

    def _orderIntended(self, it):
        self.orders[it["order"]] = it
        price = it["trigger"] if it["role"] == "stop" else it["price"]
        words = f"{it['role']} to {it['side']}, {it['type']}"
        return (it["symbol"], "ORDER", "" if price == "0" else price, it["quantity"], words)

    def _orderRefused(self, it):
        words = f"refused before it left: {it.get('refusal', '')}"
        return it.get("symbol", ""), "REFUSED", "", "", words, YELLOW

    def _orderAccepted(self, it):
        if it["role"] != "stop":
            return None
        order = self.orders[it["order"]]
        return (it["symbol"], "STOP", order["trigger"], order["quantity"], "live at the venue",
                GREEN)

    def _orderFilled(self, it):
        fill, order = it["execution"], self.orders[it["order"]]
        words = f"{it['role']}, {order['side']}; fee {fill['fee']} {fill['feeAsset']}"
        return it["symbol"], "FILL", fill["price"], fill["quantity"], words, GREEN

    def _orderRejected(self, it):
        return it["symbol"], "REJECTED", "", "", f"{it['role']}: {it['reason']}", YELLOW

    def _orderCancelled(self, it):
        return it["symbol"], "CANCELLED", "", "", it["role"], DIM

    def _orderTriggered(self, it):
        return it["symbol"], "TRIGGERED", "", "", it["role"], YELLOW

    def _amendIntended(self, it):
        return it["symbol"], "STOP", it.get("trigger", ""), it.get("quantity", ""), "moves"

    def _outcomeUnknown(self, it):
        return it.get("symbol", ""), "UNKNOWN", "", "", it.get("why", ""), RED

    def _outcomeResolved(self, it):
        return it.get("symbol", ""), "KNOWN", "", "", it.get("evidence", ""), GREEN

    def _dealClosed(self, it):
        symbol = next((order["symbol"] for order in self.orders.values()
                       if order["deal"] == it["deal"]), "")
        profit = decimal.Decimal(it["profit"])
        colour = GREEN if profit > 0 else RED
        return symbol, "CLOSED", "", "", f"{it['reason']}: {profit:+.2f}", colour

    def _riskBlocked(self, it):
        return "", "BLOCKED", "", "", f"case {it.get('case', '')}: {it.get('seen', '')}", RED

    def _blockEnded(self, it):
        return "", "UNBLOCKED", "", "", "", GREEN

    def _marketFaulted(self, it):
        return "", "STREAM", "", "", it["text"], YELLOW

    def _errorRecorded(self, it):
        return "", it["severity"].upper(), "", "", it["text"], RED

    def _botStatusChanged(self, it):
        return "", "ENGINE", "", "", f"{it['status']} {it['reason']}".strip(), YELLOW

    def _recoveryStepped(self, it):
        return "", "START", "", "", it["detail"], DIM

    def _epochEnded(self, it):
        return "", "END", "", "", it["reason"], DIM


def status(state):
    """What is held, in a line."""
    money = sum(decimal.Decimal(row["total"]) for row in state["balances"]
                if row["asset"] == "USDT")
    cost = sum(decimal.Decimal(row["position"]["cost"]) for row in state["instruments"])
    stops = sum(order["role"] == "stop" and order["status"] in ("placed", "partially filled")
                for order in state["orders"])
    unknown = sum(order["unknown"] for order in state["orders"])
    exposure = decimal.Decimal(state["risk"]["currentExposure"])
    return (f"-- equity {money + cost:,.2f} | {len(state['deals'])} deals open | "
            f"exposure {exposure:,.2f} | {stops} stops | {unknown} unknown | {state['status']}")
