//! When stored records may go. It only says where the log is to begin; removing is the store's.

/// A stretch of a log that is kept or removed as a whole, as a segment is in Kafka.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub base_offset: i64,
    /// The latest timestamp in it, Unix milliseconds.
    pub max_timestamp: i64,
    pub bytes: u64,
}

/// What a topic's `retention.ms` and `retention.bytes` ask for; `None` is Kafka's -1, no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    pub retention_ms: Option<u64>,
    pub retention_bytes: Option<u64>,
}

impl Retention {
    /// Where the log is to begin at `now` (Unix milliseconds), given its segments from the oldest on
    /// and the bytes of all of them.
    ///
    /// Time: a segment goes once its latest record is *older* than `retention.ms`, and segments go in
    /// order: a young one keeps every later one. Size: a segment goes as long as at least
    /// `retention.bytes` remain without it, so a log is a little larger than the setting rather than
    /// smaller. As in Kafka, which rolls the active segment when its time has come, even the newest may
    /// go; the log is then empty and begins at `log_end_offset`.
    pub fn log_start_offset(
        &self,
        segments: impl IntoIterator<Item = Segment>,
        total_bytes: u64,
        log_end_offset: i64,
        now: i64,
    ) -> i64 {
        let mut excess = self.retention_bytes.map_or(0, |kept| total_bytes.saturating_sub(kept));
        let mut in_expired_prefix = true;
        for segment in segments {
            in_expired_prefix &= self.is_expired(&segment, now);
            let is_excess = self.retention_bytes.is_some() && segment.bytes <= excess;
            excess = if is_excess { excess - segment.bytes } else { 0 };
            if !in_expired_prefix && !is_excess {
                return segment.base_offset;
            }
        }
        log_end_offset
    }

    fn is_expired(&self, segment: &Segment, now: i64) -> bool {
        let age = u64::try_from(now.saturating_sub(segment.max_timestamp));
        self.retention_ms.is_some_and(|retention_ms| age.is_ok_and(|age| age > retention_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten records of 100 bytes each; the third is older than the second.
    fn segments() -> Vec<Segment> {
        let segment = |base_offset, max_timestamp| Segment { base_offset, max_timestamp, bytes: 100 };
        vec![segment(0, 1_000), segment(10, 3_000), segment(20, 2_000), segment(30, 4_000)]
    }

    #[test]
    fn log_begins_where_time_and_size_say() {
        let cases: &[(Option<u64>, Option<u64>, i64, i64)] = &[
            (None, None, 9_000, 0),
            (Some(1_000), None, 2_000, 0),
            (Some(1_000), None, 2_001, 10),
            (Some(1_000), None, 3_500, 10),
            (Some(1_000), None, 4_001, 30),
            (Some(1_000), None, 9_000, 40),
            (Some(0), None, 0, 0),
            (None, Some(400), 0, 0),
            (None, Some(301), 0, 0),
            (None, Some(300), 0, 10),
            (None, Some(250), 0, 10),
            (None, Some(1), 0, 30),
            (None, Some(0), 0, 40),
            (Some(1_000), Some(100), 2_001, 30),
        ];
        for &(retention_ms, retention_bytes, now, expected) in cases {
            let retention = Retention { retention_ms, retention_bytes };
            assert_eq!(retention.log_start_offset(segments(), 400, 40, now), expected, "{retention:?} at {now}");
        }
    }

    #[test]
    fn an_empty_log_begins_at_its_end() {
        let retention = Retention { retention_ms: Some(1), retention_bytes: Some(1) };
        assert_eq!(retention.log_start_offset([], 0, 7, 100), 7);
    }
}
