//! Languages as files name them, and as playlists do.

/// The tag (RFC 5646) of a language that a file names by ISO 639; none for what is no such name, since
/// a file may say anything there.
pub(super) fn tag(named: &str) -> Option<String> {
    let letters = named.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !letters || !(2..=3).contains(&named.len()) {
        return None;
    }
    let name = named.to_ascii_lowercase();
    // What has two letters is named by them (§2.2.1).
    let short = CODES.split(' ').find_map(|pair| pair.strip_prefix(name.as_str()));
    match (name.len(), short) {
        _ if name == UNDETERMINED => None,
        (3, Some(short)) => Some(short.to_owned()),
        _ => Some(name),
    }
}

const UNDETERMINED: &str = "und";
/// The codes of ISO 639-2, terminological and bibliographic, each with its own of ISO 639-1.
const CODES: &str = "aaraa abkab afraf akaak albsq amham araar argan armhy asmas avaav aveae aymay azeaz bakba \
    bambm baqeu belbe benbn bihbh bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece \
    chizh chucu chvcv corkw cosco crecr cymcy czecs danda deude divdv dutnl dzodz ellel engen \
    epoeo estet euseu eweee faofo fasfa fijfj finfi frafr frefr fryfy fulff geoka gerde glagd \
    glega glggl glvgv greel grngn gujgu hatht hauha hebhe herhz hinhi hmoho hrvhr hunhu hyehy \
    iboig iceis idoio iiiii ikuiu ileie inaia indid ipkik islis itait javjv jpnja kalkl kankn \
    kasks katka kaukr kazkk khmkm kikki kinrw kirky komkv konkg korko kuakj kurku laolo latla \
    lavlv limli linln litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk mlgmg \
    mltmt monmn mrimi msams myamy nauna navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno \
    nyany ocioc ojioj orior ormom ossos panpa perfa plipi polpl porpt pusps quequ rohrm ronro \
    rumro runrn rusru sagsg sansa sinsi slksk slosk slvsl smese smosm snasn sndsd somso sotst \
    spaes sqisq srdsc srpsr sswss sunsu swasw swesv tahty tamta tattt telte tgktg tgltl thath \
    tibbo tirti tonto tsntn tsots tuktk turtr twitw uigug ukruk urdur uzbuz venve vievi volvo \
    welcy wlnwa wolwo xhoxh yidyi yoryo zhaza zhozh zulzu";

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn files_languages_are_named_as_playlists_name_them() {
        let named = ["eng", "GER", "deu", "de", "fre", "chi", "haw", "und", "", "english"];
        let tags = named.map(|named| tag(named).unwrap_or_else(|| "none".to_owned()));
        assert_eq!(tags, ["en", "de", "de", "de", "fr", "zh", "haw", "none", "none", "none"]);
        assert_eq!(tag("x\"\n#EXT-X-DEFINE:NAME=\"a"), None);
    }
}
