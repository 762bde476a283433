//! Attribute lists (rfc8216bis §4.2), read leniently.
//!
//! ```text
//! list  = item *( "," item )
//! item  = blank name blank "=" blank ( '"' any but '"' '"' | any but "," ) blank
//! ```
//!
//! An item without `=` is passed over. A quoted value whose end is missing reaches to the end of
//! the list. Names are matched without regard to case, as vendors spell `Duration` and `DURATION`.

use std::ops::Range;

/// The attributes of a tag's value, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes<'a>(&'a str);

/// One attribute and where its value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// Its value, without quotes.
    pub value: &'a str,
    /// Where the value stands in the list, in bytes; without quotes.
    pub span: Range<usize>,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

impl<'a> Attributes<'a> {
    /// The attributes in what stands after a tag's colon.
    pub const fn of(list: &'a str) -> Self {
        Self(list)
    }

    /// The value of the first attribute of that name, without quotes.
    pub fn get(self, name: &str) -> Option<&'a str> {
        self.find(name).map(|attribute| attribute.value)
    }

    /// The first attribute of that name.
    pub fn find(self, name: &str) -> Option<Attribute<'a>> {
        self.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Every attribute in order.
    pub fn iter(self) -> Iter<'a> {
        Iter { list: self.0, position: 0 }
    }

    /// The list with that attribute's value replaced, every other byte as it is; `None` where it
    /// has no such attribute. A bare value stays bare.
    pub fn with(self, name: &str, value: &str) -> Option<String> {
        let Range { start, end } = self.find(name)?.span;
        Some([&self.0[..start], value, &self.0[end..]].concat())
    }
}

impl<'a> IntoIterator for Attributes<'a> {
    type Item = Attribute<'a>;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Attributes in order.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    list: &'a str,
    position: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            let rest = self.list.get(self.position..).filter(|rest| !rest.is_empty())?;
            let name_ends = memchr::memchr2(b'=', b',', rest.as_bytes())?;
            let start = self.position;
            self.position += name_ends + 1;
            if rest.as_bytes()[name_ends] == b'=' {
                return Some(self.valued(self.list[start..start + name_ends].trim()));
            }
        }
    }
}

impl<'a> Iter<'a> {
    /// Reads the value at the current position and goes past the comma after it.
    fn valued(&mut self, name: &'a str) -> Attribute<'a> {
        let rest = &self.list[self.position..];
        let blank = rest.len() - rest.trim_start().len();
        let start = self.position + blank;
        let quoted = rest[blank..].starts_with('"');
        let span = if quoted { self.quoted(start + 1) } else { self.bare(start) };
        Attribute { name, value: &self.list[span.clone()], span, quoted }
    }

    fn quoted(&mut self, start: usize) -> Range<usize> {
        let end = self.next_of(b'"', start);
        self.position = self.next_of(b',', end).saturating_add(1);
        start..end
    }

    fn bare(&mut self, start: usize) -> Range<usize> {
        let comma = self.next_of(b',', start);
        self.position = comma.saturating_add(1);
        start..start + self.list[start..comma].trim_end().len()
    }

    /// The next place of that byte, or the end.
    fn next_of(&self, byte: u8, from: usize) -> usize {
        let rest = &self.list.as_bytes()[from..];
        memchr::memchr(byte, rest).map_or(self.list.len(), |length| from + length)
    }
}
