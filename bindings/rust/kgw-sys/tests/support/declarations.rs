//! As much of a parser as tells whether two files declare the same.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct Declarations {
    pub numbers: BTreeMap<String, String>,
    pub structs: BTreeMap<String, String>,
    pub functions: BTreeMap<String, String>,
    pub types: BTreeMap<String, String>,
    pub opaque: BTreeSet<String>,
}

/// Words and marks, without comments, attributes, and the folders of paths.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    let code = lines
        .filter(|line| !line.trim_start().starts_with("#["))
        .collect::<Vec<_>>()
        .join(" ");
    let mut rest = code.as_str();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match first {
            _ if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            _ if rest.starts_with("::") || rest.starts_with("->") => 2,
            _ => first.len_utf8(),
        };
        let token = &rest[..length];
        rest = &rest[length..];
        match token {
            "::" | "core" | "ffi" | "option" => {}
            ")" | "}" | ">" if out.last().is_some_and(|last| last == ",") => {
                out.pop();
                out.push(token.to_string());
            }
            _ if token.trim().is_empty() => {}
            _ if first.is_ascii_digit() => out.push(token.trim_end_matches("usize").to_string()),
            _ => out.push(token.to_string()),
        }
    }
    out
}

/// The tokens up to the one that ends the item, and how many these are.
fn until(tokens: &[String], end: &str) -> (String, usize) {
    let length = tokens
        .iter()
        .position(|token| token == end)
        .unwrap_or(tokens.len());
    (tokens[..length].join(" "), length)
}

pub fn parse(text: &str) -> Declarations {
    let tokens = tokens(text);
    let mut out = Declarations::default();
    let mut at = 0;
    while at + 2 < tokens.len() {
        let name = tokens[at + 1].clone();
        let rest = &tokens[at + 2..];
        at += match tokens[at].as_str() {
            "const" if name.starts_with("KGW_") => {
                let (declared, length) = until(rest, ";");
                let value = declared.split(" = ").last().unwrap_or("").replace(' ', "");
                if value.parse::<i64>().is_ok() {
                    out.numbers.insert(name, value);
                }
                length
            }
            "struct" => {
                let (fields, length) = until(rest, "}");
                if fields.contains("_unused") {
                    out.opaque.insert(name);
                } else {
                    out.structs.insert(name, fields);
                }
                length
            }
            "fn" if name.starts_with("kgw_") => {
                let (signature, length) = until(rest, ";");
                out.functions.insert(name, signature);
                length
            }
            "type" => {
                let (meaning, length) = until(rest, ";");
                out.types.insert(name, meaning);
                length
            }
            "opaque" if name == "!" => {
                let (names, length) = until(&rest[1..], ")");
                out.opaque.extend(names.split(' ').map(str::to_string));
                length
            }
            _ => 1,
        };
    }
    out
}
