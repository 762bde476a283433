use super::*;

/// What a type makes of these bytes.
fn readable(kind: u8, hexadecimal: &str) -> String {
    let upid = Upid { kind, bytes: hex::decode(hexadecimal).unwrap() };
    format!("{kind:#04x} {}: {}\n", upid.name(), upid.readable())
}

#[test]
fn every_type_is_written_as_its_owners_write_it() {
    let text = |kind, text: &str| readable(kind, &hex::encode(text));
    let read = [
        text(0x01, "free text"),
        text(0x02, "ABCD1234"),
        text(0x03, "ABCD0123456H"),
        readable(0x04, "060a2b340101010501010d20130000000123456789abcdef0123456789abcdef"),
        readable(0x05, "0000000118947000"),
        readable(0x06, "00000000d07a009000000000"),
        text(0x07, "MV0004146400"),
        readable(0x08, "000000002ca0a18a"),
        text(0x09, "SIGNAL:Ly9cb2N5RoyeFaW"),
        readable(0x0A, "1478779185342c2390308610"),
        readable(0x0B, "00f1efff68756d616e303132"),
        text(0x0C, "NBCU{\"assetId\":\"peacock_122\"}"),
        readable(0x0C, "564d4e55015fc6ec"),
        readable(0x0D, "0e054c413330390808000000002e538481"),
        text(0x0E, "k=v;slots=4"),
        text(0x0F, "urn:uuid:aa85bbb6-5c43-4b6a-bebb-ee3b13eb7999"),
        readable(0x10, "aa85bbb65c434b6abebbee3b13eb7999"),
        text(0x11, "scr"),
        readable(0x77, "0102"),
        readable(0x00, ""),
    ];
    insta::assert_snapshot!(read.concat(), @r#"
    0x01 User Defined (deprecated): free text
    0x02 ISCI: ABCD1234
    0x03 Ad-ID: ABCD0123456H
    0x04 UMID: 060A2B34.01010105.01010D20.13000000.01234567.89ABCDEF.01234567.89ABCDEF
    0x05 ISAN (deprecated): 0000-0001-1894-7000-S
    0x06 ISAN: 0000-0000-D07A-0090-Q-0000-0000-X
    0x07 TID: MV0004146400
    0x08 TI: 748724618
    0x09 ADI: SIGNAL:Ly9cb2N5RoyeFaW
    0x0a EIDR: 10.5240/7791-8534-2C23-9030-8610-5
    0x0b ATSC Content Identifier: `human012` of stream 241, day ends at 23, unique for 511 days
    0x0c MPU(): NBCU {"assetId":"peacock_122"}
    0x0c MPU(): VMNU 0x015fc6ec
    0x0d MID(): ADS Information LA309, TI 777225345
    0x0e ADS Information: k=v;slots=4
    0x0f URI: urn:uuid:aa85bbb6-5c43-4b6a-bebb-ee3b13eb7999
    0x10 UUID: aa85bbb6-5c43-4b6a-bebb-ee3b13eb7999
    0x11 SCR: scr
    0x77 reserved: 0x0102
    0x00 Not Used:
    "#);
}

#[test]
fn what_is_not_as_its_type_asks_is_text_or_hexadecimal() {
    let read = [
        readable(0x04, "0102030405"),
        readable(0x06, "0102"),
        readable(0x08, "01"),
        readable(0x0A, &hex::encode("0x1478f85ae1")),
        readable(0x0B, "00f1efff01"),
        readable(0x0C, "4142"),
        readable(0x0D, "0e054c41"),
        readable(0x10, "aa85"),
        readable(0x0E, "ff"),
    ];
    insta::assert_snapshot!(read.concat(), @"
    0x04 UMID: 0x0102030405
    0x06 ISAN: 0x0102
    0x08 TI: 0x01
    0x0a EIDR: 0x1478f85ae1
    0x0b ATSC Content Identifier: 0x00f1efff01
    0x0c MPU(): AB
    0x0d MID(): 0x0e054c41
    0x10 UUID: 0xaa85
    0x0e ADS Information: 0xff
    ");
}

#[test]
fn parts_of_several_names_are_told() {
    let upid = Upid { kind: 0x0D, bytes: hex::decode("0e054c41333039080800000000").unwrap() };
    assert_eq!(upid.parts(), [Upid { kind: 0x0E, bytes: b"LA309".to_vec() }]);
    assert_eq!(Upid { kind: 0x0E, ..upid }.parts(), []);
}
