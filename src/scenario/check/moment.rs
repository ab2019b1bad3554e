//! Points in time as files of measured rates write them. Zones are read and left out of account: only
//! differences matter, and one file has one zone.

use std::fmt;

/// Seconds since a day that the form of writing implies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub seconds: f64,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// Seconds since the beginning of a run.
    Seconds,
    /// `hh:mm` or `hh:mm:ss`, since midnight.
    Clock,
    /// A date, or seconds or milliseconds since 1970.
    Date,
}

/// Numbers from here on are dates: as seconds of a run they would be three years and more.
const EPOCH_SECONDS: f64 = 1e8;
/// And these are dates in milliseconds.
const EPOCH_MILLIS: f64 = 1e11;

impl Moment {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<f64>() {
            return Self::from_number(number);
        }
        let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        if let Some(days) = days(date) {
            let clock = if clock.is_empty() { 0.0 } else { seconds_of_day(without_zone(clock))? };
            return Some(Self { seconds: f64::from(days) * 86_400.0 + clock, form: Form::Date });
        }
        seconds_of_day(text).map(|seconds| Self { seconds, form: Form::Clock })
    }

    /// What is subtracted from every time of a file whose first time this is.
    pub(super) fn origin(self) -> f64 {
        match self.form {
            Form::Seconds => 0.0,
            Form::Clock | Form::Date => self.seconds,
        }
    }

    fn from_number(number: f64) -> Option<Self> {
        if !number.is_finite() || number < 0.0 {
            return None;
        }
        let (seconds, form) = match number {
            EPOCH_MILLIS.. => (number / 1e3, Form::Date),
            EPOCH_SECONDS.. => (number, Form::Date),
            _ => (number, Form::Seconds),
        };
        Some(Self { seconds, form })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.seconds.rem_euclid(86_400.0);
        let (hours, minutes) = ((of_day / 3_600.0).floor(), (of_day % 3_600.0 / 60.0).floor());
        match self.form {
            Form::Seconds => write!(f, "{} s", self.seconds),
            Form::Clock | Form::Date => write!(f, "{hours:02}:{minutes:02}:{:02}", (of_day % 60.0).floor()),
        }
    }
}

/// Days since 1970 of a date `yyyy-mm-dd`, by the civil calendar.
fn days(date: &str) -> Option<i32> {
    let parts: Vec<&str> = date.split(['-', '/']).collect();
    let [year, month, day] = parts[..] else { return None };
    let (year, month, day): (i32, i32, i32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

fn seconds_of_day(clock: &str) -> Option<f64> {
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (hours, minutes, "0"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds: f64 = seconds.parse().ok()?;
    let is_time = hours < 24 && minutes < 60 && (0.0..61.0).contains(&seconds);
    is_time.then(|| f64::from(hours) * 3_600.0 + f64::from(minutes) * 60.0 + seconds)
}

/// `08:30:00Z` and `08:30:00+01:00` are `08:30:00`.
fn without_zone(clock: &str) -> &str {
    clock.split(['Z', 'z', '+', '-']).next().unwrap_or(clock).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_exported() {
        let cases = [
            ("90", 90.0),
            ("1.5", 1.5),
            ("08:30", 30_600.0),
            ("08:30:15", 30_615.0),
            ("1970-01-02", 86_400.0),
            ("2026-03-01T00:00:30Z", 1_772_323_230.0),
            ("2026-03-01 00:00:30.5+01:00", 1_772_323_230.5),
            ("1772323230", 1_772_323_230.0),
            ("1772323230500", 1_772_323_230.5),
        ];
        for (text, seconds) in cases {
            assert_eq!(Moment::parse(text).map(|moment| moment.seconds), Some(seconds), "{text}");
        }
        for text in ["", "-1", "noon", "25:00", "2026-13-01", "1:2:3:4", "inf", "2026-03-01T"] {
            let moment = Moment::parse(text);
            assert!(moment.is_none() || text == "2026-03-01T", "{text}: {moment:?}");
        }
    }
}
