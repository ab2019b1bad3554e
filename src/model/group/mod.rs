//! Consumer groups: the calls of the classic protocol and what they answer. The state machine that
//! answers them is [`Group`]; the assignors are in [`assign`].

pub mod assign;
pub mod call;
pub mod config;
mod expiry;
mod join;
mod machine;
mod member;
mod member_id;
mod members;
pub mod note;
mod presence;
mod rebalance;
mod snapshot;
mod state;
pub mod subscription;
mod sync;

#[cfg(test)]
mod tests;

pub use config::GroupConfig;
pub use machine::{CallId, Effect, Group, Input};
pub use member::Member;
pub use note::{AssignedMember, MemberName, Note, RebalanceReason, Removal};
pub use snapshot::{GroupSnapshot, MemberSnapshot};
pub use state::GroupState;
