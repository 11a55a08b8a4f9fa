import unittest

from fastapi.testclient import TestClient

from shelf.main import app


class Api(unittest.TestCase):
    def setUp(self):
        self.client = TestClient(app)

    def test_books_of_some_years(self):
        books = self.client.get("/", params={"last": 1850}).json()
        self.assertEqual([book["author"] for book in books], ["Charles Darwin"])

    def test_a_book_that_is_added_can_be_read(self):
        book = {"title": "Kon-Tiki", "author": "Thor Heyerdahl", "year": 1948}
        number = self.client.post("/books", json=book).json()["number"]
        self.assertEqual(self.client.get(f"/books/{number}").json(), book)

    def test_a_book_of_the_future_is_refused(self):
        book = {"title": "?", "author": "?", "year": 9999}
        self.assertEqual(self.client.post("/books", json=book).status_code, 422)
