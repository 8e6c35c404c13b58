//! Requests under way.

use std::fmt;
use std::slice;
use std::sync::Arc;

use kgw_sys as sys;

use crate::handle::Home;
use crate::parts::{self, Mirror};
use crate::{Outcome, raw};

const EMPTY: sys::kgw_ticket = sys::kgw_ticket { opaque: [0; 8] };

/// A request under way: its endpoint counts it as active until [`done`](Ticket::done) says how it
/// ended. Any thread may do that. A ticket that is dropped counts as
/// [aborted](Outcome::aborted).
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let ticket = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?.take_ticket();
/// let elsewhere = std::thread::spawn(move || {
///     if let Some(ticket) = ticket {
///         ticket.done(kgw::Outcome::completed(200));
///     }
/// });
/// # elsewhere.join().unwrap();
/// # Ok(())
/// # }
/// ```
#[must_use = "a ticket that is dropped counts as aborted"]
pub struct Ticket {
    pub(crate) raw: sys::kgw_ticket,
    pub(crate) home: Arc<Home>,
}

impl Ticket {
    /// Says how it ended. Never waits.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/");
    /// let ticket = reader.route(&request)?.take_ticket().unwrap();
    /// assert!(engine.endpoints()?.contains("\"active_requests\":1"));
    /// ticket.done(kgw::Outcome::completed(200));
    /// assert!(!engine.endpoints()?.contains("\"active_requests\":1"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn done(mut self, outcome: Outcome) {
        self.home.finish(&mut self.raw, &outcome);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.home.abort(&mut self.raw);
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}

impl Home {
    #[inline]
    pub(crate) fn finish(&self, ticket: &mut sys::kgw_ticket, outcome: &Outcome) {
        // SAFETY: the engine lives as long as its homes. An outcome is always valid, so that there
        // is nothing to fail.
        unsafe { sys::kgw_ticket_done(self.engine.raw(), ticket, &outcome.0) };
    }

    #[inline]
    pub(crate) fn abort(&self, ticket: &mut sys::kgw_ticket) {
        if ticket.opaque != EMPTY.opaque {
            self.finish(ticket, &Outcome::aborted());
        }
    }

    /// What nobody took of a decision's tickets counts as aborted.
    ///
    /// # Safety
    /// The decision's mirrors are there.
    #[inline]
    pub(crate) unsafe fn let_go(&self, decision: &mut sys::kgw_decision, mirrors_due: bool) {
        self.abort(&mut decision.ticket);
        if mirrors_due && decision.mirror_count != 0 {
            // SAFETY: as above.
            for mirror in unsafe { raw::list(decision.mirrors, decision.mirror_count) } {
                self.abort(&mut mirror.ticket.clone());
            }
        }
    }
}

/// The ticket of a decision, if it still has one.
pub(crate) fn take(decision: &mut sys::kgw_decision, home: &Arc<Home>) -> Option<Ticket> {
    let raw = std::mem::replace(&mut decision.ticket, EMPTY);
    (raw.opaque != EMPTY.opaque).then(|| Ticket {
        raw,
        home: Arc::clone(home),
    })
}

/// Copies of a request that are to be sent, each with its ticket. Those that are not asked for count
/// as aborted.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let mut decision = reader.route(&kgw::Request::new("GET", "shop.example", "/copied"))?;
/// let copies: Vec<_> = decision.take_mirrors().collect();
/// assert_eq!(copies.len(), 1);
/// for (mirror, ticket) in copies {
///     println!("to {}", mirror.endpoint.host());
///     ticket.done(kgw::Outcome::completed(204));
/// }
/// # Ok(())
/// # }
/// ```
pub struct Mirrors<'a> {
    list: slice::Iter<'a, sys::kgw_mirror>,
    home: &'a Arc<Home>,
}

impl<'a> Mirrors<'a> {
    /// # Safety
    /// The decision's mirrors live for `'a`.
    pub(crate) unsafe fn take(
        decision: &'a sys::kgw_decision,
        due: &mut bool,
        home: &'a Arc<Home>,
    ) -> Mirrors<'a> {
        let count = if std::mem::take(due) {
            decision.mirror_count
        } else {
            0
        };
        // SAFETY: as above.
        let list = unsafe { raw::list(decision.mirrors, count) };
        Mirrors {
            list: list.iter(),
            home,
        }
    }
}

impl<'a> Iterator for Mirrors<'a> {
    type Item = (Mirror<'a>, Ticket);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.list.next()?;
        let ticket = Ticket {
            raw: next.ticket,
            home: Arc::clone(self.home),
        };
        // SAFETY: `take` was promised that it lives for 'a.
        Some((unsafe { parts::mirror(next) }, ticket))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.list.size_hint()
    }
}

impl ExactSizeIterator for Mirrors<'_> {}

impl Drop for Mirrors<'_> {
    fn drop(&mut self) {
        for (_, ticket) in self.by_ref() {
            drop(ticket);
        }
    }
}

impl fmt::Debug for Mirrors<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mirrors({})", self.list.len())
    }
}
