"""Runs the clients against the local exchange; see the file `run`."""

import argparse
import logging
import pathlib
import sys
import tempfile
import time

import with_binance_futures
import with_binance_spot
import with_ccxt
import with_ccxt_pro
import with_pybit
from exchange import Exchange
from steps import STEPS, Row, take


def sessions():
    clients = [with_ccxt, with_ccxt_pro, with_pybit, with_binance_spot, with_binance_futures]
    return [session for client in clients for session in client.sessions()]


def run(session, exchange):
    """Takes all steps of a session; where the client cannot even be made, all fail."""
    try:
        session.open(exchange)
    except Exception as error:
        rows = [Row(session, step, "FAIL", f"not made: {error!r}") for step in STEPS]
        for row in rows:
            print(row, flush=True)
        return rows
    rows = []
    try:
        for step in STEPS:
            rows.append(take(session, step))
            print(rows[-1], flush=True)
    finally:
        session.close()
    return rows


def judge(rows, was_clean, log):
    failed = [row for row in rows if row.result == "FAIL"]
    (log / "failures.log").write_text("\n".join(f"{row}\n{row.trace}" for row in failed))
    counts = {name: sum(row.result == name for row in rows)
              for name in ("pass", "FAIL", "not offered")}
    print(f"\n{len(rows)} steps: {counts['pass']} passed, {counts['FAIL']} failed, "
          f"{counts['not offered']} not offered by the client")
    for row in failed:
        print(f"  {row}")
    if not was_clean:
        print("exchange-sim did not run to its end, or did not stop cleanly; its own words:")
        print((log / "exchange-sim.log").read_text(errors="replace"))
    if failed or not was_clean:
        print(f"where each failed: {log}/failures.log")
    return 1 if failed or not was_clean or not rows else 0


def main():
    parser = argparse.ArgumentParser(prog="Tests/clients/run")
    parser.add_argument("program")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="clients and markets whose names hold this, as 'ccxt bybit-spot'")
    parser.add_argument("--log", type=pathlib.Path, metavar="DIRECTORY",
                        help="where details are written")
    arguments = parser.parse_args()
    log = arguments.log or pathlib.Path(tempfile.mkdtemp(prefix="clients-"))
    log.mkdir(parents=True, exist_ok=True)
    # What clients log goes into a file: the table stays a table.
    logging.basicConfig(filename=log / "clients.log", level=logging.INFO)
    chosen = [session for session in sessions()
              if arguments.only in f"{session.client} {session.market}"]
    began = time.monotonic()
    exchange = Exchange(arguments.program, [session.account for session in chosen], log)
    rows, is_alive = [], True
    try:
        for session in chosen:
            rows += run(session, exchange)
        is_alive = exchange.is_running
    finally:
        was_clean = exchange.stop() and is_alive
    print(f"\n{time.monotonic() - began:.0f} s")
    return judge(rows, was_clean, log)


if __name__ == "__main__":
    sys.exit(main())
