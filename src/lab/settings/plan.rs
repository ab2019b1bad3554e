//! The settings of a plan, in the groups in which they are asked for. Some are there only while another, their
//! switch, is on.

mod carried;
mod kept;
mod senders;
mod targets;

pub use carried::*;
pub use kept::*;
pub use senders::*;
pub use targets::*;

use super::{Access, Setting, to_u32};
use crate::model::units::Rate;
use crate::scenario::Pattern;
use crate::scenario::plan::Plan;

type Own = Setting<Plan>;

/// How certain simulated figures are to be, to begin with.
const USUAL_PRECISION: f64 = 0.02;

/// What is asked together.
pub struct Section {
    pub title: &'static str,
    pub fields: &'static [Field],
}

/// One line of the form.
#[derive(Clone, Copy)]
pub struct Field {
    pub setting: &'static Own,
    /// On or off: off there is no such setting.
    pub switch: Option<&'static Own>,
    /// From where to where a hand can slide it, in its unit, for spans in seconds. Typing goes beyond.
    pub slides: Option<(f64, f64)>,
}

impl Field {
    const fn plain(setting: &'static Own) -> Self {
        Self { setting, switch: None, slides: None }
    }

    const fn sliding(setting: &'static Own, from: f64, to: f64) -> Self {
        Self { slides: Some((from, to)), ..Self::plain(setting) }
    }

    const fn if_on(self, switch: &'static Own) -> Self {
        Self { switch: Some(switch), ..self }
    }

    /// Whether it can be seen at the moment.
    pub fn applies_to(&self, plan: &Plan) -> bool {
        self.switch.is_some() || self.setting.applies_to(plan)
    }
}

/// All of them, in their order.
pub static SECTIONS: [Section; 5] = [
    Section {
        title: "Load",
        fields: &[
            Field::sliding(&PRODUCE_RATE, 1.0, 1e6),
            Field::plain(&PATTERN),
            Field::sliding(&PEAK, 1.0, 20.0),
            Field::plain(&PERIOD),
            Field::sliding(&BURST_FACTOR, 1.0, 100.0),
            Field::plain(&BURST_EVERY),
            Field::plain(&BURST_LENGTH),
            Field::plain(&SIZE),
            Field::plain(&KEYS),
            Field::sliding(&KEY_COUNT, 1.0, 1e6),
            Field::sliding(&EXPONENT, 0.0, 2.0),
            Field::sliding(&HOT_SHARE, 0.1, 100.0),
            Field::plain(&PRODUCERS).if_on(&HAS_PRODUCERS),
        ],
    },
    Section {
        title: "Consumers",
        fields: &[
            Field::plain(&CARRIES),
            Field::sliding(&CONSUMER_RATE, 1.0, 1e5),
            Field::sliding(&PROCESSING_TIME, 1e-5, 10.0),
            Field::plain(&DISTRIBUTION),
            Field::sliding(&SIGMA, 0.05, 3.0),
            Field::plain(&BATCH),
            Field::plain(&BATCH_OVERHEAD),
            Field::plain(&WORKERS),
            Field::plain(&FAILURES),
            Field::plain(&CONSUMERS).if_on(&HAS_CONSUMERS),
        ],
    },
    Section {
        title: "Broker",
        fields: &[
            Field::sliding(&WRITE_LIMIT, 1.0, 1e6).if_on(&HAS_WRITE_LIMIT),
            Field::plain(&REPLICATION_FACTOR),
            Field::plain(&RETENTION).if_on(&HAS_RETENTION),
        ],
    },
    Section {
        title: "Targets",
        fields: &[
            Field::sliding(&UTILISATION, 10.0, 100.0).if_on(&HAS_UTILISATION),
            Field::sliding(&P99_LATENCY, 1e-3, 600.0).if_on(&HAS_P99_LATENCY),
            Field::sliding(&MAX_BACKLOG_TIME, 1.0, 86_400.0).if_on(&HAS_MAX_BACKLOG_TIME),
            Field::sliding(&OUTAGE, 1.0, 86_400.0).if_on(&HAS_OUTAGE),
            Field::sliding(&CATCH_UP, 1.0, 86_400.0).if_on(&HAS_CATCH_UP),
        ],
    },
    Section {
        title: "Simulation",
        fields: &[Field::plain(&SEED), Field::sliding(&PRECISION, 0.1, 10.0).if_on(&HAS_PRECISION)],
    },
];

/// Every setting, switches too.
pub fn all() -> impl Iterator<Item = &'static Own> {
    let settings = |field: &'static Field| field.switch.into_iter().chain([field.setting]);
    SECTIONS.iter().flat_map(|section| section.fields).flat_map(settings).chain([&TITLE])
}

pub static TITLE: Own = Setting::<Plan>::new(
    "Title",
    "title",
    "What the plan is called",
    Access::Text { get: |plan| &plan.title, set: |plan, title| title.clone_into(&mut plan.title) },
);

pub static SEED: Own = Setting::<Plan>::new(
    "Seed",
    "seed",
    "Whatever is random in a simulation comes from it",
    Access::Count { get: |plan| Some(plan.seed), set: |plan, seed| plan.seed = seed, least: 0, unit: "" },
);

pub static HAS_PRECISION: Own = switch(
    "Simulate until it is certain",
    "precision",
    "Off: every candidate is simulated once. On: with one seed after another, until mean wait and p99 are this certain",
    |plan| Some(usize::from(plan.precision.is_some())),
    |plan, is_on| plan.precision = (is_on == 1).then_some(plan.precision.unwrap_or(USUAL_PRECISION)),
);

pub static PRECISION: Own = Setting::<Plan>::new(
    "Precision",
    "precision",
    "Half the width of the 95 % confidence intervals of mean wait and p99, as a share of them",
    Access::Number {
        get: |plan| plan.precision.map(|share| share * 100.0),
        set: |plan, percent| plan.precision = Some(percent / 100.0),
        range: (0.1, 50.0),
        unit: " %",
    },
);

pub static PRODUCE_RATE: Own = Setting::<Plan>::new(
    "Average arrival rate",
    "produce_rate",
    "Records per second on average; the pattern adds its peaks",
    Access::Number {
        // A trace has rates of its own.
        get: |plan| (!matches!(plan.pattern, Pattern::Trace { .. })).then(|| plan.produce_rate.per_second()),
        set: |plan, to| plan.produce_rate = Rate::from_per_second(to).unwrap_or(plan.produce_rate),
        range: (0.0, 1e7),
        unit: " /s",
    },
);

pub static PATTERN: Own = Setting::PATTERN;
pub static BURST_FACTOR: Own = Setting::BURST_FACTOR;
pub static BURST_EVERY: Own = Setting::BURST_EVERY;
pub static BURST_LENGTH: Own = Setting::BURST_LENGTH;
pub static PEAK: Own = Setting::PEAK;
pub static PERIOD: Own = Setting::PERIOD;
pub static KEYS: Own = Setting::KEYS;
pub static KEY_COUNT: Own = Setting::KEY_COUNT;
pub static EXPONENT: Own = Setting::EXPONENT;
pub static HOT_SHARE: Own = Setting::HOT_SHARE;
pub static SIZE: Own = Setting::SIZE;

/// A setting that says whether another is there.
const fn switch(
    label: &'static str,
    key: &'static str,
    help: &'static str,
    get: fn(&Plan) -> Option<usize>,
    set: fn(&mut Plan, usize),
) -> Own {
    Setting::<Plan>::new(label, key, help, Access::Choice { get, set, words: &["off", "on"] })
}

type CountOf = fn(&Plan) -> Option<u64>;

/// A whole number of at least `least`.
const fn count(
    label: &'static str,
    key: &'static str,
    help: &'static str,
    (get, set): (CountOf, fn(&mut Plan, u64)),
    least: u64,
) -> Own {
    Setting::<Plan>::new(label, key, help, Access::Count { get, set, least, unit: "" })
}
