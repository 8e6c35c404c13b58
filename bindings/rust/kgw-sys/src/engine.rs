//! The engine: configuration in, tables and statistics out.

use core::ffi::c_int;

use crate::{
    KGW_STR_INIT, kgw_error, kgw_options, kgw_report, kgw_request, kgw_str, kgw_text, opaque,
};

pub const KGW_FORMAT_AUTO: i32 = 0;
pub const KGW_FORMAT_YAML: i32 = 1;
pub const KGW_FORMAT_JSON: i32 = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_source {
    pub name: kgw_str,
    pub bytes: kgw_str,
    pub format: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_stats {
    pub size: usize,
    pub generation: u64,
    pub snapshots: u64,
    pub retired_bytes: u64,
    pub readers: u64,
    pub readers_behind: u64,
    pub oldest_generation: u64,
    pub longest_behind_s: i64,
    pub longest_behind_reader: u64,
}

pub const KGW_STATS_INIT: kgw_stats = kgw_stats {
    size: size_of::<kgw_stats>(),
    generation: 0,
    snapshots: 0,
    retired_bytes: 0,
    readers: 0,
    readers_behind: 0,
    oldest_generation: 0,
    longest_behind_s: 0,
    longest_behind_reader: 0,
};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_object {
    pub size: usize,
    pub kind: kgw_str,
    pub namespace_: kgw_str,
    pub name: kgw_str,
    pub file: kgw_str,
    pub line: u32,
    pub reserved: u32,
    pub json: kgw_str,
}

pub const KGW_OBJECT_INIT: kgw_object = kgw_object {
    size: size_of::<kgw_object>(),
    kind: KGW_STR_INIT,
    namespace_: KGW_STR_INIT,
    name: KGW_STR_INIT,
    file: KGW_STR_INIT,
    line: 0,
    reserved: 0,
    json: KGW_STR_INIT,
};

opaque!(kgw_engine kgw_objects);

unsafe extern "C" {
    pub fn kgw_engine_new(options: *const kgw_options, out: *mut *mut kgw_engine)
    -> *mut kgw_error;
    pub fn kgw_engine_free(engine: *mut kgw_engine);

    pub fn kgw_engine_apply(
        engine: *mut kgw_engine,
        sources: *const kgw_source,
        count: usize,
        report: *mut *mut kgw_report,
    ) -> *mut kgw_error;
    pub fn kgw_engine_load(
        engine: *mut kgw_engine,
        paths: *const kgw_str,
        count: usize,
        report: *mut *mut kgw_report,
    ) -> *mut kgw_error;
    pub fn kgw_engine_watch(
        engine: *mut kgw_engine,
        paths: *const kgw_str,
        count: usize,
        report: *mut *mut kgw_report,
    ) -> *mut kgw_error;
    pub fn kgw_engine_refresh(
        engine: *mut kgw_engine,
        report: *mut *mut kgw_report,
    ) -> *mut kgw_error;

    pub fn kgw_engine_poll(
        engine: *mut kgw_engine,
        now_ns: i64,
        next_ns: *mut i64,
    ) -> *mut kgw_error;
    pub fn kgw_engine_fd(engine: *mut kgw_engine) -> c_int;
    pub fn kgw_engine_start(engine: *mut kgw_engine) -> *mut kgw_error;
    pub fn kgw_engine_stop(engine: *mut kgw_engine);
    pub fn kgw_engine_stats(engine: *mut kgw_engine, out: *mut kgw_stats) -> *mut kgw_error;

    pub fn kgw_engine_routes(engine: *mut kgw_engine, out: *mut *mut kgw_text) -> *mut kgw_error;
    pub fn kgw_engine_endpoints(engine: *mut kgw_engine, out: *mut *mut kgw_text)
    -> *mut kgw_error;
    pub fn kgw_engine_objects(
        engine: *mut kgw_engine,
        kind: kgw_str,
        out: *mut *mut kgw_objects,
    ) -> *mut kgw_error;
    pub fn kgw_objects_count(objects: *const kgw_objects) -> usize;
    pub fn kgw_objects_at(objects: *const kgw_objects, index: usize, out: *mut kgw_object) -> i32;
    pub fn kgw_objects_free(objects: *mut kgw_objects);

    pub fn kgw_engine_explain(
        engine: *mut kgw_engine,
        request: *const kgw_request,
        json: i32,
        out: *mut *mut kgw_text,
    ) -> *mut kgw_error;
}
