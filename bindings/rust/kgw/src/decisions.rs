//! Decisions about many requests.

use std::fmt;
use std::ops::Deref;

use crate::error::Error;
use crate::ticket::{self, Mirrors};
use crate::{DecisionView, Outcome, Pinned, Reader, Ticket};

/// The decisions of [`Reader::route_many`], in the order of the requests: a slice of
/// [`DecisionView`]. Those that are not ended count as aborted when this is dropped.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// # let requests = [kgw::Request::new("GET", "shop.example", "/"); 2];
/// let mut decisions = reader.route_many(&requests)?;
/// assert_eq!(decisions[1].cluster(), "shop_default");
/// decisions.done(0, kgw::Outcome::completed(200));
/// let ticket = decisions.take_ticket(1);
/// # Ok(())
/// # }
/// ```
#[must_use = "decisions that are dropped count as aborted"]
pub struct Decisions<'r> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) count: usize,
}

impl Decisions<'_> {
    /// Says how one of the requests ended; nothing if there is no such request.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let requests = [kgw::Request::new("GET", "shop.example", "/"); 2];
    /// let mut decisions = reader.route_many(&requests)?;
    /// decisions.done(0, kgw::Outcome::completed(200));
    /// decisions.done(1, kgw::Outcome::reset());
    /// assert!(decisions.take_ticket(0).is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn done(&mut self, index: usize, outcome: Outcome) {
        if let Some(decision) = self.reader.decisions[..self.count].get_mut(index) {
            self.reader.home.finish(&mut decision.ticket, &outcome);
        }
    }

    /// The ticket of one of them; see [`Decision::take_ticket`](crate::Decision::take_ticket).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let requests = [kgw::Request::new("GET", "shop.example", "/"); 2];
    /// let mut decisions = reader.route_many(&requests)?;
    /// let ticket = decisions.take_ticket(1).unwrap();
    /// ticket.done(kgw::Outcome::completed(200));
    /// assert!(decisions.take_ticket(2).is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn take_ticket(&mut self, index: usize) -> Option<Ticket> {
        let decision = self.reader.decisions[..self.count].get_mut(index)?;
        ticket::take(decision, &self.reader.home)
    }

    /// The copies of one of them; see [`Decision::take_mirrors`](crate::Decision::take_mirrors).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let requests = [kgw::Request::new("GET", "shop.example", "/copied"); 2];
    /// let mut decisions = reader.route_many(&requests)?;
    /// for (mirror, ticket) in decisions.take_mirrors(1) {
    ///     assert_eq!(mirror.backend.name, "blue");
    ///     ticket.done(kgw::Outcome::completed(200));
    /// }
    /// assert_eq!(decisions.take_mirrors(1).len(), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If there is no such request.
    pub fn take_mirrors(&mut self, index: usize) -> Mirrors<'_> {
        let Reader {
            decisions,
            all_mirrors_due,
            home,
            ..
        } = &mut *self.reader;
        let decision = &decisions[..self.count][index];
        // SAFETY: the mirrors live until the reader's next call, which needs it for itself.
        unsafe { Mirrors::take(decision, &mut all_mirrors_due[index], home) }
    }

    /// Keeps all of them; see [`Decision::pin`](crate::Decision::pin).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let requests = [kgw::Request::new("GET", "shop.example", "/api/x"); 2];
    /// let kept = reader.route_many(&requests)?.pin()?;
    /// drop(reader);
    /// for decision in kept {
    ///     assert_eq!(decision.cluster(), "api_default");
    ///     decision.done(kgw::Outcome::completed(200));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pin(self) -> Result<Vec<Pinned>, Error> {
        Pinned::of_many(self)
    }
}

impl Deref for Decisions<'_> {
    type Target = [DecisionView];

    fn deref(&self) -> &[DecisionView] {
        // SAFETY: the reader has filled them, and makes no other call while it is borrowed.
        unsafe { DecisionView::of_many(&self.reader.decisions[..self.count]) }
    }
}

impl Drop for Decisions<'_> {
    fn drop(&mut self) {
        let Reader {
            decisions,
            all_mirrors_due,
            home,
            ..
        } = &mut *self.reader;
        for (decision, due) in decisions[..self.count].iter_mut().zip(all_mirrors_due) {
            // SAFETY: the mirrors live until the reader's next call.
            unsafe { home.let_go(decision, std::mem::take(due)) }
        }
    }
}

impl fmt::Debug for Decisions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
