//! How most scenes begin.

use std::sync::Arc;

use super::{
    app::TestApp,
    viewer::Viewer,
    world::{Manners, World},
};

/// A world, the service before it, and a viewer who has read his first playlist.
pub(crate) struct Scene {
    pub(crate) world: Arc<World>,
    pub(crate) app: TestApp,
    pub(crate) viewer: Viewer,
}

impl Scene {
    /// With an ad server of such manners, and a slate or none.
    pub(crate) async fn begin(manners: Manners, slate: bool) -> Self {
        let world = World::start().await;
        *world.manners.lock().unwrap() = manners;
        let app = TestApp::start(&world, slate).await;
        let mut viewer = Viewer::join(app.address).await;
        viewer.reload().await;
        Self { world, app, viewer }
    }
}
