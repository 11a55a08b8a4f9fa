"""The books, kept in memory for as long as the process lives."""

from threading import Lock

from pydantic import BaseModel, Field


class Book(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    author: str
    year: int = Field(ge=1450, le=2100)


class Shelf:
    def __init__(self, books: list[Book]) -> None:
        self._books = books
        self._lock = Lock()

    def add(self, book: Book) -> int:
        """Puts a book at the end; returns its number."""
        with self._lock:
            self._books.append(book)
            return len(self._books) - 1

    def get(self, number: int) -> Book | None:
        return self._books[number] if 0 <= number < len(self._books) else None

    def between(self, first: int, last: int) -> list[Book]:
        """The books of these years, the oldest first."""
        books = [book for book in self._books if first <= book.year <= last]
        return sorted(books, key=lambda book: book.year)
