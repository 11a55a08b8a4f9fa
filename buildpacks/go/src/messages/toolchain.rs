//! Versions of Go: wishes that can't be read, met or fetched.

use buildpack_kit::layer::LayerError;
use explain::{Explain, Message, quote};

use crate::errors::ToolchainUnavailable;
use crate::go_command::GoError;
use crate::go_failure::GoFailure;
use crate::go_version::{BelowMinimum, GoVersion};
use crate::layers::toolchain::ToolchainError;

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
        let title = format!("Go {} isn't available", self.version);
        let asked = format!(
            "{} asks for Go {}.",
            self.request.origin, self.request.value
        );
        let bundled: Vec<String> = self.bundled.iter().map(GoVersion::to_string).collect();
        let bundled = bundled.join(", ");
        match failure {
            GoFailure::Network { .. } => {
                Message::network("go/version/network", title).body(format!(
                    "{asked}\n\n\
                 This builder bundles Go {bundled}. Others are fetched as modules, and\n\
                 that failed. A version that is bundled needs no network."
                ))
            }
            GoFailure::ChecksumMismatch { .. } => Message::yours(
                "go/version/checksum",
                "A toolchain isn't what its checksum says",
            )
            .body(format!(
                "{asked}\n\n\
                         What was downloaded differs from what the checksum database recorded:\n\
                         somebody on the way changed it. Find out who, such as the proxy that\n\
                         GOPROXY names, or ask for a version that is bundled: {bundled}"
            )),
            GoFailure::DownloadForbidden { .. } => Message::yours("go/version/refused", title)
                .body(format!(
                    "{asked}\n\n\
                     This builder bundles Go {bundled}. Others are fetched as modules and\n\
                     checked against the checksum database; GOPROXY and GOSUMDB of the build\n\
                     must allow both."
                )),
            GoFailure::DiskFull => Message::machine("go/version/disk-full", "The disk is full")
                .body(format!("{asked} Fetching it takes about 500 MB.")),
            _ => {
                let (oldest, newest) = self.known;
                Message::yours("go/version/unknown", title).body(format!(
                    "{asked}\n\n\
                     This builder bundles Go {bundled}; Go {oldest} to {newest} can be fetched.\n\n\
                     Ask for one of these."
                ))
            }
        }
        .details(quote(output.lines().next().unwrap_or_default(), 400))
    }
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
