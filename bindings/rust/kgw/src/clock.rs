//! The clock that the library's own thread goes by.

/// Nanoseconds of `CLOCK_MONOTONIC`, for [`Request::now_ns`](crate::Request::now_ns),
/// [`Outcome::now_ns`](crate::Outcome::now_ns) and [`Engine::poll`](crate::Engine::poll). Any other
/// clock that never goes back is as good, if it is the same everywhere.
///
/// ```
/// let earlier = kgw::monotonic_ns();
/// assert!(kgw::monotonic_ns() >= earlier);
/// ```
pub fn monotonic_ns() -> i64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` can be written. The clock is there on every system of today.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    let (seconds, nanoseconds) = (now.tv_sec, now.tv_nsec);
    #[allow(clippy::useless_conversion)] // their types depend on the system
    let (seconds, nanoseconds) = (i64::from(seconds), i64::from(nanoseconds));
    seconds * 1_000_000_000 + nanoseconds
}
