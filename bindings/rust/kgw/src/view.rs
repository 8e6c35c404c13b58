//! What a decision says.

use std::fmt;

use kgw_sys as sys;

use crate::error::{Error, check};
use crate::parts::{self, BackendRef, Endpoint, Forward, Mirror, Response, Retry, RouteRef};
use crate::parts::{Timeouts, Transport};
use crate::{Request, Text, raw};

/// What to do with a request.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
/// match decision.verdict() {
///     kgw::Verdict::Forward => println!("to {}", decision.endpoint().unwrap().host()),
///     kgw::Verdict::Reject => println!("close the connection"),
///     _ => assert_eq!(decision.response().status, Some(301)), // an answer of our own
/// }
/// # Ok(())
/// # }
/// ```
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
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
    /// assert_eq!(decision.verdict(), kgw::Verdict::Redirect);
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "nobody.example", "/"))?;
    /// assert_eq!(decision.reason(), "NoRoute");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn reason(&self) -> &Text {
        self.text(self.0.reason)
    }

    /// `namespace/name` of the Gateway.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.gateway(), "default/edge");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn gateway(&self) -> &Text {
        self.text(self.0.gateway)
    }

    /// The listener's name in that Gateway.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.listener(), "http");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn listener(&self) -> &Text {
        self.text(self.0.listener)
    }

    /// The route that decided.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
    /// assert_eq!(decision.route().unwrap().rule, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn route(&self) -> Option<RouteRef<'_>> {
        // SAFETY: all texts live as long as `self`; see `of`.
        unsafe { parts::route(&self.0.route) }
    }

    /// The backend that was drawn.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.backend().unwrap().name, "shop");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn backend(&self) -> Option<BackendRef<'_>> {
        // SAFETY: as for `route`.
        (self.0.backend.kind.len != 0).then(|| unsafe { parts::backend(&self.0.backend) })
    }

    /// The cluster that the endpoint belongs to.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// assert_eq!(decision.cluster(), "api_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn cluster(&self) -> &Text {
        self.text(self.0.cluster)
    }

    /// Where to send the request.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// let endpoint = decision.endpoint().unwrap();
    /// assert_eq!(format!("{}:{}", endpoint.host(), endpoint.port), "192.0.2.21:8080");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn endpoint(&self) -> Option<Endpoint<'_>> {
        // SAFETY: as for `route`.
        (self.0.endpoint.port != 0).then(|| unsafe { parts::endpoint(&self.0.endpoint) })
    }

    /// What to send.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x?page=2"))?;
    /// assert_eq!(decision.request().path.unwrap(), "/v2/x?page=2");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn request(&self) -> Forward<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::forward(&self.0) }
    }

    /// What to answer, or to change of the backend's answer.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
    /// assert_eq!(decision.response().status, Some(301));
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn response(&self) -> Response<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::response(&self.0.response) }
    }

    /// Where copies of the request go. `take_mirrors` has them with their tickets.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/copied"))?;
    /// assert_eq!(decision.mirrors().next().unwrap().backend.name, "blue");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn mirrors(&self) -> impl ExactSizeIterator<Item = Mirror<'_>> {
        // SAFETY: as for `route`.
        let list = unsafe { raw::list(self.0.mirrors, self.0.mirror_count) };
        // SAFETY: as for `route`.
        list.iter().map(|from| unsafe { parts::mirror(from) })
    }

    /// How long it may take.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// assert_eq!(decision.timeouts().request.unwrap().as_secs(), 10);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn timeouts(&self) -> Timeouts {
        parts::timeouts(&self.0.timeouts)
    }

    /// When to try again.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// assert!(decision.retry().attempts > 0 && decision.retry().codes.contains(&503));
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn retry(&self) -> Retry<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::retry(&self.0.retry) }
    }

    /// How to speak to the endpoint.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.transport().tls, None); // in clear
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn transport(&self) -> Transport<'_> {
        // SAFETY: as for `route`.
        unsafe { parts::transport(&self.0.transport) }
    }

    /// The number of the snapshot that decided.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.generation(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// The JSON of `kgw route -o json`. Without the request that it is about, what was not changed
    /// of that is empty. Bytes, as texts of requests may be anything.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let json = reader.route(&request)?.json(Some(&request))?;
    /// assert!(json.starts_with(br#"{"verdict":"forward","#));
    /// # Ok(())
    /// # }
    /// ```
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_part_is_read_from_where_it_lies() {
        let (name, codes) = (String::from("shop"), [502u16, 503]);
        let mut mirror: sys::kgw_mirror = sys::kgw_mirror {
            backend: sys::KGW_DECISION_INIT.backend,
            endpoint: sys::KGW_DECISION_INIT.endpoint,
            authority: raw::borrow(name.as_bytes()),
            ticket: sys::KGW_DECISION_INIT.ticket,
        };
        mirror.endpoint.hostname = raw::borrow(b"copy.test");
        let mut raw = sys::KGW_DECISION_INIT;
        (raw.verdict, raw.changed) = (sys::KGW_FORWARD, sys::KGW_CHANGED_PATH);
        (raw.route.kind, raw.route.name) =
            (raw::borrow(b"HTTPRoute"), raw::borrow(name.as_bytes()));
        (raw.backend.kind, raw.cluster) = (raw::borrow(b"Service"), raw::borrow(name.as_bytes()));
        (raw.endpoint.address, raw.endpoint.port) = (raw::borrow(b"::1"), 8080);
        raw.request.path = raw::borrow(b"/v2");
        (raw.response.status, raw.timeouts.request) = (201, 0);
        (raw.retry.codes, raw.retry.code_count) = (codes.as_ptr(), codes.len());
        (raw.mirrors, raw.mirror_count) = (&raw const mirror, 1);
        (raw.transport.tls, raw.transport.protocol) = (1, sys::KGW_TRANSPORT_HTTP1);

        let all = [raw, sys::KGW_DECISION_INIT];
        // SAFETY: all that they point to is there.
        let (view, empty) = unsafe { (DecisionView::of(&all[0]), &DecisionView::of_many(&all)[1]) };
        assert_eq!(
            (view.verdict(), view.cluster()),
            (Verdict::Forward, Text::new("shop"))
        );
        assert_eq!(view.route().map(|route| route.name), Some(Text::new(&name)));
        assert_eq!(
            view.backend().map(|backend| backend.kind),
            Some(Text::new("Service"))
        );
        let address = view.endpoint().and_then(|endpoint| endpoint.socket_addr());
        assert_eq!(
            address.map(|address| address.to_string()),
            Some("[::1]:8080".to_string())
        );
        let (forward, response) = (view.request(), view.response());
        assert_eq!(
            (forward.path, forward.method),
            (Some(Text::new("/v2")), None)
        );
        assert_eq!(
            (response.status, view.timeouts().request),
            (Some(201), Some(Duration::ZERO))
        );
        assert_eq!(
            (view.retry().codes, view.timeouts().backend_request),
            (&codes[..], None)
        );
        let mirror = view.mirrors().next().expect("there is one");
        assert_eq!(
            (mirror.endpoint.host(), mirror.authority),
            ("copy.test".into(), "shop".into())
        );
        assert!(
            view.transport()
                .tls
                .is_some_and(|tls| !tls.verify && tls.sni.is_empty())
        );

        assert_eq!(
            (empty.verdict(), empty.mirrors().len()),
            (Verdict::Reject, 0)
        );
        let (mut socket, path) = (sys::KGW_DECISION_INIT, b"unix:/run/a.sock");
        (socket.endpoint.address, socket.endpoint.port) = (raw::borrow(path), 1);
        // SAFETY: all that it points to is there.
        let endpoint = unsafe { DecisionView::of(&socket) }
            .endpoint()
            .expect("it has one");
        assert_eq!(
            endpoint.unix_path(),
            Some(std::path::Path::new("/run/a.sock"))
        );
        assert!(endpoint.socket_addr().is_none());

        assert!(empty.route().is_none() && empty.backend().is_none() && empty.endpoint().is_none());
        assert_eq!(
            (empty.transport().version, empty.response().status),
            (None, None)
        );
        assert!(format!("{view:?}").contains("Forward"));
    }
}
