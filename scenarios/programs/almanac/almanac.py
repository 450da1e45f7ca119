"""The weather of forty years: GET / for people, GET /days/MONTH-DAY as JSON, /health."""

import csv
import os
import pathlib

from bottle import Bottle, abort, run

PAGE = "<!doctype html><title>Almanac</title><h1>Almanac</h1><p>{} days are known.</p>\n"


def read(file):
    """Every day of the readings, none where there is no such file yet."""
    if not file.exists():
        return []
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def create_app(file=None):
    app = Bottle()
    days = read(pathlib.Path(file or os.environ.get("ALMANAC", "/srv/readings.csv")))

    @app.get("/")
    def index():
        return PAGE.format(len(days))

    @app.get("/days/<day:re:[0-9][0-9]-[0-9][0-9]>")
    def on(day):
        found = [d for d in days if d["date"].endswith(day)]
        if not found:
            abort(404, "no such day")
        return {"days": found}

    @app.get("/health")
    def health():
        return {"status": "ok", "days": len(days)}

    return app


if __name__ == "__main__":
    run(create_app(), host="0.0.0.0", port=int(os.environ.get("PORT", "8000")), quiet=True)
