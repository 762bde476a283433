//! What a break asks to be told of, on its ads (rule D-84).
//!
//! Every ad has a copy, so that it is counted with it wherever it goes, and a document of some
//! kilobytes may ask for a thousand copies of what is long. So all copies together have a limit, and
//! ads for which nothing is left of it are left out: they could not be counted.

use super::AdBreak;
use crate::vast::{Ad, Creative, Kind, Linear, MAX_URLS, Tracking, xml::Cursor};

impl AdBreak {
    /// Puts what the break asks to be told of on its ads, as long as `left` has so many bytes.
    pub(super) fn tell(
        &mut self,
        cursor: &mut Cursor<'_>,
        tracking: Vec<Tracking>,
        left: &mut usize,
    ) {
        let mut own = Vec::new();
        for one in tracking {
            match one.event.as_str() {
                "error" => cursor.keep(&mut self.errors, one.url, MAX_URLS),
                _ => cursor.keep(&mut own, one, MAX_URLS),
            }
        }
        let of_any = weight(&own);
        let of_errors: usize = self.errors.iter().map(|url| heavy(url)).sum();
        for mut ad in std::mem::take(&mut self.ads) {
            let bytes = match ad.kind {
                Kind::Wrapper { .. } => of_any + of_errors,
                Kind::InLine | Kind::Lost(_) => of_any,
            };
            let Some(rest) = left.checked_sub(bytes) else {
                cursor.left_out += 1;
                continue;
            };
            *left = rest;
            ad.bytes += bytes;
            ad.told(&own, &self.errors);
            self.ads.push(ad);
        }
    }
}

impl Ad {
    fn told(&mut self, own: &[Tracking], errors: &[String]) {
        if let Kind::Wrapper { .. } = self.kind {
            self.errors.extend_from_slice(errors);
            if !own.is_empty() {
                // What a wrapper counts is counted with the ads it leads to.
                let linear = Some(Linear { tracking: own.to_vec(), ..Linear::default() });
                self.creatives.push(Creative { linear, ..Creative::default() });
            }
        } else if let Some(linear) = self.playing() {
            linear.tracking.extend_from_slice(own);
        }
    }
}

fn weight(tracking: &[Tracking]) -> usize {
    tracking.iter().map(|one| heavy(&one.event) + heavy(&one.url)).sum()
}

/// What a copy of a text takes: of short ones most is not their letters.
fn heavy(text: &str) -> usize {
    text.len() + size_of::<String>()
}
