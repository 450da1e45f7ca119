import io
import pathlib
import tempfile
import unittest

from almanac import create_app

READINGS = "date,low,high,rain,wind\n1985-07-01,12.1,24.9,0.0,9\n1986-07-01,11.4,21.0,3.2,17\n"


def get(app, path):
    """The status and the body that the WSGI application answers with."""
    said = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "wsgi.input": io.BytesIO()}
    body = b"".join(app(environ, lambda status, headers, *_: said.append(status)))
    return int(said[0].split()[0]), body.decode()


class Almanac(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.file = pathlib.Path(place.name) / "readings.csv"

    def test_a_day_is_found_in_every_year(self):
        self.file.write_text(READINGS)
        status, body = get(create_app(self.file), "/days/07-01")
        self.assertEqual(status, 200)
        self.assertIn("1985-07-01", body)
        self.assertIn("1986-07-01", body)

    def test_a_day_that_is_not_there(self):
        self.assertEqual(get(create_app(self.file), "/days/02-30")[0], 404)

    def test_without_readings_it_is_well_and_empty(self):
        status, body = get(create_app(self.file), "/health")
        self.assertEqual(status, 200)
        self.assertIn('"days": 0', body)


if __name__ == "__main__":
    unittest.main()
