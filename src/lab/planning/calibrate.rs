//! A plan filled in from what is measured: how long a record takes the consumers of a running group, and what one
//! partition of the embedded broker takes on this machine. What was filled in remembers how.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::clock::Time;
use crate::lab::bench::{Shape, measure_while};
use crate::lab::settings::{Setting, Value, plan as table};
use crate::lab::snapshot::{GroupView, Snapshot};
use crate::model::durability::Durability;
use crate::model::units::{ByteSize, Rate, Span};
use crate::planner::words;
use crate::scenario::ConsumerSpec;
use crate::scenario::plan::Plan;

/// How long a partition is written to.
const SPAN: Duration = Duration::from_secs(1);

/// Bytes of one batch, as producers fill it by default.
const BATCH_BYTES: u64 = 16_384;

/// Who writes to the partition.
const PRODUCERS: u32 = 4;

/// Fewer records say little of how long one takes.
const ENOUGH: u64 = 100;

/// What was seen of a running group.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub group: String,
    /// The experiment that it runs in.
    pub experiment: String,
    /// What its consumers do, with the mean that was measured.
    pub work: ConsumerSpec,
    pub records: u64,
    pub at: Time,
    pub durability: Durability,
}

/// What a partition took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// `None` where it took nothing.
    pub rate: Option<Rate>,
    pub record_bytes: u64,
    /// Of each batch.
    pub records: u32,
}

/// An input that was filled in, and how it came to its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// Of the setting.
    pub label: &'static str,
    pub value: Value,
    /// Rather than taken over from what consumers are told.
    pub is_measured: bool,
    /// In a sentence.
    pub how: String,
}

impl Observed {
    /// Why there is nothing to be seen of a group yet.
    pub fn refusal(group: &GroupView) -> Option<String> {
        let records = processed(group);
        let few = |records| {
            format!("{} has processed {records} records: after {ENOUGH} it can be said how long one takes", group.name)
        };
        match mean(group) {
            _ if group.members.is_empty() => Some(format!("{} has no consumers: add one, and let it work", group.name)),
            _ if records < ENOUGH => Some(few(records)),
            None => Some(format!(
                "its consumers take no time that could be measured: {} has no processing time",
                group.name
            )),
            Some(_) => None,
        }
    }

    /// What a group shows now; `None` before it has processed enough.
    pub fn of(snapshot: &Snapshot, group: &GroupView) -> Option<Self> {
        let records = processed(group);
        let mean = mean(group).filter(|_| records >= ENOUGH)?;
        let mut work = ConsumerSpec::clone(&group.members.first()?.spec);
        work.processing = work.processing.with_mean(mean);
        let durability = Durability::named(&snapshot.broker.durability).unwrap_or_default();
        let experiment = snapshot.experiment.title.clone();
        Some(Self { group: group.name.clone(), experiment, work, records, at: snapshot.clock.time, durability })
    }

    /// What one partition takes of the plan's records with this durability; `None` once it was cancelled.
    ///
    /// # Errors
    /// When the broker can't be measured, in words.
    pub(super) fn measure(
        &self,
        plan: &Plan,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<Taken>, String> {
        let record_bytes = plan.message_size.mean();
        let records = u32::try_from(BATCH_BYTES / record_bytes.max(1)).unwrap_or(u32::MAX).max(1);
        let shape = Shape { name: "one partition", partitions: 1, producers: PRODUCERS, records, record_bytes };
        let measured = measure_while(shape, self.durability, plan.seed, SPAN, cancel, progress)
            .map_err(|error| format!("measuring what a partition takes: {error}"))?;
        let rate = |per_second: f64| Rate::from_per_second(per_second.round()).filter(|rate| rate.per_second() > 0.0);
        Ok(measured.map(|it| Taken { rate: rate(it.records_per_second()), record_bytes, records }))
    }

    /// The plan with what was measured in it, and what that put where.
    pub(super) fn fill(&self, plan: &Plan, taken: &Taken) -> (Plan, Vec<Filled>) {
        let work = &self.work;
        let plan = Plan {
            partition_write_limit: taken.rate,
            consumer_rate: None,
            processing: Some(work.processing.clone()),
            batch: work.batch,
            workers: work.workers,
            ..plan.clone()
        };
        let one = |setting: &'static Setting<Plan>, is_measured, how: &str| {
            let value = setting.value(&plan)?;
            Some(Filled { label: setting.label, value, is_measured, how: how.to_owned() })
        };
        let over = format!("Taken over from what the consumers of {} are told, at {}.", self.group, self.moment());
        let taken_over = [&table::DISTRIBUTION, &table::SIGMA, &table::BATCH, &table::BATCH_OVERHEAD, &table::WORKERS];
        let measured =
            [(&table::WRITE_LIMIT, self.writing_words(taken)), (&table::PROCESSING_TIME, self.processing_words())];
        let filled = measured.iter().filter_map(|(setting, how)| one(setting, true, how));
        let filled: Vec<Filled> =
            filled.chain(taken_over.into_iter().filter_map(|setting| one(setting, false, &over))).collect();
        (plan, filled)
    }

    /// Everything in one sentence.
    pub(super) fn words(&self, taken: &Taken) -> String {
        let takes = taken.rate.map_or_else(|| "nothing".to_owned(), |rate| words::rate(rate.per_second()));
        let mean = words::seconds(self.work.processing.mean().as_secs_f64());
        format!(
            "measured just now: a partition takes {takes}, durability {}; a record takes {mean}, the mean of {} records \
             of {}",
            self.durability.name(),
            words::count(self.records),
            self.group
        )
    }

    fn writing_words(&self, taken: &Taken) -> String {
        format!(
            "Measured at {}: batches of {} records of {} from {PRODUCERS} producers to one partition for {}, in a store \
             of its own on this machine, durability {}.",
            self.moment(),
            taken.records,
            ByteSize(taken.record_bytes),
            Span(SPAN),
            self.durability.name()
        )
    }

    fn processing_words(&self) -> String {
        format!(
            "Measured: the mean of {} records that the consumers of {} processed until {}, busy time over records; \
             durability {}.",
            words::count(self.records),
            self.group,
            self.moment(),
            self.durability.name()
        )
    }

    /// In the experiment's time.
    fn moment(&self) -> String {
        let passed = Span(Duration::from_secs(self.at.since(Time::ZERO).as_secs()));
        format!("{passed} of \"{}\"", self.experiment)
    }
}

fn processed(group: &GroupView) -> u64 {
    group.members.iter().map(|member| member.processed).sum()
}

/// How long one record took a worker, without its part of the batch's overhead; `None` where that is nothing.
fn mean(group: &GroupView) -> Option<Duration> {
    let records = f64::from(u32::try_from(processed(group)).ok()?);
    let busy = |workers: u32, time: Duration| time.as_secs_f64() * f64::from(workers);
    let seconds: f64 = group.members.iter().map(|member| busy(member.spec.workers, member.busy_time)).sum();
    let batch = group.members.first()?.spec.batch;
    let overhead = batch.overhead.as_secs_f64() / f64::from(batch.size.max(1));
    Duration::try_from_secs_f64(seconds / records - overhead).ok().filter(|mean| !mean.is_zero())
}
