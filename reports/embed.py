#!/usr/bin/env python3
"""Turn the page's template, style sheet and script into C arrays: embed.py HTML CSS JS OUT.

The hashes of style and script are what the page's Content-Security-Policy allows."""
import base64
import hashlib
import sys


def c_array(name, data):
    rows = [", ".join(str(b) for b in data[i:i + 24]) for i in range(0, len(data), 24)]
    return "const char %s[] = {\n\t%s, 0\n};\n" % (name, ",\n\t".join(rows))


def c_hash(name, data):
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return 'const char %s[] = "sha256-%s";\n' % (name, digest)


html, css, js, out = sys.argv[1:]
with open(html, "rb") as f:
    page = f.read()
with open(css, "rb") as f:
    style = f.read()
with open(js, "rb") as f:
    script = f.read()
if len(script) > 15 * 1024:
    sys.exit("%s: %d bytes, more than 15 KB" % (js, len(script)))
with open(out, "w") as f:
    f.write('#include "reports/page.h"\n\n')
    f.write(c_array("page_html", page))
    f.write(c_array("page_css", style))
    f.write(c_array("page_js", script))
    f.write(c_hash("page_css_hash", style))
    f.write(c_hash("page_js_hash", script))
