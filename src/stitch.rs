//! From a channel's view and a viewer's decisions to the viewer's playlist, as pure functions.
//!
//! An [`Outline`] says which content runs and which ad segments a playlist lists; it names no
//! viewer, so that viewers with the same outline share one rendered body. What is the viewer's own
//! are two [`Numbers`].

mod body;
mod multivariant;
mod outline;
mod render;
#[cfg(test)]
mod tests;

pub use body::{Body, header};
pub use multivariant::multivariant;
pub use outline::{Held, Numbers, Outline, Placed, Playlist, Run, placed, playlist};
pub use render::{Links, render};
