//! Decisions about one request.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;

use crate::ticket::{self, Mirrors};
use crate::{Code, DecisionView, Error, Outcome, Pinned, Reader, Request, Ticket};

/// Where a request goes, and how: see [`DecisionView`] for all that it says.
///
/// It is borrowed from its [`Reader`]. Take what outlives that along: [`take_ticket`] for a request
/// that goes on, [`pin`] for all of it.
///
/// A forwarded request counts as active from now on. End it by [`done`], or by its ticket; a
/// decision that is dropped with its tickets counts as aborted.
///
/// [`take_ticket`]: Decision::take_ticket
/// [`pin`]: Decision::pin
/// [`done`]: Decision::done
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// assert_eq!(decision.cluster(), "api_default");
/// decision.done(kgw::Outcome::completed(200));
/// # Ok(())
/// # }
/// ```
#[must_use = "a decision that is dropped counts as aborted"]
pub struct Decision<'r> {
    pub(crate) reader: &'r mut Reader,
}

impl<'r> Decision<'r> {
    /// Says how the request ended.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// decision.done(kgw::Outcome::completed(200));
    /// assert!(!engine.endpoints()?.contains("\"active_requests\":1"));
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn done(self, outcome: Outcome) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again, nor dropped.
        let reader = unsafe { std::ptr::read(&this.reader) };
        reader.home.finish(&mut reader.decision.ticket, &outcome);
        if reader.decision.mirror_count != 0 {
            drop(Decision { reader });
        }
    }

    /// Its ticket, the first time; `None` if it is not a [`Forward`](crate::Verdict::Forward), or
    /// was only peeked at.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let mut decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// let ticket = decision.take_ticket().unwrap();
    /// assert!(decision.take_ticket().is_none());
    /// ticket.done(kgw::Outcome::completed(200));
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn take_ticket(&mut self) -> Option<Ticket> {
        ticket::take(&mut self.reader.decision, &self.reader.home)
    }

    /// The copies to be sent, each with a ticket, the first time.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let mut decision = reader.route(&kgw::Request::new("GET", "shop.example", "/copied"))?;
    /// for (mirror, ticket) in decision.take_mirrors() {
    ///     println!("a copy goes to {}", mirror.endpoint.host());
    ///     ticket.done(kgw::Outcome::completed(200));
    /// }
    /// assert_eq!(decision.take_mirrors().len(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn take_mirrors(&mut self) -> Mirrors<'_> {
        let Reader {
            decision,
            mirrors_due,
            home,
            ..
        } = &mut *self.reader;
        // SAFETY: the mirrors live until the reader's next call, which needs it for itself.
        unsafe { Mirrors::take(decision, mirrors_due, home) }
    }

    /// Closes a try that failed, and decides about the next one; see [`Reader::retry`].
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let decision = reader.route(&request)?;
    /// let first = decision.endpoint().unwrap().host().to_string();
    /// let decision = decision.try_again(kgw::Outcome::connect_failure(), Some(&request))?;
    /// assert_ne!(decision.endpoint().unwrap().host(), first.as_str());
    /// decision.done(kgw::Outcome::completed(200));
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_again(
        mut self,
        outcome: Outcome,
        request: Option<&Request<'_>>,
    ) -> Result<Decision<'r>, Error> {
        let Some(ticket) = self.take_ticket() else {
            return Err(Error::new(
                Code::Invalid,
                "the decision has no ticket to be retried",
            ));
        };
        self.into_reader().retry(ticket, outcome, request)
    }

    /// The reader, when nothing of the decision is needed any more.
    fn into_reader(self) -> &'r mut Reader {
        let mut this = ManuallyDrop::new(self);
        this.let_go();
        // SAFETY: `this` is not used again, nor dropped.
        unsafe { std::ptr::read(&this.reader) }
    }

    #[inline]
    fn let_go(&mut self) {
        let Reader {
            decision,
            mirrors_due,
            home,
            ..
        } = &mut *self.reader;
        // SAFETY: the mirrors live until the reader's next call.
        unsafe { home.let_go(decision, std::mem::take(mirrors_due)) }
    }

    /// Keeps all of it, tickets too, whatever the reader does next. Allocates.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let kept = reader.route(&request)?.pin()?;
    /// drop(reader);
    /// std::thread::spawn(move || assert_eq!(kept.request().path.unwrap(), "/v2/x")).join().unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn pin(self) -> Result<Pinned, Error> {
        Pinned::of(self)
    }
}

impl Deref for Decision<'_> {
    type Target = DecisionView;

    #[inline]
    fn deref(&self) -> &DecisionView {
        // SAFETY: the reader has filled it, and makes no other call while it is borrowed.
        unsafe { DecisionView::of(&self.reader.decision) }
    }
}

impl Drop for Decision<'_> {
    #[inline]
    fn drop(&mut self) {
        self.let_go();
    }
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
