//! Projects and locks for the tests, with what the managers themselves compute as their content hashes.

pub(super) const POETRY_1: &str = r#"
[tool.poetry]
name = "shop"
version = "1.0"

[tool.poetry.dependencies]
python = "^3.11"
Flask = "^3.0"
uvicorn = { version = "^0.30", extras = ["standard"] }
psycopg = [{ version = "^3.1", python = "<3.12" }, { version = "^3.2", markers = "python_version >= '3.12'" }]
pywin32 = { version = "*", platform = "win32" }
orjson = { version = "*", optional = true }
tools = { path = "libs/tools" }
patched = { git = "https://example.com/team/patched", rev = "v1" }

[tool.poetry.extras]
fast = ["orjson"]

[tool.poetry.group.dev.dependencies]
pytest = "*"

[tool.poetry.group.Prod.dependencies]
sentry-sdk = "*"

[[tool.poetry.source]]
name = "internal"
url = "https://packages.example.com/simple"
priority = "supplemental"
"#;

pub(super) const POETRY_1_HASH: &str =
    "a4c96e267ae0b520af9bb19848ef7fdadef5b8a00fe1ef04b370e43bd0519854";

pub(super) const POETRY_2: &str = r#"
[project]
name = "shop"
requires-python = ">=3.11,<4"
dependencies = ["flask (>=3.0,<4.0)", "uvicorn[standard]>=0.30 ; python_version < '4'", "fork @ git+https://example.com/fork@main"]

[dependency-groups]
prod = ["sentry-sdk>=2"]

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
flask = { source = "internal" }
"#;

pub(super) const POETRY_2_HASH: &str =
    "196013c3caf9ae4c5b3546c88ce97a2a6db3c41ebfc66cbc476a6ddc03c2910f";

pub(super) const PDM: &str = r#"
[project]
name = "shop"
requires-python = ">=3.11"
dependencies = ["flask>=3", "uvicorn[standard]"]

[project.optional-dependencies]
"é" = ["orjson"]

[dependency-groups]
Dev_Tools = ["ruff"]

[tool.pdm.dev-dependencies]
dev-tools = ["mypy"]

[[tool.pdm.source]]
name = "internal"
url = "https://${USER}@packages.example.com/simple"
"#;

pub(super) const PDM_HASH: &str =
    "5930fc52aa81d3e4fd3638284fca0a60407ae2d1f974e7cc75f800c8c847edf3";

pub(super) const PIPFILE: &str = r#"
[[source]]
name = "internal"
url = "https://packages.example.com/simple"
verify_ssl = true

[packages]
flask = "*"
uvicorn = { extras = ["standard"], version = ">=0.30" }

[dev-packages]
pytest = "*"

[docs]
mkdocs = "*"

[requires]
python_version = "3.11"

[scripts]
start = "flask run"
"#;

pub(super) const PIPFILE_HASH: &str =
    "e39252f57fed104d31090b61dba2841e054e75bbe5ea8b4ca58c5a7584b0a957";

pub(super) const POETRY_LOCK_1_1: &str = r#"
[[package]]
name = "flask"
version = "3.0.3"
category = "main"
optional = false
python-versions = ">=3.8"

[[package]]
name = "psycopg"
version = "3.1.20"
optional = false
python-versions = ">=3.7"

[[package]]
name = "psycopg"
version = "3.2.1"
optional = false
python-versions = ">=3.8"

[[package]]
name = "patched"
version = "1.0"
optional = false
python-versions = "*"

[package.source]
type = "git"
url = "git@example.com:team/patched.git"
reference = "v1"
resolved_reference = "0123abc"
subdirectory = "python"

[[package]]
name = "tools"
version = "0.1"
optional = false
python-versions = "*"

[package.source]
type = "directory"
url = "libs/tools"

[[package]]
name = "inner"
version = "2.0"
optional = false
python-versions = "*"

[package.source]
type = "legacy"
url = "https://packages.example.com/simple"
reference = "internal"

[metadata]
lock-version = "1.1"
python-versions = "^3.11"
content-hash = "HASH"

[metadata.files]
flask = FILES(flask)
inner = []
psycopg = FILES(psycopg)
patched = []
tools = []
"#;

pub(super) const POETRY_LOCK_2_1: &str = r#"
[[package]]
name = "flask"
version = "3.0.3"
groups = ["main"]
files = FILES(flask)

[[package]]
name = "uvloop"
version = "0.19.0"
groups = ["main"]
markers = "sys_platform != 'win32'"
files = FILES(uvloop)

[[package]]
name = "numpy"
version = "1.26.4"
groups = ["main", "prod"]
markers = { main = "python_version < '3.12'", prod = "python_version < '3.11'" }
files = FILES(numpy-1)

[[package]]
name = "numpy"
version = "2.1.0"
groups = ["main"]
markers = "python_version >= '3.12'"
files = FILES(numpy-2)

[[package]]
name = "fork"
version = "1.0"
groups = ["main"]
files = []

[package.source]
type = "git"
url = "https://example.com/fork"
reference = "main"
resolved_reference = "4567def"

[metadata]
lock-version = "2.1"
python-versions = ">=3.11,<4"
content-hash = "HASH"
"#;

pub(super) const PIPFILE_LOCK: &str = r#"{
  "_meta": {
    "hash": {"sha256": "HASH"},
    "pipfile-spec": 6,
    "requires": {"python_version": "3.11", "python_full_version": "3.11.2"},
    "sources": [{"name": "internal", "url": "https://${USER}@packages.example.com/simple", "verify_ssl": true}]
  },
  "default": {
    "flask": {"hashes": ["sha256:b", "sha256:a"], "index": "pypi", "markers": "python_version >= '3.8'", "version": "==3.0.3"},
    "uvicorn": {"extras": ["standard"], "hashes": ["sha256:c"], "version": "==0.30.0"},
    "fork": {"git": "https://example.com/fork", "ref": "0123abc"},
    "local": {"path": "./libs/local", "editable": true},
    "archive": {"file": "https://example.com/archive.zip", "hashes": ["sha256:d"]}
  },
  "develop": {"pytest": {"version": "==8.0.0"}}
}"#;
