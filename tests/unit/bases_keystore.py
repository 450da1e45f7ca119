#!/usr/bin/env python3
"""Stand-ins with Java trust the certificates of their bundle: the keystore that assemble writes.

usage: bases_keystore.py BASES"""
import base64
import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
CASES = [b"", b"one", b"\x30\x82\x01" * 1000]


def pem(der):
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + \
        b"-----END CERTIFICATE-----\n"


class Reader:
    """Takes a keystore apart, field by field."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, kind):
        return struct.unpack(">" + kind, self.take(struct.calcsize(kind)))[0]

    def entry(self):
        tag, alias = self.number("I"), self.take(self.number("H"))
        self.number("Q")
        return tag, alias, self.take(self.number("H")), self.take(self.number("I"))


class Keystore(unittest.TestCase):
    def test_every_certificate_is_in_it_once_under_a_name_of_its_own(self):
        for count in range(len(CASES) + 1):
            read = Reader(roots.keystore(b"# a comment\n".join(map(pem, CASES[:count]))))
            self.assertEqual((read.number("I"), read.number("I")), (0xFEEDFEED, 2))
            entries = [read.entry() for _ in range(read.number("I"))]
            self.assertEqual([(tag, kind, der) for tag, _, kind, der in entries],
                             [(2, b"X.509", der) for der in CASES[:count]])
            self.assertEqual(len({alias for _, alias, _, _ in entries}), count)
            seal = "changeit".encode("utf-16-be") + b"Mighty Aphrodite" + read.data[:read.at]
            self.assertEqual(read.take(20), hashlib.sha1(seal).digest())
            self.assertEqual(read.at, len(read.data))

    @unittest.skipUnless(shutil.which("keytool"), "no Java here")
    def test_java_reads_it(self):
        with open(BUNDLE, "rb") as file, tempfile.NamedTemporaryFile() as store:
            bundle = file.read()
            store.write(roots.keystore(bundle))
            store.flush()
            listed = subprocess.run(["keytool", "-list", "-keystore", store.name, "-storepass",
                                     "changeit"], capture_output=True, text=True, check=False)
        self.assertEqual(listed.stdout.count("trustedCertEntry"), bundle.count(b"BEGIN CERT"))


if __name__ == "__main__":
    sys.path.insert(0, sys.argv.pop(1))
    sys.dont_write_bytecode = True
    import roots
    unittest.main()
