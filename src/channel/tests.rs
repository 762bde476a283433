mod cues;
mod ranges;
mod tokens;
