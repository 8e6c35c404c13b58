//! Texts, codes, findings, reports and errors.

use core::ffi::c_char;

use crate::opaque;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_str {
    pub data: *const c_char,
    pub len: usize,
}

pub const KGW_STR_INIT: kgw_str = kgw_str {
    data: core::ptr::null(),
    len: 0,
};

pub const KGW_OK: i32 = 0;
pub const KGW_E_INVALID: i32 = -1;
pub const KGW_E_SIZE: i32 = -2;
pub const KGW_E_TOO_NEW: i32 = -3;
pub const KGW_E_BUSY: i32 = -4;
pub const KGW_E_REENTRANT: i32 = -5;
pub const KGW_E_MEMORY: i32 = -6;
pub const KGW_E_CONFIG: i32 = -7;
pub const KGW_E_OPTION: i32 = -8;
pub const KGW_E_SYSTEM: i32 = -9;
pub const KGW_E_INTERNAL: i32 = -10;

pub const KGW_WARNING: i32 = 0;
pub const KGW_ERROR: i32 = 1;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_diagnostic {
    pub size: usize,
    pub severity: i32,
    pub line: u32,
    pub column: u32,
    pub reserved: u32,
    pub file: kgw_str,
    pub kind: kgw_str,
    pub namespace_: kgw_str,
    pub name: kgw_str,
    pub field: kgw_str,
    pub code: kgw_str,
    pub message: kgw_str,
    pub suggestion: kgw_str,
}

pub const KGW_DIAGNOSTIC_INIT: kgw_diagnostic = kgw_diagnostic {
    size: size_of::<kgw_diagnostic>(),
    severity: 0,
    line: 0,
    column: 0,
    reserved: 0,
    file: KGW_STR_INIT,
    kind: KGW_STR_INIT,
    namespace_: KGW_STR_INIT,
    name: KGW_STR_INIT,
    field: KGW_STR_INIT,
    code: KGW_STR_INIT,
    message: KGW_STR_INIT,
    suggestion: KGW_STR_INIT,
};

opaque!(kgw_text kgw_report kgw_error);

unsafe extern "C" {
    pub fn kgw_version() -> *const c_char;
    pub fn kgw_abi() -> i32;
    pub fn kgw_code_name(code: i32) -> *const c_char;

    pub fn kgw_text_str(text: *const kgw_text) -> kgw_str;
    pub fn kgw_text_free(text: *mut kgw_text);

    pub fn kgw_report_generation(report: *const kgw_report) -> u64;
    pub fn kgw_report_objects(report: *const kgw_report) -> usize;
    pub fn kgw_report_errors(report: *const kgw_report) -> usize;
    pub fn kgw_report_count(report: *const kgw_report) -> usize;
    pub fn kgw_report_at(report: *const kgw_report, index: usize, out: *mut kgw_diagnostic) -> i32;
    pub fn kgw_report_free(report: *mut kgw_report);

    pub fn kgw_error_code(error: *const kgw_error) -> i32;
    pub fn kgw_error_message(error: *const kgw_error) -> kgw_str;
    pub fn kgw_error_count(error: *const kgw_error) -> usize;
    pub fn kgw_error_at(error: *const kgw_error, index: usize, out: *mut kgw_diagnostic) -> i32;
    pub fn kgw_error_free(error: *mut kgw_error);
}
