//! Makes the tables again.
