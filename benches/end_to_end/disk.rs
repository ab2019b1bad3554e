//! What this disk allows at best: a bare loop that writes as many bytes as a small commit does, to blocks that
//! were written before, and syncs. A record that comes while one sync runs has to wait for the next one, so its
//! time to the end of that is what no group commit can fall below.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use logyard::clock::Stopwatch;
use logyard::metrics::figures::LatencyMillis;

const PAGE: usize = 4_096;
/// What one commit of a few records writes: its record, and the pages of the trees above it.
const PAGES_PER_SYNC: usize = 10;
const FILE_PAGES: usize = 8_192;

/// The floor for records that come evenly, so many per second.
pub fn floor(directory: &Path, per_second: f64, span: Duration) -> LatencyMillis {
    let mut file = tempfile::tempfile_in(directory).expect("the build directory is writable");
    file.write_all(&vec![1; FILE_PAGES * PAGE]).expect("the disk has room");
    file.sync_all().expect("the disk has room");
    latencies(&sync_ends(&mut file, span), per_second)
}

/// When each sync ended, in milliseconds.
fn sync_ends(file: &mut File, span: Duration) -> Vec<f64> {
    let (stopwatch, mut ends, mut page) = (Stopwatch::start(), Vec::new(), 0);
    while stopwatch.elapsed() < span {
        for _ in 0..PAGES_PER_SYNC {
            // Scattered, as the pages of a tree are.
            page = (page * 5 + 1_013) % FILE_PAGES;
            file.seek(SeekFrom::Start((page * PAGE) as u64)).expect("the file is as long");
            file.write_all(&[2; PAGE]).expect("the disk has room");
        }
        file.sync_data().expect("the disk has room");
        ends.push(stopwatch.elapsed().as_secs_f64() * 1e3);
    }
    ends
}

/// Each record waits for the end of the sync after the one it meets.
fn latencies(ends: &[f64], per_second: f64) -> LatencyMillis {
    let gap = 1e3 / per_second;
    let (mut waits, mut arrival) = (Vec::new(), ends[0]);
    for pair in ends.windows(2).skip(1) {
        while arrival < pair[0] {
            waits.push(pair[1] - arrival);
            arrival += gap;
        }
    }
    waits.sort_by(f64::total_cmp);
    let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)];
    LatencyMillis {
        count: waits.len() as u64,
        p50: at(50),
        p95: at(95),
        p99: at(99),
        max: at(100),
        ..LatencyMillis::default()
    }
}
