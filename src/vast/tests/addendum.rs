//! What older documents carry in extensions is where VAST 4 has it.

use super::*;

/// An ad with two creatives that play, and what an extension says of them.
fn shown(extensions: &str, of_the_first: &str) -> String {
    let creative = |id: &str, inside: &str| {
        format!(
            "<Creative id=\"{id}\">{inside}<Linear><Duration>00:00:15</Duration><MediaFiles>\
             <MediaFile id=\"f-{id}\" type=\"video/mp4\">https://a.example/{id}</MediaFile>\
             </MediaFiles></Linear></Creative>"
        )
    };
    let (one, two) = (creative("one", of_the_first), creative("two", ""));
    let text = format!(
        "<VAST version=\"3.0\"><Ad><InLine><Extensions>{extensions}</Extensions>\
         <Creatives>{one}{two}</Creatives></InLine></Ad></VAST>"
    );
    let ad = parse(&text).unwrap().ads.remove(0);
    let lines = ad.creatives.iter().map(|creative| {
        let linear = creative.linear.as_ref().unwrap();
        let ids = creative.universal_ad_ids.iter();
        let ids = ids.map(|id| format!(" [{} {}]", id.registry, id.value));
        let masters = linear.mezzanines.iter();
        let masters = masters.map(|file| format!(" {:?} {}", file.width, file.uri));
        let programs = linear.interactive.iter().map(|file| format!(" runs {}", file.content));
        let icons = linear.icons.iter().map(|icon| format!(" icon {:?}", icon.id));
        let all: String = ids.chain(masters).chain(programs).chain(icons).collect();
        format!("{}{all}", creative.id.as_deref().unwrap_or_default())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_extension_of_the_ad_says_what_it_is_about() {
    let extensions = r#"
        <Extension type="UniversalAdId">
          <UniversalAdId idRegistry="ad-id.org" creativeId="two">TWO</UniversalAdId></Extension>
        <Extension type="universaladid">
          <UniversalAdId idRegistry="ad-id.org"> ONE </UniversalAdId></Extension>
        <Extension type="UniversalAdId">
          <UniversalAdId idRegistry="ad-id.org" creativeId="none">NOBODY'S</UniversalAdId></Extension>
        <Extension type="Mezzanine">
          <Mezzanine delivery="progressive" type="video/mp4" width="7680" mediaFileId="f-two">
            <![CDATA[https://a.example/master]]></Mezzanine></Extension>
        <Extension type="InteractiveCreativeFile">
          <InteractiveCreativeFile type="text/html" apiFramework="SIMID">https://a.example/play
          </InteractiveCreativeFile></Extension>
        <Extension type="Icon"><Icon program="AdChoices" width="20"/></Extension>
        <Extension type="other"><UniversalAdId>OTHER</UniversalAdId></Extension>"#;
    insta::assert_snapshot!(shown(extensions, ""), @r#"
    one [ad-id.org ONE] runs https://a.example/play icon Some("AdChoices")
    two [ad-id.org TWO] Some(7680) https://a.example/master
    "#);
}

#[test]
fn an_extension_of_a_creative_is_about_it_and_says_nothing_twice() {
    let inside = r#"
        <UniversalAdId idRegistry="ad-id.org">ONE</UniversalAdId>
        <CreativeExtensions>
          <CreativeExtension type="UniversalAdId">
            <UniversalAdId idRegistry="ad-id.org">ONE</UniversalAdId>
            <UniversalAdId idRegistry="pub-id.fr">AAA/BBBB123/030</UniversalAdId></CreativeExtension>
          <CreativeExtension type="Mezzanine">
            <Mezzanine type="video/mp4" width="3840">https://a.example/master</Mezzanine>
          </CreativeExtension>
          <CreativeExtension type="weather"><Mezzanine>https://a.example/rain</Mezzanine>
          </CreativeExtension>
        </CreativeExtensions>"#;
    insta::assert_snapshot!(shown("", inside), @"
    one [ad-id.org ONE] [pub-id.fr AAA/BBBB123/030] Some(3840) https://a.example/master
    two
    ");
}
