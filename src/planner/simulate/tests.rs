//! Simulations agree with theory.

mod theory;
