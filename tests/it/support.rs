//! What scenes are made of: the world around the service, the service, a viewer.

pub(crate) mod app;
pub(crate) mod scene;
pub(crate) mod service;
pub(crate) mod studio;
pub(crate) mod viewer;
pub(crate) mod world;
