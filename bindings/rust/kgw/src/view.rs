//! What a decision says.

use std::fmt;

use kgw_sys as sys;

use crate::error::{Error, check};
use crate::parts::{self, BackendRef, Endpoint, Forward, Mirror, Response, Retry, RouteRef};
use crate::parts::{Timeouts, Transport};
use crate::{Request, Text, raw};

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Send [`request`](DecisionView::request) to [`endpoint`](DecisionView::endpoint).
    Forward,
    /// Answer [`response`](DecisionView::response), which has a `location`.
    Redirect,
    /// Answer [`response`](DecisionView::response): a CORS preflight.
    Respond,
    /// Nothing matches: 404.
    NoRoute,
    /// Answer the status of [`response`](DecisionView::response); the
    /// [`reason`](DecisionView::reason) says why.
    Error,
    /// Close the connection: no listener is for it. So are verdicts that a newer library may have.
    Reject,
}

/// What a decision says, whether a [`Decision`](crate::Decision), one of
/// [`Decisions`](crate::Decisions), or a [`Pinned`](crate::Pinned) one. The words are those of
/// `kgw route -o json`.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x?page=2"))?;
/// assert_eq!(decision.verdict(), kgw::Verdict::Forward);
/// assert_eq!(decision.cluster(), "api_default");
/// assert_eq!(decision.request().path.unwrap(), "/v2/x?page=2");
/// assert_eq!(decision.retry().codes, [502, 503]);
/// # Ok(())
/// # }
/// ```
#[repr(transparent)]
pub struct DecisionView(sys::kgw_decision);

// SAFETY: it can only be read, and what it points to does not change while it is borrowed.
unsafe impl Send for DecisionView {}
// SAFETY: as above.
unsafe impl Sync for DecisionView {}

impl DecisionView {
    /// # Safety
    /// The library has filled it, and what it points to lives as long as the reference.
    #[inline]
    pub(crate) unsafe fn of(raw: &sys::kgw_decision) -> &DecisionView {
        // SAFETY: a DecisionView is a transparent kgw_decision.
        unsafe { &*std::ptr::from_ref(raw).cast() }
    }

    /// # Safety
    /// As for `of`.
    #[inline]
    pub(crate) unsafe fn of_many(raw: &[sys::kgw_decision]) -> &[DecisionView] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(raw.as_ptr().cast(), raw.len()) }
    }

    #[inline]
    fn text(&self, text: sys::kgw_str) -> &Text {
        // SAFETY: it lives as long as `self`; see `of`.
        unsafe { raw::text(text) }
    }

    /// What to do.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        match self.0.verdict {
            sys::KGW_FORWARD => Verdict::Forward,
            sys::KGW_REDIRECT => Verdict::Redirect,
            sys::KGW_RESPOND => Verdict::Respond,
            sys::KGW_NO_ROUTE => Verdict::NoRoute,
            sys::KGW_VERDICT_ERROR => Verdict::Error,
            _ => Verdict::Reject,
        }
    }

    /// A short word for machines; empty for a plain forward.
    #[inline]
    pub fn reason(&self) -> &Text {
        self.text(self.0.reason)
    }

    /// `namespace/name` of the Gateway.
    #[inline]
    pub fn gateway(&self) -> &Text {
        self.text(self.0.gateway)
    }

    /// The listener's name in that Gateway.
    #[inline]
    pub fn listener(&self) -> &Text {
        self.text(self.0.listener)
    }

    /// The route that decided.
    #[inline]
    pub fn route(&self) -> Option<RouteRef<'_>> {
        // SAFETY: all texts live as long as `self`; see `of`.
        unsafe { parts::route(&self.0.route) }
    }

    /// The backend that was drawn.
    #[inline]
    pub fn backend(&self) -> Option<BackendRef<'_>> {
        // SAFETY: as for `route`.
        (self.0.backend.kind.len != 0).then(|| unsafe { parts::backend(&self.0.backend) })
    }

    /// The cluster that the endpoint belongs to.
    #[inline]
    pub fn cluster(&self) -> &Text {
        self.text(self.0.cluster)
    }

    /// Where to send the request.
    #[inline]
    pub fn endpoint(&self) -> Option<Endpoint<'_>> {
        // SAFETY: as for `route`.
        (self.0.endpoint.port != 0).then(|| unsafe { parts::endpoint(&self.0.endpoint) })
    }

    /// What to send.
    #[inline]
    pub fn request(&self) -> Forward<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::forward(&self.0) }
    }

    /// What to answer, or to change of the backend's answer.
    #[inline]
    pub fn response(&self) -> Response<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::response(&self.0.response) }
    }

    /// Where copies of the request go. `take_mirrors` has them with their tickets.
    #[inline]
    pub fn mirrors(&self) -> impl ExactSizeIterator<Item = Mirror<'_>> {
        // SAFETY: as for `route`.
        let list = unsafe { raw::list(self.0.mirrors, self.0.mirror_count) };
        // SAFETY: as for `route`.
        list.iter().map(|from| unsafe { parts::mirror(from) })
    }

    /// How long it may take.
    #[inline]
    pub fn timeouts(&self) -> Timeouts {
        parts::timeouts(&self.0.timeouts)
    }

    /// When to try again.
    #[inline]
    pub fn retry(&self) -> Retry<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::retry(&self.0.retry) }
    }

    /// How to speak to the endpoint.
    #[inline]
    pub fn transport(&self) -> Transport<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::transport(&self.0.transport) }
    }

    /// The number of the snapshot that decided.
    #[inline]
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// The JSON of `kgw route -o json`. Without the request that it is about, what was not changed
    /// of that is empty. Bytes, as texts of requests may be anything.
    pub fn json(&self, request: Option<&Request<'_>>) -> Result<Vec<u8>, Error> {
        let mut out = std::ptr::null_mut();
        let request = request.map_or(std::ptr::null(), Request::as_raw);
        // SAFETY: all of it is there; the text is copied before it is freed.
        unsafe {
            check(sys::kgw_decision_json(&self.0, request, &mut out))?;
            let json = raw::text(sys::kgw_text_str(out)).to_vec();
            sys::kgw_text_free(out);
            Ok(json)
        }
    }
}

impl fmt::Debug for DecisionView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("verdict", &self.verdict())
            .field("reason", &self.reason())
            .field("route", &self.route().map(|route| route.name))
            .field("cluster", &self.cluster())
            .field("endpoint", &self.endpoint())
            .field("request", &self.request())
            .field("response", &self.response())
            .field("generation", &self.generation())
            .finish_non_exhaustive()
    }
}
