//! A bounded history of one figure of many things alike, such as the lag of each partition of a topic.

use std::sync::Arc;

use super::series::{Kept, Thinned};
use crate::clock::Time;

/// Frames that are kept of each resolution: a frame of a thousand partitions takes 4 KB.
const ROOM: usize = 128;

/// One figure of every partition at a time, by the partition's number.
pub type Frame = Arc<[f32]>;

/// Frames in order of time, oldest first. Older ones are thinned.
#[derive(Clone, Debug)]
pub struct Frames(Thinned<Frame>);

impl Default for Frames {
    fn default() -> Self {
        Self(Thinned::with_room(ROOM))
    }
}

impl Frames {
    pub fn push(&mut self, at: Time, frame: Frame) {
        self.0.push(at, frame);
    }

    /// All frames, oldest first.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = (Time, &Frame)> + ExactSizeIterator + '_ {
        self.0.iter().map(|(at, frame)| (*at, frame))
    }

    /// One partition's values, where it was there, oldest first.
    pub fn of(&self, partition: u32) -> impl DoubleEndedIterator<Item = (Time, f64)> + '_ {
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        let value = move |(at, frame): (Time, &Frame)| Some((at, f64::from(*frame.get(index)?)));
        self.frames().filter_map(value).filter(|(_, value)| !value.is_nan())
    }

    /// Memory that it takes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Lets the oldest go; how many.
    pub fn drop_oldest(&mut self) -> u64 {
        self.0.drop_oldest()
    }
}

impl Kept for Frame {
    /// The first of them: which is the highest differs from partition to partition.
    fn thin(points: &[(Time, Self)], into: &mut Vec<(Time, Self)>) {
        into.extend(points.first().cloned());
    }

    fn bytes(&self) -> usize {
        size_of_val(&**self)
    }
}
