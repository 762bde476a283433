//! The independent judge: a checker of the laws over successive reloads, proved to be able to fail,
//! and a simulated origin.
//!
//! Nothing here uses the product's playlist reader or its stitcher, so that a mistake cannot be on
//! both sides.

mod checker;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod multivariant;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod origin;
mod random;
mod reader;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod scenario;
mod time;
#[cfg(test)]
mod titles;
mod truth;
