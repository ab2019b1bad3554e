//! A rule that scales consumers by their group's lag, as KEDA's Kafka scaler and Kubernetes' horizontal autoscaler
//! do together. Pure: it is told the lag and says how many consumers there should be.

use std::collections::VecDeque;

use crate::clock::Time;

pub use crate::scenario::Autoscaler;

/// The rule at work: what it has recently asked for.
#[derive(Clone, Debug)]
pub struct Scaling {
    rule: Autoscaler,
    /// Newest last, not older than the cooldown, and falling: a lower one before a higher one decides nothing.
    wanted: VecDeque<(Time, u32)>,
    has_decided: bool,
}

impl Autoscaler {
    /// `ceil(lag / lag_threshold)` within the bounds, and no more than partitions unless idle consumers are allowed.
    pub fn desired(&self, lag_records: u64, partitions: u32) -> u32 {
        let desired = u32::try_from(lag_records.div_ceil(self.lag_threshold.max(1))).unwrap_or(u32::MAX);
        let most = if self.allow_idle { self.max } else { self.max.min(partitions) };
        desired.min(most).max(self.min.min(most))
    }
}

impl Scaling {
    pub const fn new(rule: Autoscaler) -> Self {
        Self { rule, wanted: VecDeque::new(), has_decided: false }
    }

    pub const fn rule(&self) -> &Autoscaler {
        &self.rule
    }

    /// How many consumers there should be now. More are asked for at once, fewer after the cooldown.
    pub fn decide(&mut self, now: Time, lag_records: u64, partitions: u32, consumers: u32) -> u32 {
        let desired = self.rule.desired(lag_records, partitions);
        while self.wanted.front().is_some_and(|(at, _)| now.since(*at) > self.rule.cooldown) {
            self.wanted.pop_front();
        }
        while self.wanted.back().is_some_and(|(_, wanted)| *wanted <= desired) {
            self.wanted.pop_back();
        }
        if !std::mem::replace(&mut self.has_decided, true) && desired < consumers {
            // What there is was somebody's wish until now: it holds for one cooldown.
            self.wanted.push_back((now, consumers));
        }
        self.wanted.push_back((now, desired));
        let highest = self.wanted.front().map_or(desired, |(_, wanted)| *wanted);
        if desired >= consumers { desired } else { highest.min(consumers) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn what_is_desired_is_the_lag_over_the_threshold_within_bounds() {
        let rule = Autoscaler { lag_threshold: 100, min: 2, max: 20, ..Autoscaler::default() };
        for (lag, partitions, expected) in [(0, 10, 2), (100, 10, 2), (301, 10, 4), (5_000, 10, 10), (5_000, 64, 20)] {
            assert_eq!(rule.desired(lag, partitions), expected, "{lag} on {partitions}");
        }
        assert_eq!(Autoscaler { allow_idle: true, ..rule }.desired(5_000, 10), 20);
        assert_eq!(rule.desired(5_000, 1), 1, "not even the minimum beyond the partitions");
    }

    #[test]
    fn it_grows_at_once_and_shrinks_after_the_cooldown() {
        let rule = Autoscaler { lag_threshold: 10, cooldown: Duration::from_mins(5), ..Autoscaler::default() };
        let mut scaling = Scaling::new(rule);
        let mut consumers = 1;
        let mut seen = Vec::new();
        for (second, lag) in [(0, 5), (30, 80), (60, 40), (90, 0), (330, 0), (331, 0), (361, 0), (391, 0)] {
            consumers = scaling.decide(at(second), lag, 16, consumers);
            seen.push(consumers);
        }
        assert_eq!(seen, [1, 8, 8, 8, 8, 4, 1, 1]);
    }

    #[test]
    fn consumers_that_were_there_before_the_rule_hold_for_one_cooldown() {
        let mut scaling = Scaling::new(Autoscaler::default());
        assert_eq!(scaling.decide(at(0), 0, 16, 6), 6);
        assert_eq!(scaling.decide(at(300), 0, 16, 6), 6);
        assert_eq!(scaling.decide(at(301), 0, 16, 6), 1);
    }
}
