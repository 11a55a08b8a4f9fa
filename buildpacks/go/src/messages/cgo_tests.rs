//! What a person reads where cgo is needed, and of programs that the run image can't start.

use linkage::RequiredVersion;

use super::*;
use crate::errors::BuildpackError;
use crate::messages::tests::{assert_messages, text};

fn package(import_path: &str, imported_by: Option<&str>) -> CgoPackage {
    CgoPackage {
        import_path: text(import_path),
        imported_by: imported_by.map(text),
        proof: (text("sqlite3.go"), 12, text("import \"C\"")),
        is_certain: true,
    }
}

#[test]
fn cgo() {
    let many = (1..=12).map(|number| package(&format!("example.com/lib/{number}"), None));
    let errors = [
        vec![package(
            "github.com/mattn/go-sqlite3",
            Some("example.com/app/store"),
        )],
        vec![package(
            "github.com/mattn/go-sqlite3",
            Some("gorm.io/driver/sqlite"),
        )],
        vec![package("example.com/app/internal/native", None)],
        many.collect(),
    ];
    assert_messages("cgo", errors.map(BuildpackError::Cgo));
}

#[test]
fn programs_that_would_not_start() {
    let version = RequiredVersion {
        library: text("libc.so.6"),
        version: text("GLIBC_2.99"),
    };
    let library = || Missing::Library(text("libsqlite3.so.0"));
    let packages = [(text("libsqlite3.so.0"), text("libsqlite3-0"))];
    let unstartable = |missing, has_libraries| {
        let error = Unstartable {
            program: text("web"),
            missing,
            has_libraries,
            packages: packages.clone().into(),
        };
        BuildpackError::Linkage(Box::new(error))
    };
    let errors = [
        unstartable(
            vec![
                library(),
                Missing::Library(text("libx.so.1")),
                Missing::Version(version),
            ],
            true,
        ),
        unstartable(
            vec![
                Missing::Loader(text("/lib64/ld-linux-x86-64.so.2")),
                Missing::Library(text("libc.so.6")),
            ],
            false,
        ),
        unstartable(vec![Missing::NoLoader], true),
    ];
    assert_messages("linkage", errors);
}
