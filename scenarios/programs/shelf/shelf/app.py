"""The service: a page for people, JSON for programs, /health for whoever runs it."""

import os

from flask import Flask, abort, jsonify, render_template, request

from shelf.store import Shelf


def create_app(path=None):
    app = Flask(__name__)
    shelf = Shelf(path or os.environ.get("SHELF_DB", ":memory:"))

    @app.get("/")
    def index():
        return render_template("index.html", books=shelf.all())

    @app.get("/books")
    def books():
        return jsonify(shelf.all())

    @app.post("/books")
    def add():
        book = request.get_json()
        if not book.get("title") or not book.get("author"):
            abort(400, "a book has a title and an author")
        return jsonify(id=shelf.add(book["title"], book["author"])), 201

    @app.post("/books/<int:book>/done")
    def done(book):
        if not shelf.finish(book):
            abort(404)
        return "", 204

    @app.get("/health")
    def health():
        return jsonify(status="ok", books=len(shelf.all()))

    return app
