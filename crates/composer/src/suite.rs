//! The releases of Debian that images are made of.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A release with its updates, shown and parsed by its code name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// Debian 12.
    Bookworm,
    /// Debian 13, which images are made of that don't say anything else.
    #[default]
    Trixie,
    /// Debian 14.
    Forky,
}

impl Suite {
    const ALL: [Self; 3] = [Self::Bookworm, Self::Trixie, Self::Forky];

    /// Its code name, by which archives know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
            Self::Forky => "forky",
        }
    }

    /// Its number, by which scanners know it.
    #[must_use]
    pub fn release(self) -> u8 {
        match self {
            Self::Bookworm => 12,
            Self::Trixie => 13,
            Self::Forky => 14,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The code name of no [`Suite`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the releases that images are made of")]
pub struct UnknownSuite(String);

impl FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(name: &str) -> Result<Self, UnknownSuite> {
        Self::ALL
            .into_iter()
            .find(|suite| suite.name() == name)
            .ok_or_else(|| UnknownSuite(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_has_one_name_everywhere() {
        for suite in Suite::ALL {
            assert_eq!(suite.name().parse(), Ok(suite));
            let value = toml::Value::String(suite.name().to_owned());
            assert_eq!(value.try_into(), Ok(suite));
        }
        assert_eq!("sid".parse::<Suite>(), Err(UnknownSuite("sid".to_owned())));
    }
}
