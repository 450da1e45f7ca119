#!/usr/bin/env python3
"""The page in Chromium as people use it: page.py TARE MAKE.

Nothing is fetched and nothing complains; axe-core finds nothing in light, dark, forced colours, print
and at 400 %; filters live in the URL and Back takes them back; the keyboard alone moves along a chart
and zooms; and without script every view and chart is there. The history is made up."""
import os
import subprocess
import sys
import tempfile
import unittest

from chromium import Chromium

TARE, MAKE = sys.argv[1:3]
# where ci/setup --dev puts it
AXE = os.environ.get('TARE_PREFIX', '/opt/tare') + '/axe/node_modules/axe-core/axe.min.js'
VIEWS = ['overview', 'cache', 'trends', 'builds', 'images', 'runners', 'machine']


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        db = os.path.join(cls.place.name, 'tare.db')
        cls.page = os.path.join(cls.place.name, 'page.html')
        subprocess.run([MAKE, db, '6', '130', '3'], check=True)
        subprocess.run([TARE, 'report', '--db', db, '--html', cls.page], check=True)
        cls.browser = Chromium().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.place.cleanup()

    def setUp(self):
        self.browser.script(True)
        self.browser.media()
        self.browser.view(1400)
        self.browser.open(self.page)

    def test_alone(self):
        self.assertEqual(self.browser.requests(), ['file://' + self.page])
        self.assertEqual(self.browser.complaints(), [])

    def axe(self):
        """What axe-core finds: its rules' names with the first place of each. It is put into the
        page past the policy, as a debugger may; content below the fold is laid out first."""
        run = self.browser.run
        run("document.querySelectorAll('.track').forEach(t => "
            "t.style.setProperty('content-visibility', 'visible'));"
            "document.querySelectorAll('details').forEach(d => d.open = true); 1")
        with open(AXE) as f:
            run(f.read() + '; 1')
        return run("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].target))")

    def test_axe(self):
        ways = {
            'light': (1400, '', {'prefers_color_scheme': 'light'}),
            'dark': (1400, '', {'prefers_color_scheme': 'dark'}),
            'forced colours': (1400, '', {'forced_colors': 'active'}),
            'print': (1400, 'print', {}),
            '400 %': (320, '', {}),
        }
        for name, (width, kind, features) in ways.items():
            with self.subTest(name):
                self.browser.view(width)
                self.browser.media(kind, **features)
                self.browser.open(self.page)
                self.assertEqual(self.axe(), [])

    def test_400_percent(self):
        self.browser.view(320)
        self.browser.open(self.page)
        self.assertLessEqual(self.browser.run('document.documentElement.scrollWidth'), 320)

    def shown(self):
        return self.browser.run(
            "[...new Set([...document.querySelectorAll('.track:not([hidden])')]"
            ".map(t => t.dataset.engine))].sort().join()")

    def test_filters(self):
        run = self.browser.run
        everything = self.shown()
        run("const s = document.querySelector('select[name=engine]'); s.value = 'podman';"
            "s.dispatchEvent(new Event('change')); new Promise(d => setTimeout(d, 100))")
        self.assertEqual(self.shown(), 'podman')
        self.assertIn('engine=podman', run('location.hash'))
        run('history.back(); new Promise(d => setTimeout(d, 200))')
        self.assertEqual(self.shown(), everything)
        self.browser.open(self.page + '#trends&engine=docker&cache=store')
        self.assertEqual(self.shown(), 'docker')
        self.assertEqual(run("document.querySelector('select[name=cache]').value"), 'store')

    def test_hostile_hash(self):
        self.browser.open(self.page + '#%22%3E%3Cscript%3E&engine=%E0%A4%A&x=1&cache=%3Cb%3E')
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.run("document.querySelectorAll('main b[id], main script').length"), 0)

    def test_keyboard(self):
        run, key = self.browser.run, self.browser.key
        run("document.querySelector('svg.graph').focus(); 1")
        value = "document.activeElement.getAttribute('aria-valuetext')"
        last = run(value)
        key('ArrowLeft')
        before = run(value)
        self.assertNotEqual(before, last)
        self.assertRegex(before, r'^[0-9a-f]{7} 20\d\d-\d\d-\d\d.*: \d+(\.\d+)? m?s$')
        view = "document.activeElement.querySelector('svg').getAttribute('viewBox')"
        whole = run(view)
        key('+')
        self.assertNotEqual(run(view), whole)
        key('Escape')
        self.assertEqual(run(view), whole)
        key('Enter')
        self.assertTrue(run("document.activeElement.closest('.track')"
                            ".querySelector('details.behind').open"))

    def test_every_chart_has_its_table(self):
        self.assertEqual(self.browser.run(
            "[...document.querySelectorAll('.track, .fall, .image')]"
            ".filter(s => !s.querySelector('details.behind table')).length"), 0)

    def test_without_script(self):
        self.browser.script(False)
        self.browser.open(self.page)
        self.browser.script(True)
        run = self.browser.run
        for view in VIEWS:
            self.assertTrue(run("!!document.getElementById('%s').textContent.trim()" % view), view)
        self.assertGreater(run("document.querySelectorAll('svg.graph path.trend').length"), 12)
        self.assertTrue(run("document.getElementById('filter').hidden"))
        self.assertIsNone(run("document.querySelector('svg.graph').getAttribute('tabindex')"))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
