//! How an engine is made.

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use kgw_sys as sys;

use crate::error::{Error, check};
use crate::log::{self, Log, LogLevel};
use crate::upstream_type::{self, UpstreamType};
use crate::{library, raw};

/// Options of an [`Engine`](crate::Engine). Most embedders leave all of them alone.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let options = kgw::Options::new()?
///     .set("path_normalization", "off")?
///     .set("seed", "7")?
///     .log(|level, text| eprintln!("kgw: {level:?}: {text}"))?;
/// let engine = kgw::Engine::with_options(&options)?;
/// # Ok(())
/// # }
/// ```
pub struct Options {
    raw: NonNull<sys::kgw_options>,
    log: Option<Arc<Log>>,
}

// SAFETY: one thread after the other may have them, and all callbacks are Send and Sync.
unsafe impl Send for Options {}

impl Options {
    /// The defaults. Fails if the loaded library is too old for this crate.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::with_options(&kgw::Options::new()?)?; // as Engine::new()
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Result<Options, Error> {
        library::check()?;
        // SAFETY: it takes nothing.
        let raw = NonNull::new(unsafe { sys::kgw_options_new() });
        let raw = raw.ok_or_else(|| Error::of_code(sys::KGW_E_MEMORY))?;
        Ok(Options { raw, log: None })
    }

    /// Sets one by the names and words of the program's `--set`.
    ///
    /// ```
    /// let error = kgw::Options::new().unwrap().set("sneed", "7").unwrap_err();
    /// assert_eq!(error.code(), kgw::Code::Option);
    /// assert!(error.message().contains("sneed"));
    /// ```
    pub fn set(self, key: &str, value: &str) -> Result<Options, Error> {
        let (key, value) = (raw::borrow(key.as_bytes()), raw::borrow(value.as_bytes()));
        // SAFETY: all three are there.
        unsafe { check(sys::kgw_options_set(self.raw.as_ptr(), key, value))? };
        Ok(self)
    }

    /// Tells of reloads of watched files, their findings, and readers that never rest. It is called
    /// by whoever polls the engine, which may be a thread of its own; a panic in it goes no further.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    ///
    /// let (said, heard) = mpsc::channel();
    /// let options = kgw::Options::new()?.log(move |level, text| {
    ///     let _ = said.send((level, text.to_string()));
    /// })?;
    /// let engine = kgw::Engine::with_options(&options)?;
    /// # let folder = std::env::temp_dir().join(format!("kgw-log-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # let file = folder.join("shop.yaml");
    /// # std::fs::copy("examples/shop.yaml", &file).unwrap();
    /// engine.watch([&file])?;
    /// engine.start()?;
    /// # std::fs::write(folder.join("broken"), "kind: [").unwrap();
    /// std::fs::rename(folder.join("broken"), &file).unwrap();
    /// let (level, text) = heard.recv_timeout(Duration::from_secs(10)).unwrap();
    /// assert!(level > kgw::LogLevel::Info && text.contains("shop.yaml"));
    /// # engine.stop();
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn log<F>(mut self, log: F) -> Result<Options, Error>
    where
        F: Fn(LogLevel, &str) + Send + Sync + 'static,
    {
        let log: Arc<Log> = Arc::new(Box::new(log));
        let callback = sys::kgw_log_callback {
            ctx: Arc::as_ptr(&log).cast_mut().cast(),
            log: Some(log::log),
            ..sys::KGW_LOG_CALLBACK_INIT
        };
        // SAFETY: both are there. Whoever is made from these options keeps `log`.
        unsafe { check(sys::kgw_options_set_log(self.raw.as_ptr(), &callback))? };
        self.log = Some(log);
        Ok(self)
    }

    /// Adds a type of Upstream of your own.
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
    ///         _: &mut kgw::Reporter<'_>,
    ///     ) -> Option<Vec<kgw::UpstreamEndpoint>> {
    ///         Some(vec![kgw::UpstreamEndpoint::new("192.0.2.9", 8080)])
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
    /// let options = kgw::Options::new()?.upstream_type(Always)?;
    /// # let engine = kgw::Engine::with_options(&options)?;
    /// engine.apply_text("web.yaml", text)?.strict()?; // an Upstream with spec.always
    /// assert!(engine.endpoints()?.contains("192.0.2.9:8080"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn upstream_type(self, kind: impl UpstreamType + 'static) -> Result<Options, Error> {
        // SAFETY: the options are there.
        unsafe { upstream_type::add(self.raw.as_ptr(), Box::new(kind))? };
        Ok(self)
    }

    pub(crate) fn as_raw(&self) -> *const sys::kgw_options {
        self.raw.as_ptr()
    }

    pub(crate) fn log_callback(&self) -> Option<Arc<Log>> {
        self.log.clone()
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: it is their end; engines have what they need.
        unsafe { sys::kgw_options_free(self.raw.as_ptr()) }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
