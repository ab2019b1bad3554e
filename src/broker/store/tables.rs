//! The tables of the store and the bytes of their rows, as `docs/storage-format.md` describes them. Here and
//! nowhere else the store's types become bytes and come back.

use bytes::Buf;
use redb::TableDefinition;

use super::PartitionKey;

/// Of the layout below. A program refuses a store with a higher number and converts one with a lower.
pub(super) const FORMAT_VERSION: u64 = 1;

/// The one row of [`META`].
pub(super) const FORMAT_VERSION_KEY: &str = "format_version";

/// What is true of the store as a whole. Never changes its types, so that any version can be told from it.
pub(super) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Topic id to [`StoredTopic`] without its id.
pub(super) const TOPICS: TableDefinition<u128, &[u8]> = TableDefinition::new("topics");

/// Where logs begin, for partitions that had something removed.
pub(super) const LOG_STARTS: TableDefinition<(u128, u32), i64> = TableDefinition::new("log_starts");

/// Sequence number of a segment's first chunk to [`SegmentRow`].
pub(super) const SEGMENTS: TableDefinition<u64, &[u8; SegmentRow::BYTES]> = TableDefinition::new("segments");

/// Sequence number to bytes of record batches. Appended at the right edge only.
pub(super) const CHUNKS: TableDefinition<u64, &[u8]> = TableDefinition::new("chunks");

/// Group, topic and partition to [`StoredOffset`].
pub(super) const OFFSETS: TableDefinition<(&str, &str, u32), &[u8]> = TableDefinition::new("committed_offsets");

/// Group to the bytes that the coordinator keeps of it.
pub(super) const GROUPS: TableDefinition<&str, &[u8]> = TableDefinition::new("groups");

/// One stretch of a partition's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentRow {
    pub partition: PartitionKey,
    pub base_offset: i64,
    /// The offset after its last record.
    pub next_offset: i64,
    pub max_timestamp: i64,
    pub bytes: u32,
}

impl SegmentRow {
    pub(super) const BYTES: usize = 48;

    pub(super) fn encode(&self) -> [u8; Self::BYTES] {
        let mut row = [0; Self::BYTES];
        row[0..16].copy_from_slice(&self.partition.topic_id.to_be_bytes());
        row[16..20].copy_from_slice(&self.partition.partition.to_be_bytes());
        row[20..28].copy_from_slice(&self.base_offset.to_be_bytes());
        row[28..36].copy_from_slice(&self.next_offset.to_be_bytes());
        row[36..44].copy_from_slice(&self.max_timestamp.to_be_bytes());
        row[44..48].copy_from_slice(&self.bytes.to_be_bytes());
        row
    }

    pub(super) fn decode(row: &[u8; Self::BYTES]) -> Self {
        let mut row = row.as_slice();
        Self {
            partition: PartitionKey { topic_id: row.get_u128(), partition: row.get_u32() },
            base_offset: row.get_i64(),
            next_offset: row.get_i64(),
            max_timestamp: row.get_i64(),
            bytes: row.get_u32(),
        }
    }
}

/// A topic and its settings, by Kafka's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTopic {
    /// Stable over restarts, new when a topic is deleted and made again.
    pub id: u128,
    pub name: String,
    pub partitions: u32,
    pub config: Vec<(String, String)>,
}

impl StoredTopic {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut row = Vec::new();
        row.extend_from_slice(&self.partitions.to_be_bytes());
        put_text(&mut row, &self.name);
        for (key, value) in &self.config {
            put_text(&mut row, key);
            put_text(&mut row, value);
        }
        row
    }

    /// `None` when the bytes are no topic.
    pub(super) fn decode(id: u128, mut row: &[u8]) -> Option<Self> {
        let partitions = row.try_get_u32().ok()?;
        let name = take_text(&mut row)?;
        let mut config = Vec::new();
        while !row.is_empty() {
            config.push((take_text(&mut row)?, take_text(&mut row)?));
        }
        Some(Self { id, name, partitions, config })
    }
}

/// What a group has committed for a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOffset {
    /// The next offset to be read.
    pub offset: i64,
    pub metadata: String,
    /// Unix milliseconds.
    pub commit_timestamp: i64,
}

impl StoredOffset {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut row = Vec::with_capacity(16 + self.metadata.len());
        row.extend_from_slice(&self.offset.to_be_bytes());
        row.extend_from_slice(&self.commit_timestamp.to_be_bytes());
        row.extend_from_slice(self.metadata.as_bytes());
        row
    }

    /// `None` when the bytes are no committed offset.
    pub(super) fn decode(mut row: &[u8]) -> Option<Self> {
        let offset = row.try_get_i64().ok()?;
        let commit_timestamp = row.try_get_i64().ok()?;
        Some(Self { offset, commit_timestamp, metadata: String::from_utf8(row.to_vec()).ok()? })
    }
}

fn put_text(row: &mut Vec<u8>, text: &str) {
    let len = u32::try_from(text.len()).expect("names and settings are far shorter than 4 GiB");
    row.extend_from_slice(&len.to_be_bytes());
    row.extend_from_slice(text.as_bytes());
}

fn take_text(row: &mut &[u8]) -> Option<String> {
    let len = usize::try_from(row.try_get_u32().ok()?).ok()?;
    let (text, rest) = row.split_at_checked(len)?;
    *row = rest;
    String::from_utf8(text.to_vec()).ok()
}
