"""The service starts as the image starts it, and says that it is well."""

import os
import socket
import subprocess
import sys
import time
import unittest


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return str(s.getsockname()[1])


class Start(unittest.TestCase):
    def test_it_answers_its_health_check(self):
        env = {**os.environ, "PORT": free_port()}
        service = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:" + env["PORT"],
             "--log-level", "warning", "shelf.app:create_app()"], env=env)
        try:
            deadline = time.monotonic() + 60  # a busy builder is no failure
            while time.monotonic() < deadline:
                check = subprocess.run([sys.executable, "-m", "shelf.health"], env=env,
                                       stderr=subprocess.DEVNULL)
                if check.returncode == 0:
                    return
                time.sleep(0.1)
            self.fail("no answer in 60 seconds")
        finally:
            service.terminate()
            service.wait(10)


if __name__ == "__main__":
    unittest.main()
