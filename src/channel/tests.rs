mod cues;
mod ranges;
