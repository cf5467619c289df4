//! What fuzzing found worth keeping, replayed: it must pass on every build, without a fuzzer.

use std::fs;
use std::path::PathBuf;

#[path = "../../fuzz/fuzz_targets/targets.rs"]
mod targets;

/// Inputs of a target, small ones that reach something each.
fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut inputs: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.clone(), fs::read(&path).expect("an input")))
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn every_target_takes_what_was_found() {
    for (name, _) in targets::TARGETS {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "{name} has inputs");
        for (path, input) in inputs {
            let outcome = std::panic::catch_unwind(|| targets::run(name, &input));
            assert!(outcome.is_ok(), "{}", path.display());
        }
    }
}
