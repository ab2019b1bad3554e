//! A bounded history of one figure over time. It keeps the whole past at falling resolution: the newest
//! points as they came, older ones thinned again and again.

use std::sync::Arc;

use crate::clock::Time;

/// Points that come before the older part is touched: sharing a series copies at most so many.
const NEWEST: usize = 64;

/// Of so many points one stays when they grow old.
const THINNED_BY: usize = 4;

/// Resolutions, each [`THINNED_BY`] times coarser than the one before. With four points a second and the
/// usual room they reach back more than a day.
const LEVELS: usize = 6;

/// Points of each resolution, unless said otherwise: as many as a chart has pixels.
const ROOM: usize = 512;

/// Points of each resolution of a figure of which there may be thousands.
const SMALL_ROOM: usize = 128;

/// What a history can be made of.
pub trait Kept: Clone {
    /// Adds what stays of some points in a row.
    fn thin(points: &[(Time, Self)], into: &mut Vec<(Time, Self)>);
    /// Memory that it takes besides its own size.
    fn bytes(&self) -> usize;
}

/// Points in order of time, oldest first. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Thinned<V> {
    older: Arc<Older<V>>,
    newest: Vec<(Time, V)>,
    room: usize,
    dropped: u64,
}

/// What is no longer new: the coarsest first.
#[derive(Clone, Debug)]
struct Older<V> {
    points: Vec<(Time, V)>,
    /// How many points there are of each resolution, the coarsest first.
    counts: [usize; LEVELS],
    bytes: usize,
}

impl<V> Default for Older<V> {
    fn default() -> Self {
        Self { points: Vec::new(), counts: [0; LEVELS], bytes: 0 }
    }
}

impl<V: Kept> Thinned<V> {
    /// An empty history with room for so many points of each resolution.
    pub fn with_room(room: usize) -> Self {
        Self { older: Arc::default(), newest: Vec::new(), room, dropped: 0 }
    }

    /// Adds the newest point.
    pub fn push(&mut self, at: Time, value: V) {
        if self.newest.len() == NEWEST {
            let newest = std::mem::take(&mut self.newest);
            let (older, dropped) = self.older.with(newest, self.room);
            self.older = Arc::new(older);
            self.dropped += dropped;
        }
        self.newest.push((at, value));
    }

    /// All points, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &(Time, V)> + ExactSizeIterator + '_ {
        let older = &self.older.points;
        let point = move |index: usize| older.get(index).unwrap_or_else(|| &self.newest[index - older.len()]);
        (0..older.len() + self.newest.len()).map(point)
    }

    /// Memory that it takes.
    pub fn bytes(&self) -> usize {
        let newest: usize = self.newest.iter().map(|(_, value)| value.bytes()).sum();
        let points = self.older.points.len() + self.newest.capacity();
        self.older.bytes + newest + points * size_of::<(Time, V)>() + size_of::<Self>()
    }

    /// Points that are gone because even the coarsest resolution was full.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Lets the oldest points go; how many.
    pub fn drop_oldest(&mut self) -> u64 {
        let going = self.older.points.len().min(NEWEST);
        let mut older = Older::clone(&self.older);
        older.drop_oldest(going);
        self.older = Arc::new(older);
        u64::try_from(going).unwrap_or(u64::MAX)
    }
}

impl<V: Kept> Older<V> {
    /// The same with more points at the new end, and how many had to go at the old end.
    fn with(&self, newest: Vec<(Time, V)>, room: usize) -> (Self, u64) {
        let mut levels: [Vec<(Time, V)>; LEVELS] = Default::default();
        let mut begin = 0;
        for (level, count) in levels.iter_mut().zip(self.counts) {
            level.extend_from_slice(&self.points[begin..begin + count]);
            begin += count;
        }
        levels[LEVELS - 1].extend(newest);
        for coarse in (0..LEVELS - 1).rev() {
            let (coarser, finer) = levels.split_at_mut(coarse + 1);
            let excess = finer[0].len().saturating_sub(room).next_multiple_of(THINNED_BY).min(finer[0].len());
            for some in finer[0].drain(..excess).collect::<Vec<_>>().chunks(THINNED_BY) {
                V::thin(some, &mut coarser[coarse]);
            }
        }
        let excess = levels[0].len().saturating_sub(room);
        levels[0].drain(..excess);
        let counts = std::array::from_fn(|level| levels[level].len());
        let points: Vec<(Time, V)> = levels.into_iter().flatten().collect();
        let bytes = points.iter().map(|(_, value)| value.bytes()).sum();
        (Self { points, counts, bytes }, u64::try_from(excess).unwrap_or(u64::MAX))
    }

    fn drop_oldest(&mut self, mut going: usize) {
        self.points.drain(..going);
        for count in &mut self.counts {
            let of_this = going.min(*count);
            *count -= of_this;
            going -= of_this;
        }
        self.bytes = self.points.iter().map(|(_, value)| value.bytes()).sum();
    }
}

/// A history of one number. Of the points that grow old the one furthest from its neighbour before stays, so
/// that peaks and dips are seen as long as anything is.
#[derive(Clone, Debug)]
pub struct Series(Thinned<f64>);

impl Default for Series {
    fn default() -> Self {
        Self(Thinned::with_room(ROOM))
    }
}

impl Series {
    /// A history that is coarser sooner, for a figure of which there may be thousands.
    pub fn small() -> Self {
        Self(Thinned::with_room(SMALL_ROOM))
    }

    /// Adds the newest point.
    pub fn push(&mut self, at: Time, value: f64) {
        self.0.push(at, value);
    }

    /// All points, oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = (Time, f64)> + ExactSizeIterator + '_ {
        self.0.iter().copied()
    }

    /// The newest value.
    pub fn latest(&self) -> Option<f64> {
        self.0.iter().next_back().map(|&(_, value)| value)
    }

    /// Memory that it takes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Points that are gone because even the coarsest resolution was full.
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// Lets the oldest points go; how many.
    pub fn drop_oldest(&mut self) -> u64 {
        self.0.drop_oldest()
    }
}

impl Kept for f64 {
    /// The one furthest from what stayed before.
    fn thin(points: &[(Time, Self)], into: &mut Vec<(Time, Self)>) {
        let before = into.last().or(points.first()).map_or(0.0, |&(_, value)| value);
        let furthest = points.iter().max_by(|one, other| (one.1 - before).abs().total_cmp(&(other.1 - before).abs()));
        into.extend(furthest.copied());
    }

    fn bytes(&self) -> usize {
        0
    }
}
