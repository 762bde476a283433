//! Slices of a playlist that keep the playlist alive.

use std::{fmt, hash, ops::Deref, ops::Range, sync::Arc};

/// A piece of a text that many share: cloning it copies no characters.
///
/// Equal, ordered and hashed by its characters alone.
#[derive(Clone)]
pub struct Text {
    whole: Arc<str>,
    start: u32,
    end: u32,
}

impl Text {
    /// The part of `whole` in `range`; nothing where the range lies outside it or splits a
    /// character.
    pub(super) fn slice(whole: &Arc<str>, range: Range<usize>) -> Self {
        let valid = whole.get(range.clone()).map_or(0..0, |_| range);
        let (start, end) = (index(valid.start), index(valid.end));
        Self { whole: Arc::clone(whole), start, end }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.whole[position(self.start)..position(self.end)]
    }
}

fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a playlist is read only below 4 GiB")
}

fn position(index: u32) -> usize {
    usize::try_from(index).expect("a u32 fits the address space")
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let whole = Arc::from(text);
        Self::slice(&whole, 0..text.len())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl hash::Hash for Text {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
