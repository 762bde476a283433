//! What a value must be, and what is expected where it is not.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use toml::de::DeValue;
use url::Url;

/// A value, or what was expected instead.
pub(super) type Read<T> = Result<T, String>;

/// Text of 1 to `most` characters.
pub(super) fn text(most: usize) -> impl Fn(&DeValue<'_>) -> Read<String> {
    move |value| match value.as_str() {
        Some("") => Err("expected some text".to_owned()),
        Some(text) if text.chars().count() > most => {
            let count = text.chars().count();
            Err(format!("expected at most {most} characters, got {count}"))
        }
        Some(text) => Ok(text.to_owned()),
        None => Err("expected text in quotes".to_owned()),
    }
}

/// Text that a type of its own reads; its error says what it expects.
pub(super) fn parsed<T: FromStr<Err: Display>>(value: &DeValue<'_>) -> Read<T> {
    text(MOST_TEXT)(value)?.parse().map_err(|error: T::Err| error.to_string())
}

/// An address and port, such as `0.0.0.0:8080`.
pub(super) fn address(value: &DeValue<'_>) -> Read<std::net::SocketAddr> {
    let expected = |_| "expected an address and port such as `0.0.0.0:8080`".to_owned();
    text(MOST_TEXT)(value)?.parse().map_err(expected)
}

/// An http or https URL of at most `most` characters.
pub(super) fn url(most: usize) -> impl Fn(&DeValue<'_>) -> Read<Url> {
    move |value| http(&text(most)(value)?)
}

/// An http or https URL. One with a name or password in it is asked for by nobody: see `guard`.
pub(super) fn http(text: &str) -> Read<Url> {
    let url = Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("expected no name and password before the host; they are not used".to_owned());
    }
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(format!("expected http or https, got `{scheme}`")),
    }
}

/// What one of some words stands for.
pub(super) fn one_of<T: Copy>(words: &[(&str, T)]) -> impl Fn(&DeValue<'_>) -> Read<T> {
    move |value| {
        let found = words.iter().find(|(word, _)| value.as_str() == Some(word));
        found.map(|(_, one)| *one).ok_or_else(|| expected(words.iter().map(|(word, _)| *word)))
    }
}

fn expected<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.map(|word| format!("`{word}`")).collect();
    format!("expected one of {}", words.join(", "))
}

/// `true` or `false`.
pub(super) fn boolean(value: &DeValue<'_>) -> Read<bool> {
    value.as_bool().ok_or_else(|| "expected true or false".to_owned())
}

/// A whole number within a range.
pub(super) fn whole(range: RangeInclusive<i64>) -> impl Fn(&DeValue<'_>) -> Read<i64> {
    move |value| {
        let number = value
            .as_integer()
            .and_then(|digits| i64::from_str_radix(digits.as_str(), digits.radix()).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            format!("expected a whole number from {} to {}", range.start(), range.end())
        })
    }
}

/// A whole number from 1 on, as a count.
pub(super) fn count(most: i64) -> impl Fn(&DeValue<'_>) -> Read<usize> {
    move |value| {
        let number = whole(1..=most)(value)?;
        usize::try_from(number).map_err(|_| "more than this machine can address".to_owned())
    }
}

/// One of some words.
pub(super) fn choice(
    words: &'static [&'static str],
) -> impl Fn(&DeValue<'_>) -> Read<&'static str> {
    move |value| {
        let found = words.iter().find(|word| value.as_str() == Some(word));
        found.copied().ok_or_else(|| expected(words.iter().copied()))
    }
}

/// Texts by name, in the table's order.
pub(super) fn texts(most: usize) -> impl Fn(&DeValue<'_>) -> Read<Vec<(String, String)>> {
    move |value| {
        let table = value.as_table().ok_or_else(|| "expected a table of texts".to_owned())?;
        let one = |(name, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            let read = text(most)(value.get_ref());
            Ok((name.to_string(), read.map_err(|expected| format!("of `{name}` {expected}"))?))
        };
        table.iter().map(one).collect()
    }
}

/// A list of values.
pub(super) fn list<T>(
    one: impl Fn(&DeValue<'_>) -> Read<T>,
) -> impl Fn(&DeValue<'_>) -> Read<Vec<T>> {
    move |value| {
        let array = value.as_array();
        let array = array.ok_or_else(|| "expected a list in `[]`".to_owned())?;
        array.iter().map(|item| one(item.get_ref())).collect()
    }
}

const MOST_TEXT: usize = 4096;
