//! Midroll: server-side ad insertion for HLS, live and recorded.
//!
//! The modules below stand in order of dependency: each may use only what stands above it, and a
//! test holds them to it. Everything above the line of effects is values in, values out: no clock,
//! no sockets, no files.
//!
//! # Glossary
//!
//! *Break* (avail): a stretch of programme that may be replaced. *Cue*: the signal of one.
//! *Pod*: the ads that fill a break. *Creative*: one ad as media. *Rendition*: one playlist of a
//! channel (a video rung, an audio track). *Slate*: filler shown where no ad is. *Beacon*: the
//! request that counts a moment of an ad. *Window*: the stretch a live playlist lists. *Edge*: its
//! newest end. *Title*: a recorded programme. *ADS*: the ad decision server. *Origin*: where the
//! channel comes from.

// ── vocabulary ──────────────────────────────────────────────────────────────
pub mod units;
pub mod ids;

// ── formats: text or bytes ⇄ values ─────────────────────────────────────────
pub mod hls;
pub mod scte35;
pub mod vast;
pub mod caption;

// ── decisions: values → values ──────────────────────────────────────────────
pub mod cue;
pub mod configuration;
pub mod creative;
pub mod media;
pub mod profile;
pub mod encoding;
pub mod pod;
pub mod channel;
pub mod session;
pub mod title;
pub mod stitch;
pub mod beacon;
pub mod tracking;

// ── effects: one door each ──────────────────────────────────────────────────
pub mod clock;
pub mod metrics;
pub mod threads;
pub mod bucket;
pub mod journal;
pub mod guard;
pub mod fetch;
pub mod transcode;
pub mod storage;
pub mod origin;
pub mod adserver;

pub mod conditioning;
pub mod library;
pub mod store;
pub mod dispatch;

// ── the application ─────────────────────────────────────────────────────────
pub mod playback;

// ── edges ───────────────────────────────────────────────────────────────────
pub mod http;
pub mod admin;
pub mod config;
pub mod control;
pub mod demo;
pub mod inspect;
pub mod adtag;
pub mod report;
pub mod app;
pub mod cli;
