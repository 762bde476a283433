mod cues;
mod ranges;
mod target;
mod tokens;
