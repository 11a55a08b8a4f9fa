//! The types of bindings that builds read.

/// A type of binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BindingKind {
    /// Certificates of authorities that the build trusts; every entry holds one or more, as PEM.
    CaCertificates,
    /// A user and a password for git, in git's own form (`git help credential`); `context` is the URL that
    /// they are for.
    GitCredentials,
    /// Users and passwords by host, as `.netrc` has them.
    Netrc,
    /// Settings of npm.
    Npmrc,
    /// Settings of pip.
    PipConf,
    /// Settings of pnpm.
    Pnpmrc,
    /// Process types and their commands.
    Procfile,
    /// Settings of uv.
    UvToml,
    /// Settings of Yarn.
    Yarnrc,
}

impl BindingKind {
    /// All of them, sorted by name.
    pub const ALL: [Self; 9] = [
        Self::CaCertificates,
        Self::GitCredentials,
        Self::Netrc,
        Self::Npmrc,
        Self::PipConf,
        Self::Pnpmrc,
        Self::Procfile,
        Self::UvToml,
        Self::Yarnrc,
    ];

    /// What the file `type` of such a binding says.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CaCertificates => "ca-certificates",
            Self::GitCredentials => "git-credentials",
            Self::Netrc => "netrc",
            Self::Npmrc => "npmrc",
            Self::PipConf => "pip-conf",
            Self::Pnpmrc => "pnpmrc",
            Self::Procfile => "Procfile",
            Self::UvToml => "uv-toml",
            Self::Yarnrc => "yarnrc",
        }
    }

    /// The names that the entry may have which such a binding is about, the first one in Paketo's spelling
    /// where Paketo knows the type. Empty where every entry counts. A secret of Kubernetes can have all of
    /// them, those that begin with a dot included.
    #[must_use]
    pub fn entries(self) -> &'static [&'static str] {
        match self {
            Self::CaCertificates => &[],
            Self::GitCredentials => &["credentials"],
            Self::Netrc => &[".netrc", "netrc"],
            Self::Npmrc => &[".npmrc", "npmrc"],
            Self::PipConf => &["pip.conf", "pip-conf"],
            Self::Pnpmrc => &[".pnpmrc", "pnpmrc"],
            Self::Procfile => &["Procfile"],
            Self::UvToml => &["uv.toml", "uv-toml"],
            Self::Yarnrc => &[".yarnrc", ".yarnrc.yml", "yarnrc"],
        }
    }
}
