//! Records of a producer that sends at even distances, or a whole batch to one partition, or takes partitions in
//! turn: they can't be drawn each for itself, and are counted off among those of others.

use std::sync::Arc;

use rand::RngExt;
use rand_distr::{Exp1, Gamma};

use super::arrivals::{Intensity, Reading};
use super::load::{Load, Order};
use super::{Nanos, Random, real};

/// Some of the records of one producer, counted off rather than drawn each for itself.
#[derive(Clone, Debug)]
pub(super) struct Thinned {
    /// The same for all copies of a producer.
    intensity: Arc<Intensity>,
    is_even: bool,
    at: Nanos,
    /// Records to one partition in a row, and how many of the present ones are left.
    run: u32,
    left: u32,
    end: Nanos,
}

impl Thinned {
    /// One for each producer of each epoch that is not memoryless.
    pub fn all<'a>(load: &'a Arc<Load>, readings: &'a [Reading]) -> impl Iterator<Item = Self> + 'a {
        let counted = load.epochs.iter().enumerate().filter(|(_, epoch)| !epoch.is_memoryless());
        counted.flat_map(move |(index, epoch)| {
            let mut intensity = Intensity::of(load, readings, |other| other == index);
            let copies = f64::from(epoch.copies);
            intensity.parts.iter_mut().for_each(|part| part.share /= copies);
            let begin = intensity.parts.iter().map(|part| part.from).fold(f64::INFINITY, f64::min);
            let run = match epoch.order {
                Order::Runs(run) => run,
                Order::Independent | Order::Turns => 1,
            };
            let (is_even, end) = (epoch.demand.is_even(), epoch.to);
            let intensity = Arc::new(intensity);
            let thinned = Self { intensity, is_even, at: begin, run, left: 0, end };
            std::iter::repeat_n(thinned, if begin.is_finite() { epoch.copies as usize } else { 0 })
        })
    }

    pub fn next(&mut self, random: &mut Random) -> Nanos {
        if self.at >= self.end {
            return f64::INFINITY;
        }
        let part = self.intensity.parts[0];
        let epoch = &self.intensity.load.epochs[part.epoch];
        let share = self.intensity.share(self.at);
        self.at = if self.is_even {
            let (rate, _) = epoch.demand.piece(self.at);
            let in_turn = if epoch.order == Order::Turns { share } else { 1.0 };
            let count = if in_turn < 1.0 { 1 } else { count_to_own(&mut self.left, self.run, share, random) };
            // On the grid of the epoch, so that it makes no difference when reading began.
            let passed = ((self.at - epoch.from) * rate * in_turn + 1e-6).floor();
            epoch.from + (passed + real(count)) / (rate * in_turn)
        } else {
            let count = count_to_own(&mut self.left, self.run, share, random);
            walk(&self.intensity.load, part.epoch, self.at, gap_of(count, random))
        };
        if self.at < self.end { self.at } else { f64::INFINITY }
    }
}

/// How many records of a producer on the next of one's own is, where each run is one's own with a chance of `share`.
fn count_to_own(left: &mut u32, run: u32, share: f64, random: &mut Random) -> u64 {
    if *left > 0 {
        *left -= 1;
        return 1;
    }
    *left = run - 1;
    let of_others = if share >= 1.0 { 0.0 } else { (random.sample::<f64, _>(Exp1) / -(-share).ln_1p()).floor() };
    1 + whole(of_others) * u64::from(run)
}

/// The sum of so many exponential gaps of mean 1.
fn gap_of(count: u64, random: &mut Random) -> f64 {
    if count == 1 {
        return random.sample(Exp1);
    }
    Gamma::new(real(count), 1.0).map_or(0.0, |gamma| random.sample(gamma))
}

/// Where the integral of an epoch's rate has grown by `gap`.
fn walk(load: &Load, epoch: usize, mut at: Nanos, mut gap: f64) -> Nanos {
    let epoch = &load.epochs[epoch];
    loop {
        let (rate, end) = epoch.demand.piece(at);
        let reach = at + gap / rate;
        if reach <= end || end.is_infinite() {
            return reach;
        }
        if at >= epoch.to {
            return f64::INFINITY;
        }
        gap -= rate * (end - at);
        at = end;
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is far enough")]
fn whole(count: f64) -> u64 {
    count as u64
}
