//! What can be said of a run in numbers: every metric with its name, its unit and what it can be asked of.
//! One table; measuring is the business of who runs the experiment.

/// Something measured, counted since the start or as it stands, as the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    Produced,
    Accepted,
    Failed,
    BytesIn,
    Throughput,
    Partitions,
    Records,
    Bytes,
    Lag,
    MaxLag,
    TimeLag,
    MaxTimeLag,
    Processed,
    ProcessedOnce,
    InFlight,
    Lost,
    Expired,
    Duplicates,
    OutOfOrder,
    Generation,
    Rebalances,
    Members,
    Moved,
    Paused,
    MaxPaused,
    LatencyP50,
    LatencyP95,
    LatencyP99,
    LatencyMax,
    Busy,
}

/// What a metric is counted in. Values are in the base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number of records, partitions, members, ...
    Count,
    /// Seconds.
    Seconds,
    /// Records per second.
    PerSecond,
    Bytes,
    /// 0 to 1.
    Share,
}

/// What a metric can be asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    Run,
    Group,
    Topic,
    Producer,
    Consumer,
}

/// A row of the table.
struct Definition {
    metric: Metric,
    name: &'static str,
    unit: Unit,
    of: &'static [SubjectKind],
    meaning: &'static str,
}

const fn row(
    metric: Metric,
    name: &'static str,
    unit: Unit,
    of: &'static [SubjectKind],
    meaning: &'static str,
) -> Definition {
    Definition { metric, name, unit, of, meaning }
}

const SENT: &[SubjectKind] = &[SubjectKind::Run, SubjectKind::Topic, SubjectKind::Producer];
const READ: &[SubjectKind] = &[SubjectKind::Run, SubjectKind::Group];
const OF_GROUP: &[SubjectKind] = &[SubjectKind::Group];
const STORED: &[SubjectKind] = &[SubjectKind::Run, SubjectKind::Topic];
const OF_READERS: &[SubjectKind] = &[SubjectKind::Run, SubjectKind::Group, SubjectKind::Consumer];

#[rustfmt::skip]
const TABLE: [Definition; 30] = [
    row(Metric::Produced, "produced", Unit::Count, SENT, "records handed to producers"),
    row(Metric::Accepted, "accepted", Unit::Count, SENT, "records produced whose producer was told of no failure"),
    row(Metric::Failed, "failed", Unit::Count, SENT, "records whose producer was told of a failure"),
    row(Metric::BytesIn, "bytes_in", Unit::Bytes, SENT, "bytes of accepted values"),
    row(Metric::Throughput, "throughput", Unit::PerSecond, &[SubjectKind::Run, SubjectKind::Topic, SubjectKind::Producer, SubjectKind::Group], "records accepted per second of the run; of a group, records processed"),
    row(Metric::Partitions, "partitions", Unit::Count, &[SubjectKind::Topic, SubjectKind::Consumer], "partitions of a topic; of a consumer, those assigned to it"),
    row(Metric::Records, "records", Unit::Count, STORED, "records in the log"),
    row(Metric::Bytes, "bytes", Unit::Bytes, STORED, "bytes in the log"),
    row(Metric::Lag, "lag", Unit::Count, OF_GROUP, "records between the committed offsets and the high watermarks"),
    row(Metric::MaxLag, "max_lag", Unit::Count, OF_GROUP, "the highest lag of the run"),
    row(Metric::TimeLag, "time_lag", Unit::Seconds, OF_GROUP, "age of the oldest record that is not committed"),
    row(Metric::MaxTimeLag, "max_time_lag", Unit::Seconds, OF_GROUP, "the highest time lag of the run"),
    row(Metric::Processed, "processed", Unit::Count, OF_READERS, "records processed, each time counted"),
    row(Metric::ProcessedOnce, "processed_once", Unit::Count, READ, "accepted records that were processed at least once"),
    row(Metric::InFlight, "in_flight", Unit::Count, READ, "accepted records that are still to be processed"),
    row(Metric::Lost, "lost", Unit::Count, READ, "accepted records that can no longer be processed and never were"),
    row(Metric::Expired, "expired", Unit::Count, READ, "the same, because retention deleted them"),
    row(Metric::Duplicates, "duplicates", Unit::Count, READ, "processings after a record's first"),
    row(Metric::OutOfOrder, "out_of_order", Unit::Count, READ, "processings of a key before an earlier record of it"),
    row(Metric::Generation, "generation", Unit::Count, OF_GROUP, "the group's generation"),
    row(Metric::Rebalances, "rebalances", Unit::Count, READ, "rebalances that were completed"),
    row(Metric::Members, "members", Unit::Count, OF_GROUP, "members of the group"),
    row(Metric::Moved, "moved", Unit::Count, OF_GROUP, "partitions that changed hands in rebalances"),
    row(Metric::Paused, "paused", Unit::Seconds, OF_GROUP, "time for which rebalances held partitions back, summed"),
    row(Metric::MaxPaused, "max_paused", Unit::Seconds, OF_GROUP, "the longest pause of a rebalance"),
    row(Metric::LatencyP50, "p50", Unit::Seconds, READ, "median time from production to the end of processing"),
    row(Metric::LatencyP95, "p95", Unit::Seconds, READ, "95th percentile of it"),
    row(Metric::LatencyP99, "p99", Unit::Seconds, READ, "99th percentile of it"),
    row(Metric::LatencyMax, "max", Unit::Seconds, READ, "the longest"),
    row(Metric::Busy, "busy", Unit::Share, &[SubjectKind::Group, SubjectKind::Consumer], "share of the time spent processing"),
];

impl Metric {
    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.metric)
    }

    /// The metric that an expectation calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.metric)
    }

    pub fn name(self) -> &'static str {
        self.definition().name
    }

    pub fn unit(self) -> Unit {
        self.definition().unit
    }

    /// What it counts, in words.
    pub fn meaning(self) -> &'static str {
        self.definition().meaning
    }

    /// Whether it can be asked of such a subject.
    pub fn is_of(self, kind: SubjectKind) -> bool {
        self.definition().of.contains(&kind)
    }

    fn definition(self) -> &'static Definition {
        TABLE.iter().find(|row| row.metric == self).expect("a test finds every metric in the table")
    }
}

impl SubjectKind {
    /// With its article, for messages.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Run => "the run",
            Self::Group => "a group",
            Self::Topic => "a topic",
            Self::Producer => "a producer",
            Self::Consumer => "a consumer",
        }
    }

    /// The metrics that can be asked of it.
    pub fn metrics(self) -> impl Iterator<Item = Metric> {
        Metric::all().filter(move |metric| metric.is_of(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_in_the_table_once_and_in_order() {
        for (index, metric) in Metric::all().enumerate() {
            assert_eq!(metric as usize, index, "{}", metric.name());
            assert_eq!(Metric::named(metric.name()), Some(metric));
        }
        assert_eq!(Metric::all().count(), Metric::Busy as usize + 1);
    }
}
