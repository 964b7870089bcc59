//! Embeds what the binary carries: the content files, and the static files under hashed names, compressed once.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for input in ["content", "static", "migrations", "src/content", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={input}");
    }
    embed_content(&root, &out);
    embed_static(&root, &out);
    // Entries are rendered again when the code that renders them changes.
    let mut renderer = Sha256::new();
    for file in files_below(&root.join("src/content")) {
        renderer.update(fs::read(file).expect("a readable source file"));
    }
    renderer.update(fs::read(root.join("Cargo.lock")).expect("a readable lock file"));
    println!("cargo::rustc-env=DRYRUN_RENDERER={}", hex(&renderer.finalize(), 16));
}

/// `CONTENT`: the path below `content/` and the text of every file.
fn embed_content(root: &Path, out: &Path) {
    let base = root.join("content");
    let mut code = String::from("pub static CONTENT: &[(&str, &str)] = &[\n");
    for file in files_below(&base) {
        let path = relative(&file, &base);
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .expect("a string grows");
    }
    code.push_str("];\n");
    fs::write(out.join("content.rs"), code).expect("OUT_DIR is writable");
}

/// `ASSETS`: every static file; the style sheets joined into one `app.css` in the order of their names.
fn embed_static(root: &Path, out: &Path) {
    let base = root.join("static");
    let mut assets: Vec<(String, Vec<u8>)> = Vec::new();
    let mut style = Vec::new();
    for file in files_below(&base) {
        let path = relative(&file, &base);
        let bytes = fs::read(&file).expect("a readable static file");
        if path.starts_with("css/") {
            style.extend_from_slice(&bytes);
            style.push(b'\n');
        } else {
            let name = path.strip_prefix("js/").unwrap_or(&path).to_owned();
            assets.push((name, bytes));
        }
    }
    assets.push(("app.css".to_owned(), style));

    let folder = out.join("static");
    fs::create_dir_all(&folder).expect("OUT_DIR is writable");
    let mut code = String::from("pub static ASSETS: &[Asset] = &[\n");
    for (name, bytes) in &assets {
        let (stem, extension) = name.rsplit_once('.').expect("a static file has an extension");
        let hashed = format!("{stem}.{}.{extension}", hex(&Sha256::digest(bytes), 5));
        let flat = hashed.replace('/', "_");
        let write = |suffix: &str, bytes: &[u8]| {
            let path = folder.join(format!("{flat}{suffix}"));
            fs::write(&path, bytes).expect("OUT_DIR is writable");
            path.display().to_string()
        };
        let (plain, br, gz) = (write("", bytes), write(".br", &brotli(bytes)), write(".gz", &gzip(bytes)));
        writeln!(
            code,
            "    Asset {{ name: {name:?}, url: \"/static/{hashed}\", content_type: {:?}, plain: include_bytes!({plain:?}), br: include_bytes!({br:?}), gzip: include_bytes!({gz:?}) }},",
            content_type(extension),
        )
        .expect("a string grows");
    }
    code.push_str("];\n");
    fs::write(out.join("assets.rs"), code).expect("OUT_DIR is writable");
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        other => panic!("static/ holds a .{other} file: say its content type in build.rs"),
    }
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters).expect("memory to memory");
    packed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory to memory");
    encoder.finish().expect("memory to memory")
}

/// All files below a folder, sorted, so that two builds of the same tree are the same.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn relative(file: &Path, base: &Path) -> String {
    let path = file.strip_prefix(base).expect("found below it");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn hex(bytes: &[u8], length: usize) -> String {
    bytes.iter().take(length).map(|byte| format!("{byte:02x}")).collect()
}
