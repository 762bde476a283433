//! Why an answer is no VAST.

/// Why an answer is no VAST.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing but white space: most ad servers mean "no ad" by it.
    #[error("the answer is empty")]
    Empty,
    /// A page for people.
    #[error("the answer is an HTML page")]
    Html,
    /// No element anywhere, as in JSON or plain text.
    #[error("the answer holds no XML element")]
    NoElement,
    /// Not XML.
    #[error("the answer is no well-formed XML at byte {at}")]
    Malformed {
        /// Where, in bytes of UTF-8.
        at: u64,
        /// What is wrong there.
        #[source]
        why: quick_xml::Error,
    },
    /// An element without its end.
    #[error("the answer ends inside an element")]
    CutShort,
    /// Nested deeper than is read.
    #[error("elements are nested more than {limit} deep")]
    TooDeep {
        /// How deep they may be.
        limit: usize,
    },
    /// Another document.
    #[error("the root element is `{name}`, expected `VAST` or `VMAP`")]
    UnknownRoot {
        /// Its name, at most 64 bytes of it.
        name: String,
    },
    /// A VAST older than 2 or newer than 4.
    #[error("VAST version `{version}` is not known, versions 2 to 4 are")]
    Version {
        /// As written, at most 64 bytes of it.
        version: String,
    },
    /// Bytes that are no text in the encoding they claim.
    #[error("the answer is no text in its encoding")]
    NotText,
}

impl Error {
    /// VAST's error code for it (VAST §2.3.6).
    pub const fn code(&self) -> u16 {
        match self {
            Self::UnknownRoot { .. } => 101,
            Self::Version { .. } => 102,
            _ => 100,
        }
    }
}
