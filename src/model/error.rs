//! What a broker can refuse, by Kafka's names and numbers.

use thiserror::Error;

/// A refusal as Kafka's protocol numbers it; the text says what it means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Error)]
#[repr(i16)]
pub enum ErrorCode {
    #[error("the broker failed in a way that it has no name for")]
    UnknownServerError = -1,
    #[error("the offset lies outside the log")]
    OffsetOutOfRange = 1,
    #[error("the record batch is damaged: its checksum does not match")]
    CorruptMessage = 2,
    #[error("there is no such topic or partition")]
    UnknownTopicOrPartition = 3,
    #[error("the request took longer than its timeout")]
    RequestTimedOut = 7,
    #[error("the record is larger than the topic's max.message.bytes")]
    MessageTooLarge = 10,
    #[error("the commit's metadata is longer than 4096 bytes")]
    OffsetMetadataTooLarge = 12,
    #[error("the coordinator is not available")]
    CoordinatorNotAvailable = 15,
    #[error("the topic's name is not allowed: 1 to 249 of letters, digits, '.', '_' and '-', and not '.' or '..'")]
    InvalidTopicException = 17,
    #[error("the generation is not the group's present one")]
    IllegalGeneration = 22,
    #[error("the group's members share no protocol with this one")]
    InconsistentGroupProtocol = 23,
    #[error("the group's name is empty")]
    InvalidGroupId = 24,
    #[error("the group has no such member")]
    UnknownMemberId = 25,
    #[error("the session timeout lies outside what the broker allows")]
    InvalidSessionTimeout = 26,
    #[error("the group is rebalancing")]
    RebalanceInProgress = 27,
    #[error("the record's timestamp is not acceptable")]
    InvalidTimestamp = 32,
    #[error("a topic of that name exists already")]
    TopicAlreadyExists = 36,
    #[error("the number of partitions is not allowed: it must be 1 to 10,000 and can only grow")]
    InvalidPartitions = 37,
    #[error("a setting's value is not allowed")]
    InvalidConfig = 40,
    #[error("the store failed: what was acknowledged before is kept")]
    KafkaStorageError = 56,
    #[error("the group still has members")]
    NonEmptyGroup = 68,
    #[error("there is no such group")]
    GroupIdNotFound = 69,
    #[error("a member id was given: join again with it")]
    MemberIdRequired = 79,
    #[error("the group has as many members as it may: group.max.size")]
    GroupMaxSizeReached = 81,
    #[error("another member has taken over this instance id")]
    FencedInstanceId = 82,
    #[error("the record or its batch is malformed")]
    InvalidRecord = 87,
    #[error("the broker is not running")]
    BrokerNotAvailable = 8,
}

impl ErrorCode {
    /// The number that Kafka's protocol gives it.
    pub const fn code(self) -> i16 {
        self as i16
    }
}
