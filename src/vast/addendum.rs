//! What VAST 4 has elements for and older documents carry in extensions, as the CTV addendum of 2024
//! tells them to (rule D-29): in VAST 3 one of the creative's, in VAST 2 one of the ad's, which says by
//! id what it is about.

use super::{
    Ad, Creative, Error, Graphic, Kind, MAX_GRAPHICS, MAX_MEDIA_FILES, MAX_URLS, Mezzanine,
    Resource, UniversalAdId,
    creative::{mezzanine, universal_ad_id},
    graphics::{graphic, resource},
    xml::{Cursor, Element},
};

/// What was found in extensions, each with the id of what it is about, where that is told.
#[derive(Debug, Default)]
pub(super) struct Carried {
    universal_ad_ids: Vec<(Option<String>, UniversalAdId)>,
    mezzanines: Vec<(Option<String>, Mezzanine)>,
    interactive: Vec<(Option<String>, Resource)>,
    icons: Vec<Graphic>,
}

impl Carried {
    /// Takes what it knows out of an extension whose start tag has been read.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Error> {
        cursor.children(|cursor, child| self.take(cursor, child))
    }

    fn take(&mut self, cursor: &mut Cursor<'_>, child: &Element<'_>) -> Result<(), Error> {
        let file = || child.attribute("mediaFileId");
        match child.name() {
            "UniversalAdId" => {
                let id = (child.attribute("creativeId"), universal_ad_id(cursor, child)?);
                cursor.keep(&mut self.universal_ad_ids, id, MAX_URLS);
            }
            "Mezzanine" => {
                let master = (file(), mezzanine(cursor, child)?);
                cursor.keep(&mut self.mezzanines, master, MAX_MEDIA_FILES);
            }
            "InteractiveCreativeFile" => {
                let program = (file(), resource(cursor, child)?);
                cursor.keep(&mut self.interactive, program, MAX_MEDIA_FILES);
            }
            "Icon" => {
                let icon = graphic(cursor, child)?;
                cursor.keep(&mut self.icons, icon, MAX_GRAPHICS);
            }
            _ => {}
        }
        Ok(())
    }

    /// Gives everything to the creative in whose extensions it stood.
    pub(super) fn belongs_to(self, creative: &mut Creative) {
        self.belongs_to_some(std::slice::from_mut(creative));
    }

    fn belongs_to_some(self, creatives: &mut [Creative]) {
        for (creative, id) in self.universal_ad_ids {
            let named = |one: &Creative| one.id == creative;
            if let Some(of) = about(creatives, creative.is_some(), named) {
                add(&mut of.universal_ad_ids, id);
            }
        }
        for (file, master) in self.mezzanines {
            if let Some(linear) = with_file(creatives, file.as_deref()) {
                add(&mut linear.mezzanines, master);
            }
        }
        for (file, program) in self.interactive {
            if let Some(linear) = with_file(creatives, file.as_deref()) {
                add(&mut linear.interactive, program);
            }
        }
        if let Some(linear) = with_file(creatives, None) {
            self.icons.into_iter().for_each(|icon| add(&mut linear.icons, icon));
        }
    }
}

/// May an extension of this type hold any of it?
pub(super) fn is_extension(kind: Option<&str>) -> bool {
    let known = |kind: &str| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind));
    kind.is_some_and(known)
}

/// Gives the creatives of an ad what its extensions hold of theirs.
pub(super) fn take_from_extensions(ad: &mut Ad) {
    if ad.kind != Kind::InLine {
        return;
    }
    let mut carried = Carried::default();
    for extension in ad.extensions.iter().filter(|one| is_extension(one.kind.as_deref())) {
        let whole = format!("<x>{}</x>", extension.xml);
        let mut cursor = Cursor::new(&whole);
        // What is no XML inside is an extension like any other.
        let _ = cursor.root().and_then(|_| carried.read(&mut cursor));
    }
    carried.belongs_to_some(&mut ad.creatives);
}

/// The creative that something is about: the one it names, else the one that plays. A name that is
/// none leads nowhere, unless there is but one.
fn about(
    creatives: &mut [Creative],
    is_named: bool,
    named: impl Fn(&Creative) -> bool,
) -> Option<&mut Creative> {
    let only = creatives.len() == 1;
    let at = creatives.iter().position(|one| is_named && named(one));
    let plays = || creatives.iter().position(|one| one.linear.is_some()).or(Some(0));
    let at = at.or_else(|| plays().filter(|_| only || !is_named))?;
    creatives.get_mut(at)
}

fn with_file<'a>(creatives: &'a mut [Creative], id: Option<&str>) -> Option<&'a mut super::Linear> {
    let named = |one: &Creative| {
        let files = one.linear.iter().flat_map(|linear| &linear.media_files);
        files.into_iter().any(|file| file.id.as_deref() == id)
    };
    about(creatives, id.is_some(), named)?.linear.as_mut()
}

/// A document may say it in both ways.
fn add<T: PartialEq>(known: &mut Vec<T>, one: T) {
    if !known.contains(&one) {
        known.push(one);
    }
}

const KINDS: [&str; 4] = ["UniversalAdId", "Mezzanine", "InteractiveCreativeFile", "Icon"];
