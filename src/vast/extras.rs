//! What a VAST document holds beside the picture: kept for players that show or measure it.

use super::Tracking;

/// `Category`, or an entry of `BlockedAdCategories`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Category {
    /// `authority`: whose list it is from; empty where not told.
    pub authority: String,
    /// Its name in that list.
    pub code: String,
}

/// `Verification`: a measurement vendor's script (VAST §3.16). Never executed by a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verification {
    /// `vendor`.
    pub vendor: Option<String>,
    /// `JavaScriptResource`s.
    pub scripts: Vec<Resource>,
    /// `ExecutableResource`s.
    pub executables: Vec<Resource>,
    /// `TrackingEvents`, of which only `verificationNotExecuted` is defined.
    pub tracking: Vec<Tracking>,
    /// `VerificationParameters`, as written.
    pub parameters: Option<String>,
}

/// A file somebody else may load: a script, an image, a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Its element: `JavaScriptResource`, `StaticResource`, `IFrameResource`, `HTMLResource` …
    pub element: String,
    /// `type` or `creativeType`: its MIME type.
    pub mime: Option<String>,
    /// `apiFramework`.
    pub api_framework: Option<String>,
    /// Its address, or for `HTMLResource` its text.
    pub content: String,
}

/// `ViewableImpression`: only a player knows whether an ad could be seen (rule D-34).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Viewable {
    /// `Viewable` URIs.
    pub viewable: Vec<String>,
    /// `NotViewable` URIs.
    pub not_viewable: Vec<String>,
    /// `ViewUndetermined` URIs.
    pub undetermined: Vec<String>,
}

/// An `Icon`, `Companion` or `NonLinear`: a picture or page shown on or beside the video.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Graphic {
    /// `id`, else for an icon its `program`.
    pub id: Option<String>,
    /// Its attributes, as written, in the document's order.
    pub attributes: Vec<(String, String)>,
    /// What it shows, alternatives in the document's order.
    pub resources: Vec<Resource>,
    /// What a click leads to.
    pub click_through: Option<String>,
    /// Called when it was clicked.
    pub click_tracking: Vec<String>,
    /// Called when it was shown: `IconViewTracking`.
    pub view_tracking: Vec<String>,
    /// `TrackingEvents/Tracking`.
    pub tracking: Vec<Tracking>,
    /// `AltText`.
    pub alt_text: Option<String>,
    /// `AdParameters`, as written.
    pub parameters: Option<String>,
}

/// `ClosedCaptionFile` (4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CaptionFile {
    /// Where it is.
    pub uri: String,
    /// `type`: `text/vtt`, `text/srt`, `application/ttml+xml`.
    pub mime: Option<String>,
    /// `language`.
    pub language: Option<String>,
}

/// `Pricing`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pricing {
    /// `model`: `CPM`, `CPC` …
    pub model: Option<String>,
    /// `currency`.
    pub currency: Option<String>,
    /// The price, as written.
    pub value: String,
}
