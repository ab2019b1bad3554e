//! The group's rules as scripts: `seconds | what somebody does | what comes of it | state`.

mod random;
mod rules;
mod scale;
mod scene;
mod statics;
