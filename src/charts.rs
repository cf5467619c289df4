//! Charts, drawn here as SVG: no library, no script needed to see them.
//!
//! A chart knows days and amounts, not where they come from. It is a `<figure>` with a
//! sentence that sums it up, and a table that is also what the script reads.

pub mod palette;
pub mod scale;
pub mod stacked_bars;
