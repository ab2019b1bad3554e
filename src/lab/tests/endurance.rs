//! An experiment that goes on and on: what is kept of its past stays within its bound.

use super::*;
use crate::clock::Time;
use crate::lab::history::{History, MAX_HISTORY_BYTES};
use crate::metrics::frames::Frames;
use crate::metrics::series::Series;
use crate::scenario::library;

/// Adds what was seen last once more to everything that is kept, as a lab does that goes on in the same way.
fn go_on(history: &mut History, at: Time) {
    let again = |series: &mut Series| series.push(at, series.latest().unwrap_or_default());
    let again_all = |frames: &mut Frames| {
        let last = frames.frames().next_back().map(|(_, frame)| frame.clone());
        if let Some(frame) = last {
            frames.push(at, frame);
        }
    };
    again(&mut history.records_in);
    for one in history.producers.values_mut() {
        [&mut one.accepted, &mut one.waiting].into_iter().for_each(again);
    }
    for one in history.topics.values_mut() {
        again(&mut one.records_in);
        again_all(&mut one.partitions_in);
    }
    for group in history.groups.values_mut() {
        [&mut group.records_out, &mut group.lag, &mut group.time_lag_millis].into_iter().for_each(again);
        [&mut group.latency_p50_millis, &mut group.latency_p95_millis, &mut group.latency_p99_millis]
            .into_iter()
            .for_each(again);
        group.consumers.values_mut().for_each(|one| [&mut one.records_out, &mut one.busy].into_iter().for_each(again));
        group.partition_lag.values_mut().for_each(again_all);
    }
}

#[test]
fn an_hour_of_the_demonstration_is_kept_in_ever_less_memory() {
    with(library::text(library::DEMONSTRATION).unwrap(), |mut lab| async move {
        let snapshot = pass(&mut lab, 25).await;
        let (mut history, mut at) = (History::clone(&snapshot.history), snapshot.clock.time);
        assert_eq!((history.producers.len(), history.groups["billing"].consumers.len()), (2, 3));
        let mut bytes = vec![history.bytes()];
        for _ in 0..4 {
            for _ in 0..15 * 60 * 4 {
                at += Duration::from_millis(250);
                go_on(&mut history, at);
            }
            history.keep_within(MAX_HISTORY_BYTES);
            bytes.push(history.bytes());
        }
        assert!(bytes[4] < MAX_HISTORY_BYTES / 20 && history.dropped == 0, "{bytes:?}");
        let grown: Vec<usize> = bytes.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
        assert!(grown[1..].iter().all(|quarter| *quarter < grown[0] / 2), "{grown:?} of {bytes:?}");
    });
}
