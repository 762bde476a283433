//! Tests of the whole, from outside.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod house;
#[cfg(test)]
mod kinds;
mod playback;
#[cfg(test)]
mod support;
