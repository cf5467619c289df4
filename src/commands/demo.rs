//! `daybook demo`.
