//! Packages that can't be compiled.

use explain::{Message, quote};

use crate::uv_failure::Lacks;

pub(super) fn build_failed(package: &str, lacks: Option<&Lacks>) -> Message {
    let package = quote(package, 100);
    let title = "A package can't be compiled";
    let lack = match lacks {
        Some(Lacks::Header(header)) => format!("Its compiler found no {}.", quote(header, 100)),
        Some(Lacks::Library(library)) => format!("Its linker found no lib{}.", quote(library, 60)),
        Some(Lacks::Program(program)) => format!("It needs the program {}.", quote(program, 60)),
        Some(Lacks::Module(module)) if module == "distutils" => {
            return older_than_python(&package, title);
        }
        Some(Lacks::Module(module)) => format!(
            "Its setup imports {}, which it doesn't say that it needs.",
            quote(module, 60)
        ),
        None => "What its build says is told below.".to_owned(),
    };
    let debian = lacks.and_then(debian_package);
    let debian = debian.map_or_else(String::new, |name| {
        format!(" In Debian it is in the package {name}, which the build image hasn't.")
    });
    Message::yours("python/install/compile", title).body(format!(
        "{package} has no wheel for this version of Python and this machine, so it was\n\
         compiled. {lack}{debian}\n\n\
         Ask for a version of it that has a wheel, for a package that brings its\n\
         libraries (psycopg2-binary in place of psycopg2), or for another version of\n\
         Python, for which there is one."
    ))
}

/// Python 3.12 lost what nearly every older package that is compiled is compiled with.
fn older_than_python(package: &str, title: &str) -> Message {
    Message::yours("python/install/compile", title).body(format!(
        "{package} is from before Python 3.12: it has no wheel for this version, and to\n\
         compile it takes distutils, which Python had up to 3.11.\n\n\
         Ask for a newer version of the package, or for the older Python, with a file\n\
         .python-version that contains:\n3.11"
    ))
}

/// The packages of what is asked for most.
fn debian_package(lacks: &Lacks) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 14] = [
        ("libpq-fe.h", "libpq-dev"),
        ("pg_config", "libpq-dev"),
        ("pq", "libpq-dev"),
        ("mysql.h", "default-libmysqlclient-dev"),
        ("mysql_config", "default-libmysqlclient-dev"),
        ("ffi.h", "libffi-dev"),
        ("libxml/xmlversion.h", "libxml2-dev"),
        ("libxslt/xsltconfig.h", "libxslt1-dev"),
        ("jpeglib.h", "libjpeg-dev"),
        ("openssl/ssl.h", "libssl-dev"),
        ("lber.h", "libldap-dev"),
        ("sasl/sasl.h", "libsasl2-dev"),
        ("cargo", "cargo"),
        ("cmake", "cmake"),
    ];
    let (Lacks::Header(name) | Lacks::Library(name) | Lacks::Program(name)) = lacks else {
        return None;
    };
    KNOWN
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, package)| *package)
}
