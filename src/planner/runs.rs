//! Runs: records without keys come many in a row, because a producer's partitioner fills a batch's bytes for one
//! partition before it goes on to another (KIP-480, KIP-794). How long that makes others wait is for
//! [`super::queueing`].

use std::time::Duration;

use crate::model::batch::BatchBuilder;
use crate::model::units::Rate;
use crate::scenario::plan::Plan;
use crate::scenario::{Keys, Pattern, ProducerSpec, RecordSize, TracePoint};

/// Length of a value that stands for a larger one: a batch takes one such record at the most.
const MAX_VALUE: u64 = 1 << 20;

/// The runs in a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Who make them, each for itself.
    pub producers: u32,
    /// Records of one run.
    pub records: u32,
}

impl Runs {
    /// Those of a plan; `None` where each record goes its own way.
    pub fn of(plan: &Plan) -> Option<Self> {
        let producers = plan.producers.filter(|_| plan.keys == Keys::None)?;
        let batch_size = ProducerSpec::default().batch_size;
        Some(Self { producers, records: records(plan.message_size, batch_size, 0.0) })
    }
}

/// What each of so many producers alike sends of a load. A pattern shapes whatever rate there is; only a trace has rates
/// of its own.
pub(super) fn of_each(rate: Rate, pattern: &Pattern, producers: u32) -> (Rate, Pattern) {
    let part = |rate: Rate| Rate::from_per_second(rate.per_second() / f64::from(producers)).unwrap_or(rate);
    let pattern = match pattern {
        Pattern::Trace { file, points } => {
            let points = points.iter().map(|point| TracePoint { rate: part(point.rate), ..*point });
            Pattern::Trace { file: file.clone(), points: points.collect() }
        }
        Pattern::Constant | Pattern::Poisson | Pattern::Burst { .. } | Pattern::Diurnal { .. } => pattern.clone(),
    };
    (part(rate), pattern)
}

/// Records of one run of this producer.
pub(super) fn records_of(producer: &ProducerSpec) -> u32 {
    records(producer.size, producer.batch_size, gathered(producer.rate.per_second(), producer.linger))
}

/// Records that come while a batch is open, besides the first.
fn gathered(per_second: f64, linger: Duration) -> f64 {
    per_second * linger.as_secs_f64()
}

/// How many records of mean size go to one partition. Kafka's partitioner counts the bytes that batches grow by, their
/// headers included, and goes on to another once they are those of a full batch and none is open.
fn records(size: RecordSize, batch_size: u32, gathered: f64) -> u32 {
    let value = vec![0; usize::try_from(size.mean().min(MAX_VALUE)).unwrap_or(0)];
    let mut batch = BatchBuilder::new(usize::MAX);
    let [first, second] = [(); 2].map(|()| {
        batch.append(0, None, Some(&value), &[]);
        u64::try_from(batch.len()).unwrap_or(u64::MAX)
    });
    let (full, each) = (u64::from(batch_size), second - first);
    let fits = 1 + full.saturating_sub(first) / each;
    let in_batch = super::words::whole(gathered).saturating_add(1).min(fits);
    let bytes = first + (in_batch - 1) * each;
    // A batch that is never done is given up at twice the bytes.
    let most = (2 * full).div_ceil(each);
    let records = (in_batch * full.div_ceil(bytes)).min(most).max(1);
    u32::try_from(records).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::partitioner::{Partitioner, Strategy};

    /// Runs as the partitioner makes them, with so many records in each batch.
    fn measured(bytes: usize, in_batch: u32) -> f64 {
        const SIZE: usize = 16_384;
        let mut partitioner = Partitioner::new(Strategy::Default, SIZE, 7);
        let mut batch = BatchBuilder::new(SIZE);
        let (mut runs, mut last, value) = (0.0, None, vec![0; bytes]);
        for _ in 0..20_000 {
            let fits = batch.fits(bytes + 16);
            // So many partitions that none is drawn twice in a row.
            let partition = partitioner.partition(None, 1_000_000, |_| !batch.is_empty() && fits);
            let before = if batch.is_empty() { 0 } else { batch.len() };
            if last.replace(partition) != Some(partition) {
                runs += 1.0;
                batch = BatchBuilder::new(SIZE);
            } else if !fits {
                batch = BatchBuilder::new(SIZE);
            }
            let before = if batch.is_empty() { 0 } else { before };
            batch.append(0, None, Some(&value), &[]);
            partitioner.count(batch.len() - before);
            if batch.record_count() >= in_batch {
                batch = BatchBuilder::new(SIZE);
            }
        }
        20_000.0 / runs
    }

    #[test]
    fn runs_are_as_long_as_the_partitioner_makes_them() {
        for (bytes, in_batch) in [(20, 1), (100, 1), (100, 5), (1_000, 1), (1_000, 4), (1_000, 50), (20_000, 1)] {
            let gathered = f64::from(in_batch) - 1.0;
            let expected = f64::from(records(RecordSize::Constant(bytes), 16_384, gathered));
            let found = measured(usize::try_from(bytes).unwrap(), in_batch);
            assert!((found / expected - 1.0).abs() < 0.04, "{bytes} {in_batch}: {found} {expected}");
        }
    }

    #[test]
    fn only_named_producers_without_keys_make_runs() {
        let plan = Plan { producers: Some(4), message_size: RecordSize::Constant(1_000), ..Plan::default() };
        assert_eq!(Runs::of(&plan), Some(Runs { producers: 4, records: 16 }));
        assert_eq!(Runs::of(&Plan { producers: None, ..plan.clone() }), None);
        assert_eq!(Runs::of(&Plan { keys: Keys::Uniform { count: 9 }, ..plan }), None);
    }
}
