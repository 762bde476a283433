use serde_json::{Value, json};

use super::super::page::Page;

fn page(most: Option<&Value>, token: Option<&Value>) -> Value {
    let all = ["a", "b", "c", "d", "e"].map(|key| (key.to_owned(), json!(key)));
    Page::read(most, token).unwrap().of(all.into_iter())
}

#[test]
fn pages_follow_one_another() {
    assert_eq!(page(None, None), json!({ "Items": ["a", "b", "c", "d", "e"] }));
    let first = page(Some(&json!("2")), None);
    assert_eq!(first, json!({ "Items": ["a", "b"], "NextToken": "Yg" }));
    let second = page(Some(&json!(2)), first.get("NextToken"));
    assert_eq!(second, json!({ "Items": ["c", "d"], "NextToken": "ZA" }));
    let third = page(Some(&json!(2)), second.get("NextToken"));
    assert_eq!(third, json!({ "Items": ["e"] }));
    assert_eq!(page(Some(&json!(5)), None), json!({ "Items": ["a", "b", "c", "d", "e"] }));
}

#[test]
fn a_key_that_is_gone_meanwhile_still_leads_on() {
    // "bb", which is none.
    assert_eq!(page(None, Some(&json!("YmI"))), json!({ "Items": ["c", "d", "e"] }));
}

#[test]
fn what_is_no_page_is_refused() {
    for (most, token) in [
        (Some(json!(0)), None),
        (Some(json!(101)), None),
        (Some(json!("ten")), None),
        (Some(json!(-1)), None),
        (None, Some(json!("*"))),
        (None, Some(json!("_w"))),
        (None, Some(json!(7))),
    ] {
        assert!(Page::read(most.as_ref(), token.as_ref()).is_err(), "{most:?} {token:?}");
    }
}
