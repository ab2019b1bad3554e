//! An experiment as data: what runs, against what, what happens to it and what must then be true.
//! A [`Scenario`] is checked once, at the edge; everything after trusts it. Runs nothing and reads no clock.

pub mod consumer;
pub mod expect;
pub mod experiment;
pub mod metric;
mod nearest;
pub mod producer;
pub mod timeline;

pub use consumer::{BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, OffsetReset, ServiceTime};
pub use expect::{Comparison, Expect, ExpectError, Expectation, Subject};
pub use experiment::{BrokerSpec, Scenario, TopicSpec};
pub use metric::{Metric, SubjectKind, Unit};
pub use producer::{Keys, PartitionerKind, Pattern, ProducerSpec, RecordSize, TracePoint};
pub use timeline::{Action, Event};
