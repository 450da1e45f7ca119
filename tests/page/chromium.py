"""Chromium without a window, driven over its debugging pipe: JSON between NUL bytes on two
descriptors, so that nothing listens on a port and no client library is needed."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run',
         '--disable-dev-shm-usage', '--disable-background-networking', '--mute-audio',
         '--remote-debugging-pipe', 'about:blank']


class Chromium:
    """One browser with one page. Use it in a with statement: it ends with its files."""

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix='tare-chromium-')
        to_child, self.out = os.pipe()
        self.into, from_child = os.pipe()

        def descriptors():
            # the browser reads commands on 3 and writes answers on 4
            a, b = os.dup(to_child), os.dup(from_child)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.child = subprocess.Popen(
            ['chromium', '--user-data-dir=' + self.home] + FLAGS, preexec_fn=descriptors,
            close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(to_child)
        os.close(from_child)
        self.buffer, self.last, self.session = b'', 0, None
        self.events, self.scripted = [], True
        target = next(t for t in self.call('Target.getTargets')['targetInfos'] if t['type'] == 'page')
        self.session = self.call('Target.attachToTarget', targetId=target['targetId'],
                                 flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Network', 'Log'):
            self.call(domain + '.enable')
        return self

    def __exit__(self, *_):
        os.close(self.out)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, 9)
            self.child.wait()
        os.close(self.into)
        shutil.rmtree(self.home, ignore_errors=True)

    def _message(self, seconds):
        end = time.monotonic() + seconds
        while b'\0' not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.into], [], [], left)[0]:
                raise TimeoutError('the browser said nothing for %d s' % seconds)
            data = os.read(self.into, 1 << 20)
            if not data:
                raise EOFError('the browser ended')
            self.buffer += data
        text, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(text)

    def call(self, method, **params):
        """The result of a command; what happens meanwhile is kept in events."""
        self.last += 1
        message = {'id': self.last, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.out, json.dumps(message).encode() + b'\0')
        while True:
            answer = self._message(60)
            if answer.get('id') == self.last:
                if 'error' in answer:
                    raise RuntimeError('%s: %s' % (method, answer['error']['message']))
                return answer['result']
            self.events.append(answer)

    def wait(self, method, seconds=30):
        """Until an event of this name came."""
        while not any(e.get('method') == method for e in self.events):
            self.events.append(self._message(seconds))

    def open(self, path):
        """Load a file; its events alone are kept."""
        self.events = []
        self.call('Page.navigate', url='about:blank')
        self.wait('Page.loadEventFired')
        self.events = []
        self.call('Page.navigate', url='file://' + os.path.abspath(path.split('#')[0]) +
                  path[len(path.split('#')[0]):])
        self.wait('Page.loadEventFired')
        if self.scripted:
            self.run('new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))')

    def run(self, code):
        """The value of an expression or promise on the page."""
        result = self.call('Runtime.evaluate', expression=code, awaitPromise=True,
                           returnByValue=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails']['exception'].get('description', code))
        return result['result'].get('value')

    def view(self, width, height=900, scale=1, mobile=False):
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=scale, mobile=mobile)

    def media(self, kind='', **features):
        """media('print'), media(prefers_color_scheme='dark', forced_colors='active')."""
        self.call('Emulation.setEmulatedMedia', media=kind, features=[
            {'name': name.replace('_', '-'), 'value': value} for name, value in features.items()])

    def script(self, on):
        self.call('Emulation.setScriptExecutionDisabled', value=not on)
        self.scripted = on

    def key(self, key, code=None):
        for kind in ('keyDown', 'keyUp'):
            more = {'text': key} if len(key) == 1 and kind == 'keyDown' else {}
            self.call('Input.dispatchKeyEvent', type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode={'Tab': 9, 'Enter': 13, 'Escape': 27, 'Home': 36,
                                             'End': 35, 'ArrowLeft': 37, 'ArrowRight': 39}.get(key, 0),
                      **more)

    def picture(self, path, whole=False):
        options = {'captureBeyondViewport': True} if whole else {}
        if whole:
            size = self.call('Page.getLayoutMetrics')['cssContentSize']
            options['clip'] = {'x': 0, 'y': 0, 'width': size['width'],
                               'height': min(size['height'], 12000), 'scale': 1}
        data = self.call('Page.captureScreenshot', format='png', **options)['data']
        with open(path, 'wb') as f:
            f.write(base64.b64decode(data))

    def pdf(self, path):
        data = self.call('Page.printToPDF', printBackground=True, preferCSSPageSize=True)['data']
        with open(path, 'wb') as f:
            f.write(base64.b64decode(data))

    def complaints(self):
        """What went wrong on the page: exceptions, blocked or failed loads, console errors."""
        found = []
        for e in self.events:
            p = e.get('params', {})
            if e.get('method') == 'Runtime.exceptionThrown':
                found.append(p['exceptionDetails'].get('exception', {}).get('description', 'exception'))
            if e.get('method') == 'Log.entryAdded' and p['entry']['level'] in ('error', 'warning'):
                found.append(p['entry']['text'])
        return found

    def requests(self):
        return [e['params']['request']['url'] for e in self.events
                if e.get('method') == 'Network.requestWillBeSent']
