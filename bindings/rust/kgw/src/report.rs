//! What a change of the configuration did.

use kgw_sys as sys;

use crate::{Diagnostic, Error};

/// What one change of the configuration did. Whatever was wrong in it keeps its last good form, and
/// is a finding here.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let engine = kgw::Engine::new()?;
/// let report = engine.load(["examples/shop.yaml"])?;
/// assert_eq!((report.generation, report.objects), (1, 6));
/// assert!(report.diagnostics.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The number of the snapshot that was published.
    pub generation: u64,
    /// How many objects are in effect now.
    pub objects: usize,
    /// What there is to say about them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// # Safety
    /// `report` comes from the library, and is the caller's.
    pub(crate) unsafe fn take(report: *mut sys::kgw_report) -> Report {
        // SAFETY: as above; all that it says is copied before it is freed.
        unsafe {
            let mut diagnostics = Vec::new();
            for index in 0..sys::kgw_report_count(report) {
                let mut found = sys::KGW_DIAGNOSTIC_INIT;
                if sys::kgw_report_at(report, index, &mut found) == sys::KGW_OK {
                    diagnostics.push(Diagnostic::copy_of(&found));
                }
            }
            let generation = sys::kgw_report_generation(report);
            let objects = sys::kgw_report_objects(report);
            sys::kgw_report_free(report);
            Report {
                generation,
                objects,
                diagnostics,
            }
        }
    }

    /// The findings that are more than warnings.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let report = kgw::Engine::new()?.apply_text("edge.yaml", "kind: Gatewey")?;
    /// for found in report.errors() {
    ///     eprintln!("{found}");
    /// }
    /// assert!(report.errors().count() > 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|found| found.is_error())
    }

    /// Makes an error of a report that has any. The change is in effect all the same.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// engine.load(["examples/shop.yaml"])?.strict()?;
    /// let error = engine.apply_text("more.yaml", "kind: Gatewey")?.strict().unwrap_err();
    /// assert!(error.message().starts_with("more.yaml:1:1"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn strict(self) -> Result<Report, Error> {
        let Some(first) = self.errors().next() else {
            return Ok(self);
        };
        let more = match self.errors().count() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        Err(Error::of_findings(
            format!("{first}{more}"),
            self.diagnostics,
        ))
    }
}
