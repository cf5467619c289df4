//! `daybook rebuild` and `daybook replay`.
