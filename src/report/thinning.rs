//! Makes a series as fine as the pixels it is drawn on, and finds where it says nothing. A value that is not
//! a number stands for a gap.

use super::convert::{to_f32, to_index};

/// A step this many times longer than those around it is a gap: older points lie further apart, but evenly.
const GAP: f64 = 10.0;

/// Steps that are averaged on either side.
const AROUND: usize = 8;

/// Puts a gap where much more time passed between two points than between those around them.
pub fn with_gaps(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mean = |from: usize, to: usize| (points[to].0 - points[from].0) / f64::from(to_f32_count(to - from));
    // The moment from which a gap has begun: one usual step after the last point.
    let gap_before = |index: usize| {
        let before = (index >= 2).then(|| mean((index - 1).saturating_sub(AROUND), index - 1));
        let last = points.len() - 1;
        let after = (index < last).then(|| mean(index, (index + AROUND).min(last)));
        let usual = before.unwrap_or(0.0).max(after.unwrap_or(0.0));
        let is_gap = usual > 0.0 && points[index].0 - points[index - 1].0 > GAP * usual;
        is_gap.then(|| (index, points[index - 1].0 + usual))
    };
    let gaps: Vec<(usize, f64)> = (1..points.len()).filter_map(gap_before).collect();
    if gaps.is_empty() {
        return points;
    }
    let mut parted = Vec::with_capacity(points.len() + gaps.len());
    let mut gaps = gaps.into_iter().peekable();
    for (index, point) in points.into_iter().enumerate() {
        if let Some((_, begins)) = gaps.next_if(|gap| gap.0 == index) {
            parted.push((begins, f64::NAN));
        }
        parted.push(point);
    }
    parted
}

fn to_f32_count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Thins points to at most two per pixel column, the least and the greatest, so that no peak is lost.
pub fn thinned(points: impl Iterator<Item = (f64, f64)>, span: (f64, f64), columns: f32) -> Vec<(f64, f64)> {
    let mut thin = Vec::new();
    let mut column: Option<Column> = None;
    let scale = f64::from(columns) / (span.1 - span.0).max(1e-9);
    for point in points {
        let here = to_index(to_f32((point.0 - span.0) * scale));
        match &mut column {
            _ if point.1.is_nan() => {
                if let Some(column) = column.take() {
                    column.flush(&mut thin);
                }
                thin.push(point);
            }
            Some(column) if column.at == here => column.add(point),
            _ => {
                let next = Column { at: here, least: point, greatest: point };
                if let Some(column) = column.replace(next) {
                    column.flush(&mut thin);
                }
            }
        }
    }
    if let Some(column) = column {
        column.flush(&mut thin);
    }
    thin
}

struct Column {
    at: usize,
    least: (f64, f64),
    greatest: (f64, f64),
}

impl Column {
    fn add(&mut self, point: (f64, f64)) {
        self.least = if point.1 < self.least.1 { point } else { self.least };
        self.greatest = if point.1 > self.greatest.1 { point } else { self.greatest };
    }

    fn flush(self, into: &mut Vec<(f64, f64)>) {
        let (first, second) =
            if self.least.0 <= self.greatest.0 { (self.least, self.greatest) } else { (self.greatest, self.least) };
        into.push(first);
        if first != second {
            into.push(second);
        }
    }
}

/// The value in force at a moment: that of the last point before it; none before the first and in a gap.
pub fn value_at(points: &[(f64, f64)], at: f64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 <= at);
    let value = points.get(after.checked_sub(1)?)?.1;
    (!value.is_nan()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_peaks_and_bounds_the_points() {
        let points = (0..10_000).map(|i| (f64::from(i) / 100.0, if i == 7_777 { 99.0 } else { f64::from(i % 7) }));
        let thin = thinned(points, (0.0, 100.0), 200.0);
        assert!(thin.len() <= 402, "{} points", thin.len());
        assert!(thin.iter().any(|point| (point.1 - 99.0).abs() < f64::EPSILON), "the peak is kept");
        assert!(thin.windows(2).all(|pair| pair[0].0 <= pair[1].0), "in order of time");
    }

    #[test]
    fn few_points_stay_as_they_are() {
        let points = vec![(0.0, 1.0), (1.0, 5.0), (2.0, 3.0)];
        assert_eq!(thinned(points.iter().copied(), (0.0, 2.0), 100.0), points);
    }

    #[test]
    fn a_long_silence_is_a_gap_and_has_no_value() {
        let points: Vec<_> = (0..20).chain(80..100).map(|i| (f64::from(i) / 4.0, f64::from(i))).collect();
        let parted = with_gaps(points);
        assert_eq!(parted.iter().filter(|point| point.1.is_nan()).count(), 1);
        assert_eq!(value_at(&parted, 4.8), Some(19.0));
        assert_eq!([value_at(&parted, 10.0), value_at(&parted, 20.0)], [None, Some(80.0)]);
        assert_eq!([value_at(&parted, -1.0), value_at(&parted, 3.1)], [None, Some(12.0)]);
        let thin = thinned(parted.into_iter(), (0.0, 25.0), 10.0);
        assert_eq!(thin.iter().filter(|point| point.1.is_nan()).count(), 1, "thinning keeps the gap");
    }

    #[test]
    fn falling_resolution_is_no_gap() {
        let old = (0..50).map(|i| (f64::from(i) * 16.0, 1.0));
        let new = (0..50).map(|i| (800.0 + f64::from(i) * 0.25, 1.0));
        assert!(with_gaps(old.chain(new).collect()).iter().all(|point| !point.1.is_nan()));
    }
}
