import unittest

from app import app


class Pages(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()

    def test_index_is_rendered(self):
        self.assertIn("Hello from Flask", self.client.get("/").text)

    def test_checks_report_the_working_directory(self):
        self.assertIn("working_directory", self.client.get("/checks").json)


if __name__ == "__main__":
    unittest.main()
