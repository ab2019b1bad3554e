//! What holds of every assignment, for random groups.
