use proptest::prelude::*;

use super::super::Attributes;

/// `name=value` of every attribute, quoted as written.
fn shown(list: &str) -> String {
    let shown = Attributes::of(list).iter().map(|attribute| {
        let quote = if attribute.quoted { "\"" } else { "" };
        format!("{}={quote}{}{quote}", attribute.name, attribute.value)
    });
    shown.collect::<Vec<_>>().join(" | ")
}

#[test]
fn lists_are_read_as_they_are_written_in_the_field() {
    for (list, expected) in [
        (
            r#"METHOD=AES-128,URI="k?a=1,b=2",IV=0x0A"#,
            r#"METHOD=AES-128 | URI="k?a=1,b=2" | IV=0x0A"#,
        ),
        (r#" ID = "999" , SCTE35-OUT = 0xFC30 "#, r#"ID="999" | SCTE35-OUT=0xFC30"#),
        (
            "4,SpliceType=VOD_DAI,Action=REPLACE, PAID=a/b",
            "SpliceType=VOD_DAI | Action=REPLACE | PAID=a/b",
        ),
        (r#"URI="never closed, A=1"#, r#"URI="never closed, A=1""#),
        (r#"A="",B=,C"#, r#"A="" | B="#),
        (r#"A="x"junk,B=2"#, r#"A="x" | B=2"#),
        ("", ""),
        (",,=,", "="),
    ] {
        assert_eq!(shown(list), expected, "{list}");
    }
}

#[test]
fn the_first_of_a_name_counts_in_any_case() {
    let list = Attributes::of("Duration=1,DURATION=2");
    assert_eq!(list.get("DURATION"), Some("1"));
    assert_eq!(list.get("DUR"), None);
}

#[test]
fn one_value_is_replaced_and_no_other_byte() {
    let list = Attributes::of(r#"METHOD=AES-128, URI = "k" ,IV=0x0A"#);
    assert_eq!(
        list.with("URI", "http://o/k"),
        Some(r#"METHOD=AES-128, URI = "http://o/k" ,IV=0x0A"#.into())
    );
    assert_eq!(list.with("KEYFORMAT", "x"), None);
}

proptest! {
    #[test]
    fn no_list_panics_and_spans_hold_the_values(list in r#"[A-C=," \u{e9}]{0,40}"#) {
        for attribute in Attributes::of(&list) {
            prop_assert_eq!(&list[attribute.span], attribute.value);
        }
    }
}
