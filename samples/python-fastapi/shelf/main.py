"""The HTTP API; its description is at /docs and /openapi.json."""

from fastapi import FastAPI, HTTPException, status

from shelf.books import Book, Shelf

app = FastAPI(title="Shelf")
shelf = Shelf(
    [
        Book(title="The Voyage of the Beagle", author="Charles Darwin", year=1839),
        Book(title="Sailing Alone Around the World", author="Joshua Slocum", year=1900),
    ]
)


@app.get("/")
def books(first: int = 1450, last: int = 2100) -> list[Book]:
    return shelf.between(first, last)


@app.get("/books/{number}")
def book(number: int) -> Book:
    found = shelf.get(number)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"there is no book {number}")
    return found


@app.post("/books", status_code=status.HTTP_201_CREATED)
def add(new: Book) -> dict[str, int]:
    return {"number": shelf.add(new)}
