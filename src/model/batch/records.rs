//! Reads the records of a batch one by one, borrowed from its bytes. Trusts no count and no length in it.

use std::iter::FusedIterator;

use bytes::Bytes;

use super::varint;
use super::{BatchError, BatchHeader, Compression, HEADER_BYTES, MIN_RECORD_BYTES, RecordFault};
use crate::model::record::{Header, Record};

/// The records of one batch in order. After an error it ends.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    header: BatchHeader,
    index: i32,
}

impl<'a> Records<'a> {
    /// Begins at the first record of the batch at the front of `batch`. The checksum is not looked at
    /// (see [`BatchHeader::check`]). Fails on a compressed batch.
    pub fn new(batch: &'a [u8]) -> Result<Self, BatchError> {
        let header = BatchHeader::parse(batch)?;
        if header.compression() != Compression::None {
            return Err(BatchError::Compression(header.compression()));
        }
        let rest = batch
            .get(HEADER_BYTES..header.total_bytes())
            .ok_or(BatchError::Length { stated: header.batch_length, got: batch.len() })?;
        header.check_counts(rest.len())?;
        Ok(Self { rest, header, index: 0 })
    }

    /// The batch's header.
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    #[inline]
    fn read_record(&mut self) -> Result<RecordRef<'a>, RecordFault> {
        let len = varint::read_len(&mut self.rest).flatten().ok_or(RecordFault::Length)?;
        let (body, rest) = self.rest.split_at_checked(len).ok_or(RecordFault::Length)?;
        self.rest = rest;
        let (_attributes, mut body) = body.split_first().ok_or(RecordFault::Length)?;
        let timestamp_delta = varint::read(&mut body).ok_or(RecordFault::Number)?;
        let offset_delta = varint::read(&mut body).ok_or(RecordFault::Number)?;
        if !(0..=i64::from(self.header.last_offset_delta)).contains(&offset_delta) {
            return Err(RecordFault::OffsetDelta);
        }
        let key = take_bytes(&mut body).ok_or(RecordFault::Key)?;
        let value = take_bytes(&mut body).ok_or(RecordFault::Value)?;
        if body != [0] {
            check_headers(body).ok_or(RecordFault::Headers)?;
        }
        let timestamp = if self.header.is_log_append_time() {
            self.header.max_timestamp
        } else {
            self.header.base_timestamp.wrapping_add(timestamp_delta)
        };
        let offset = self.header.base_offset.saturating_add(offset_delta);
        Ok(RecordRef { offset, timestamp, key, value, headers: body })
    }

    fn fail(&mut self, fault: RecordFault) -> BatchError {
        let index = i64::from(self.index);
        self.index = self.header.record_count;
        self.rest = &[];
        BatchError::Record { index, fault }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RecordRef<'a>, BatchError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.index == self.header.record_count {
            return (!self.rest.is_empty()).then(|| Err(self.fail(RecordFault::Trailing)));
        }
        let record = self.read_record().map_err(|fault| self.fail(fault));
        self.index += i32::from(record.is_ok());
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.header.record_count - self.index).unwrap_or(0);
        // An error ends the iteration early, and trailing bytes add one.
        (usize::from(left > 0), Some(left.min(self.rest.len() / MIN_RECORD_BYTES) + 1))
    }
}

impl FusedIterator for Records<'_> {}

/// A record where it stands in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef<'a> {
    pub offset: i64,
    /// Unix milliseconds.
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// Count and headers as encoded; checked when the record was read.
    headers: &'a [u8],
}

impl<'a> RecordRef<'a> {
    /// The headers in order, those with the same key too.
    pub fn headers(&self) -> Headers<'a> {
        let mut rest = self.headers;
        let left = varint::read_len(&mut rest).flatten().unwrap_or(0);
        Headers { rest, left }
    }

    /// The record with its key and values as slices of `batch`, which stays in memory as long as they do.
    /// Header names that are not UTF-8 have the offending bytes replaced.
    ///
    /// # Panics
    /// When the record was not read from `batch`.
    pub fn to_record(&self, batch: &Bytes) -> Record {
        let slice = |bytes: Option<&[u8]>| bytes.map(|bytes| batch.slice_ref(bytes));
        let headers = self
            .headers()
            .map(|header| Header { key: String::from_utf8_lossy(header.key).into_owned(), value: slice(header.value) })
            .collect();
        Record { timestamp: self.timestamp, key: slice(self.key), value: slice(self.value), headers }
    }
}

/// The headers of one record.
#[derive(Clone, Debug)]
pub struct Headers<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for Headers<'a> {
    type Item = HeaderRef<'a>;

    fn next(&mut self) -> Option<HeaderRef<'a>> {
        self.left = self.left.checked_sub(1)?;
        take_header(&mut self.rest)
    }
}

/// A header where it stands in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderRef<'a> {
    /// UTF-8 if the producer kept to the protocol.
    pub key: &'a [u8],
    pub value: Option<&'a [u8]>,
}

fn check_headers(mut body: &[u8]) -> Option<()> {
    let count = varint::read_len(&mut body).flatten()?;
    for _ in 0..count {
        take_header(&mut body)?;
    }
    body.is_empty().then_some(())
}

fn take_header<'a>(input: &mut &'a [u8]) -> Option<HeaderRef<'a>> {
    let key = take_bytes(input)??;
    let value = take_bytes(input)?;
    Some(HeaderRef { key, value })
}

/// Takes a length and that many bytes; the inner `None` is Kafka's null.
#[inline]
#[expect(clippy::option_option, reason = "malformed is not the same as null")]
fn take_bytes<'a>(input: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let Some(len) = varint::read_len(input)? else { return Some(None) };
    let (bytes, rest) = input.split_at_checked(len)?;
    *input = rest;
    Some(Some(bytes))
}
