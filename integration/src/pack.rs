//! `pack`, compiled from the module that `integration/pack` pins.
#![expect(
    clippy::disallowed_methods,
    reason = "asks what the machine's own clients are told"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::go_tool::compiled;
use crate::{Call, Docker, Machine, test_names};

const PACKAGE: &str = "github.com/buildpacks/pack";

/// The authorities that the machine trusts, where no variable names others (Debian's ca-certificates).
const SYSTEM_BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Where packages come from.
const OF_CLIENTS: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "UV_DEFAULT_INDEX",
];

/// A user of `pack`: with a configuration directory of its own.
#[derive(Debug)]
pub struct Pack {
    program: &'static Path,
    docker: &'static Docker,
    home: TempDir,
}

impl Pack {
    /// A user whose `pack` talks to the daemon of all cases.
    ///
    /// # Panics
    /// When it can't be compiled.
    #[track_caller]
    #[must_use]
    pub fn of(machine: &Machine) -> Self {
        static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        let program = PROGRAM.get_or_init(|| {
            let version = format!("{PACKAGE}/pkg/client.Version");
            compiled(&machine.test_tools(), "pack", PACKAGE, Some(&version))
        });
        Self {
            program: program
                .as_deref()
                .unwrap_or_else(|reason| panic!("{reason}")),
            docker: Docker::of(machine),
            home: tempfile::tempdir().expect("a temporary directory can be made"),
        }
    }

    /// `pack build IMAGE --path APP --builder BUILDER`, in a daemon that has no network of its own.
    #[must_use]
    pub fn build(&self, image: &str, app: &Path, builder: &str) -> Call {
        self.call(["build", image, "--path"])
            .arg(app)
            .args(["--builder", builder])
            // Its lifecycle talks to the same daemon as we do, and to registries on the loopback.
            .args(["--docker-host=inherit", "--network=host"])
    }

    /// [`Self::build`] with what the machine's own package clients are told: who signs certificates, by a binding in
    /// `bindings`, and the indexes and proxies that variables name.
    ///
    /// # Panics
    /// When the binding can't be written.
    #[must_use]
    pub fn build_with_packages(
        &self,
        image: &str,
        app: &Path,
        builder: &str,
        bindings: &Path,
    ) -> Call {
        let binding = bindings.join("authorities");
        fs_err::create_dir_all(&binding).expect("it is writable");
        fs_err::write(binding.join("type"), "ca-certificates").expect("it is writable");
        let authorities = set("SSL_CERT_FILE").unwrap_or_else(|| SYSTEM_BUNDLE.into());
        fs_err::copy(authorities, binding.join("all.pem")).expect("it can be copied");
        let volume = format!("--volume={}:/platform/bindings", bindings.display());
        // What npm of this machine is told has no names of variables.
        let of_npm = set("NPM_CONFIG_USERCONFIG").map(PathBuf::from);
        let of_npm = of_npm.or_else(|| Some(Path::new(&set("HOME")?).join(".npmrc")));
        if let Some(file) = of_npm.filter(|file| file.is_file()) {
            let binding = bindings.join("npm");
            fs_err::create_dir_all(&binding).expect("it is writable");
            fs_err::write(binding.join("type"), "npmrc").expect("it is writable");
            // Only its owner may read it, and the build is somebody else.
            let text = fs_err::read(file).expect("it can be read");
            fs_err::write(binding.join(".npmrc"), text).expect("it is writable");
        }
        let named = OF_CLIENTS.iter().filter(|name| set(name).is_some());
        let variables = named.flat_map(|name| ["--env", name]);
        self.build(image, app, builder).arg(volume).args(variables)
    }

    /// `pack ARGUMENTS`.
    #[must_use]
    pub fn call<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Call {
        let call = Call::new(self.program)
            .args(arguments)
            .env("PACK_HOME", self.home.path())
            // The names of cache volumes are made of it; without it pack warns in a container.
            .env("PACK_VOLUME_KEY", test_names())
            .env("NO_COLOR", "1");
        self.docker.reached_by(call)
    }
}

/// A variable of the tests that isn't empty.
fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
