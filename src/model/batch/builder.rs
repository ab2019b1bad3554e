//! Builds record batches, on the path that every record of a workload takes: one growing buffer, and
//! no allocation per record. Always uncompressed.

use bytes::Bytes;

use super::varint;
use super::{BatchHeader, CRC_COVERS_FROM, HEADER_BYTES, LENGTH_PREFIX_BYTES, MAGIC, TRANSACTIONAL};
use crate::model::record::{Header, Record};

/// Bytes of a record before its key: length, attributes, timestamp, offset and length of the key.
const MAX_PREFIX_BYTES: usize = 4 * varint::MAX_BYTES + 1;

/// Who sent a batch, for idempotence and transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerStamp {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub is_transactional: bool,
}

impl ProducerStamp {
    /// A producer without idempotence.
    pub const NONE: Self = Self { producer_id: -1, producer_epoch: -1, base_sequence: -1, is_transactional: false };
}

/// A batch in the making.
#[derive(Debug)]
pub struct BatchBuilder {
    buffer: Vec<u8>,
    max_bytes: usize,
    producer: ProducerStamp,
    record_count: i32,
    base_timestamp: i64,
    max_timestamp: i64,
}

impl BatchBuilder {
    /// An empty batch that [`BatchBuilder::fits`] keeps within `max_bytes` (Kafka's `batch.size`).
    pub fn new(max_bytes: usize) -> Self {
        Self {
            buffer: vec![0; HEADER_BYTES],
            max_bytes,
            producer: ProducerStamp::NONE,
            record_count: 0,
            base_timestamp: 0,
            max_timestamp: i64::MIN,
        }
    }

    /// States who sends the batch; holds until the batch is finished.
    pub fn set_producer(&mut self, producer: ProducerStamp) {
        self.producer = producer;
    }

    /// Whether `record_bytes` more (see [`encoded_record_len`]) stay within the bound. The first record always fits.
    pub fn fits(&self, record_bytes: usize) -> bool {
        self.record_count == 0 || (self.buffer.len() + record_bytes <= self.max_bytes && self.record_count < i32::MAX)
    }

    /// Bytes of the batch so far, header included.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Whether there is no record yet.
    pub fn is_empty(&self) -> bool {
        self.record_count == 0
    }

    /// Records so far.
    pub fn record_count(&self) -> u32 {
        self.record_count.cast_unsigned()
    }

    /// Adds a record as the last one.
    pub fn append(&mut self, timestamp: i64, key: Option<&[u8]>, value: Option<&[u8]>, headers: &[Header]) {
        if self.record_count == 0 {
            self.base_timestamp = timestamp;
        }
        self.max_timestamp = self.max_timestamp.max(timestamp);
        let timestamp_delta = timestamp.wrapping_sub(self.base_timestamp);
        let offset_delta = i64::from(self.record_count);
        let body = body_len(timestamp_delta, offset_delta, key, value, headers);

        let mut prefix = [0; MAX_PREFIX_BYTES];
        let mut at = varint::write(&mut prefix, 0, signed_len(body));
        at = varint::write(&mut prefix, at + 1, timestamp_delta); // one byte of attributes, always 0
        at = varint::write(&mut prefix, at, offset_delta);
        at = varint::write(&mut prefix, at, optional_len(key));
        self.buffer.reserve(at + body);
        self.buffer.extend_from_slice(&prefix[..at]);
        self.buffer.extend_from_slice(key.unwrap_or_default());
        self.put_varint(optional_len(value));
        self.buffer.extend_from_slice(value.unwrap_or_default());
        self.put_headers(headers);
        self.record_count += 1;
    }

    /// Adds a record as the last one.
    pub fn append_record(&mut self, record: &Record) {
        self.append(record.timestamp, record.key.as_deref(), record.value.as_deref(), &record.headers);
    }

    /// The batch, base offset 0, with its header and checksum. The builder is empty again after it, and
    /// has room for a batch of the same size.
    pub fn finish(&mut self) -> Bytes {
        self.write_header();
        let mut empty = Vec::with_capacity(self.buffer.len());
        empty.resize(HEADER_BYTES, 0);
        let buffer = std::mem::replace(&mut self.buffer, empty);
        self.producer = ProducerStamp::NONE;
        self.record_count = 0;
        self.max_timestamp = i64::MIN;
        buffer.into()
    }

    fn write_header(&mut self) {
        let header = BatchHeader {
            base_offset: 0,
            batch_length: i32::try_from(self.buffer.len() - LENGTH_PREFIX_BYTES)
                .expect("a batch is far smaller than 2 GiB: requests are bounded"),
            partition_leader_epoch: 0,
            magic: MAGIC,
            crc: 0,
            attributes: if self.producer.is_transactional { TRANSACTIONAL } else { 0 },
            last_offset_delta: self.record_count - 1,
            base_timestamp: self.base_timestamp,
            max_timestamp: self.max_timestamp,
            producer_id: self.producer.producer_id,
            producer_epoch: self.producer.producer_epoch,
            base_sequence: self.producer.base_sequence,
            record_count: self.record_count,
        };
        let fields = self.buffer.first_chunk_mut().expect("the buffer begins with room for the header");
        header.write_to(fields);
        let crc = crc32c::crc32c(&self.buffer[CRC_COVERS_FROM..]);
        self.buffer[17..21].copy_from_slice(&crc.to_be_bytes());
    }

    fn put_headers(&mut self, headers: &[Header]) {
        self.put_varint(signed_len(headers.len()));
        for header in headers {
            self.put_varint(signed_len(header.key.len()));
            self.buffer.extend_from_slice(header.key.as_bytes());
            self.put_varint(optional_len(header.value.as_deref()));
            self.buffer.extend_from_slice(header.value.as_deref().unwrap_or_default());
        }
    }

    #[inline]
    fn put_varint(&mut self, number: i64) {
        if (0..64).contains(&number) {
            self.buffer.push(u8::try_from(number << 1).expect("below 128"));
            return;
        }
        let mut bytes = [0; varint::MAX_BYTES];
        let end = varint::write(&mut bytes, 0, number);
        self.buffer.extend_from_slice(&bytes[..end]);
    }
}

/// The most bytes that a record takes in a batch; a few fewer where its timestamp and offset are near the first's.
pub fn encoded_record_len(key: Option<&[u8]>, value: Option<&[u8]>, headers: &[Header]) -> usize {
    let body = body_len(i64::from(i32::MAX), i64::from(i32::MAX), key, value, headers);
    varint::len(signed_len(body)) + body
}

fn body_len(
    timestamp_delta: i64,
    offset_delta: i64,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &[Header],
) -> usize {
    let headers_len: usize = headers
        .iter()
        .map(|header| {
            let key = header.key.len();
            varint::len(signed_len(key)) + key + optional_bytes_len(header.value.as_deref())
        })
        .sum();
    1 + varint::len(timestamp_delta)
        + varint::len(offset_delta)
        + optional_bytes_len(key)
        + optional_bytes_len(value)
        + varint::len(signed_len(headers.len()))
        + headers_len
}

fn optional_bytes_len(bytes: Option<&[u8]>) -> usize {
    varint::len(optional_len(bytes)) + bytes.map_or(0, <[u8]>::len)
}

fn optional_len(bytes: Option<&[u8]>) -> i64 {
    bytes.map_or(-1, |bytes| signed_len(bytes.len()))
}

fn signed_len(len: usize) -> i64 {
    i64::try_from(len).expect("nothing in memory is longer than i64::MAX")
}
