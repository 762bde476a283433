use proptest::prelude::*;

use super::super::text::playlist;

fn read(body: &[u8]) -> String {
    match playlist(body) {
        Ok((text, repaired)) => format!("{text:?}{}", if repaired { ", repaired" } else { "" }),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_body_is_a_playlist_by_its_first_line() {
    let bodies: [&[u8]; 11] = [
        b"#EXTM3U\n#EXT-X-VERSION:3\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"#EXTM3U\n#caf\xe9\n",
        b"",
        b" \r\n",
        b"<!DOCTYPE html><p>not here",
        b"\n<HTML>",
        b"<?xml version=\"1.0\"?><MPD/>",
        b"{\"error\":404}",
        b"404 page not found",
        b"\x47\x40\x00\x10\x00",
    ];
    let said: String = bodies.iter().map(|body| format!("{}\n", read(body))).collect();
    insta::assert_snapshot!(said, @r##"
    "#EXTM3U\n#EXT-X-VERSION:3\n"
    "#EXTM3U\n"
    "#EXTM3U\n#caf�\n", repaired
    expected a playlist from the origin, got nothing
    expected a playlist from the origin, got nothing
    expected a playlist from the origin, got HTML
    expected a playlist from the origin, got HTML
    expected a playlist from the origin, got XML
    expected a playlist from the origin, got JSON
    expected a playlist from the origin, got other text
    expected a playlist from the origin, got binary data
    "##);
}

proptest! {
    #[test]
    fn no_body_makes_reading_panic(body: Vec<u8>) {
        let _ = playlist(&body);
    }

    #[test]
    fn text_comes_through_byte_for_byte(rest in ".{0,200}") {
        let body = format!("#EXTM3U{rest}");
        let (text, repaired) = playlist(body.as_bytes()).unwrap();
        prop_assert_eq!((&*text, repaired), (&*body, false));
    }
}
