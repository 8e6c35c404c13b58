//! What is asked.

use std::fmt;
use std::marker::PhantomData;

use kgw_sys as sys;

use crate::{Address, Header, HeaderLookup, Text, lookup, raw};

/// The protocol of a [`Request`].
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let request = kgw::Request::new("GET", "shop.example", "/");
/// assert_eq!(reader.route(&request)?.verdict(), kgw::Verdict::Forward); // Protocol::Http
/// let request = request.protocol(kgw::Protocol::Tcp); // the listener is one for HTTP
/// assert_eq!(reader.route(&request)?.verdict(), kgw::Verdict::Reject);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP of any version.
    #[default]
    Http,
    /// gRPC; an HTTPRoute may answer it, too.
    Grpc,
    /// TLS that is not terminated here.
    Tls,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A request, which points to what it is told and copies nothing.
///
/// Texts may be `str`, `String`, `[u8]`, `Vec<u8>`, ... Everything has a default: `GET http://`, the
/// path `/`, and nothing else.
///
/// ```
/// let headers = [kgw::Header::new("x-tenant", "blue")];
/// let peer = kgw::Address::from([192, 0, 2, 7]);
/// let request = kgw::Request::new("POST", "shop.example", "/cart?id=7").headers(&headers).peer(&peer);
/// assert_eq!(request.path(), "/cart?id=7");
/// ```
///
/// What it points to must outlive it:
///
/// ```compile_fail,E0597
/// let request = {
///     let path = String::from("/cart");
///     kgw::Request::new("GET", "shop.example", &path)
/// };
/// assert_eq!(request.path(), "/cart");
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Request<'a> {
    raw: sys::kgw_request,
    _texts: PhantomData<&'a [u8]>,
}

// SAFETY: all that it points to are bytes, and a lookup that is Sync.
unsafe impl Send for Request<'_> {}
// SAFETY: as above.
unsafe impl Sync for Request<'_> {}

impl Default for Request<'_> {
    fn default() -> Self {
        Request {
            raw: sys::KGW_REQUEST_INIT,
            _texts: PhantomData,
        }
    }
}

impl<'a> Request<'a> {
    /// A request of HTTP. `authority` is Host or `:authority`, with or without a port; `path` may
    /// carry a query.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let path = b"/api/\xff"; // bytes will do
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example:80", path))?;
    /// assert_eq!(decision.request().path.unwrap().as_bytes(), b"/v2/\xff");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn new<M, A, P>(method: &'a M, authority: &'a A, path: &'a P) -> Request<'a>
    where
        M: AsRef<[u8]> + ?Sized,
        A: AsRef<[u8]> + ?Sized,
        P: AsRef<[u8]> + ?Sized,
    {
        let mut request = Request::default();
        request.raw.method = raw::borrow(method.as_ref());
        request.raw.authority = raw::borrow(authority.as_ref());
        request.raw.path = raw::borrow(path.as_ref());
        request
    }

    /// `https` (or an SNI) means that TLS was terminated here.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").scheme("https");
    /// // Nothing listens at port 443 in this configuration.
    /// assert_eq!(reader.route(&request)?.verdict(), kgw::Verdict::Reject);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn scheme(mut self, scheme: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.raw.scheme = raw::borrow(scheme.as_ref());
        self
    }

    /// Field lines in their order; repeats are allowed.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let headers = [kgw::Header::new("X-Tenant", "blue")];
    /// let request = kgw::Request::new("GET", "shop.example", "/").headers(&headers);
    /// assert_eq!(reader.route(&request)?.cluster(), "blue_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn headers(mut self, headers: &'a [Header<'a>]) -> Self {
        self.raw.headers = headers.as_ptr().cast();
        self.raw.header_count = headers.len();
        self
    }

    /// Field lines where you keep them; they follow those of [`headers`](Self::headers).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let lookup = |name: &str, index: usize| {
    ///     (name == "x-tenant" && index == 0).then_some(&b"blue"[..])
    /// };
    /// let request = kgw::Request::new("GET", "shop.example", "/").lookup(&lookup);
    /// assert_eq!(reader.route(&request)?.cluster(), "blue_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn lookup<L: HeaderLookup<'a> + Sync>(mut self, lookup: &'a L) -> Self {
        self.raw.lookup = Some(lookup::look_up::<L>);
        self.raw.lookup_ctx = std::ptr::from_ref(lookup).cast_mut().cast();
        self
    }

    /// The TLS server name. Without one leave it alone.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").sni("shop.example");
    /// // Nothing listens for TLS in this configuration.
    /// assert_eq!(reader.route(&request)?.verdict(), kgw::Verdict::Reject);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn sni(mut self, sni: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.raw.sni = raw::borrow(sni.as_ref());
        self
    }

    /// The client's address.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let peer = kgw::Address::from([192, 0, 2, 7]);
    /// let request = kgw::Request::new("GET", "shop.example", "/").peer(&peer);
    /// assert_eq!(reader.route(&request)?.cluster(), "shop_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn peer(mut self, address: &'a Address) -> Self {
        self.raw.peer = raw::borrow(address.as_bytes());
        self
    }

    /// The address that it came to.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let local = kgw::Address::from([192, 0, 2, 1]);
    /// let request = kgw::Request::new("GET", "shop.example", "/").local(&local);
    /// assert_eq!(reader.route(&request)?.cluster(), "shop_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn local(mut self, address: &'a Address) -> Self {
        self.raw.local = raw::borrow(address.as_bytes());
        self
    }

    /// The Kubernetes namespace that the client is in, for routes of a mesh.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").client_namespace("web");
    /// assert_eq!(reader.route(&request)?.cluster(), "shop_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn client_namespace(mut self, namespace: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.raw.client_namespace = raw::borrow(namespace.as_ref());
        self
    }

    /// `namespace/name` limits the answer to that Gateway.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").gateway("default/edge");
    /// assert_eq!(reader.route(&request)?.gateway(), "default/edge");
    /// let elsewhere = request.gateway("default/other");
    /// assert_eq!(reader.route(&elsewhere)?.verdict(), kgw::Verdict::Reject);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn gateway(mut self, gateway: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.raw.gateway = raw::borrow(gateway.as_ref());
        self
    }

    /// HTTP, if nothing else is said.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").protocol(kgw::Protocol::Grpc);
    /// assert_eq!(reader.route(&request)?.cluster(), "shop_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.raw.protocol = match protocol {
            Protocol::Http => sys::KGW_PROTOCOL_HTTP,
            Protocol::Grpc => sys::KGW_PROTOCOL_GRPC,
            Protocol::Tls => sys::KGW_PROTOCOL_TLS,
            Protocol::Tcp => sys::KGW_PROTOCOL_TCP,
            Protocol::Udp => sys::KGW_PROTOCOL_UDP,
        };
        self
    }

    /// The listener's port; 0 is 443 for `https`, else 80.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").port(8080);
    /// assert_eq!(reader.route(&request)?.reason(), "NoListener");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn port(mut self, port: u16) -> Self {
        self.raw.port = port;
        self
    }

    /// Asks for the answer that the next request would get, and leaves no trace: no ticket, no
    /// position used up.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x").peek(true);
    /// let one = reader.route(&request)?.endpoint().unwrap().host().to_string();
    /// let mut other = reader.route(&request)?;
    /// assert_eq!(other.endpoint().unwrap().host(), one.as_str());
    /// assert!(other.take_ticket().is_none());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn peek(mut self, peek: bool) -> Self {
        self.raw.peek = peek.into();
        self
    }

    /// Seeds the choices for this request; 0 takes the reader's own generator.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/split").random(7);
    /// let cluster = reader.route(&request)?.cluster().to_string();
    /// for _ in 0..9 {
    ///     assert_eq!(reader.route(&request)?.cluster(), cluster.as_str());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn random(mut self, random: u64) -> Self {
        self.raw.random = random;
        self
    }

    /// When it came, by your monotonic clock: [`monotonic_ns`](crate::monotonic_ns), for one.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/").now_ns(kgw::monotonic_ns());
    /// assert_eq!(reader.route(&request)?.cluster(), "shop_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn now_ns(mut self, now_ns: i64) -> Self {
        self.raw.now_ns = now_ns;
        self
    }

    /// Its path, with the query.
    ///
    /// ```
    /// assert_eq!(kgw::Request::new("GET", "shop.example", "/a?b=c").path(), "/a?b=c");
    /// assert_eq!(kgw::Request::default().path(), "/");
    /// ```
    pub fn path(&self) -> &'a Text {
        // SAFETY: it is borrowed for 'a, or a literal.
        unsafe { raw::text(self.raw.path) }
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> *const sys::kgw_request {
        &self.raw
    }

    #[inline]
    pub(crate) fn looks_up(&self) -> bool {
        self.raw.lookup.is_some()
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: these are borrowed for as long as `self`, or literals.
        let text = |text| unsafe { raw::text(text) };
        f.debug_struct("Request")
            .field("method", &text(self.raw.method))
            .field("scheme", &text(self.raw.scheme))
            .field("authority", &text(self.raw.authority))
            .field("path", &self.path())
            .field("port", &self.raw.port)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_points_to_what_it_is_told() {
        let (path, peer) = (String::from("/a?b"), Address::from([1, 2, 3, 4]));
        let lines = [Header::new("a", "1"), Header::new("b", b"\xff")];
        let request = Request::new("PUT", "a.test", &path)
            .scheme("https")
            .headers(&lines)
            .peer(&peer)
            .sni("a.test")
            .protocol(Protocol::Grpc)
            .port(8443)
            .peek(true);
        let raw = request.raw;
        assert_eq!(raw.path.data.cast(), path.as_ptr());
        assert_eq!((raw.path.len, raw.peer.len, raw.header_count), (4, 4, 2));
        assert_eq!(
            (raw.protocol, raw.port, raw.peek),
            (sys::KGW_PROTOCOL_GRPC, 8443, 1)
        );
        // SAFETY: `lines` is still there.
        let seen = unsafe { raw::list(raw.headers.cast::<Header<'_>>(), raw.header_count) };
        assert_eq!(
            (seen[1].name(), seen[1].value().as_bytes()),
            (Text::new("b"), &b"\xff"[..])
        );
        assert!(format!("{request:?}").contains("authority: \"a.test\""));
    }

    #[test]
    fn a_request_has_defaults() {
        let request = Request::default();
        assert_eq!(request.path(), "/");
        assert!(!request.looks_up());
        assert_eq!(request.raw.size, size_of::<Request<'_>>());
    }
}
