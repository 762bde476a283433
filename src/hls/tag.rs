//! The tags Midroll knows by name, and what each belongs to.

/// What a line of a playlist is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the tag of its name, see `NAMED`")]
pub enum Tag {
    // A whole playlist.
    M3u,
    Version,
    IndependentSegments,
    Start,
    Define,
    AllowCache,
    // A media playlist.
    TargetDuration,
    MediaSequence,
    DiscontinuitySequence,
    PlaylistType,
    IFramesOnly,
    EndList,
    PartInf,
    ServerControl,
    Skip,
    PreloadHint,
    RenditionReport,
    // A segment.
    ExtInf,
    Discontinuity,
    ProgramDateTime,
    Key,
    Map,
    ByteRange,
    Bitrate,
    Gap,
    Part,
    DateRange,
    // Markers of breaks.
    CueOut,
    CueOutCont,
    CueIn,
    /// `EXT-X-CUE-SPAN`, Envivio's continuation.
    CueSpan,
    /// `EXT-OATCLS-SCTE35`.
    Oatcls,
    Asset,
    /// `EXT-X-CUE`, Adobe's.
    Cue,
    /// `EXT-X-CUE-CONT`, Adobe's.
    CueCont,
    /// `EXT-X-SCTE35`.
    Scte35,
    /// `EXT-SCTE35`, the older spelling.
    OldScte35,
    /// `EXT-X-SPLICEPOINT-SCTE35`.
    SplicePoint,
    PlacementOpportunity,
    // A multivariant playlist.
    StreamInf,
    IFrameStreamInf,
    /// `EXT-X-IMAGE-STREAM-INF`, Roku's thumbnails.
    ImageStreamInf,
    Media,
    SessionData,
    SessionKey,
    ContentSteering,
    /// A tag of a name not listed here.
    Other,
    /// A line that begins with `#` and is no tag.
    Comment,
    /// A line of white space.
    Blank,
    /// A segment's or variant's address.
    Uri,
    /// A line that is neither tag nor comment, and names no segment as no `EXTINF` came before it.
    Stray,
}

/// What a line says something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The playlist, wherever in it the line stands.
    Playlist,
    /// The segment whose URI comes next.
    Segment,
    /// Unknowable: whatever its neighbours are about.
    Neighbours,
}

impl Tag {
    /// Which tag a line, without white space around it, is.
    ///
    /// A tag that marks a break may have a space after its `#`, as AWS documents
    /// `# EXT-X-CUE-OUT-CONT: 8.308/30`; any other such line is the comment players take it for.
    pub(super) fn of(line: &str) -> Self {
        let Some(rest) = line.strip_prefix('#') else {
            return if line.is_empty() { Self::Blank } else { Self::Uri };
        };
        let tag = rest.strip_prefix(' ').map_or_else(|| Self::named(rest), Self::spaced);
        tag.unwrap_or(Self::Comment)
    }

    fn spaced(rest: &str) -> Option<Self> {
        Self::named(rest).filter(|tag| tag.marks_break())
    }

    fn named(rest: &str) -> Option<Self> {
        if !rest.starts_with("EXT") {
            return None;
        }
        let name = rest.split_once(':').map_or(rest, |(name, _)| name).trim_end();
        let known = NAMED.iter().find(|(known, _)| *known == name);
        Some(known.map_or(Self::Other, |(_, tag)| *tag))
    }

    /// Whether it opens, continues, closes or describes a break in the vocabulary of the markers
    /// players know nothing of. `EXT-X-DATERANGE`, which means other things too, is not one.
    pub fn marks_break(self) -> bool {
        use Tag::*;
        matches!(
            self,
            CueOut
                | CueOutCont
                | CueIn
                | CueSpan
                | Oatcls
                | Asset
                | Cue
                | CueCont
                | Scte35
                | OldScte35
                | SplicePoint
                | PlacementOpportunity
        )
    }

    /// Whether it belongs to low latency and is stripped with it (rfc8216bis §4.4.4.9, §4.4.5.2–4).
    pub fn is_low_latency(self) -> bool {
        use Tag::*;
        matches!(self, PartInf | Part | PreloadHint | RenditionReport | Skip)
    }

    /// What it says something about in a media playlist.
    pub fn scope(self) -> Scope {
        use Tag::*;
        match self {
            M3u
            | Version
            | IndependentSegments
            | Start
            | Define
            | AllowCache
            | TargetDuration
            | MediaSequence
            | DiscontinuitySequence
            | PlaylistType
            | IFramesOnly
            | EndList
            | PartInf
            | ServerControl
            | Skip
            | PreloadHint
            | RenditionReport
            | StreamInf
            | IFrameStreamInf
            | ImageStreamInf
            | Media
            | SessionData
            | SessionKey
            | ContentSteering => Scope::Playlist,
            Other | Comment | Blank | Stray => Scope::Neighbours,
            _ => Scope::Segment,
        }
    }

    /// Whether it shows that a playlist is multivariant (rfc8216bis §4.1).
    pub(super) fn is_multivariant(self) -> bool {
        matches!(self, Self::StreamInf | Self::IFrameStreamInf | Self::Media)
    }

    /// Whether it shows that a playlist that has no variants is a media playlist.
    pub(super) fn is_media(self) -> bool {
        matches!(self, Self::ExtInf | Self::TargetDuration | Self::MediaSequence)
    }
}

/// Most frequent first: a reading looks from the top.
const NAMED: &[(&str, Tag)] = &[
    ("EXTINF", Tag::ExtInf),
    ("EXT-X-PROGRAM-DATE-TIME", Tag::ProgramDateTime),
    ("EXT-X-BYTERANGE", Tag::ByteRange),
    ("EXT-X-PART", Tag::Part),
    ("EXT-X-DISCONTINUITY", Tag::Discontinuity),
    ("EXT-X-KEY", Tag::Key),
    ("EXT-X-MAP", Tag::Map),
    ("EXT-X-CUE-OUT-CONT", Tag::CueOutCont),
    ("EXT-X-DATERANGE", Tag::DateRange),
    ("EXT-X-CUE-OUT", Tag::CueOut),
    ("EXT-X-CUE-IN", Tag::CueIn),
    ("EXT-OATCLS-SCTE35", Tag::Oatcls),
    ("EXT-X-BITRATE", Tag::Bitrate),
    ("EXT-X-GAP", Tag::Gap),
    ("EXTM3U", Tag::M3u),
    ("EXT-X-VERSION", Tag::Version),
    ("EXT-X-TARGETDURATION", Tag::TargetDuration),
    ("EXT-X-MEDIA-SEQUENCE", Tag::MediaSequence),
    ("EXT-X-DISCONTINUITY-SEQUENCE", Tag::DiscontinuitySequence),
    ("EXT-X-ENDLIST", Tag::EndList),
    ("EXT-X-PLAYLIST-TYPE", Tag::PlaylistType),
    ("EXT-X-I-FRAMES-ONLY", Tag::IFramesOnly),
    ("EXT-X-INDEPENDENT-SEGMENTS", Tag::IndependentSegments),
    ("EXT-X-START", Tag::Start),
    ("EXT-X-DEFINE", Tag::Define),
    ("EXT-X-ALLOW-CACHE", Tag::AllowCache),
    ("EXT-X-PART-INF", Tag::PartInf),
    ("EXT-X-SERVER-CONTROL", Tag::ServerControl),
    ("EXT-X-SKIP", Tag::Skip),
    ("EXT-X-PRELOAD-HINT", Tag::PreloadHint),
    ("EXT-X-RENDITION-REPORT", Tag::RenditionReport),
    ("EXT-X-CUE-SPAN", Tag::CueSpan),
    ("EXT-X-ASSET", Tag::Asset),
    ("EXT-X-CUE", Tag::Cue),
    ("EXT-X-CUE-CONT", Tag::CueCont),
    ("EXT-X-SCTE35", Tag::Scte35),
    ("EXT-SCTE35", Tag::OldScte35),
    ("EXT-X-SPLICEPOINT-SCTE35", Tag::SplicePoint),
    ("EXT-X-PLACEMENT-OPPORTUNITY", Tag::PlacementOpportunity),
    ("EXT-X-STREAM-INF", Tag::StreamInf),
    ("EXT-X-I-FRAME-STREAM-INF", Tag::IFrameStreamInf),
    ("EXT-X-IMAGE-STREAM-INF", Tag::ImageStreamInf),
    ("EXT-X-MEDIA", Tag::Media),
    ("EXT-X-SESSION-DATA", Tag::SessionData),
    ("EXT-X-SESSION-KEY", Tag::SessionKey),
    ("EXT-X-CONTENT-STEERING", Tag::ContentSteering),
];
