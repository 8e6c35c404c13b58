//! The path of a request.

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use kgw_sys as sys;

use crate::error::{Error, check, check_code};
use crate::handle::{Handle, Home};
use crate::{Code, Decision, Decisions, Outcome, Request, Ticket, panics};

/// Answers requests. Each thread that routes has its own.
///
/// A reader holds the snapshot of its last call until its next one or [`rest`](Reader::rest). After
/// its buffers have grown, [`route`](Reader::route) neither locks nor allocates (but RE2 may, if the
/// configuration has regular expressions).
///
/// It can move to another thread, but two cannot use it at a time:
///
/// ```compile_fail,E0277
/// let reader = kgw::Engine::new().unwrap().reader().unwrap();
/// std::thread::scope(|threads| {
///     threads.spawn(|| format!("{:?}", &reader));
/// });
/// ```
///
/// In a thread pool, keep one for each thread:
///
/// ```
/// use std::cell::RefCell;
/// use std::sync::LazyLock;
///
/// static ENGINE: LazyLock<kgw::Engine> =
///     LazyLock::new(|| kgw::Engine::from_paths(["examples/shop.yaml"]).unwrap());
/// thread_local! {
///     static READER: RefCell<kgw::Reader> = RefCell::new(ENGINE.reader().unwrap());
/// }
///
/// # fn main() -> Result<(), kgw::Error> {
/// let request = kgw::Request::new("GET", "shop.example", "/");
/// let port = READER.with_borrow_mut(|reader| {
///     let decision = reader.route(&request)?;
///     Ok::<_, kgw::Error>(decision.endpoint().map(|endpoint| endpoint.port))
/// })?;
/// assert_eq!(port, Some(8080));
/// # Ok(())
/// # }
/// ```
pub struct Reader {
    raw: NonNull<sys::kgw_reader>,
    pub(crate) home: Arc<Home>,
    /// Of the last `route` or `retry`: large, and best kept in one place.
    pub(crate) decision: Box<sys::kgw_decision>,
    pub(crate) mirrors_due: bool,
    /// Of the last `route_many`.
    pub(crate) decisions: Vec<sys::kgw_decision>,
    pub(crate) all_mirrors_due: Vec<bool>,
}

// SAFETY: kgw/c.h says that one thread after the other may own a reader.
unsafe impl Send for Reader {}

impl Reader {
    pub(crate) fn new(engine: &Arc<Handle>) -> Result<Reader, Error> {
        let mut out = std::ptr::null_mut();
        // SAFETY: the engine is there.
        unsafe { check(sys::kgw_reader_new(engine.raw(), &mut out))? };
        let raw = NonNull::new(out).ok_or_else(|| Error::of_code(sys::KGW_E_INTERNAL))?;
        Ok(Reader {
            raw,
            home: Arc::new(Home {
                engine: Arc::clone(engine),
            }),
            decision: Box::new(sys::KGW_DECISION_INIT),
            mirrors_due: false,
            decisions: Vec::new(),
            all_mirrors_due: Vec::new(),
        })
    }

    /// Decides about a request. No route, no endpoint and bad requests are verdicts, not errors.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "nobody.example", "/"))?;
    /// assert_eq!(decision.verdict(), kgw::Verdict::NoRoute);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The decision is borrowed from the reader; the next call has to wait for its end:
    ///
    /// ```compile_fail,E0499
    /// # let engine = kgw::Engine::new().unwrap();
    /// # let mut reader = engine.reader().unwrap();
    /// let request = kgw::Request::new("GET", "shop.example", "/");
    /// let first = reader.route(&request).unwrap();
    /// let second = reader.route(&request).unwrap();
    /// println!("{}", first.cluster());
    /// ```
    #[inline]
    pub fn route(&mut self, request: &Request<'_>) -> Result<Decision<'_>, Error> {
        // SAFETY: all three are there, and nobody else uses this reader.
        let code = unsafe {
            sys::kgw_reader_route(self.raw.as_ptr(), request.as_raw(), &mut *self.decision)
        };
        self.answer(code, request.looks_up())
    }

    /// The same for many requests, by one snapshot; 16 at a time are good for the caches.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let paths = ["/", "/api/x", "/old"];
    /// let requests = paths.map(|path| kgw::Request::new("GET", "shop.example", path));
    /// let decisions = reader.route_many(&requests)?;
    /// let verdicts: Vec<_> = decisions.iter().map(|decision| decision.verdict()).collect();
    /// assert_eq!(verdicts[2], kgw::Verdict::Redirect);
    /// # Ok(())
    /// # }
    /// ```
    pub fn route_many(&mut self, requests: &[Request<'_>]) -> Result<Decisions<'_>, Error> {
        let count = requests.len();
        if self.decisions.len() < count {
            self.decisions.resize(count, sys::KGW_DECISION_INIT);
            self.all_mirrors_due.resize(count, false);
        }
        // SAFETY: a Request is a transparent kgw_request. There are as many decisions as requests.
        let code = unsafe {
            sys::kgw_reader_route_many(
                self.raw.as_ptr(),
                requests.as_ptr().cast(),
                size_of::<sys::kgw_request>(),
                self.decisions.as_mut_ptr(),
                size_of::<sys::kgw_decision>(),
                count,
            )
        };
        let decided = check_code(code).map(|()| {
            self.all_mirrors_due[..count].fill(true);
            Decisions {
                reader: self,
                count,
            }
        });
        unless_panicked(decided, requests.iter().any(Request::looks_up))
    }

    /// Closes a try that failed, and decides about the next one: the same cluster, but not the
    /// endpoints that failed (the last four are remembered) as long as there are others, by the
    /// newest configuration. With a backoff, call it when the wait is over.
    ///
    /// Without the request only endpoint, transport and ticket are filled. Mirrors are not sent
    /// again. Whether to try again is yours to say, by [`retry`](crate::DecisionView::retry).
    /// [`Decision::try_again`] is shorter if the decision is still at hand.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let ticket = reader.route(&request)?.take_ticket().unwrap();
    /// // ... other requests come in; nobody listens where this one was sent to ...
    /// let next = reader.retry(ticket, kgw::Outcome::connect_failure(), Some(&request))?;
    /// assert_eq!(next.cluster(), "api_default");
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(
        &mut self,
        mut ticket: Ticket,
        outcome: Outcome,
        request: Option<&Request<'_>>,
    ) -> Result<Decision<'_>, Error> {
        if !Arc::ptr_eq(&ticket.home.engine, &self.home.engine) {
            return Err(Error::new(
                Code::Invalid,
                "the ticket belongs to another engine",
            ));
        }
        // SAFETY: all of it is there, and nobody else uses this reader.
        let code = unsafe {
            sys::kgw_reader_retry(
                self.raw.as_ptr(),
                request.map_or(std::ptr::null(), Request::as_raw),
                &mut ticket.raw,
                &outcome.0,
                &mut *self.decision,
            )
        };
        self.answer(code, request.is_some_and(Request::looks_up))
    }

    /// Lets go of the snapshot. Call it before the thread goes idle: a reader that never rests keeps
    /// an old snapshot in memory.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// decision.done(kgw::Outcome::completed(200));
    /// engine.refresh()?;
    /// assert_eq!(engine.stats()?.readers_behind, 1);
    /// reader.rest();
    /// assert_eq!(engine.stats()?.readers_behind, 0);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn rest(&mut self) {
        // SAFETY: nobody else uses this reader, and no decision is borrowed from it.
        unsafe { sys::kgw_reader_rest(self.raw.as_ptr()) }
    }

    #[inline]
    pub(crate) fn raw(&self) -> *mut sys::kgw_reader {
        self.raw.as_ptr()
    }

    #[inline]
    fn answer(&mut self, code: i32, looks_up: bool) -> Result<Decision<'_>, Error> {
        let decided = check_code(code).map(|()| {
            self.mirrors_due = true;
            Decision { reader: self }
        });
        unless_panicked(decided, looks_up)
    }
}

/// A panic of a lookup goes on here. What was decided without it counts as aborted.
#[inline]
fn unless_panicked<D>(decided: Result<D, Error>, looks_up: bool) -> Result<D, Error> {
    if looks_up {
        if let Some(panic) = panics::take() {
            drop(decided);
            panics::resume(panic);
        }
    }
    decided
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it is the reader's end, and no decision is borrowed from it.
        unsafe { sys::kgw_reader_free(self.raw.as_ptr()) }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}
