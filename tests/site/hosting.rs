//! What is written for those who host a site names options and commands that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::program::{dryrun, run};

const FILES: [&str; 7] = [
    "Dockerfile",
    "compose.yaml",
    "deploy/Caddyfile",
    "deploy/dryrun.service",
    "deploy/dryrun-backup.service",
    "deploy/dryrun-backup.timer",
    "docs/HOSTING.md",
];

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn help() -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    [&["--help"][..], &["backup", "--help"], &["restore", "--help"], &["health", "--help"]]
        .map(|arguments| run(dryrun(home.path()).args(arguments)).stdout)
        .concat()
        // lines are broken anywhere
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_variable_is_one_that_the_program_reads() {
    let help = help();
    let mut named = BTreeSet::new();
    for file in FILES {
        let text = read(file);
        let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        for word in words.filter(|word| word.starts_with("DRYRUN_")) {
            // the filter of the log is no flag; the host is for compose.yaml and the Caddyfile alone
            let known =
                help.contains(&format!("[env: {word}=]")) || word == "DRYRUN_LOG" || word == "DRYRUN_HOST";
            assert!(known, "{file}: {word}");
            named.insert(word.to_owned());
        }
    }
    for word in
        ["DRYRUN_DATA_DIR", "DRYRUN_BIND", "DRYRUN_BASE_URL", "DRYRUN_TRUSTED_PROXIES", "DRYRUN_METRICS"]
    {
        assert!(named.contains(word), "{word} is explained nowhere");
    }
}

#[test]
fn every_path_in_the_repository_is_there() {
    for file in FILES {
        let text = read(file);
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "./-_".contains(c)));
        for path in words.map(|word| word.trim_start_matches("./")).filter(|word| word.starts_with("deploy/"))
        {
            assert!(!read(path.trim_end_matches('.')).is_empty(), "{file}: {path}");
        }
    }
}
