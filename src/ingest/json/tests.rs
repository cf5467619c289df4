//! What OTLP/JSON decodes to, and what it is refused for.

mod build;
mod distributions;
mod metrics;
mod records;
mod refusals;
mod spans;
mod twins;
mod values;
