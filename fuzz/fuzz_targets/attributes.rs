//! Attributes are where they say, and one is replaced without touching another byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::hls::Attributes;

fuzz_target!(|list: &str| {
    let attributes = Attributes::of(list);
    let mut end = 0;
    for attribute in attributes {
        let span = attribute.span.clone();
        assert!(end <= span.start && span.start <= span.end);
        assert_eq!(&list[span.clone()], attribute.value);
        assert_eq!(attribute.name, attribute.name.trim());
        end = span.end;
        let first = attributes.find(attribute.name).expect("it is there");
        if first == attribute {
            replace(list, attributes, attribute.name, span);
        }
    }
});

fn replace(list: &str, attributes: Attributes<'_>, name: &str, span: std::ops::Range<usize>) {
    let replaced = attributes.with(name, "new").expect("it is there");
    assert_eq!(replaced, [&list[..span.start], "new", &list[span.end..]].concat());
    let again = Attributes::of(&replaced);
    assert_eq!(again.get(name), Some("new"));
    assert_eq!(again.iter().count(), attributes.iter().count());
}
