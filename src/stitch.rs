//! From a channel's view and a viewer's decisions to the viewer's playlist, as pure functions.
//!
//! An [`Outline`] says which content runs and which ad segments a playlist lists; it names no
//! viewer. Each run is rendered and deflated once for all whose playlists list it, as a [`Chunk`];
//! what is the viewer's own are two [`Numbers`].

mod body;
mod multivariant;
mod outline;
mod published;
mod render;
mod title;
#[cfg(test)]
mod tests;

pub use body::{Body, Chunk, header, start};
pub use multivariant::multivariant;
pub use outline::{Held, Numbers, Outline, Placed, Playlist, Run, placed, playlist};
pub use published::{Published, Sight};
pub use render::{Context, END, Links, head, render, run};
pub use title::{Recording, outline as title_outline, placed as title_placed};
