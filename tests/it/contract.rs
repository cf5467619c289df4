//! What an OTLP server owes its clients (P1 to P9, P12, P15 to P20), through real HTTP.

mod codecs;
mod answers;
mod partial;
mod traces;
mod malformed;
mod limits;
mod json;
mod connections;
mod kill;
