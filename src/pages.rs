//! Pages for people that are not figures: the setup link.

pub mod setup;
