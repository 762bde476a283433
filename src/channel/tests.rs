mod cues;
mod faults;
mod pre_rolls;
mod ranges;
mod target;
mod tokens;
mod undated;
mod unread;
