//! Trains the dictionary bodies are packed with, from the captured requests.
//!
//! `cargo run -p daybook-jobs --example train_dictionary -- tests/fixtures/corpus OUT`. A new
//! dictionary needs a new name and the old one beside it: stored bodies are read with theirs.

use std::path::Path;

use anyhow::Context;

/// How large it may get: as large as a few requests.
const MAX_BYTES: usize = 24 << 10;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let corpus = arguments.next().context("where is the corpus?")?;
    let output = arguments.next().context("where to?")?;
    let mut samples = Vec::new();
    collect(Path::new(&corpus), &mut samples)?;
    let dictionary = zstd::dict::from_samples(&samples, MAX_BYTES)?;
    std::fs::write(&output, &dictionary)?;
    println!("{} samples, {} bytes", samples.len(), dictionary.len());
    Ok(())
}

/// Every protobuf body that is not packed.
fn collect(folder: &Path, samples: &mut Vec<Vec<u8>>) -> anyhow::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, samples)?;
        } else if path.extension().is_some_and(|extension| extension == "bin") {
            let body = std::fs::read(&path)?;
            if body.first() == Some(&0x0a) {
                samples.push(body);
            }
        }
    }
    Ok(())
}
