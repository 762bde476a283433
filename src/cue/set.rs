//! Sets of the things that configurations choose from by name.

use std::{fmt, marker::PhantomData};

/// Something configurations name; there are at most 15 of a kind.
pub trait Named: Copy + Eq + 'static {
    /// What one of them is called in messages.
    const WHAT: &'static str;
    /// All of them, the most telling first.
    const EVERY: &'static [Self];

    /// As configurations name it.
    fn name(self) -> &'static str;
}

/// Some of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Set<T>(u16, PhantomData<T>);

impl<T: Named> Set<T> {
    /// All of them.
    pub const ALL: Self = Self((1 << T::EVERY.len()) - 1, PhantomData);

    /// Whether it is one of them.
    pub fn contains(self, one: T) -> bool {
        self.iter().any(|other| other == one)
    }

    /// Those in the set, in the order of all.
    pub fn iter(self) -> impl Iterator<Item = T> {
        let all = T::EVERY.iter().enumerate();
        all.filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, one)| *one)
    }
}

impl<T: Named> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(some: I) -> Self {
        let bit = |one| T::EVERY.iter().position(|other| *other == one).map_or(0, |at| 1 << at);
        Self(some.into_iter().fold(0, |bits, one| bits | bit(one)), PhantomData)
    }
}

/// The names, with commas between them.
impl<T: Named> fmt::Display for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(T::name).collect::<Vec<_>>().join(","))
    }
}

impl<T: Named> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(T::name)).finish()
    }
}
