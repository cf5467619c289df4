//! What redaction found and where: enough to recognise it again, never the secret itself.

/// Most detections that are kept of one request; the rest is counted.
pub const MAX_DETECTIONS: usize = 1_000;

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// Its type: the id of the rule, as in the marker.
    pub rule: String,
    /// The attribute or field, e.g. `log.attributes[tool_parameters].command`. Itself redacted.
    pub path: String,
    /// At most 24 bytes of the redacted text before the marker.
    pub before: String,
    /// At most 24 bytes of the redacted text behind it.
    pub after: String,
    /// BLAKE3 of the secret under the installation's key: the same secret is known again, and
    /// nobody without the key can try out numbers against it.
    pub secret_hash: [u8; 16],
}

/// The detections of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detections {
    /// The first [`MAX_DETECTIONS`].
    pub kept: Vec<Detection>,
    /// How many more there were.
    pub not_kept: usize,
}

impl Detections {
    /// Adds one, or only counts it.
    pub fn push(&mut self, detection: Detection) {
        if self.kept.len() < MAX_DETECTIONS {
            self.kept.push(detection);
        } else {
            self.not_kept = self.not_kept.saturating_add(1);
        }
    }
}
