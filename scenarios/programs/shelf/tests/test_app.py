import unittest

from shelf.app import create_app


class App(unittest.TestCase):
    def setUp(self):
        self.client = create_app(":memory:").test_client()

    def test_a_book_is_added_listed_and_finished(self):
        book = {"title": "Gaudy Night", "author": "Sayers"}
        self.assertEqual(self.client.post("/books", json=book).status_code, 201)
        self.assertEqual(self.client.post("/books/1/done").status_code, 204)
        self.assertEqual(self.client.get("/books").json, [{**book, "id": 1, "done": 1}])
        self.assertIn("<s>Gaudy Night</s>", self.client.get("/").text)

    def test_a_book_without_a_title_is_refused(self):
        self.assertEqual(self.client.post("/books", json={"author": "Sayers"}).status_code, 400)

    def test_an_unknown_book_cannot_be_finished(self):
        self.assertEqual(self.client.post("/books/7/done").status_code, 404)


if __name__ == "__main__":
    unittest.main()
