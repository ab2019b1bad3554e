//! What is sent, when and with which keys, as producers and plans both describe it: one table of settings for both.

mod keys;
mod pattern;
mod size;

use std::time::Duration;

use super::SpanUnit;
use crate::scenario::plan::Plan;
use crate::scenario::{Keys, Pattern, ProducerSpec, RecordSize};

/// A description with a load in it.
pub trait Load: 'static {
    /// From one burst to the next, and how long one lasts, where nobody said yet.
    const BURST: (Duration, Duration);
    /// From one peak to the next, where nobody said yet.
    const PERIOD: Duration;
    /// In which its times are edited.
    const UNIT: SpanUnit;
    /// The key of a file that says how large records are.
    const SIZE_KEY: &'static str;

    fn pattern(&self) -> &Pattern;
    fn pattern_mut(&mut self) -> &mut Pattern;
    fn keys(&self) -> &Keys;
    fn keys_mut(&mut self) -> &mut Keys;
    fn size(&self) -> &RecordSize;
    fn size_mut(&mut self) -> &mut RecordSize;
}

impl Load for ProducerSpec {
    const BURST: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(5));
    const PERIOD: Duration = Duration::from_mins(1);
    const UNIT: SpanUnit = SpanUnit::Seconds;
    const SIZE_KEY: &'static str = "size";

    fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    fn pattern_mut(&mut self) -> &mut Pattern {
        &mut self.pattern
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn keys_mut(&mut self) -> &mut Keys {
        &mut self.keys
    }

    fn size(&self) -> &RecordSize {
        &self.size
    }

    fn size_mut(&mut self) -> &mut RecordSize {
        &mut self.size
    }
}

impl Load for Plan {
    const BURST: (Duration, Duration) = (Duration::from_hours(1), Duration::from_mins(5));
    const PERIOD: Duration = Duration::from_hours(24);
    const UNIT: SpanUnit = SpanUnit::Natural;
    const SIZE_KEY: &'static str = "message_size";

    fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    fn pattern_mut(&mut self) -> &mut Pattern {
        &mut self.pattern
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn keys_mut(&mut self) -> &mut Keys {
        &mut self.keys
    }

    fn size(&self) -> &RecordSize {
        &self.message_size
    }

    fn size_mut(&mut self) -> &mut RecordSize {
        &mut self.message_size
    }
}
