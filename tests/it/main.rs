//! Tests of the whole, from outside.

#[cfg(test)]
mod api;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod bumpers;
#[cfg(test)]
mod control;
#[cfg(test)]
mod conditioning;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod events;
#[cfg(test)]
mod full;
#[cfg(test)]
mod house;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod outlive;
#[cfg(test)]
mod playback;
#[cfg(test)]
mod pre_rolls;
#[cfg(test)]
mod prefetch;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod rush;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod titles;
#[cfg(test)]
mod together;
#[cfg(test)]
mod support;
