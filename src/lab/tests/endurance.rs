//! An experiment that goes on and on: what is kept of its past stays within its bound.

use super::*;
use crate::lab::history::MAX_HISTORY_BYTES;
use crate::scenario::library;

/// The demonstration with few records: a history has a point each quarter of a second, whatever flows.
fn quiet_demonstration() -> String {
    let text = library::text(library::DEMONSTRATION).unwrap();
    text.replace("120/s", "0.6/s").replace("80/s", "0.4/s")
}

#[test]
fn an_hour_of_the_demonstration_is_kept_in_ever_less_memory() {
    with(&quiet_demonstration(), |mut lab| async move {
        let mut bytes = vec![0];
        for _ in 0..4 {
            let snapshot = pass(&mut lab, 15 * 60).await;
            no_errors(&snapshot);
            assert_eq!(snapshot.history.dropped, 0, "it is thinned, and nothing has to go");
            bytes.push(snapshot.history.bytes());
        }
        assert!(bytes[4] < MAX_HISTORY_BYTES / 20, "{bytes:?}");
        let grown: Vec<usize> = bytes.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
        assert!(grown[1..].iter().all(|quarter| *quarter < grown[0] / 2), "{grown:?} of {bytes:?}");
    });
}
