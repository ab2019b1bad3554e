//! Appending: a checked batch gets its offsets and joins the open commit.

use bytes::{Bytes, BytesMut};

use crate::model::batch::{BatchHeader, patch_base_offset, patch_leader_epoch};
use crate::model::error::ErrorCode;
use crate::model::request::{Acks, Appended};
use crate::model::topic_config::{TimestampType, TopicConfig};

use super::answer::{Waiting, give};
use super::engine::Engine;
use super::event::Append;
use super::open_commit::OpenAppend;
use super::store::PartitionKey;
use super::topics::Place;

/// The epoch of the only leader that there is.
const LEADER_EPOCH: i32 = 0;

impl Engine {
    pub(super) fn append(&mut self, append: Append) {
        let Append { request, header, answer } = append;
        match self.check_append(&request.partition, &header, request.batch.len()) {
            Err(error) => give(answer, Err(error)),
            Ok(place) => {
                let appended = self.join_commit(place, header, request.batch);
                match request.acks {
                    Acks::None => give(answer, Ok(appended)),
                    Acks::Leader | Acks::All => {
                        self.commits.open.waiting.push(Waiting::Append(answer, place, appended));
                    }
                }
            }
        }
    }

    fn check_append(
        &self,
        partition: &crate::model::topic::TopicPartition,
        header: &BatchHeader,
        len: usize,
    ) -> Result<Place, ErrorCode> {
        if self.failure.is_some() {
            return Err(ErrorCode::KafkaStorageError);
        }
        let place = self.topics.place(partition).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let config = self.topics.topic(place).map(|topic| topic.config).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if header.is_control() {
            return Err(ErrorCode::InvalidRecord);
        }
        if u32::try_from(len).is_ok_and(|len| len <= config.max_message_bytes) {
            Ok(place)
        } else {
            Err(ErrorCode::MessageTooLarge)
        }
    }

    fn join_commit(&mut self, place: Place, header: BatchHeader, batch: Bytes) -> Appended {
        let topic = self.topics.topic_mut(place).expect("the place was looked up for this append");
        let partition = &mut topic.partitions[place.partition];
        let base_offset = partition.log_end_offset;
        let (header, batch) = numbered(batch, header, base_offset, &topic.config, || self.clock.unix_millis(self.now));
        let len = batch.len();
        partition.append(&header, batch.clone());
        self.totals.appends += 1;
        self.totals.records_in += u64::from(header.record_count.unsigned_abs());
        self.totals.bytes_in += len as u64;
        let (end, log_start_offset) = (partition.log_end_offset, partition.log_start_offset);
        let open = &mut self.commits.open;
        open.bytes += len;
        match partition.joined {
            Some((number, index)) if number == self.commits.number => {
                let joined = &mut open.appends[index];
                joined.batches.push(batch);
                joined.end = end;
            }
            _ => {
                partition.joined = Some((self.commits.number, open.appends.len()));
                let number = u32::try_from(place.partition).expect("a topic has at most MAX_PARTITIONS");
                let key = PartitionKey { topic_id: topic.id, partition: number };
                open.appends.push(OpenAppend { place, key, batches: vec![batch], end });
            }
        }
        self.tail_cache.added(place, base_offset, len, &mut self.topics);
        Appended { base_offset, log_start_offset }
    }
}

/// The batch with its place in the log, and with the broker's time where the topic wants that.
fn numbered(
    batch: Bytes,
    header: BatchHeader,
    base_offset: i64,
    config: &TopicConfig,
    now_millis: impl FnOnce() -> i64,
) -> (BatchHeader, Bytes) {
    // Bytes that the producer keeps for a retry are not ours to change.
    let mut batch = batch.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
    patch_base_offset(&mut batch, base_offset);
    patch_leader_epoch(&mut batch, LEADER_EPOCH);
    let header = BatchHeader { base_offset, partition_leader_epoch: LEADER_EPOCH, ..header };
    match config.timestamp_type {
        TimestampType::CreateTime => (header, batch.freeze()),
        TimestampType::LogAppendTime => {
            let header = stamp(&mut batch, header, now_millis());
            (header, batch.freeze())
        }
    }
}

/// Puts in the broker's time, which the checksum covers.
fn stamp(batch: &mut [u8], header: BatchHeader, now_millis: i64) -> BatchHeader {
    const ATTRIBUTES: std::ops::Range<usize> = 21..23;
    const MAX_TIMESTAMP: std::ops::Range<usize> = 35..43;
    const CRC: std::ops::Range<usize> = 17..21;
    const LOG_APPEND_TIME: i16 = 1 << 3;
    let attributes = header.attributes | LOG_APPEND_TIME;
    batch[ATTRIBUTES].copy_from_slice(&attributes.to_be_bytes());
    batch[MAX_TIMESTAMP].copy_from_slice(&now_millis.to_be_bytes());
    let crc = crc32c::crc32c(&batch[ATTRIBUTES.start..]);
    batch[CRC].copy_from_slice(&crc.to_be_bytes());
    BatchHeader { attributes, max_timestamp: now_millis, base_timestamp: now_millis, crc, ..header }
}
