//! The libkgw that was loaded.

use std::ffi::CStr;

use crate::{Code, Error};

/// The version of the loaded `libkgw`, such as `0.1.0`.
///
/// ```
/// assert!(kgw::version().split('.').count() == 3);
/// ```
pub fn version() -> &'static str {
    // SAFETY: it returns a zero-terminated text that lives for ever.
    let text = unsafe { CStr::from_ptr(kgw_sys::kgw_version()) };
    text.to_str().unwrap_or("?")
}

/// Fails if the loaded libkgw lacks something that this crate calls.
pub(crate) fn check() -> Result<(), Error> {
    // SAFETY: it takes nothing.
    let abi = unsafe { kgw_sys::kgw_abi() };
    if abi >= kgw_sys::KGW_ABI {
        return Ok(());
    }
    let message = format!(
        "the loaded libkgw {} is too old: its interface has number {abi}, and {} is needed",
        version(),
        kgw_sys::KGW_ABI
    );
    Err(Error::new(Code::Version, message))
}
