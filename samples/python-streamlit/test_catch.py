import unittest
from pathlib import Path

from catch import heaviest, load, monthly


class Catch(unittest.TestCase):
    def setUp(self):
        self.catch = load(Path(__file__).parent / "data" / "catch.csv")

    def test_every_month_has_every_fish(self):
        self.assertEqual(monthly(self.catch).shape, (12, 3))

    def test_the_heaviest_is_of_all_months(self):
        self.assertEqual(heaviest(self.catch)[0], "herring")


if __name__ == "__main__":
    unittest.main()
