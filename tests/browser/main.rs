//! The site in a real browser: the compiled server, headless Chromium, and a person's keys and clicks.
//!
//! Each test starts its own server on a port of its own with an empty data folder, and its own browser with an empty
//! profile. `script/test` installs Chromium and its driver; without them these tests fail and say so.

mod harness;

mod accessibility;
mod accounts;
mod answers;
mod interviews;
mod keyboard;
mod phone;
mod practice;
mod preferences;
mod print;
mod quiet;
mod suggestions;
mod without_scripts;
