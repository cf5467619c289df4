//! Why something cannot be put into settings.

/// What cannot be carried: which value, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {cause}; {cure}")]
pub struct Refused {
    /// The option or variable it is about.
    pub what: String,
    pub cause: String,
    pub cure: String,
}

impl Refused {
    /// Refuses a value.
    pub fn new(
        what: impl Into<String>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Refused {
        Refused { what: what.into(), cause: cause.into(), cure: cure.into() }
    }
}
