//! Attribute lists, strictly (rfc8216bis §4.2).

/// One attribute as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// With its quotes, if it has any.
    pub(crate) value: String,
}

/// The attributes of one tag, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes(pub(crate) Vec<Attribute>);

impl Attributes {
    /// The value as written.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|a| a.name == name).map(|a| a.value.as_str())
    }

    /// The value of a quoted string.
    pub(crate) fn quoted(&self, name: &str) -> Option<&str> {
        unquoted(self.raw(name)?)
    }

    /// Everything but the named one, sorted: two lists are the same in any order.
    pub(crate) fn without(&self, name: &str) -> Vec<(String, String)> {
        let rest = self.0.iter().filter(|a| a.name != name);
        let mut rest: Vec<_> = rest.map(|a| (a.name.clone(), a.value.clone())).collect();
        rest.sort();
        rest
    }
}

/// The text between quotes.
pub(crate) fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

/// Reads a list; the error says what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Attributes, String> {
    let mut all = Attributes::default();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once('=').ok_or_else(|| format!("no `=` in `{rest}`"))?;
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(format!("`{name}` is no attribute name"));
        }
        if all.raw(name).is_some() {
            return Err(format!("`{name}` stands twice"));
        }
        let end = value_end(after)?;
        let (value, after) = after.split_at(end);
        if value.is_empty() || (!value.starts_with('"') && value.contains([' ', '\t', '"'])) {
            return Err(format!("`{value}` is no attribute value"));
        }
        all.0.push(Attribute { name: name.to_owned(), value: value.to_owned() });
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(all),
            None => return Err(format!("`{after}` follows a value")),
        }
    }
}

const fn is_name(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-')
}

fn value_end(text: &str) -> Result<usize, String> {
    match text.strip_prefix('"') {
        Some(inner) => {
            let end = inner.find('"').ok_or_else(|| format!("no closing quote in `{text}`"))?;
            Ok(end + 2)
        }
        None => Ok(text.find(',').unwrap_or(text.len())),
    }
}

#[test]
fn lists_are_strict() {
    let list = read(r#"METHOD=AES-128,URI="k,1",IV=0x01"#).expect("a list");
    assert_eq!((list.raw("METHOD"), list.quoted("URI")), (Some("AES-128"), Some("k,1")));
    let wrong = ["A=1, B=2", "a=1", "A=1,A=2", r#"A="x"#, r#"A="x"y"#, "A", "A=", "A=1,", "A=x\"y"];
    assert!(wrong.iter().all(|text| read(text).is_err()));
}
