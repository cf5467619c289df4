//! Searches bytes for any part of any secret, in one pass.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::dress::Canary;

/// Characters of a secret in a row that count as a leak.
const PIECE_CHARACTERS: usize = 12;

/// How far apart pieces begin.
const STEP_CHARACTERS: usize = 4;

/// Parts of secrets, by their first three bytes.
pub struct Needles {
    /// Whether any begins so: most places are left behind with one look.
    begun: Vec<bool>,
    pieces: HashMap<usize, Vec<(Vec<u8>, String)>>,
}

impl Needles {
    /// The parts of some canaries.
    pub fn of(canaries: &[Canary]) -> Needles {
        let mut needles = Needles { begun: vec![false; 1 << 24], pieces: HashMap::new() };
        for canary in canaries {
            for (secret, width) in &canary.secret {
                let pieces = secret.as_bytes().windows(PIECE_CHARACTERS * width);
                for piece in pieces.step_by(STEP_CHARACTERS * width) {
                    needles.add(piece, &canary.text);
                }
            }
        }
        needles
    }

    /// One more piece, and whose it is.
    fn add(&mut self, piece: &[u8], text: &str) {
        let front = front(piece).expect("a long piece");
        self.begun[front] = true;
        self.pieces.entry(front).or_default().push((piece.to_vec(), text.to_owned()));
    }

    /// The secrets that have a part in these bytes.
    pub fn find(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let found = (0..bytes.len()).filter_map(|at| {
            let rest = &bytes[at..];
            let front = front(rest).filter(|front| self.begun[*front])?;
            let pieces = self.pieces.get(&front)?;
            pieces.iter().find(|(piece, _)| rest.starts_with(piece)).map(|(_, text)| text.as_str())
        });
        found.collect()
    }

    /// Fails if any part stands in these bytes.
    pub fn assert_absent(&self, bytes: &[u8], place: &str) {
        let found = self.find(bytes);
        assert!(found.is_empty(), "{place} holds parts of {found:#?}");
    }
}

/// The first three bytes as a number.
fn front(bytes: &[u8]) -> Option<usize> {
    let [a, b, c] = bytes.first_chunk::<3>()?;
    Some(usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c))
}

/// Whether a text stands in these bytes.
pub fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// Every file under a folder, read whole. What goes away meanwhile is left out.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = fs::read(&path) {
                found.push((path, bytes));
            }
        }
    }
    found
}
