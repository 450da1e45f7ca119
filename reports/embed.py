#!/usr/bin/env python3
"""Turn the page's template and style sheet into C arrays: embed.py HTML CSS OUT.

The style's hash is what the page's Content-Security-Policy allows."""
import base64
import hashlib
import sys


def c_array(name, data):
    rows = [", ".join(str(b) for b in data[i:i + 24]) for i in range(0, len(data), 24)]
    return "const char %s[] = {\n\t%s, 0\n};\n" % (name, ",\n\t".join(rows))


html, css, out = sys.argv[1:]
with open(css, "rb") as f:
    style = f.read()
with open(html, "rb") as f:
    page = f.read()
digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
with open(out, "w") as f:
    f.write('#include "reports/page.h"\n\n')
    f.write(c_array("page_html", page))
    f.write(c_array("page_css", style))
    f.write('const char page_css_hash[] = "sha256-%s";\n' % digest)
