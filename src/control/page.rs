//! Long lists, a page at a time.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// Which page is asked for.
#[derive(Debug)]
pub(super) struct Page {
    most: usize,
    /// The last key of the page before.
    after: Option<String>,
}

impl Page {
    /// From `MaxResults` (1 to 100, which is the default) and `NextToken`.
    pub(super) fn read(most: Option<&Value>, token: Option<&Value>) -> Result<Self, Refusal> {
        let most = match most {
            None | Some(Value::Null) => MOST,
            Some(written) => {
                whole(written).filter(|most| (1..=MOST).contains(most)).ok_or_else(|| {
                    Refusal::bad_request(format!(
                        "`MaxResults` is `{written}`; expected a whole number from 1 to {MOST}"
                    ))
                })?
            }
        };
        let after = match token {
            None | Some(Value::Null) => None,
            Some(token) => Some(token.as_str().and_then(key).ok_or_else(|| {
                Refusal::bad_request("`NextToken` is none that was given out".to_owned())
            })?),
        };
        Ok(Self { most, after })
    }

    /// The page of `all`, which are in the order of their keys: `{Items, NextToken}`.
    pub(super) fn of(&self, all: impl Iterator<Item = (String, Value)>) -> Value {
        let mut rest = all.filter(|(key, _)| self.after.as_ref().is_none_or(|after| key > after));
        let page: Vec<_> = rest.by_ref().take(self.most).collect();
        let more = rest.next().is_some();
        let last = page.last().filter(|_| more).map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
        let items: Vec<_> = page.into_iter().map(|(_, item)| item).collect();
        let mut answer = Map::new();
        answer.insert("Items".to_owned(), items.into());
        if let Some(token) = last {
            answer.insert("NextToken".to_owned(), json!(token));
        }
        answer.into()
    }
}

fn key(token: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

/// A number, or text that is one, as in a query.
fn whole(written: &Value) -> Option<usize> {
    let number = written.as_u64().or_else(|| written.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

const MOST: usize = 100;
