"""What a Python program finds around it: the parts that small images tend to lack."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import socket
import sqlite3
import ssl
import sys
import tempfile
import urllib.request
import zoneinfo

# Seconds for the check that uses the network.
TIMEOUT = 5

OK = "ok"


def run():
    """Each check by its name: a fact, or OK, or else what went wrong."""
    report = {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "user": outcome(lambda: pwd.getpwuid(os.getuid())),
        "time_zone": outcome(lambda: zoneinfo.ZoneInfo("US/Pacific")),
        "dns": outcome(lambda: socket.getaddrinfo("localhost", 80)),
        "encoding": sys.getfilesystemencoding(),
        "sqlite": outcome(sqlite),
        "ctypes": outcome(lambda: ctypes.CDLL(None).getpid()),
        "trusts_authorities": bool(ssl.create_default_context().cert_store_stats()["x509_ca"]),
        "compiled": compiled("json"),
        "compiled_app": compiled(__name__),
        "shell": shutil.which("sh"),
        "pip": importlib.util.find_spec("pip") is not None,
        "root_writable": writable("/"),
        "temporary_writable": writable(tempfile.gettempdir()),
        "working_directory": os.getcwd(),
    }
    url = os.environ.get("CHECK_TLS_URL")
    if url:
        report["tls"] = outcome(lambda: urllib.request.urlopen(url, timeout=TIMEOUT).close())
    return report


def outcome(check):
    try:
        check()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return OK


def sqlite():
    with sqlite3.connect(":memory:") as database:
        database.execute("create table t (n integer)")


def compiled(module):
    """Whether a module's bytecode is kept beside it, so that no start compiles it anew."""
    specification = importlib.util.find_spec(module)
    return os.path.exists(specification.cached)


def writable(directory):
    try:
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
