//! What should not arrive but does: refused clearly, in bounded memory, at no neighbour's cost.

mod neighbour;
pub mod memory;
mod bombs;
mod values;
mod times;
mod overflow;
mod connections;
mod names;
mod texts;
mod attributes;
mod people;
mod tokens;
