//! Versions of Go: wishes that can't be read, met or fetched.

use buildpack_kit::layer::LayerError;
use explain::{Explain, Message, quote};

use crate::errors::ToolchainUnavailable;
use crate::go_command::GoError;
use crate::go_failure::GoFailure;
use crate::go_version::{BelowMinimum, GoVersion};
use crate::layers::toolchain::ToolchainError;
use crate::messages::downloads::{CERTIFICATE_FIX, INSECURE, INSECURE_FIX};
use crate::messages::go::{KILLED, last_lines};

impl Explain for BelowMinimum {
    fn explain(&self) -> Message {
        let Self {
            wish,
            chosen,
            minimum,
        } = self;
        let title = format!("Go {chosen} is too old for the app");
        Message::yours("go/version/below-minimum", title).body(format!(
            "{} asks for Go {}, but\n{} asks for Go {} or newer.\n\n\
             Remove {}, or set it to:\n{}",
            wish.origin, wish.value, minimum.origin, minimum.value, wish.origin, minimum.value
        ))
    }
}

impl Explain for ToolchainUnavailable {
    fn explain(&self) -> Message {
        match &self.source {
            LayerError::Create(ToolchainError::Fetch {
                source: GoError::Failed {
                    failure, output, ..
                },
                ..
            }) => self.not_fetched(failure, output),
            LayerError::Create(error) => error.explain(),
            LayerError::Io { .. } | LayerError::Metadata { .. } => self.source.explain(),
        }
    }
}

impl ToolchainUnavailable {
    fn not_fetched(&self, failure: &GoFailure, output: &str) -> Message {
        let Self { version, .. } = self;
        let asked = format!(
            "{} asks for Go {}.",
            self.request.origin, self.request.value
        );
        match failure {
            GoFailure::DiskFull => Message::machine("go/version/disk-full", "The disk is full")
                .body(format!("{asked} Fetching it takes about 500 MB."))
                .details(first_line(output)),
            GoFailure::Killed => {
                let title = format!("The download of Go {version} was killed");
                Message::machine("go/version/killed", title)
                    .body(format!("{asked}\n\n{KILLED} Give the build more."))
                    .details(last_lines(output))
            }
            GoFailure::Network { .. }
            | GoFailure::Certificate { .. }
            | GoFailure::ModuleNotFound { .. }
            | GoFailure::ModuleNotInDirectory { .. }
            | GoFailure::ModulePrivate { .. }
            | GoFailure::PasswordInsecure { .. }
            | GoFailure::DownloadForbidden { .. }
            | GoFailure::ChecksumMismatch { .. } => {
                self.not_given(failure, &asked).details(first_line(output))
            }
            GoFailure::Compile { .. }
            | GoFailure::SumMissing { .. }
            | GoFailure::RequirementMissing { .. }
            | GoFailure::ReplacementMissing { .. }
            | GoFailure::VendorInconsistent
            | GoFailure::ModulePathMalformed { .. }
            | GoFailure::LanguageTooOld { .. }
            | GoFailure::EmbedMissing { .. }
            | GoFailure::GoTooOld { .. }
            | GoFailure::AllFilesExcluded { .. }
            | GoFailure::NoMainFunction { .. }
            | GoFailure::Other => {
                let title = format!("Go {version} can't be fetched");
                Message::yours("go/version/failed", title)
                    .body(format!(
                        "{asked}\n\n\
                         It isn't bundled, and the go command, which fetches it as a module,\n\
                         failed as told below. Mend that, or ask for a version that is\n\
                         bundled: {}",
                        self.bundled()
                    ))
                    .details(last_lines(output))
            }
        }
    }

    /// What a server, or a setting that chooses one, has to do with it.
    fn not_given(&self, failure: &GoFailure, asked: &str) -> Message {
        let title = format!("Go {} isn't available", self.version);
        let bundled = self.bundled();
        match failure {
            GoFailure::Network { .. } => {
                Message::network("go/version/network", title).body(format!(
                    "{asked}\n\n\
                     This builder bundles Go {bundled}. Others are fetched as modules, and\n\
                     that failed. A version that is bundled needs no network."
                ))
            }
            GoFailure::Certificate { .. } => {
                Message::yours("go/version/certificate", "A server isn't trusted")
                    .body(format!("{asked}\n\n{CERTIFICATE_FIX}"))
            }
            GoFailure::ChecksumMismatch { .. } => {
                let title = "A toolchain isn't what its checksum says";
                Message::yours("go/version/checksum", title).body(format!(
                    "{asked}\n\n\
                     What was downloaded differs from what the checksum database recorded:\n\
                     somebody on the way changed it. Find out who, such as the proxy that\n\
                     GOPROXY names, or ask for a version that is bundled: {bundled}"
                ))
            }
            GoFailure::DownloadForbidden { .. } => Message::yours("go/version/refused", title)
                .body(format!(
                    "{asked}\n\n\
                     This builder bundles Go {bundled}. Others are fetched as modules and\n\
                     checked against the checksum database; GOPROXY and GOSUMDB of the build\n\
                     must allow both."
                )),
            // Some servers refuse what they don't have.
            GoFailure::ModulePrivate { .. } if self.exists() => {
                let title = format!("A server refuses to give Go {}", self.version);
                Message::yours("go/version/denied", title).body(format!(
                    "{asked}\n\n\
                     This builder bundles Go {bundled}. Others are fetched as modules from\n\
                     the servers that GOPROXY names. If one of them is your own, give the\n\
                     build the credentials for it, in the file that NETRC names, or ask\n\
                     whoever runs it."
                ))
            }
            GoFailure::PasswordInsecure { .. } => {
                Message::yours("go/version/password-insecure", INSECURE)
                    .body(format!("{asked}\n\n{INSECURE_FIX}"))
            }
            _ => self.unknown(title, asked),
        }
    }

    /// What a server, or a directory in its place, doesn't have.
    fn unknown(&self, title: String, asked: &str) -> Message {
        let (version, bundled) = (self.version, self.bundled());
        let (oldest, newest) = self.known;
        let known = match self.newest_of_minor {
            Some(_) if self.exists() => {
                return Message::yours("go/version/not-served", title).body(format!(
                    "{asked}\n\n\
                     This version exists, but isn't where GOPROXY leads. This builder bundles\n\
                     Go {bundled}.\n\n\
                     Ask for one that is bundled, or whoever runs the server to add it."
                ));
            }
            Some(newest) => format!("the newest Go 1.{} is {newest}", version.minor),
            None => format!("Go {oldest} to {newest} can be fetched"),
        };
        Message::yours("go/version/unknown", title).body(format!(
            "{asked}\n\n\
             This builder bundles Go {bundled}; {known}.\n\n\
             Ask for one of these."
        ))
    }

    /// Whether the catalogue knows a version as new as this one, of the same minor.
    fn exists(&self) -> bool {
        self.newest_of_minor
            .is_some_and(|newest| self.version <= newest)
    }

    fn bundled(&self) -> String {
        let bundled: Vec<String> = self.bundled.iter().map(GoVersion::to_string).collect();
        bundled.join(", ")
    }
}

fn first_line(output: &str) -> String {
    quote(output.lines().next().unwrap_or_default(), 400)
}

impl Explain for ToolchainError {
    fn explain(&self) -> Message {
        match self {
            Self::Fetch { source, .. } => source.explain(),
            Self::Unpack { version, source } => {
                let title = format!("Go {version} can't be unpacked");
                Message::machine("go/version/unpack", title)
                    .body("Make sure that the disk has 500 MB to spare where the build runs.")
                    .cause(source)
            }
            Self::Name { version } => {
                let title = format!("Go {version} has no valid layer name");
                Message::ours("go/version/name", title)
            }
        }
    }
}
