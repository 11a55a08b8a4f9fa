//! What a person reads of packages that can't be installed.

use buildpack_kit::layer::LayerError;
use linkage::{Missing, RequiredVersion};

use super::*;
use crate::messages::tests::{absent, assert_messages, full, text};
use crate::uv_failure::Lacks;

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn installation() {
    let of_uv = |purpose, failure| {
        EnvironmentError::from(UvError::Failed {
            command: text("uv pip install"),
            purpose,
            failure,
            output: text("error: what uv wrote\n  cause: and why\n"),
        })
    };
    let package = || text("psycopg2==2.9.9");
    let build = |lacks| UvFailure::BuildFailed {
        package: package(),
        lacks,
    };
    let failures = [
        UvFailure::LockOutOfDate,
        UvFailure::NoSolution,
        UvFailure::NotFound {
            package: text("nosuchpackage"),
        },
        UvFailure::HashMismatch { package: package() },
        UvFailure::HashMissing,
        build(Some(Lacks::Header(text("libpq-fe.h")))),
        build(Some(Lacks::Library(text("xml2")))),
        build(Some(Lacks::Program(text("pg_config")))),
        build(Some(Lacks::Module(text("pkg_resources")))),
        build(Some(Lacks::Module(text("distutils")))),
        build(None),
        UvFailure::PythonMismatch,
        UvFailure::Unauthorized,
        UvFailure::Certificate,
        UvFailure::Network,
        UvFailure::Git,
        UvFailure::Syntax,
        UvFailure::NoGroup {
            group: text("prod"),
        },
        UvFailure::Incompatible,
        UvFailure::DiskFull,
        UvFailure::Killed,
        UvFailure::NoDownload,
        UvFailure::Other,
    ];
    let of_purposes = [
        Purpose::FetchPython,
        Purpose::CheckLock,
        Purpose::ExportLock,
        Purpose::InstallApp,
        Purpose::Check,
    ];
    let of_purposes = of_purposes.map(|purpose| of_uv(purpose, UvFailure::Other));
    let lack = |missing, package: Option<&str>| Lack {
        missing,
        file: "cv2/cv2.abi3.so".into(),
        package: package.map(text),
    };
    let lacks = vec![
        lack(Missing::Loader(text("/lib/ld-musl.so.1")), None),
        lack(Missing::Library(text("libGL.so.1")), Some("libgl1")),
        lack(Missing::Library(text("libx.so.1")), None),
        lack(
            Missing::Version(RequiredVersion {
                library: text("libc.so.6"),
                version: text("GLIBC_2.42"),
            }),
            None,
        ),
        lack(Missing::NoLoader, None),
    ];
    let many = std::iter::repeat_n(lack(Missing::Library(text("libx.so.1")), None), 12).collect();
    let others = [
        UvError::NotRun { source: absent() }.into(),
        UvError::Unset {
            name: text("TOKEN"),
        }
        .into(),
        TrimError::Io(full()).into(),
        TrimError::Strip {
            file: "/layers/a.so".into(),
            source: absent(),
        }
        .into(),
        EnvironmentError::Compile(absent()),
        AuditError::Io(full()).into(),
        AuditError::Missing(lacks).into(),
        AuditError::Missing(many).into(),
        EnvironmentError::Elsewhere(vec![text("greeting"), text("words")]),
        EnvironmentError::Io(full()),
    ];
    let failures = failures.map(|failure| of_uv(Purpose::Install, failure));
    let hints = [
        "pywin32==306 has no wheels with a matching Python ABI tag",
        "use `--index-strategy`",
    ];
    let hinted = hints.map(|output| {
        EnvironmentError::from(UvError::Failed {
            command: text("uv pip install"),
            purpose: Purpose::Install,
            failure: UvFailure::NoSolution,
            output: text(output),
        })
    });
    let failures = failures.into_iter().chain(hinted);
    let all = failures.chain(of_purposes).chain(others);
    assert_messages(
        "installation",
        all.map(|error| LayerError::Create(error).into()),
    );
}
