//! Topics and partitions as nouns: names, settings, and how a partition is named.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::error::ErrorCode;

/// Most partitions that one topic may have. A partition costs a table in the store and a strip on
/// screen; ten thousand is where both were measured to hold.
pub const MAX_PARTITIONS: u32 = 10_000;

/// Longest name of a topic, as in Kafka.
const MAX_NAME_LENGTH: usize = 249;

/// A topic's name, known to be legal. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(Arc<str>);

impl TopicName {
    /// Checks Kafka's rule: 1 to 249 of `[a-zA-Z0-9._-]`, and neither `.` nor `..`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTopicException`].
    pub fn new(name: &str) -> Result<Self, ErrorCode> {
        let is_legal_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_legal = (1..=MAX_NAME_LENGTH).contains(&name.len())
            && name.chars().all(is_legal_char)
            && name != "."
            && name != "..";
        if is_legal { Ok(Self(name.into())) } else { Err(ErrorCode::InvalidTopicException) }
    }
}

impl Deref for TopicName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// One partition of one topic.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicPartition {
    pub topic: TopicName,
    pub partition: u32,
}

impl TopicPartition {
    pub fn new(topic: TopicName, partition: u32) -> Self {
        Self { topic, partition }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

impl fmt::Debug for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
