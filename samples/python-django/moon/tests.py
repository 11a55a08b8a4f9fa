from datetime import date

from django.test import SimpleTestCase, override_settings

from moon.phases import phase_of

WITHOUT_COLLECTED = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Phases(SimpleTestCase):
    def test_eclipses_are_at_new_and_full_moon(self):
        self.assertEqual(phase_of(date(2024, 4, 8)).name, "New moon")
        self.assertEqual(phase_of(date(2025, 9, 7)).name, "Full moon")


@override_settings(STORAGES=WITHOUT_COLLECTED)
class Pages(SimpleTestCase):
    def test_a_week_begins_with_its_day(self):
        response = self.client.get("/2025-09-07/")
        self.assertContains(response, "The moon from 7 September 2025")

    def test_a_day_as_json(self):
        response = self.client.get("/2025-09-07.json")
        self.assertEqual(response.json()["phase"], "Full moon")
