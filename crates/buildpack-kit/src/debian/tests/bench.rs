//! An archive of packages in a directory, and builds that take from it.

use std::fmt::Write as _;

use explain::Explain as _;
use tempfile::TempDir;

use super::super::*;
use crate::command::Command;

/// An archive, a run image with libc6, and the layers of an app.
pub(super) struct Bench {
    pub(super) archive: TempDir,
    index: String,
    machine: TempDir,
}

/// What a build gave.
pub(super) struct Built {
    pub(super) packages: DebianPackages,
    pub(super) layers: PathBuf,
}

impl Bench {
    pub(super) fn new() -> Self {
        let machine = testkit::directory(
            "-- run.toml --\nloaders = []\n[libraries]\n\
             -- run.status --\nPackage: libc6\nStatus: install ok installed\nArchitecture: all\nVersion: 2.41-1\n\
             Maintainer: T <t@example.com>\nDescription: c\n\n\
             -- image/etc/os-release --\nID=debian\nVERSION_ID=\"13\"\n-- home/ --\n-- layers/ --\n",
        );
        let mut bench = Self {
            archive: tempfile::tempdir().unwrap(),
            index: String::new(),
            machine,
        };
        bench.add("libc6", "2.41-1", "", "");
        bench.add(
            "libwords1",
            "1.0-1",
            "Section: libs\nSource: words\nDepends: libc6 (>= 2.40), words-data\n",
            "-- lib/a-linux-gnu/libwords.so.1 -> libwords.so.1.0 --\n-- usr/lib/a-linux-gnu/libwords.so.1.0 --\nno ELF\n\
             -- usr/share/man/man7/words.7 --\nread\n",
        );
        bench.add(
            "words-data",
            "1.0-1",
            "Section: text\n",
            "-- usr/share/words/en --\na b c\n",
        );
        bench.add(
            "libwords-dev",
            "1.0-1",
            "Section: libdevel\nDepends: libwords1 (= 1.0-1)\n",
            "-- usr/include/words.h --\n-- usr/lib/a-linux-gnu/libwords.so -> libwords.so.1 --\n\
             -- usr/lib/a-linux-gnu/pkgconfig/words.pc --\nprefix=/usr\n",
        );
        bench
    }

    /// Adds a package of `Architecture: all`; `fields` are further lines of `control`.
    pub(super) fn add(&mut self, name: &str, version: &str, fields: &str, files: &str) {
        let control = format!(
            "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: T <t@example.com>\n{fields}"
        );
        let root = testkit::directory(&format!(
            "-- DEBIAN/control --\n{control}Description: test\n-- usr/share/doc/{name}/copyright --\nfree\n{files}"
        ));
        let file = self
            .archive
            .path()
            .join(format!("{name}_{version}_all.deb"));
        let arguments = [
            "--root-owner-group".as_ref(),
            "--build".as_ref(),
            root.path().as_os_str(),
            file.as_os_str(),
        ];
        let build = Command::new("dpkg-deb")
            .variables([("PATH", PATH)])
            .arguments(arguments);
        build.capture().unwrap();
        let bytes = fs_err::read(&file).unwrap();
        let sum = hex::encode(Sha256::digest(&bytes));
        let name = file.file_name().unwrap().to_string_lossy();
        writeln!(
            self.index,
            "{control}Filename: ./{name}\nSize: {}\nSHA256: {sum}\nDescription: test\n",
            bytes.len()
        )
        .unwrap();
    }

    pub(super) fn install(&self, wanted: &str) -> Result<Built, LayerError<DebianError>> {
        self.install_from(wanted, "[trusted=yes]")
    }

    /// `option` is how apt takes the archive, which nobody has signed.
    pub(super) fn install_from(
        &self,
        wanted: &str,
        option: &str,
    ) -> Result<Built, LayerError<DebianError>> {
        fs_err::write(self.archive.path().join("Packages"), &self.index).unwrap();
        let line = format!("deb {option} file:{} ./", self.archive.path().display());
        let path = |name: &str| self.machine.path().join(name);
        let environment = Environment::new(
            [("BP_DEB_PACKAGES", wanted), ("BP_DEB_SOURCES", &line)],
            [(run_image::VARIABLE, path("run.toml"))],
        );
        let variables: BTreeMap<OsString, OsString> = [
            ("PATH".into(), PATH.into()),
            ("HOME".into(), path("home").into()),
        ]
        .into();
        let place = Place {
            layers_dir: &path("layers"),
            environment: &environment,
            variables: &variables,
            root: &path("image"),
        };
        let none = testkit::directory("-- a --\n");
        let wanted = Wanted::read(none.path(), &environment, "BP_DEB_PACKAGES").unwrap();
        let output = Output::from_environment(&environment).unwrap();
        let packages = install(&wanted, place, &output)?;
        Ok(Built {
            packages,
            layers: path("layers"),
        })
    }

    #[track_caller]
    pub(super) fn refused(&self, wanted: &str) -> String {
        let error = self.install(wanted).map(|_| ()).unwrap_err();
        let message = error.explain();
        format!("{} ({})\n{}", message.title, message.id, message.body)
    }
}

const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
