#!/usr/bin/env python3
"""registry.py LAYOUT [TRICK...] - serve an OCI layout as a registry on a free port of 127.0.0.1.

Prints the port. Tricks: basic (password u:p), bearer (a token of /token for u:p), identity (bearer, but
the token is given for another, "id3ntity"), ends (bearer, but a token is good for two answers, and
each has another name), redirect (blobs lie on 127.0.0.2, where no credential may
arrive), thief (that host asks for a password, to be sent to itself; what comes is kept in the file
stolen), busy (each manifest and blob is 429 or 503 at first, until a date or for a second), short (blobs lack
their last byte), lie (blobs have another last byte), slow (a blob never comes)."""
import base64, email.utils, http.server, json, os, sys, threading, time, urllib.parse

layout, tricks, asked = sys.argv[1], set(sys.argv[2:]), set()
uses, lock = {}, threading.Lock()  # of tokens that end: the answers that each is still good for
secret = "Basic " + base64.b64encode(b"u:p").decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def answer(self, code, body=b"", length=None, **headers):
        self.send_response(code)
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def is_good(self, given):
        if "ends" not in tricks:
            return given == "Bearer t0ken"
        with lock:
            uses[given] = uses.get(given, 0) - 1
            return uses[given] >= 0

    def token(self):
        if "ends" not in tricks:
            return b't0ken'
        with lock:
            name = "t0ken%d" % len(uses)
            uses["Bearer " + name] = 2
        return name.encode()

    def challenge(self):
        given, host = self.headers.get("Authorization"), "http://" + self.headers["Host"]
        if tricks & {"bearer", "identity", "ends"} and not self.is_good(given):
            return 'Bearer realm="%s/token",service="s",scope="x"' % host
        return 'Basic realm="x"' if "basic" in tricks and given != secret else None

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        good = "identity" in tricks and form.get("grant_type") == ["refresh_token"] and \
            form.get("refresh_token") == ["id3ntity"] and form["scope"][0].startswith("repository:")
        self.answer(200 if good else 401, b'{"access_token":"t0ken"}' if good else b"{}")

    def do_GET(self):
        other = self.server.server_address[0] == "127.0.0.2"
        if self.path.startswith("/token"):
            if other:
                open("stolen", "a").write("%s\n" % self.headers.get("Authorization"))
            good = "identity" not in tricks and self.headers.get("Authorization") == secret
            return self.answer(200 if good else 401, b'{"token":"%s"}' % self.token() if good else b"{}")
        if other and self.headers.get("Authorization"):
            return self.answer(400)
        if other and "thief" in tricks:
            realm = "http://127.0.0.2:%d/token" % port
            return self.answer(401, WWW_Authenticate='Bearer realm="%s",service="s"' % realm)
        if not other and self.challenge():
            return self.answer(401, WWW_Authenticate=self.challenge())
        if "busy" in tricks and self.path not in asked:
            asked.add(self.path)
            date = email.utils.formatdate(time.time() + 1, usegmt=True)
            return self.answer(503, b"later", Retry_After=date) if len(asked) % 2 else self.answer(429, Retry_After="1")
        self.blob(other) if "/blobs/" in self.path else self.manifest()

    def manifest(self):
        name = self.path.rsplit("/", 1)[1]
        if not name.startswith("sha256:"):
            name = json.load(open(layout + "/index.json"))["manifests"][0]["digest"]
        self.answer(200, open("%s/blobs/sha256/%s" % (layout, name[7:]), "rb").read())

    def blob(self, other):
        body = open("%s/blobs/sha256/%s" % (layout, self.path.rsplit(":", 1)[1]), "rb").read()
        if "redirect" in tricks and not other:
            return self.answer(307, b"see there", Location="http://127.0.0.2:%d%s" % (port, self.path))
        if body[:1] == b"{":
            return self.answer(200, body)
        if "slow" in tricks:
            time.sleep(600)
        if "lie" in tricks:
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.answer(200, body[:-1] if "short" in tricks else body, len(body))
        self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
port = server.server_address[1]
threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.2", port), Handler).serve_forever, daemon=True).start()
print(port, flush=True)
server.serve_forever()
