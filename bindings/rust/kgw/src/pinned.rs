//! Decisions that own what they say.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use kgw_sys as sys;

use crate::error::{Error, check_code};
use crate::handle::Home;
use crate::ticket::{self, Mirrors};
use crate::{Decision, DecisionView, Decisions, Outcome, Reader, Ticket};

/// A decision that is its own, whatever its reader does: for proxies that answer one request while
/// others come in. Any thread may have it. See [`DecisionView`] for all that it says, and
/// [`Decision::pin`](crate::Decision::pin) for how to come by one.
///
/// It keeps its snapshot in memory. Dropped with its tickets, it counts as aborted.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let request = kgw::Request::new("GET", "shop.example", "/api/x");
/// let kept = reader.route(&request)?.pin()?;
/// drop((reader, engine));
/// let elsewhere = std::thread::spawn(move || {
///     assert_eq!(kept.request().path.unwrap(), "/v2/x");
///     kept.done(kgw::Outcome::completed(200));
/// });
/// # elsewhere.join().unwrap();
/// # Ok(())
/// # }
/// ```
#[must_use = "a decision that is dropped counts as aborted"]
pub struct Pinned {
    raw: sys::kgw_decision,
    mirrors_due: bool,
    home: Arc<Home>,
    _pin: Arc<Pin>,
}

// SAFETY: what it points to is pinned and never written; its tickets any thread may finish.
unsafe impl Send for Pinned {}
// SAFETY: as above; whatever changes it needs it for itself.
unsafe impl Sync for Pinned {}

/// What keeps the texts.
struct Pin(NonNull<sys::kgw_pin>);

// SAFETY: kgw/c.h says that any thread may end a pin.
unsafe impl Send for Pin {}
// SAFETY: nothing can be done with it but that.
unsafe impl Sync for Pin {}

impl Pin {
    fn new(reader: &mut Reader) -> Result<Arc<Pin>, Error> {
        let mut out = std::ptr::null_mut();
        // SAFETY: nobody else uses this reader.
        check_code(unsafe { sys::kgw_decision_pin(reader.raw(), &mut out) })?;
        let pin = NonNull::new(out).ok_or_else(|| Error::of_code(sys::KGW_E_INTERNAL))?;
        Ok(Arc::new(Pin(pin)))
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        // SAFETY: nobody else has it, and whoever pointed to what it keeps is gone.
        unsafe { sys::kgw_pin_free(self.0.as_ptr()) }
    }
}

/// Moves a decision, with its tickets, out of the reader's hands.
fn take(
    raw: &mut sys::kgw_decision,
    mirrors_due: &mut bool,
    home: &Arc<Home>,
    pin: &Arc<Pin>,
) -> Pinned {
    let (pin, home) = (Arc::clone(pin), Arc::clone(home));
    let taken = Pinned {
        raw: *raw,
        mirrors_due: std::mem::take(mirrors_due),
        home,
        _pin: pin,
    };
    raw.ticket = sys::KGW_DECISION_INIT.ticket;
    taken
}

impl Pinned {
    pub(crate) fn of(decision: Decision<'_>) -> Result<Pinned, Error> {
        let pin = Pin::new(decision.reader)?;
        let Reader {
            decision,
            mirrors_due,
            home,
            ..
        } = &mut *decision.reader;
        Ok(take(decision, mirrors_due, home, &pin))
    }

    pub(crate) fn of_many(decisions: Decisions<'_>) -> Result<Vec<Pinned>, Error> {
        let pin = Pin::new(decisions.reader)?;
        let count = decisions.count;
        let Reader {
            decisions,
            all_mirrors_due,
            home,
            ..
        } = &mut *decisions.reader;
        let each = decisions[..count].iter_mut().zip(all_mirrors_due);
        Ok(each.map(|(raw, due)| take(raw, due, home, &pin)).collect())
    }

    /// As [`Decision::done`](crate::Decision::done).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/");
    /// let kept = reader.route(&request)?.pin()?;
    /// kept.done(kgw::Outcome::completed(200));
    /// # Ok(())
    /// # }
    /// ```
    pub fn done(mut self, outcome: Outcome) {
        self.home.finish(&mut self.raw.ticket, &outcome);
    }

    /// As [`Decision::take_ticket`](crate::Decision::take_ticket).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/");
    /// let mut kept = reader.route(&request)?.pin()?;
    /// let ticket = kept.take_ticket().unwrap();
    /// drop(kept); // and what it says
    /// ticket.done(kgw::Outcome::completed(200));
    /// # Ok(())
    /// # }
    /// ```
    pub fn take_ticket(&mut self) -> Option<Ticket> {
        ticket::take(&mut self.raw, &self.home)
    }

    /// As [`Decision::take_mirrors`](crate::Decision::take_mirrors).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/copied");
    /// let mut kept = reader.route(&request)?.pin()?;
    /// for (mirror, ticket) in kept.take_mirrors() {
    ///     assert_eq!(mirror.endpoint.host(), "192.0.2.31");
    ///     ticket.done(kgw::Outcome::completed(200));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn take_mirrors(&mut self) -> Mirrors<'_> {
        // SAFETY: the mirrors are pinned.
        unsafe { Mirrors::take(&self.raw, &mut self.mirrors_due, &self.home) }
    }
}

impl Deref for Pinned {
    type Target = DecisionView;

    #[inline]
    fn deref(&self) -> &DecisionView {
        // SAFETY: a reader has filled it, and what it points to is pinned.
        unsafe { DecisionView::of(&self.raw) }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // SAFETY: the mirrors are pinned.
        unsafe { self.home.let_go(&mut self.raw, self.mirrors_due) }
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
