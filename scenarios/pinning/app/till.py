"""A till: GET / for people, GET /gross/COUNTRY/NET adds that country's tax, /health."""

import os

import vatrates
from bottle import Bottle, abort, run

PAGE = "<!doctype html><title>Till</title><h1>Till</h1><p>The rates are those of {}.</p>\n"


def create_app():
    app = Bottle()

    @app.get("/")
    def index():
        return PAGE.format(vatrates.YEAR)

    @app.get("/gross/<country:re:[a-z][a-z]>/<net:float>")
    def gross(country, net):
        if country not in vatrates.RATES:
            abort(404, "no such country")
        return {"gross": round(net * (100 + vatrates.RATES[country]) / 100, 2)}

    @app.get("/health")
    def health():
        return {"status": "ok", "rates": vatrates.YEAR}

    return app


if __name__ == "__main__":
    run(create_app(), host="0.0.0.0", port=int(os.environ.get("PORT", "8000")), quiet=True)
