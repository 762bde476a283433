//! VAST 2.0 to 4.3: what an ad server answers, read leniently into values.
//!
//! A document is refused only when it cannot be one: not XML, another root element, an unknown
//! major version. Everything else is kept as it came, unknown events included; what an ad lacks is
//! judged by whoever wants to play it. Nothing in a document is ever fetched or expanded here.
//! Beside it stand the two kinds of names in brackets that URLs to ad servers hold: MediaTailor's
//! [`variables`] and VAST's own [`macros`]. [`Ad::wrapped_by`] is what a wrapper leaves on the
//! ads it leads to. Deliberately absent: choosing media, requesting anything.

mod addendum;
mod creative;
mod decode;
mod document;
mod error;
mod extras;
mod graphics;
pub mod macros;
mod offset;
mod read;
mod sequence;
pub mod template;
#[cfg(test)]
mod tests;
pub mod variables;
mod verification;
mod vmap;
mod wrapper;
mod xml;

pub use decode::text;
pub use document::{
    Ad, Creative, Extension, Kind, Linear, MediaFile, Mezzanine, Offset, Response, Root, Tracking,
    UniversalAdId,
};
pub use error::Error;
pub use extras::{CaptionFile, Category, Graphic, Pricing, Resource, Verification, Viewable};
pub use offset::clock;
pub use read::parse;
pub use sequence::{Chosen, Sequencing};
pub use vmap::{AdBreak, BreakOffset, MAX_BREAKS};
pub use wrapper::Lost;

/// Ads kept of one document.
pub const MAX_ADS: usize = 1_000;
/// Impressions, errors or click URLs kept of one ad, of each kind.
pub const MAX_URLS: usize = 100;
/// Longest URL that is kept, in bytes: servers answer longer ones with 414 (RFC 9110 §15.5.15).
pub const MAX_URL: usize = 16 << 10;
/// Bytes that what a VMAP asks to be told of may come to on all its ads together: as much as an answer
/// may have.
pub const MAX_TOLD: usize = 1 << 20;
/// Tracking events kept of one creative.
pub const MAX_TRACKING: usize = 1_000;
/// Media files, and mezzanines, kept of one creative.
pub const MAX_MEDIA_FILES: usize = 200;
/// Bytes kept of one extension.
pub const MAX_EXTENSION: usize = 64 * 1024;
/// Extensions kept of one ad.
pub const MAX_EXTENSIONS: usize = 100;
/// Icons, companions or non-linear ads kept of one creative, of each kind.
pub const MAX_GRAPHICS: usize = 50;
/// Verifications kept of one ad.
pub const MAX_VERIFICATIONS: usize = 50;
/// Creatives kept of one ad.
pub const MAX_CREATIVES: usize = 100;
