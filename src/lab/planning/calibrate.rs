//! A plan filled in from what is measured: how long a record takes the consumers of a running group, and what one
//! partition of the embedded broker takes on this machine.

use std::time::Duration;

use crate::clock::Time;
use crate::lab::bench::{Shape, measure};
use crate::lab::snapshot::{GroupView, Snapshot};
use crate::model::durability::Durability;
use crate::model::units::{Rate, Span};
use crate::scenario::ConsumerSpec;
use crate::scenario::plan::Plan;

/// How long a partition is written to.
const SPAN: Duration = Duration::from_secs(1);

/// Bytes of one batch, as producers fill it by default.
const BATCH_BYTES: u64 = 16_384;

/// Fewer records say little of how long one takes.
const ENOUGH: u64 = 100;

/// What was seen of a running group.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub group: String,
    /// What its consumers do, with the mean that was measured.
    pub work: ConsumerSpec,
    pub records: u64,
    pub at: Time,
    pub durability: Durability,
}

impl Observed {
    /// What a group shows now; `None` before it has processed enough.
    pub fn of(snapshot: &Snapshot, group: &GroupView) -> Option<Self> {
        let records: u64 = group.members.iter().map(|member| member.processed).sum();
        let busy = |workers: u32, time: Duration| time.as_secs_f64() * f64::from(workers);
        let seconds: f64 = group.members.iter().map(|member| busy(member.spec.workers, member.busy_time)).sum();
        let mut work = ConsumerSpec::clone(&group.members.first()?.spec);
        let overhead = work.batch.overhead.as_secs_f64() / f64::from(work.batch.size.max(1));
        let mean = seconds / f64::from(u32::try_from(records).ok()?) - overhead;
        if records < ENOUGH || mean <= 0.0 {
            return None;
        }
        work.processing = work.processing.with_mean(Duration::try_from_secs_f64(mean).ok()?);
        let durability = Durability::named(&snapshot.broker.durability).unwrap_or_default();
        Some(Self { group: group.name.clone(), work, records, at: snapshot.clock.time, durability })
    }

    /// The plan with what was measured in it, and how that was done in words.
    ///
    /// # Errors
    /// When the broker can't be measured, in words.
    pub(super) fn fill(&self, plan: &Plan) -> Result<(Plan, String), String> {
        let record_bytes = plan.message_size.mean();
        let records = u32::try_from(BATCH_BYTES / record_bytes.max(1)).unwrap_or(u32::MAX).max(1);
        let shape = Shape { name: "one partition", partitions: 1, producers: 4, records, record_bytes };
        let measured = measure(shape, self.durability, plan.seed, SPAN)
            .map_err(|error| format!("measuring what a partition takes: {error}"))?;
        let rate = Rate::from_per_second(measured.records_per_second().round()).filter(|rate| rate.per_second() > 0.0);
        let work = &self.work;
        let filled = Plan {
            partition_write_limit: rate,
            consumer_rate: None,
            processing: Some(work.processing.clone()),
            batch: work.batch,
            workers: work.workers,
            ..plan.clone()
        };
        let takes = rate.map_or_else(|| "nothing".to_owned(), |rate| rate.to_string());
        let (until, mean) =
            (Span(Duration::from_secs(self.at.since(Time::ZERO).as_secs())), Span(work.processing.mean()));
        let text = format!(
            "measured just now: a partition takes {takes} ({} of batches of {records} from 4 producers to a store of its \
             own, durability {}); a record takes {mean} (mean of {} records of {} until {until})",
            Span(SPAN),
            self.durability.name(),
            self.records,
            self.group
        );
        Ok((filled, text))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lab::snapshot::MemberState;
    use crate::scenario::{BatchSpec, ServiceTime};

    fn group(processed: u64) -> GroupView {
        let processing = ServiceTime::Exponential { mean: Duration::from_millis(1) };
        let spec = ConsumerSpec { processing, batch: BatchSpec::SINGLE, workers: 2, ..ConsumerSpec::default() };
        let busy_time = Duration::from_secs(2);
        let member = MemberState { spec: Arc::new(spec), busy_time, processed, ..MemberState::default() };
        GroupView { name: "billing".into(), members: vec![member], ..GroupView::default() }
    }

    #[test]
    fn a_plan_takes_what_was_measured() {
        let mut snapshot = Snapshot::default();
        "memory".clone_into(&mut snapshot.broker.durability);
        assert_eq!(Observed::of(&snapshot, &group(10)), None, "too few to say");
        let observed = Observed::of(&snapshot, &group(1_000)).unwrap();
        let (plan, text) = observed.fill(&Plan::default()).unwrap();
        // Two workers were busy for two seconds each.
        assert_eq!(plan.processing, Some(ServiceTime::Exponential { mean: Duration::from_millis(4) }));
        assert_eq!((plan.consumer_rate, plan.workers), (None, 2));
        assert!(plan.partition_write_limit.unwrap().per_second() > 0.0);
        assert!(text.contains("durability memory") && text.contains("1000 records of billing"), "{text}");
    }
}
