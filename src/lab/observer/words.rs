//! What clients are like, in a few words for the screen.

use std::time::Duration;

use crate::model::units::Span;
use crate::scenario::{Keys, Pattern, ServiceTime};

pub(super) fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Constant => "constant".to_owned(),
        Pattern::Poisson => "poisson".to_owned(),
        Pattern::Burst { every, length, factor } => {
            format!("bursts of {factor}× for {} every {}", Span(*length), Span(*every))
        }
        Pattern::Diurnal { peak, period } => format!("swings to {peak}× every {}", Span(*period)),
        Pattern::Trace { file, .. } => format!("trace {file}"),
    }
}

pub(super) fn keys(keys: Keys) -> String {
    match keys {
        Keys::None => "none".to_owned(),
        Keys::Uniform { count } => format!("{count} alike"),
        Keys::Zipf { count, exponent } => format!("{count}, zipf {exponent}"),
        Keys::Hot { share, count } => format!("one hot key with {:.0} %, {count} others", share * 100.0),
    }
}

pub(super) fn service_time(time: &ServiceTime) -> String {
    match time {
        ServiceTime::Constant(span) => format!("constant {}", rounded(*span)),
        ServiceTime::Exponential { mean } => format!("exponential {}", rounded(*mean)),
        ServiceTime::LogNormal { mean, sigma } => format!("lognormal {}, sigma {sigma}", rounded(*mean)),
        ServiceTime::Trace { file, .. } => format!("trace {file}"),
    }
}

/// To the microsecond: finer is noise to a reader.
fn rounded(span: Duration) -> Span {
    Span(Duration::from_micros(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
}
