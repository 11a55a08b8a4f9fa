//! Indexes that a project names.

/// An index of packages that the app names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) name: String,
    /// May hold `${VARIABLE}`.
    pub(crate) url: String,
    pub(crate) priority: IndexPriority,
}

/// When an index is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexPriority {
    /// In place of the one that uv knows.
    Default,
    /// Beside it.
    Additional,
}

/// The indexes without the usual one, which uv knows, or a mirror of it by its own settings. Where it is there,
/// the others are asked beside it.
pub(crate) fn beside_the_usual(indexes: Vec<Index>) -> Vec<Index> {
    let has_usual = indexes.iter().any(Index::is_usual);
    let others = indexes.into_iter().filter(|index| !index.is_usual());
    others
        .map(|index| Index {
            priority: if has_usual {
                IndexPriority::Additional
            } else {
                index.priority
            },
            ..index
        })
        .collect()
}

impl Index {
    /// Whether it is the index of everybody: `/simple` of a domain that is called `pypi`.
    fn is_usual(&self) -> bool {
        let place = self.url.split_once("://").map_or("", |(_, place)| place);
        let (host, path) = place.split_once('/').unwrap_or((place, ""));
        let is_domain = host.starts_with("pypi.") && host.matches('.').count() == 1;
        is_domain && path.trim_end_matches('/') == "simple"
    }
}
