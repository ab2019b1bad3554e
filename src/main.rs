//! The program: it parses the command line and starts what was asked for; all else is in the library.

fn main() {}
