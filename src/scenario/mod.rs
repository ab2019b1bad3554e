//! An experiment as data: what runs, against what, what happens to it and what must then be true.
//! A [`Scenario`] is checked once, at the edge; everything after trusts it. Runs nothing and reads no clock.

pub mod autoscaler;
mod by_hand;
mod check;
pub mod consumer;
pub mod expect;
pub mod experiment;
mod file;
pub mod library;
pub mod metric;
mod nearest;
pub mod plan;
pub mod problem;
pub mod producer;
mod save;
pub mod timeline;

use std::path::Path;

pub use autoscaler::Autoscaler;
pub use check::{check, check_with_remarks};
pub use consumer::{BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, OffsetReset, ServiceTime};
pub use expect::{Bound, Comparison, Expect, ExpectError, Expectation, Subject};
pub use experiment::{BrokerSpec, Scenario, TopicSpec};
pub use metric::{Metric, SubjectKind, Unit};
pub use problem::{Position, Problem, ScenarioErrors};
pub use producer::{KeyCount, Keys, PartitionerKind, Pattern, ProducerSpec, RecordSize, TracePoint};
pub use save::to_toml;
pub use timeline::{Action, Event};

/// Reads and checks the scenario in a file. Files that it names are looked for beside it.
///
/// # Errors
/// When it can't be read, or with all that is wrong with it.
pub fn load(path: &Path) -> Result<Scenario, ScenarioErrors> {
    load_with_remarks(path).map(|(scenario, _)| scenario)
}

/// [`load`], together with what isn't wrong and should be known, in the order of the file.
///
/// # Errors
/// As there.
pub fn load_with_remarks(path: &Path) -> Result<(Scenario, Vec<Problem>), ScenarioErrors> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ScenarioErrors {
        file: file.clone(),
        problems: vec![Problem { position: None, message: format!("can't read the scenario: {error}") }],
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    check_with_remarks(&file, &text, |name| std::fs::read_to_string(folder.join(name)))
}
