mod cues;
mod faults;
mod ranges;
mod target;
mod tokens;
mod undated;
mod unread;
