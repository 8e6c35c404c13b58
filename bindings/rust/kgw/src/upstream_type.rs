//! Types of Upstream of the embedder's own.

use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;

use kgw_sys as sys;

use crate::error::{Error, check};
use crate::{Severity, Text, panics, raw};

/// A type of `gloo.solo.io/v1` Upstream of your own: it says where the endpoints come from.
///
/// ```
/// struct Registry;
///
/// impl kgw::UpstreamType for Registry {
///     fn field(&self) -> &str {
///         "registry" // Upstreams with spec.registry
///     }
///
///     fn resolve(
///         &self,
///         upstream: &kgw::UpstreamObject<'_>,
///         report: &mut kgw::Reporter<'_>,
///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
///         if upstream.json.as_bytes() == b"{}" {
///             report.error("", "service is missing");
///         }
///         Some(vec![kgw::UpstreamEndpoint::new("192.0.2.9", 8080)])
///     }
/// }
///
/// # fn main() -> Result<(), kgw::Error> {
/// let options = kgw::Options::new()?.upstream_type(Registry)?;
/// let engine = kgw::Engine::with_options(&options)?;
/// let text = "
/// apiVersion: gloo.solo.io/v1
/// kind: Upstream
/// metadata: {name: users}
/// spec: {registry: {service: users}}
/// ";
/// engine.apply_text("users.yaml", text)?.strict()?;
/// assert!(engine.endpoints()?.contains("192.0.2.9"));
/// # Ok(())
/// # }
/// ```
pub trait UpstreamType: Send + Sync {
    /// The key under `spec` that it reads, in lowerCamelCase: `consulLite`.
    ///
    /// ```
    /// struct Mine;
    ///
    /// impl kgw::UpstreamType for Mine {
    ///     fn field(&self) -> &str {
    ///         "static" // kgw has that one
    ///     }
    /// #     fn resolve(
    /// #         &self,
    /// #         _: &kgw::UpstreamObject<'_>,
    /// #         _: &mut kgw::Reporter<'_>,
    /// #     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
    /// #         None
    /// #     }
    /// }
    ///
    /// # fn main() -> Result<(), kgw::Error> {
    /// let options = kgw::Options::new()?.upstream_type(Mine)?;
    /// let error = kgw::Engine::with_options(&options).unwrap_err();
    /// assert_eq!(error.code(), kgw::Code::Option);
    /// # Ok(())
    /// # }
    /// ```
    fn field(&self) -> &str;

    /// The endpoints of an Upstream; `None` if what it stands for does not exist: routes to it then
    /// answer 500. (No endpoints is something else, and answers 503.)
    ///
    /// It is called when the Upstream is new or changed, with each later change of the
    /// configuration, and by [`Engine::refresh`](crate::Engine::refresh). A panic becomes a finding
    /// with its text, and the last answer stays. Control calls of the same engine fail with
    /// [`Code::Reentrant`](crate::Code::Reentrant).
    ///
    /// ```
    /// # struct Always;
    /// impl kgw::UpstreamType for Always {
    ///     // ...
    /// #     fn field(&self) -> &str {
    /// #         "always"
    /// #     }
    ///     fn resolve(
    ///         &self,
    ///         upstream: &kgw::UpstreamObject<'_>,
    ///         _: &mut kgw::Reporter<'_>,
    ///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
    ///         let found = upstream.json.as_bytes() == br#"{"service":"web"}"#;
    ///         found.then(|| vec![kgw::UpstreamEndpoint::new("192.0.2.9", 8080)])
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let options = kgw::Options::new()?.upstream_type(Always)?;
    /// # let engine = kgw::Engine::with_options(&options)?;
    /// # let text = "
    /// # apiVersion: gloo.solo.io/v1
    /// # kind: Upstream
    /// # metadata: {name: web}
    /// # spec: {always: {service: web}}
    /// # ";
    /// engine.apply_text("web.yaml", text)?.strict()?; // spec: {always: {service: web}}
    /// assert!(engine.endpoints()?.contains("192.0.2.9:8080"));
    /// # Ok(())
    /// # }
    /// ```
    fn resolve(
        &self,
        upstream: &UpstreamObject<'_>,
        report: &mut Reporter<'_>,
    ) -> Option<Vec<UpstreamEndpoint>>;
}

/// The Upstream that an [`UpstreamType`] is asked about.
///
/// ```
/// # struct Always;
/// impl kgw::UpstreamType for Always {
///     // ...
/// #     fn field(&self) -> &str {
/// #         "always"
/// #     }
///     fn resolve(
///         &self,
///         upstream: &kgw::UpstreamObject<'_>,
///         _: &mut kgw::Reporter<'_>,
///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
///         assert_eq!((upstream.namespace, upstream.name), ("default".into(), "web".into()));
///         assert_eq!(upstream.json, r#"{"service":"web"}"#);
///         Some(Vec::new())
///     }
/// }
///
/// # fn main() -> Result<(), kgw::Error> {
/// # let options = kgw::Options::new()?.upstream_type(Always)?;
/// # let engine = kgw::Engine::with_options(&options)?;
/// # let text = "
/// # apiVersion: gloo.solo.io/v1
/// # kind: Upstream
/// # metadata: {name: web}
/// # spec: {always: {service: web}}
/// # ";
/// engine.apply_text("web.yaml", text)?.strict()?; // spec: {always: {service: web}}
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UpstreamObject<'a> {
    /// Of the object.
    pub namespace: &'a Text,
    /// Of the object.
    pub name: &'a Text,
    /// What stands under the field, as JSON.
    pub json: &'a Text,
}

/// One endpoint of an [`UpstreamType`]'s answer.
///
/// ```
/// let one = kgw::UpstreamEndpoint::new("192.0.2.9", 8443).weight(3).tls("web.internal", true);
/// assert_ne!(one, kgw::UpstreamEndpoint::new("192.0.2.9", 8443));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamEndpoint {
    host: String,
    port: u16,
    weight: u32,
    tls: Option<(String, bool)>,
}

impl UpstreamEndpoint {
    /// `host` is an IP literal, or a DNS name for you to resolve.
    ///
    /// ```
    /// let hosts = ["192.0.2.9", "web.internal"];
    /// let endpoints = hosts.map(|host| kgw::UpstreamEndpoint::new(host, 80));
    /// ```
    pub fn new(host: impl Into<String>, port: u16) -> UpstreamEndpoint {
        UpstreamEndpoint {
            host: host.into(),
            port,
            weight: 1,
            tls: None,
        }
    }

    /// Its share of the requests; at least 1, which is the default.
    ///
    /// ```
    /// let small = kgw::UpstreamEndpoint::new("192.0.2.9", 80);
    /// let large = kgw::UpstreamEndpoint::new("192.0.2.10", 80).weight(3);
    /// assert_eq!(small.clone().weight(1), small);
    /// ```
    #[must_use]
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// Speak TLS to it, with this server name; `verify` its certificate, or not.
    ///
    /// ```
    /// let endpoint = kgw::UpstreamEndpoint::new("192.0.2.9", 443).tls("web.internal", true);
    /// ```
    #[must_use]
    pub fn tls(mut self, sni: impl Into<String>, verify: bool) -> Self {
        self.tls = Some((sni.into(), verify));
        self
    }

    fn as_raw(&self) -> sys::kgw_upstream_endpoint {
        let host = raw::borrow(self.host.as_bytes());
        let mut out = sys::KGW_UPSTREAM_ENDPOINT_INIT;
        if self.host.parse::<IpAddr>().is_ok() {
            out.address = host;
        } else {
            out.hostname = host;
        }
        (out.port, out.weight) = (self.port.into(), self.weight);
        if let Some((sni, verify)) = &self.tls {
            (out.tls, out.verify) = (1, i32::from(*verify));
            out.sni = raw::borrow(sni.as_bytes());
        }
        out
    }
}

/// Where an [`UpstreamType`] says what is wrong with an Upstream.
///
/// ```
/// # struct Always;
/// impl kgw::UpstreamType for Always {
///     // ...
/// #     fn field(&self) -> &str {
/// #         "always"
/// #     }
///     fn resolve(
///         &self,
///         _: &kgw::UpstreamObject<'_>,
///         report: &mut kgw::Reporter<'_>,
///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
///         report.warning("/service", "it is old");
///         Some(Vec::new())
///     }
/// }
///
/// # fn main() -> Result<(), kgw::Error> {
/// # let options = kgw::Options::new()?.upstream_type(Always)?;
/// # let engine = kgw::Engine::with_options(&options)?;
/// # let text = "
/// # apiVersion: gloo.solo.io/v1
/// # kind: Upstream
/// # metadata: {name: web}
/// # spec: {always: {service: web}}
/// # ";
/// let report = engine.apply_text("web.yaml", text)?;
/// assert_eq!(report.diagnostics[0].message, "it is old");
/// # Ok(())
/// # }
/// ```
pub struct Reporter<'a> {
    answer: *mut sys::kgw_upstream_answer,
    _call: PhantomData<&'a mut ()>,
}

impl Reporter<'_> {
    /// Takes the object out of effect, as it is now. `pointer` is a JSON pointer to the place under
    /// the field, as in `/servers/0`.
    ///
    /// ```
    /// # struct Always;
    /// impl kgw::UpstreamType for Always {
    ///     // ...
    /// #     fn field(&self) -> &str {
    /// #         "always"
    /// #     }
    ///     fn resolve(
    ///         &self,
    ///         _: &kgw::UpstreamObject<'_>,
    ///         report: &mut kgw::Reporter<'_>,
    ///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
    ///         report.error("/service", "nobody has it");
    ///         Some(Vec::new())
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let options = kgw::Options::new()?.upstream_type(Always)?;
    /// # let engine = kgw::Engine::with_options(&options)?;
    /// # let text = "
    /// # apiVersion: gloo.solo.io/v1
    /// # kind: Upstream
    /// # metadata: {name: web}
    /// # spec: {always: {service: web}}
    /// # ";
    /// let error = engine.apply_text("web.yaml", text)?.strict().unwrap_err();
    /// assert_eq!(error.diagnostics()[0].field, "spec.always.service");
    /// # Ok(())
    /// # }
    /// ```
    pub fn error(&mut self, pointer: &str, message: &str) {
        self.report(pointer, Severity::Error, message);
    }

    /// Says something that is good to know.
    ///
    /// ```
    /// # struct Always;
    /// impl kgw::UpstreamType for Always {
    ///     // ...
    /// #     fn field(&self) -> &str {
    /// #         "always"
    /// #     }
    ///     fn resolve(
    ///         &self,
    ///         _: &kgw::UpstreamObject<'_>,
    ///         report: &mut kgw::Reporter<'_>,
    ///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
    ///         report.warning("/service", "it is old");
    ///         Some(Vec::new())
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let options = kgw::Options::new()?.upstream_type(Always)?;
    /// # let engine = kgw::Engine::with_options(&options)?;
    /// # let text = "
    /// # apiVersion: gloo.solo.io/v1
    /// # kind: Upstream
    /// # metadata: {name: web}
    /// # spec: {always: {service: web}}
    /// # ";
    /// let report = engine.apply_text("web.yaml", text)?.strict()?; // warnings are no errors
    /// assert_eq!(report.diagnostics[0].severity, kgw::Severity::Warning);
    /// # Ok(())
    /// # }
    /// ```
    pub fn warning(&mut self, pointer: &str, message: &str) {
        self.report(pointer, Severity::Warning, message);
    }

    fn report(&mut self, pointer: &str, severity: Severity, message: &str) {
        let severity = match severity {
            Severity::Warning => sys::KGW_WARNING,
            Severity::Error => sys::KGW_ERROR,
        };
        let (pointer, message) = (
            raw::borrow(pointer.as_bytes()),
            raw::borrow(message.as_bytes()),
        );
        // SAFETY: the call that the answer belongs to is not over. It only fails without memory,
        // and then there is nobody to tell.
        unsafe { sys::kgw_upstream_answer_report(self.answer, pointer, severity, message) };
    }

    fn add(&mut self, endpoint: &UpstreamEndpoint) {
        // SAFETY: as above; the endpoint's texts are there.
        let code = unsafe { sys::kgw_upstream_answer_add(self.answer, &endpoint.as_raw()) };
        if code != sys::KGW_OK {
            let message = format!(
                "the endpoint {}:{} is invalid",
                endpoint.host, endpoint.port
            );
            self.error("", &message);
        }
    }
}

impl fmt::Debug for Reporter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").finish_non_exhaustive()
    }
}

type Kind = Box<dyn UpstreamType>;

/// # Safety
/// `options` are there.
pub(crate) unsafe fn add(options: *mut sys::kgw_options, kind: Kind) -> Result<(), Error> {
    let kind = Box::new(kind);
    let field = kind.field().to_string();
    let ctx = Box::into_raw(kind);
    let raw = sys::kgw_upstream_type {
        ctx: ctx.cast(),
        field: raw::borrow(field.as_bytes()),
        resolve: Some(resolve),
        free: Some(free),
        ..sys::KGW_UPSTREAM_TYPE_INIT
    };
    // SAFETY: as above; `ctx` now belongs to the options, but not after an error.
    unsafe {
        check(sys::kgw_options_add_upstream_type(options, &raw))
            .inspect_err(|_| drop(Box::from_raw(ctx)))
    }
}

unsafe extern "C" fn resolve(
    ctx: *mut c_void,
    namespace: sys::kgw_str,
    name: sys::kgw_str,
    json: sys::kgw_str,
    answer: *mut sys::kgw_upstream_answer,
) -> i32 {
    // SAFETY: `ctx` is that of `add`, and all else is there during the call.
    let (kind, upstream) = unsafe {
        let object = UpstreamObject {
            namespace: raw::text(namespace),
            name: raw::text(name),
            json: raw::text(json),
        };
        (&*ctx.cast::<Kind>(), object)
    };
    let mut report = Reporter {
        answer,
        _call: PhantomData,
    };
    match panics::contain(|| kind.resolve(&upstream, &mut report)) {
        Ok(Some(endpoints)) => {
            endpoints.iter().for_each(|endpoint| report.add(endpoint));
            1
        }
        Ok(None) => 0,
        Err(panic) => {
            report.error(
                "",
                &format!("the Upstream type panicked: {}", panics::message(&panic)),
            );
            panics::discard(panic);
            1
        }
    }
}

unsafe extern "C" fn free(ctx: *mut c_void) {
    // SAFETY: `ctx` is that of `add`, and nobody needs it any more.
    let kind = unsafe { Box::from_raw(ctx.cast::<Kind>()) };
    // The panic hook knows of a panic; nobody else can be told.
    if let Err(panic) = panics::contain(|| drop(kind)) {
        panics::discard(panic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_addresses_or_names() {
        let plain = UpstreamEndpoint::new("10.0.0.1", 80);
        let named = UpstreamEndpoint::new("db.example", 5432)
            .weight(3)
            .tls("db", true);
        let (plain, named) = (plain.as_raw(), named.as_raw());
        assert_eq!(
            (plain.address.len, plain.hostname.len, plain.tls),
            (8, 0, 0)
        );
        assert_eq!(
            (named.address.len, named.hostname.len, named.sni.len),
            (0, 10, 2)
        );
        assert_eq!((named.weight, named.tls, named.verify), (3, 1, 1));
    }
}
