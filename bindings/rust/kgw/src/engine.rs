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
    pub fn new() -> Result<Engine, Error> {
        Engine::with_options(&Options::new()?)
    }

    /// An empty engine with options.
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
    pub fn from_paths<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Engine, Error> {
        let engine = Engine::new()?;
        engine.load(paths)?.strict()?;
        Ok(engine)
    }

    /// An engine with this configuration, YAML or JSON. Strict, as [`from_paths`](Self::from_paths).
    pub fn from_text<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<Engine, Error> {
        let engine = Engine::new()?;
        engine.apply_text("text", text)?.strict()?;
        Ok(engine)
    }

    /// Replaces all that each of these sources brought before, and publishes everything that is
    /// valid as one change. What is wrong keeps its last good form, and is a finding in the report.
    /// It is an error only if nothing was published.
    pub fn apply(&self, sources: &[Source<'_>]) -> Result<Report, Error> {
        self.change(|engine, report| {
            // SAFETY: a Source is a transparent kgw_source, and all of it is there.
            unsafe { sys::kgw_engine_apply(engine, sources.as_ptr().cast(), sources.len(), report) }
        })
    }

    /// Applies one source, YAML or JSON.
    pub fn apply_text<T>(&self, name: &str, text: &T) -> Result<Report, Error>
    where
        T: AsRef<[u8]> + ?Sized,
    {
        self.apply(&[Source::new(name, text)])
    }

    /// Reads files and folders (recursively: `*.yaml`, `*.yml`, `*.json`) and applies them as one
    /// change.
    pub fn load<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Report, Error> {
        self.read(paths, sys::kgw_engine_load)
    }

    /// [Loads](Self::load) them and goes on following them: [`poll`](Self::poll) applies what has
    /// changed, once it has settled.
    pub fn watch<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Report, Error> {
        self.read(paths, sys::kgw_engine_watch)
    }

    /// Asks the [Upstream types](crate::UpstreamType) again, and publishes.
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
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the engine is there, and so is its descriptor.
        unsafe {
            let fd = sys::kgw_engine_fd(self.0.raw());
            (fd >= 0).then(|| BorrowedFd::borrow_raw(fd))
        }
    }

    /// Polls on a thread of the library's own until [`stop`](Self::stop), the engine's end, or that
    /// of the process. It does not survive a fork.
    pub fn start(&self) -> Result<(), Error> {
        // SAFETY: the engine is there.
        unsafe { check(sys::kgw_engine_start(self.0.raw()))? };
        exit::stop_at_exit(&self.0);
        Ok(())
    }

    /// Ends what [`start`](Self::start) began.
    pub fn stop(&self) {
        // SAFETY: the engine is there.
        unsafe { sys::kgw_engine_stop(self.0.raw()) }
    }

    /// One for each thread that routes.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::new(&self.0)
    }

    /// What is in memory.
    pub fn stats(&self) -> Result<Stats, Error> {
        let mut stats = sys::KGW_STATS_INIT;
        // SAFETY: both are there.
        unsafe { check(sys::kgw_engine_stats(self.0.raw(), &mut stats))? };
        Ok(stats.into())
    }

    /// All routes in the order of their precedence, as the JSON of `kgw routes -o json`.
    pub fn routes(&self) -> Result<String, Error> {
        // SAFETY: both are there.
        self.text(|engine, out| unsafe { sys::kgw_engine_routes(engine, out) })
    }

    /// All endpoints with their counters, as the JSON of `kgw endpoints -o json`.
    pub fn endpoints(&self) -> Result<String, Error> {
        // SAFETY: both are there.
        self.text(|engine, out| unsafe { sys::kgw_engine_endpoints(engine, out) })
    }

    /// The objects of a kind, such as `HTTPRoute`, with defaults filled in and their status.
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
