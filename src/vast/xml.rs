//! Walking an XML document downwards, leniently and within limits.
//!
//! Real ad servers send raw `&` in URLs, entities nobody defined, attributes twice and prefixes
//! everywhere, so names are compared without prefix and what cannot be resolved is kept as it
//! stands. Entities of a document are never expanded.

use quick_xml::{
    Reader,
    events::{BytesStart, Event, attributes::Attribute},
};

use super::Error;

mod references;

use references::{push_reference, resolve};

/// A position in a document.
pub(super) struct Cursor<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// How many items passed a limit and were left out so far.
    pub(super) left_out: usize,
}

/// An element's start tag.
pub(super) struct Element<'a>(BytesStart<'a>);

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let source = source.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.expand_empty_elements = true;
        Self { source, reader, depth: 0, left_out: 0 }
    }

    /// Steps to the document's first element.
    pub(super) fn root(&mut self) -> Result<Element<'a>, Error> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(Element(start)),
                Event::Eof if self.source.trim().is_empty() => return Err(Error::Empty),
                Event::Eof => return Err(Error::NoElement),
                _ => {}
            }
        }
    }

    /// Calls `each` for every child of the element just entered, and leaves the element. What
    /// `each` does not read of a child is passed over.
    pub(super) fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, &Element<'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let depth = self.depth;
        while self.depth >= depth {
            if let Event::Start(start) = self.step()? {
                each(self, &Element(start))?;
                self.leave(depth)?;
            }
        }
        Ok(())
    }

    /// The same, and the text that stands beside those children, trimmed.
    pub(super) fn children_and_text(
        &mut self,
        mut each: impl FnMut(&mut Self, &Element<'a>) -> Result<(), Error>,
    ) -> Result<String, Error> {
        let depth = self.depth;
        let mut text = String::new();
        while self.depth >= depth {
            match self.step()? {
                Event::Start(start) => {
                    each(self, &Element(start))?;
                    self.leave(depth)?;
                }
                Event::Text(part) => text.push_str(&part),
                Event::CData(part) => text.push_str(&part),
                Event::GeneralRef(name) => push_reference(&mut text, &name),
                _ => {}
            }
        }
        Ok(text.trim().to_owned())
    }

    /// The text of the element just entered, trimmed, and leaves the element.
    pub(super) fn text(&mut self) -> Result<String, Error> {
        let depth = self.depth;
        let mut text = String::new();
        while self.depth >= depth {
            match self.step()? {
                Event::Text(part) => text.push_str(&part),
                Event::CData(part) => text.push_str(&part),
                Event::GeneralRef(name) => push_reference(&mut text, &name),
                _ => {}
            }
        }
        Ok(text.trim().to_owned())
    }

    /// What stands inside the element just entered, as written, and leaves the element.
    pub(super) fn inner(&mut self) -> Result<&'a str, Error> {
        let (depth, from) = (self.depth, self.position());
        let mut to = from;
        while self.depth >= depth {
            to = self.position();
            self.step()?;
        }
        Ok(self.source.get(from..to).unwrap_or_default().trim())
    }

    /// Reads to the end of the document, so that one cut short is noticed.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.leave(1)?;
        while !matches!(self.next()?, Event::Eof) {}
        Ok(())
    }

    /// Adds `item` unless that passes `limit`.
    pub(super) fn keep<T>(&mut self, items: &mut Vec<T>, item: T, limit: usize) {
        if items.len() < limit {
            items.push(item);
        } else {
            self.left_out += 1;
        }
    }

    fn leave(&mut self, depth: usize) -> Result<(), Error> {
        while self.depth > depth {
            self.step()?;
        }
        Ok(())
    }

    /// The next event inside an element.
    fn step(&mut self) -> Result<Event<'a>, Error> {
        match self.next()? {
            Event::Eof => Err(Error::CutShort),
            event => Ok(event),
        }
    }

    fn next(&mut self) -> Result<Event<'a>, Error> {
        let event = self.reader.read_event();
        let event =
            event.map_err(|why| Error::Malformed { at: self.reader.error_position(), why })?;
        match event {
            Event::Start(_) if self.depth == MAX_DEPTH => {
                return Err(Error::TooDeep { limit: MAX_DEPTH });
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(event)
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

impl Element<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// All attributes, names without prefix, in order.
    pub(super) fn attributes(&self) -> Vec<(String, String)> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).flatten().take(MAX_ATTRIBUTES);
        let pair = |one: Attribute<'_>| {
            let name = one.key.local_name().into_inner().to_owned();
            (name, resolve(&one.value).trim().to_owned())
        };
        found.map(pair).collect()
    }

    /// An attribute's value, trimmed; the first one of that name, prefixes aside. Empty ones count
    /// as absent, as ad servers leave them where they have no value.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        let value = resolve(&found.value);
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}

/// Attributes kept of one element.
const MAX_ATTRIBUTES: usize = 40;
/// A VAST is some ten levels deep; extensions may add a few.
const MAX_DEPTH: usize = 64;
