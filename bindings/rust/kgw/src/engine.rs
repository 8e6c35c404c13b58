//! Configuration in, decisions out.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Arc;

use kgw_sys as sys;

use crate::error::{Error, check};
use crate::handle::Handle;
use crate::{Object, Options, Reader, Report, Request, Source, Stats, exit, library, panics, raw};

/// A configuration goes in, decisions come out.
///
/// Any thread may call any method: changes wait for each other and may take long, readers never wait.
/// A clone is the same engine, which lives until the last clone, reader and ticket is gone.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
/// assert_eq!(decision.verdict(), kgw::Verdict::Forward);
/// decision.done(kgw::Outcome::completed(200));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Engine(Arc<Handle>);

type Files = unsafe extern "C" fn(
    *mut sys::kgw_engine,
    *const sys::kgw_str,
    usize,
    *mut *mut sys::kgw_report,
) -> *mut sys::kgw_error;

impl Engine {
    /// An empty engine: requests are rejected until something is applied.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let mut reader = kgw::Engine::new()?.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.verdict(), kgw::Verdict::Reject);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Result<Engine, Error> {
        Engine::with_options(&Options::new()?)
    }

    /// An empty engine with options.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let options = kgw::Options::new()?.set("seed", "7")?;
    /// let engine = kgw::Engine::with_options(&options)?;
    /// engine.load(["examples/shop.yaml"])?.strict()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_options(options: &Options) -> Result<Engine, Error> {
        library::check()?;
        let mut out = std::ptr::null_mut();
        // SAFETY: the options are there.
        unsafe { check(sys::kgw_engine_new(options.as_raw(), &mut out))? };
        let raw = NonNull::new(out).ok_or_else(|| Error::of_code(sys::KGW_E_INTERNAL))?;
        // SAFETY: it is new, and made from these options.
        Ok(Engine(Arc::new(unsafe {
            Handle::new(raw, options.log_callback())
        })))
    }

    /// An engine with these files and folders. Strict: anything wrong in them is an error, which has
    /// all findings.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let error = kgw::Engine::from_paths(["no/such.yaml"]).unwrap_err();
    /// assert_eq!(error.diagnostics()[0].code, "CannotRead");
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_paths<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Engine, Error> {
        let engine = Engine::new()?;
        engine.load(paths)?.strict()?;
        Ok(engine)
    }

    /// An engine with this configuration, YAML or JSON. Strict, as [`from_paths`](Self::from_paths).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let text = std::fs::read("examples/shop.yaml").unwrap();
    /// let engine = kgw::Engine::from_text(&text)?;
    /// assert!(kgw::Engine::from_text("kind: [").is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_text<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<Engine, Error> {
        let engine = Engine::new()?;
        engine.apply_text("text", text)?.strict()?;
        Ok(engine)
    }

    /// Replaces all that each of these sources brought before, and publishes everything that is
    /// valid as one change. What is wrong keeps its last good form, and is a finding in the report.
    /// It is an error only if nothing was published.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let gateway = "
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: Gateway
    /// metadata: {name: inside}
    /// spec: {gatewayClassName: kgw, listeners: [{name: http, port: 81, protocol: HTTP}]}
    /// ";
    /// let before = engine.objects("Gateway")?.len();
    /// engine.apply(&[kgw::Source::new("inside.yaml", gateway)])?.strict()?;
    /// assert_eq!(engine.objects("Gateway")?.len(), before + 1);
    /// engine.apply(&[kgw::Source::new("inside.yaml", "")])?; // what it brought is gone
    /// assert_eq!(engine.objects("Gateway")?.len(), before);
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply(&self, sources: &[Source<'_>]) -> Result<Report, Error> {
        self.change(|engine, report| {
            // SAFETY: a Source is a transparent kgw_source, and all of it is there.
            unsafe { sys::kgw_engine_apply(engine, sources.as_ptr().cast(), sources.len(), report) }
        })
    }

    /// Applies one source, YAML or JSON.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// let text = std::fs::read_to_string("examples/shop.yaml").unwrap();
    /// let report = engine.apply_text("shop.yaml", &text)?;
    /// assert!(report.objects > 0 && report.diagnostics.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply_text<T>(&self, name: &str, text: &T) -> Result<Report, Error>
    where
        T: AsRef<[u8]> + ?Sized,
    {
        self.apply(&[Source::new(name, text)])
    }

    /// Reads files and folders (recursively: `*.yaml`, `*.yml`, `*.json`) and applies them as one
    /// change.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// let report = engine.load(["examples"])?.strict()?;
    /// assert_eq!(report.generation, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn load<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Report, Error> {
        self.read(paths, sys::kgw_engine_load)
    }

    /// [Loads](Self::load) them and goes on following them: [`poll`](Self::poll) applies what has
    /// changed, once it has settled.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// engine.watch(["examples"])?.strict()?;
    /// engine.start()?; // or call poll() from a loop of your own
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Report, Error> {
        self.read(paths, sys::kgw_engine_watch)
    }

    /// Asks the [Upstream types](crate::UpstreamType) again, and publishes.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let before = engine.stats()?.generation;
    /// let report = engine.refresh()?;
    /// assert!(report.generation > before);
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh(&self) -> Result<Report, Error> {
        // SAFETY: both are there.
        self.change(|engine, report| unsafe { sys::kgw_engine_refresh(engine, report) })
    }

    /// Does what is due: follows watched files, frees snapshots that no reader holds, logs.
    /// `now_ns` is a monotonic clock, [`monotonic_ns`](crate::monotonic_ns) for one. Returns when to
    /// call it again at the latest; `None`: when [`fd`](Self::fd) is readable.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// engine.watch(["examples/shop.yaml"])?;
    /// let next = engine.poll(kgw::monotonic_ns())?;
    /// assert!(next.is_none() || next > Some(0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(&self, now_ns: i64) -> Result<Option<i64>, Error> {
        let mut next = i64::MAX;
        // SAFETY: both are there.
        unsafe { check(sys::kgw_engine_poll(self.0.raw(), now_ns, &mut next))? };
        Ok((next != i64::MAX).then_some(next))
    }

    /// A descriptor that is readable when [`poll`](Self::poll) has something to do, if the system
    /// has such a thing. It stays the same.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// use std::os::fd::AsRawFd;
    /// let engine = kgw::Engine::new()?;
    /// engine.watch(["examples"])?;
    /// if let Some(fd) = engine.fd() {
    ///     // ... register it in an epoll set; when it is readable:
    ///     assert!(fd.as_raw_fd() >= 0);
    ///     engine.poll(kgw::monotonic_ns())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the engine is there, and so is its descriptor.
        unsafe {
            let fd = sys::kgw_engine_fd(self.0.raw());
            (fd >= 0).then(|| BorrowedFd::borrow_raw(fd))
        }
    }

    /// Polls on a thread of the library's own until [`stop`](Self::stop), the engine's end, or that
    /// of the process. It does not survive a fork.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// engine.start()?;
    /// // ... route; files that are watched are followed meanwhile ...
    /// engine.stop();
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(&self) -> Result<(), Error> {
        // SAFETY: the engine is there.
        unsafe { check(sys::kgw_engine_start(self.0.raw()))? };
        exit::stop_at_exit(&self.0);
        Ok(())
    }

    /// Ends what [`start`](Self::start) began.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// engine.start()?;
    /// engine.stop(); // its thread is gone when this returns
    /// engine.stop(); // nothing to do
    /// # Ok(())
    /// # }
    /// ```
    pub fn stop(&self) {
        // SAFETY: the engine is there.
        unsafe { sys::kgw_engine_stop(self.0.raw()) }
    }

    /// One for each thread that routes.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// std::thread::scope(|threads| {
    ///     for _ in 0..2 {
    ///         threads.spawn(|| -> Result<(), kgw::Error> {
    ///             let mut reader = engine.reader()?;
    ///             let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    ///             assert_eq!(decision.cluster(), "shop_default");
    ///             Ok(())
    ///         });
    ///     }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::new(&self.0)
    }

    /// What is in memory.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let reader = engine.reader()?;
    /// let stats = engine.stats()?;
    /// assert_eq!((stats.generation, stats.snapshots, stats.readers), (1, 1, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn stats(&self) -> Result<Stats, Error> {
        let mut stats = sys::KGW_STATS_INIT;
        // SAFETY: both are there.
        unsafe { check(sys::kgw_engine_stats(self.0.raw(), &mut stats))? };
        Ok(stats.into())
    }

    /// All routes in the order of their precedence, as the JSON of `kgw routes -o json`.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// assert!(engine.routes()?.contains("\"shop.example\""));
    /// # Ok(())
    /// # }
    /// ```
    pub fn routes(&self) -> Result<String, Error> {
        // SAFETY: both are there.
        self.text(|engine, out| unsafe { sys::kgw_engine_routes(engine, out) })
    }

    /// All endpoints with their counters, as the JSON of `kgw endpoints -o json`.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// assert!(engine.endpoints()?.contains("192.0.2.42:8080"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoints(&self) -> Result<String, Error> {
        // SAFETY: both are there.
        self.text(|engine, out| unsafe { sys::kgw_engine_endpoints(engine, out) })
    }

    /// The objects of a kind, such as `HTTPRoute`, with defaults filled in and their status.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let upstreams = engine.objects("Upstream")?;
    /// assert_eq!(upstreams[0].name, "api");
    /// assert!(upstreams[0].json.contains("192.0.2.42"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn objects(&self, kind: &str) -> Result<Vec<Object>, Error> {
        let mut out = std::ptr::null_mut();
        // SAFETY: all of it is there; the objects are copied before they are freed.
        unsafe {
            let kind = raw::borrow(kind.as_bytes());
            check(sys::kgw_engine_objects(self.0.raw(), kind, &mut out))?;
            let mut objects = Vec::new();
            for index in 0..sys::kgw_objects_count(out) {
                let mut object = sys::KGW_OBJECT_INIT;
                if sys::kgw_objects_at(out, index, &mut object) == sys::KGW_OK {
                    objects.push(Object::copy_of(&object));
                }
            }
            sys::kgw_objects_free(out);
            Ok(objects)
        }
    }

    /// Why the request goes where it goes, for people.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let why = engine.explain(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// assert!(why.contains("api_default"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self, request: &Request<'_>) -> Result<String, Error> {
        self.explanation(request, false)
    }

    /// The same as JSON.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let why = engine.explain_json(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// assert!(why.starts_with('{') && why.contains("api_default"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain_json(&self, request: &Request<'_>) -> Result<String, Error> {
        self.explanation(request, true)
    }

    fn explanation(&self, request: &Request<'_>, json: bool) -> Result<String, Error> {
        let text = self.text(|engine, out| {
            // SAFETY: all of it is there.
            unsafe { sys::kgw_engine_explain(engine, request.as_raw(), json.into(), out) }
        });
        if request.looks_up() {
            if let Some(panic) = panics::take() {
                panics::resume(panic);
            }
        }
        text
    }

    fn change(
        &self,
        change: impl FnOnce(*mut sys::kgw_engine, *mut *mut sys::kgw_report) -> *mut sys::kgw_error,
    ) -> Result<Report, Error> {
        let mut out = std::ptr::null_mut();
        // SAFETY: both come from the library just now.
        unsafe {
            check(change(self.0.raw(), &mut out))?;
            Ok(Report::take(out))
        }
    }

    fn read<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
        read: Files,
    ) -> Result<Report, Error> {
        let paths: Vec<PathBuf> = paths.into_iter().map(|path| path.as_ref().into()).collect();
        let texts: Vec<_> = paths
            .iter()
            .map(|path| raw::borrow(path.as_os_str().as_bytes()))
            .collect();
        // SAFETY: all of it is there.
        self.change(|engine, report| unsafe { read(engine, texts.as_ptr(), texts.len(), report) })
    }

    fn text(
        &self,
        write: impl FnOnce(*mut sys::kgw_engine, *mut *mut sys::kgw_text) -> *mut sys::kgw_error,
    ) -> Result<String, Error> {
        let mut out = std::ptr::null_mut();
        // SAFETY: both come from the library just now; the text is copied before it is freed.
        unsafe {
            check(write(self.0.raw(), &mut out))?;
            let text = raw::string(sys::kgw_text_str(out));
            sys::kgw_text_free(out);
            Ok(text)
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
