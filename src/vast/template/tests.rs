use proptest::prelude::*;

use super::*;

fn upper(text: &str) -> String {
    expand(text, |name| name.starts_with('a').then(|| name.to_ascii_uppercase()))
}

#[test]
fn names_are_replaced_and_all_else_stays() {
    for (text, expected) in [
        ("", ""),
        ("x=[a]&y=[ab]", "x=A&y=AB"),
        ("%5Ba%5D-%5ba%5d-[a%5D", "A-A-A"),
        ("[b][a][]", "[b]A[]"),
        ("[[a]]", "[A]"),
        ("[a", "[a"),
        ("[a b][a]", "[a b]A"),
        ("%5", "%5"),
        ("100%[a]%25", "100%A%25"),
        ("ä[a]ö[ä", "äAö[ä"),
        ("a]", "a]"),
    ] {
        assert_eq!(upper(text), expected, "{text}");
    }
}

#[test]
fn values_are_not_looked_at_again() {
    let value = |name: &str| match name {
        "one" => Some(String::from("[two]")),
        "two" => Some(String::from("secret")),
        _ => None,
    };
    assert_eq!(expand("[one][two]", value), "[two]secret");
}

#[test]
fn long_names_are_none() {
    let long = format!("[a{}]", "a".repeat(MAX_NAME));
    assert_eq!(upper(&long), long);
}

#[test]
fn values_are_encoded_as_encode_uri_component_does() {
    assert_eq!(encode("abc/def -_.!~*'()[é]"), "abc%2Fdef%20-_.!~*'()%5B%C3%A9%5D");
    assert_eq!(encode_list(["abc/def", "y=z"]), "abc%2Fdef,y%3Dz");
}

proptest! {
    /// Text in which nothing is known comes out as it went in.
    #[test]
    fn unknown_names_change_nothing(text in "(\\[|\\]|%5[bBdD]|%|[a-z ]|\\PC)*") {
        prop_assert_eq!(expand(&text, |_| None), text);
    }

    /// Every known name goes, whatever stands around it.
    #[test]
    fn known_names_are_all_replaced(parts in prop::collection::vec("[a-z&=%]{0,6}", 1..8)) {
        prop_assert_eq!(expand(&parts.join("[k]"), |_| Some(String::from("v"))), parts.join("v"));
    }
}
