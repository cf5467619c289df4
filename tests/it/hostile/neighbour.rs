//! Somebody who reports while others misbehave, and is counted all the same.

use prost::Message;

use crate::support::reporter::moment;
use crate::support::{Reporter, Shared};

/// Does something hostile while a neighbour reports on connections of its own, before, beside
/// and after it; fails unless the neighbour is counted exactly.
pub fn beside_a_neighbour<T: Send>(
    server: &Shared,
    name: &str,
    hostile: impl FnOnce() -> T + Send,
) -> T {
    let neighbour = Reporter::new(&format!("{name}neighbour{}", moment()));
    let report = || server.accept("metrics", &neighbour.tokens(&[1.0]).encode_to_vec());
    report();
    let done = std::thread::scope(|scope| {
        let hostile = scope.spawn(hostile);
        let mut reports = 0;
        while reports < 3 || (!hostile.is_finished() && reports < 50) {
            report();
            reports += 1;
        }
        (hostile.join().expect("the hostile one gets its answer"), reports)
    });
    report();
    assert_eq!(neighbour.counted(server), done.1 + 2, "the neighbour of {name}");
    done.0
}
