//! What is in memory.

use std::time::Duration;

use kgw_sys as sys;

/// What an engine has in memory, and who holds it.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
/// decision.done(kgw::Outcome::completed(200));
/// engine.refresh()?;
/// let stats = engine.stats()?;
/// assert_eq!((stats.generation, stats.snapshots), (2, 2));
/// assert_eq!((stats.readers, stats.readers_behind), (1, 1));
/// assert!(stats.retired_bytes > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Of the newest snapshot; 0: there is none yet.
    pub generation: u64,
    /// In memory: the newest, and older ones that are still held.
    pub snapshots: u64,
    /// Of the older ones, about.
    pub retired_bytes: u64,
    /// How many there are.
    pub readers: u64,
    /// How many hold an older snapshot.
    pub readers_behind: u64,
    /// The one furthest behind, if there is any.
    pub furthest_behind: Option<Behind>,
}

/// A reader that holds an older snapshot.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
/// decision.done(kgw::Outcome::completed(200));
/// engine.refresh()?;
/// let behind = engine.stats()?.furthest_behind.unwrap();
/// assert_eq!((behind.reader, behind.generation), (0, 1));
/// println!("for {:?}", behind.since);
/// reader.rest();
/// assert_eq!(engine.stats()?.furthest_behind, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behind {
    /// Its number; readers count from 0.
    pub reader: u64,
    /// Of the snapshot that it holds.
    pub generation: u64,
    /// Since that was replaced.
    pub since: Duration,
}

impl From<sys::kgw_stats> for Stats {
    fn from(raw: sys::kgw_stats) -> Stats {
        let behind = || Behind {
            reader: raw.longest_behind_reader,
            generation: raw.oldest_generation,
            since: Duration::from_secs(raw.longest_behind_s.unsigned_abs()),
        };
        Stats {
            generation: raw.generation,
            snapshots: raw.snapshots,
            retired_bytes: raw.retired_bytes,
            readers: raw.readers,
            readers_behind: raw.readers_behind,
            furthest_behind: (raw.oldest_generation != 0).then(behind),
        }
    }
}
