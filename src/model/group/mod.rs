//! Consumer groups: the calls of the classic protocol and what they answer. The state machine that
//! answers them is [`Group`]; the assignors are in [`assign`].

pub mod assign;
pub mod call;
pub mod subscription;
