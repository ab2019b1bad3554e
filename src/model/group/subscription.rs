//! The bytes in which group members say what they want (`ConsumerProtocolSubscription`) and the leader
//! says what they get (`ConsumerProtocolAssignment`), as Kafka's clients write them, so that they can
//! share a group with Logyard's own. What an assignor hides in `user_data` is read for Kafka's own
//! assignors alone; racks are not kept.

use bytes::{BufMut, Bytes, BytesMut};
use thiserror::Error;

use super::assign::{Assignor, Subscription};
use crate::model::topic::{TopicName, TopicPartition};

/// The version that is written; what a later one adds stands at the end and is passed over.
const VERSION: i16 = 3;

/// Why a member's or the leader's bytes can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConsumerProtocolError {
    #[error("reading a consumer's group metadata: it ends too early; the client that wrote it is at fault")]
    Truncated,
    #[error(
        "reading a consumer's group metadata: a length or a partition is negative; the client that wrote it is at fault"
    )]
    Negative,
    #[error("reading a consumer's group metadata: a name is no UTF-8; the client that wrote it is at fault")]
    NotUtf8,
    #[error("reading a consumer's group metadata: version {0} is unknown; the client that wrote it is at fault")]
    UnknownVersion(i16),
    #[error("reading an assignment: it names a topic that can't exist; the group's leader is at fault")]
    IllegalTopic,
}

impl Subscription {
    /// As the member puts it into `JoinGroup` for this assignor. Kafka's sticky assignor looks for the
    /// owned partitions in `user_data` alone, its cooperative one in fields of their own.
    pub fn encode(&self, assignor: Assignor) -> Bytes {
        let mut out = BytesMut::new();
        out.put_i16(VERSION);
        put_count(&mut out, self.topics.len());
        for topic in &self.topics {
            put_string(&mut out, topic);
        }
        put_nullable_bytes(&mut out, self.user_data(assignor).as_deref());
        match assignor {
            Assignor::Sticky => put_partitions(&mut out, &[]),
            Assignor::Range | Assignor::RoundRobin | Assignor::CooperativeSticky => {
                put_partitions(&mut out, &self.owned);
            }
        }
        out.put_i32(self.generation);
        // No rack.
        out.put_i16(-1);
        out.freeze()
    }

    fn user_data(&self, assignor: Assignor) -> Option<Bytes> {
        let has_nothing_to_tell = self.owned.is_empty() && self.generation < 0;
        let mut out = BytesMut::new();
        match assignor {
            Assignor::Range | Assignor::RoundRobin => return None,
            Assignor::Sticky if has_nothing_to_tell => return None,
            Assignor::Sticky => put_partitions(&mut out, &self.owned),
            Assignor::CooperativeSticky => {}
        }
        out.put_i32(self.generation);
        Some(out.freeze())
    }

    /// From a member's `JoinGroup` metadata for this assignor. Topics with illegal names can't exist and
    /// are left out; `user_data` in another form than Kafka's counts as none, as with Kafka.
    pub fn decode(
        assignor: Assignor,
        member_id: String,
        instance_id: Option<String>,
        metadata: &[u8],
    ) -> Result<Self, ConsumerProtocolError> {
        let mut from = Reader { rest: metadata };
        let version = from.version()?;
        let topics = from.list(2, Reader::string)?;
        let topics = topics.into_iter().filter_map(|topic| TopicName::new(topic).ok()).collect();
        let user_data = from.nullable_bytes()?.unwrap_or_default();
        let owned = if version >= 1 { from.partitions()? } else { Vec::new() };
        let generation = if version >= 2 { from.i32()? } else { -1 };
        if version >= 3 {
            from.nullable_string()?;
        }
        let (owned, generation) = match assignor {
            Assignor::Range | Assignor::RoundRobin => (owned, generation),
            Assignor::Sticky => sticky_user_data(user_data).unwrap_or((Vec::new(), -1)),
            Assignor::CooperativeSticky if version >= 2 => (owned, generation),
            Assignor::CooperativeSticky => (owned, Reader { rest: user_data }.i32().unwrap_or(-1)),
        };
        let owned = legal_partitions(owned).flatten().collect();
        Ok(Self { member_id, instance_id, topics, owned, generation })
    }
}

/// As the leader puts it into `SyncGroup` for one member.
pub fn encode_assignment(partitions: &[TopicPartition]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_i16(VERSION);
    put_partitions(&mut out, partitions);
    put_nullable_bytes(&mut out, None);
    out.freeze()
}

/// From a member's `SyncGroup` answer.
pub fn decode_assignment(assignment: &[u8]) -> Result<Vec<TopicPartition>, ConsumerProtocolError> {
    let mut from = Reader { rest: assignment };
    from.version()?;
    let partitions = from.partitions()?;
    from.nullable_bytes()?;
    legal_partitions(partitions).map(|partition| partition.ok_or(ConsumerProtocolError::IllegalTopic)).collect()
}

/// Partitions as they are written: topic by topic.
type NamedPartitions<'a> = Vec<(&'a str, Vec<u32>)>;

/// What Kafka's sticky assignor remembers: the partitions and, since 2.1, their generation.
fn sticky_user_data(user_data: &[u8]) -> Result<(NamedPartitions<'_>, i32), ConsumerProtocolError> {
    let mut from = Reader { rest: user_data };
    let partitions = from.partitions()?;
    let generation = if from.rest.is_empty() { -1 } else { from.i32()? };
    Ok((partitions, generation))
}

/// `None` for each partition of a topic whose name is illegal.
fn legal_partitions(named: NamedPartitions<'_>) -> impl Iterator<Item = Option<TopicPartition>> {
    named.into_iter().flat_map(|(topic, partitions)| {
        let topic = TopicName::new(topic).ok();
        partitions.into_iter().map(move |partition| Some(TopicPartition::new(topic.clone()?, partition)))
    })
}

fn put_count(out: &mut BytesMut, count: usize) {
    out.put_i32(i32::try_from(count).expect("no member names two billion things"));
}

fn put_string(out: &mut BytesMut, text: &str) {
    out.put_i16(i16::try_from(text.len()).expect("a topic's name has at most 249 bytes"));
    out.put_slice(text.as_bytes());
}

fn put_nullable_bytes(out: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        None => out.put_i32(-1),
        Some(bytes) => {
            put_count(out, bytes.len());
            out.put_slice(bytes);
        }
    }
}

/// Sorted and grouped by topic, as the format wants it.
fn put_partitions(out: &mut BytesMut, partitions: &[TopicPartition]) {
    let mut sorted: Vec<&TopicPartition> = partitions.iter().collect();
    sorted.sort_unstable();
    let by_topic = || sorted.chunk_by(|left, right| left.topic == right.topic);
    put_count(out, by_topic().count());
    for chunk in by_topic() {
        put_string(out, &chunk[0].topic);
        put_count(out, chunk.len());
        for partition in chunk {
            out.put_u32(partition.partition);
        }
    }
}

/// Reads what is there and no more; a count is believed only as far as the bytes that are left can bear it out.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn version(&mut self) -> Result<i16, ConsumerProtocolError> {
        let version = self.i16()?;
        if version < 0 { Err(ConsumerProtocolError::UnknownVersion(version)) } else { Ok(version) }
    }

    fn i16(&mut self) -> Result<i16, ConsumerProtocolError> {
        self.array().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Result<i32, ConsumerProtocolError> {
        self.array().map(i32::from_be_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ConsumerProtocolError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(ConsumerProtocolError::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], ConsumerProtocolError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(ConsumerProtocolError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn nullable_bytes(&mut self) -> Result<Option<&'a [u8]>, ConsumerProtocolError> {
        match self.i32()? {
            -1 => Ok(None),
            length => self.bytes(positive(length)?).map(Some),
        }
    }

    fn string(&mut self) -> Result<&'a str, ConsumerProtocolError> {
        self.nullable_string()?.ok_or(ConsumerProtocolError::Negative)
    }

    fn nullable_string(&mut self) -> Result<Option<&'a str>, ConsumerProtocolError> {
        match self.i16()? {
            -1 => Ok(None),
            length => {
                let bytes = self.bytes(positive(i32::from(length))?)?;
                std::str::from_utf8(bytes).map(Some).map_err(|_| ConsumerProtocolError::NotUtf8)
            }
        }
    }

    /// A list whose entries take at least `least` bytes each.
    fn list<T>(
        &mut self,
        least: usize,
        entry: impl Fn(&mut Self) -> Result<T, ConsumerProtocolError>,
    ) -> Result<Vec<T>, ConsumerProtocolError> {
        let count = positive(self.i32()?)?;
        if count > self.rest.len() / least {
            return Err(ConsumerProtocolError::Truncated);
        }
        (0..count).map(|_| entry(self)).collect()
    }

    fn partitions(&mut self) -> Result<NamedPartitions<'a>, ConsumerProtocolError> {
        self.list(6, |from| {
            let topic = from.string()?;
            let partitions =
                from.list(4, |from| u32::try_from(from.i32()?).map_err(|_| ConsumerProtocolError::Negative));
            Ok((topic, partitions?))
        })
    }
}

fn positive(length: i32) -> Result<usize, ConsumerProtocolError> {
    usize::try_from(length).map_err(|_| ConsumerProtocolError::Negative)
}

#[cfg(test)]
mod tests;
