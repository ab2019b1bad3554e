//! What clients are like, in a few words for the screen.

use std::time::Duration;

use crate::model::units::Span;
use crate::scenario::{Keys, Pattern, ServiceTime};

pub fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Constant => "constant".to_owned(),
        Pattern::Poisson => "poisson".to_owned(),
        Pattern::Burst { every, length, factor } => {
            format!("bursts of {}× for {} every {}", short(*factor), Span(*length), Span(*every))
        }
        Pattern::Diurnal { peak, period } => format!("swings to {}× every {}", short(*peak), Span(*period)),
        Pattern::Trace { file, .. } => format!("trace {file}"),
    }
}

pub fn keys(keys: &Keys) -> String {
    match keys {
        Keys::None => "none".to_owned(),
        Keys::Uniform { count } => format!("{count} alike"),
        Keys::Zipf { count, exponent } => format!("{count}, zipf {}", short(*exponent)),
        Keys::Hot { share, count } => format!("one hot key with {:.0} %, {count} others", share * 100.0),
        Keys::Counts { file, counts } => format!("{} of {file}", counts.len()),
    }
}

pub fn service_time(time: &ServiceTime) -> String {
    match time {
        ServiceTime::Constant(span) => format!("constant {}", rounded(*span)),
        ServiceTime::Exponential { mean } => format!("exponential {}", rounded(*mean)),
        ServiceTime::LogNormal { mean, sigma } => format!("lognormal {}, sigma {}", rounded(*mean), short(*sigma)),
        ServiceTime::Trace { file, .. } => format!("trace {file}"),
    }
}

/// To three digits: finer is noise to a reader.
pub fn rounded(span: Duration) -> Span {
    let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
    let digits = nanos.checked_ilog10().unwrap_or(0);
    let step = 10_u64.pow(digits.saturating_sub(2));
    Span(Duration::from_nanos(nanos.saturating_add(step / 2) / step * step))
}

/// To two decimals, and none that are zero.
pub fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_rounded() {
        let mean = Duration::from_nanos(8_004_321);
        let time = ServiceTime::LogNormal { mean, sigma: 0.660_421 };
        assert_eq!(service_time(&time), "lognormal 8ms, sigma 0.66");
        assert_eq!(rounded(Duration::from_nanos(1_236_999)).to_string(), "1.24ms");
        assert_eq!(rounded(Duration::ZERO).to_string(), "0s");
        assert_eq!([short(2.0), short(0.8), short(1.234)], ["2", "0.8", "1.23"]);
    }
}
