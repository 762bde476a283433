//! How loud a source is, and by how much each mix has to be raised or lowered.

use std::path::Path;

use super::{
    Shop,
    job::Step,
    trouble::{Trouble, broken, undone},
};
use crate::encoding::{Level, Loudness, Plan};

impl Shop {
    /// The gain that each mix needs. A limiter may take some of it back, so what comes of it is
    /// measured, and mended twice at most.
    pub(super) async fn measure(&self, plan: &Plan, file: &Path) -> Result<Vec<Level>, Trouble> {
        let mut gains = Vec::new();
        for mix in 0..plan.mixes().len() {
            let mut gain = Level::default();
            for _ in 0..MEASUREMENTS {
                if !plan.has_sound() {
                    break;
                }
                let measured = self.loudness(plan, mix, gain, file).await?;
                let Some(integrated) = measured.integrated else { break };
                let off = integrated.up_to(self.settings.encoding.loudness);
                if integrated.away_from(self.settings.encoding.loudness) <= CLOSE {
                    break;
                }
                gain = gain.plus(off).at_most(MOST_GAIN);
            }
            gains.push(gain);
        }
        Ok(gains)
    }

    async fn loudness(
        &self,
        plan: &Plan,
        mix: usize,
        gain: Level,
        file: &Path,
    ) -> Result<Loudness, Trouble> {
        let arguments = plan.measuring(mix, gain, file);
        let said = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
        let said = said.map_err(|why| undone(Step::Measure, &why))?;
        Loudness::read(&said.err).ok_or_else(|| broken(Step::Measure, &"nothing was measured"))
    }
}

const MEASUREMENTS: usize = 3;
/// Half a loudness unit: players and viewers are allowed twice that.
const CLOSE: Level = Level::tenths(4);
/// What is quieter than that is meant to be, or is noise.
const MOST_GAIN: Level = Level::lkfs(30);
