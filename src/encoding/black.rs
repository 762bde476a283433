//! Black and silence, to be conditioned like any other file.

use std::path::Path;

use super::arguments::{path, strings};

/// ffmpeg's arguments to make a file of them. It is long enough that gaps of usual length need it
/// once, small since black has no detail, and has a sound for channels that are sound alone.
pub fn black(file: &Path) -> Vec<String> {
    let mut arguments = strings(&["-nostdin", "-hide_banner", "-v", "error", "-y"]);
    for graph in ["color=c=black:s=64x36:r=25:d=10", "anullsrc=r=48000:cl=stereo:d=10"] {
        arguments.extend(strings(&["-f", "lavfi", "-i", graph]));
    }
    arguments.extend(strings(&["-t", "10", "-c:v", "ffv1", "-c:a", "flac", "-f", "matroska"]));
    arguments.push(path(file));
    arguments
}
