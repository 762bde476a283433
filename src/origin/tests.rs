use super::*;

mod cadence;
mod fetching;
mod place;
mod refreshing;
mod text;
mod wanted;
