//! Where an axis has its labels, and what they say: round numbers in the axis' unit. It draws nothing.

use crate::report::chart::{Axis, Scale, Unit};
use crate::report::convert::to_count;
use crate::report::format;

/// A label of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub label: String,
}

/// What an axis shows, from its lower end to its upper one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
}

/// Steps in which time is counted, in seconds, above those that are 1, 2 and 5 times a power of ten.
const TIME_STEPS: [f64; 16] = [
    20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 14_400.0, 21_600.0, 43_200.0,
    86_400.0, 172_800.0,
];

impl Range {
    /// As wide as the values and what the axis asks for.
    pub fn of(axis: &Axis, values: impl Iterator<Item = f64>) -> Self {
        let is_logarithmic = axis.scale == Scale::Logarithmic;
        let usable = |value: &f64| value.is_finite() && (!is_logarithmic || *value > 0.0);
        let asked = axis.range.into_iter().flat_map(|(from, to)| [from, to]);
        let (low, high) = values
            .chain(asked)
            .filter(usable)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if is_logarithmic {
            return Self::decades(low, high);
        }
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        Self { low, high: if high > low { high } else { low + 1.0 }, scale: Scale::Linear }
    }

    /// To the next 1, 2 or 5 times a power of ten on either side, a decade at the least.
    fn decades(low: f64, high: f64) -> Self {
        let (low, high) = if low <= high { (low, high) } else { (1.0, 10.0) };
        let low = 1.0 / format::round_up(1.0 / low);
        Self { low, high: format::round_up(high).max(low * 10.0), scale: Scale::Logarithmic }
    }

    /// From zero to a round number that leaves no value outside.
    pub fn rounded(self, axis: &Axis, most: usize) -> Self {
        if self.scale == Scale::Logarithmic || axis.range.is_some_and(|(_, to)| to >= self.high) {
            return self;
        }
        let low = self.low.min(0.0);
        let step = step(axis.unit, self.high - low, most);
        Self { low: (low / step + 1e-9).floor() * step, high: (self.high / step - 1e-9).ceil() * step, ..self }
    }

    /// How far along the axis a value is: 0 at its lower end, 1 at its upper one.
    pub fn share(self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic if value <= self.low => 0.0,
            Scale::Logarithmic => (value / self.low).log10() / (self.high / self.low).log10(),
        }
    }
}

/// At most so many labels.
pub fn ticks(unit: Unit, range: Range, most: usize) -> Vec<Tick> {
    match range.scale {
        Scale::Linear => linear(unit, range, most.max(1)),
        Scale::Logarithmic => logarithmic(unit, range, most.max(1)),
    }
}

fn linear(unit: Unit, range: Range, most: usize) -> Vec<Tick> {
    let step = step(unit, range.high - range.low, most);
    let first = (range.low / step - 1e-9).ceil();
    (0..=u32::try_from(most).unwrap_or(u32::MAX))
        .map(|index| (first + f64::from(index)) * step)
        .take_while(|at| *at <= range.high + step * 1e-9)
        .map(|at| Tick { at, label: label(unit, at, step, range.high) })
        .collect()
}

fn logarithmic(unit: Unit, range: Range, most: usize) -> Vec<Tick> {
    let decades = (range.high / range.low).log10();
    let per_decade: &[f64] = if decades * 3.0 <= float(most) { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (decades / float(most)).ceil().max(1.0);
    let first = (range.low.log10() + 1e-9).floor();
    let powers = (0..).map(|index| 10_f64.powf(first + f64::from(index) * every));
    let is_inside = |value: &f64| *value >= range.low * 0.999_999 && *value <= range.high * 1.000_001;
    powers
        .take_while(|power| *power <= range.high * 1.000_001)
        .flat_map(|power| per_decade.iter().map(move |factor| power * factor))
        .filter(is_inside)
        .map(|at| Tick { at, label: alone(unit, at) })
        .collect()
}

/// The smallest round step that needs no more than so many.
fn step(unit: Unit, length: f64, most: usize) -> f64 {
    let raw = (length / float(most)).max(1e-9);
    match unit {
        Unit::Seconds => time_step(raw),
        Unit::Millis => time_step(raw / 1e3) * 1e3,
        Unit::Count(_) => format::round_up(raw).max(1.0),
        Unit::Rate(_) | Unit::Share | Unit::Bytes => format::round_up(raw),
    }
}

fn time_step(raw: f64) -> f64 {
    let decimal = (raw <= 10.0).then(|| format::round_up(raw));
    let known = || TIME_STEPS.into_iter().find(|step| *step >= raw * 0.999_999);
    decimal.or_else(known).unwrap_or_else(|| format::round_up(raw / 86_400.0) * 86_400.0)
}

/// What a label says; `step` gives its precision and `high` its unit, so that all labels of an axis match.
fn label(unit: Unit, at: f64, step: f64, high: f64) -> String {
    match unit {
        Unit::Seconds => time(at, step, high),
        Unit::Millis => time(at / 1e3, step / 1e3, high / 1e3),
        Unit::Count(_) | Unit::Rate(_) => count(at, step, high),
        Unit::Share => format!("{at:.0$} %", decimals(step * 100.0), at = at * 100.0),
        Unit::Bytes => bytes(at, step, high),
    }
}

/// What a label says that doesn't match its neighbours, because it is many times larger or smaller.
pub fn alone(unit: Unit, at: f64) -> String {
    match unit {
        Unit::Seconds if at >= 100.0 => format!("{} s", format::count(to_count(at))),
        Unit::Seconds => format::millis(at * 1e3).replace(".0 ", " "),
        Unit::Millis => alone(Unit::Seconds, at / 1e3),
        Unit::Count(_) | Unit::Rate(_) | Unit::Share | Unit::Bytes => label(unit, at, at, at),
    }
}

/// Numbers with the prefix that the largest needs.
fn count(at: f64, step: f64, high: f64) -> String {
    let (scale, prefix) = match high.abs() {
        high if high >= 1e10 => (1e9, "G"),
        high if high >= 1e7 => (1e6, "M"),
        high if high >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    if at == 0.0 {
        return "0".to_owned();
    }
    let decimals = decimals(step / scale);
    match decimals {
        0 if at >= 0.0 => format!("{}{prefix}", format::count(to_count(at / scale))),
        _ => format!("{:.decimals$}{prefix}", at / scale),
    }
}

fn bytes(at: f64, step: f64, high: f64) -> String {
    let (scale, name) = [(1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        .into_iter()
        .find(|(scale, _)| high >= *scale)
        .unwrap_or((1.0, "B"));
    if at == 0.0 { "0".to_owned() } else { format!("{:.*} {name}", decimals(step / scale), at / scale) }
}

/// Time in the unit that the largest needs: `400 µs`, `20 ms`, `1.5 s`, `2:30`, `3 h`, `2 d`.
fn time(at: f64, step: f64, high: f64) -> String {
    let in_unit = |scale: f64, name: &str| format!("{:.*} {name}", decimals(step / scale), at / scale);
    if at == 0.0 {
        return "0".to_owned();
    }
    match high {
        _ if step >= 86_400.0 => in_unit(86_400.0, "d"),
        high if high >= 10_800.0 && step >= 3_600.0 => in_unit(3_600.0, "h"),
        high if high >= 7_200.0 => parted(at / 60.0, " h"),
        _ if step >= 60.0 => in_unit(60.0, "min"),
        high if high >= 120.0 => parted(at, " min"),
        high if high >= 1.0 => in_unit(1.0, "s"),
        high if high >= 1e-3 => in_unit(1e-3, "ms"),
        _ => in_unit(1e-6, "µs"),
    }
}

/// Sixtieths behind a colon.
fn parted(sixtieths: f64, name: &str) -> String {
    let whole = to_count(sixtieths);
    format!("{}:{:02}{name}", whole / 60, whole % 60)
}

fn decimals(step: f64) -> usize {
    (0..6)
        .find(|digits| {
            let scaled = step * 10_f64.powi(*digits);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1e-9) && scaled.round() >= 1.0
        })
        .and_then(|digits| usize::try_from(digits).ok())
        .unwrap_or(6)
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
