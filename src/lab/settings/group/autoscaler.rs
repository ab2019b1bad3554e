//! The settings of a group's autoscaler: all but the first mean something while there is one.

use super::{Access, Setting, SpanUnit, to_u32};
use crate::scenario::{Autoscaler, GroupSpec};

/// All of them, in the order in which they are asked for.
pub static ALL: [&Setting<GroupSpec>; 6] = [&AUTOSCALER, &LAG_THRESHOLD, &POLLING_INTERVAL, &COOLDOWN, &MIN, &MAX];

pub static AUTOSCALER: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Autoscaler",
    "autoscaler",
    "Adds and removes consumers by the group's lag, as KEDA and Kubernetes' horizontal autoscaler do together",
    Access::Choice {
        get: |group| Some(usize::from(group.autoscaler.is_some())),
        set: |group, index| {
            group.autoscaler = (index == 1)
                .then(|| group.autoscaler.unwrap_or(Autoscaler { lag_threshold: 1_000, ..Autoscaler::default() }));
        },
        words: &["off", "on"],
    },
);

pub static LAG_THRESHOLD: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Lag for each",
    "autoscaler",
    "The lag that one consumer is meant to have: so many records more, one more consumer (KEDA: lagThreshold)",
    Access::Count {
        get: |group| Some(group.autoscaler?.lag_threshold),
        set: |group, records| change(group, |rule| rule.lag_threshold = records),
        least: 1,
        unit: "",
    },
);

pub static POLLING_INTERVAL: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Looks every",
    "autoscaler",
    "Time between two looks at the lag (KEDA: pollingInterval)",
    Access::Span {
        get: |group| Some(group.autoscaler?.polling_interval),
        set: |group, interval| change(group, |rule| rule.polling_interval = interval),
        unit: SpanUnit::Seconds,
    },
);

pub static COOLDOWN: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Cooldown",
    "autoscaler",
    "Fewer consumers only when no look of this long asked for more\n\
     (the horizontal autoscaler's stabilizationWindowSeconds)",
    Access::Span {
        get: |group| Some(group.autoscaler?.cooldown),
        set: |group, cooldown| change(group, |rule| rule.cooldown = cooldown),
        unit: SpanUnit::Seconds,
    },
);

pub static MIN: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Fewest consumers",
    "autoscaler",
    "There are always so many (KEDA: minReplicaCount)",
    Access::Count {
        get: |group| Some(group.autoscaler?.min.into()),
        set: |group, count| change(group, |rule| rule.min = to_u32(count)),
        least: 0,
        unit: "",
    },
);

pub static MAX: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Most consumers",
    "autoscaler",
    "There are never more (KEDA: maxReplicaCount), nor more than partitions",
    Access::Count {
        get: |group| Some(group.autoscaler?.max.into()),
        set: |group, count| change(group, |rule| rule.max = to_u32(count)),
        least: 1,
        unit: "",
    },
);

fn change(group: &mut GroupSpec, change: impl FnOnce(&mut Autoscaler)) {
    if let Some(rule) = &mut group.autoscaler {
        change(rule);
    }
}
