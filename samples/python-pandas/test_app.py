import unittest

from app import app


class Answers(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()

    def test_days_have_a_lowest_and_a_highest_level(self):
        days = self.client.get("/levels?by=day").json
        self.assertEqual(len(days), 14)
        self.assertTrue(all(day["min"] < day["mean"] < day["max"] for day in days))

    def test_there_are_about_two_high_waters_a_day(self):
        self.assertIn(len(self.client.get("/tides").json), range(25, 29))

    def test_another_period_is_refused(self):
        self.assertEqual(self.client.get("/levels?by=year").status_code, 400)


if __name__ == "__main__":
    unittest.main()
