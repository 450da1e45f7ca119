"""Books in SQLite."""

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS book (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
)
"""


class Shelf:
    def __init__(self, path):
        self.db = sqlite3.connect(path, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute(SCHEMA)

    def all(self):
        return [dict(row) for row in self.db.execute("SELECT * FROM book ORDER BY id")]

    def add(self, title, author):
        with self.db:
            cursor = self.db.execute(
                "INSERT INTO book (title, author) VALUES (?, ?)", (title, author)
            )
        return cursor.lastrowid

    def finish(self, book):
        with self.db:
            cursor = self.db.execute("UPDATE book SET done = 1 WHERE id = ?", (book,))
        return cursor.rowcount == 1
