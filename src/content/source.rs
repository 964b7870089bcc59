//! Where content files come from: the ones in the binary, and an operator's folder laid over them.
//!
//! A file of the folder replaces the embedded file of the same name; a question is replaced by its id,
//! whatever topic it stands in. What a file says is for [`super::entry`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::diagnostic::{Diagnostic, Severity};
use crate::ids::{BlueprintId, LabId, QuestionId, TopicId};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/content.rs"));
}

/// No file of content is larger; one that is was put there by mistake.
const MAX_FILE: u64 = 1024 * 1024;

/// The folder given with `--content` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    #[error("the content folder {0} cannot be read ({1}): give a folder of the same shape as content/")]
    Unreadable(PathBuf, io::Error),
}

/// One content file, not yet read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// As a person would name it, from where they are.
    pub name: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Embedded(&'static str),
    Disk(PathBuf),
}

impl SourceFile {
    /// The file's text; why it has none is a diagnostic like any other.
    pub fn read(&self) -> Result<Cow<'static, str>, Diagnostic> {
        let path = match &self.place {
            Place::Embedded(text) => return Ok(Cow::Borrowed(text)),
            Place::Disk(path) => path,
        };
        let problem = |message: String, hint: &str| problem(&self.name, message, hint);
        let too_large = fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_FILE);
        if too_large {
            return Err(problem(
                "the file is larger than 1 MiB".to_owned(),
                "a question is a few pages of text",
            ));
        }
        let bytes = fs::read(path)
            .map_err(|error| problem(format!("the file cannot be read: {error}"), "check its permissions"))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| problem("the file is not UTF-8".to_owned(), "save it as UTF-8 text"))?;
        // a byte order mark and Windows line ends are what editors add, not what people write
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Cow::Owned(if text.contains('\r') { text.replace("\r\n", "\n") } else { text }))
    }
}

fn problem(file: &str, message: String, hint: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        file: file.to_owned(),
        span: 0..0,
        line: 1,
        column: 1,
        message,
        hint: Some(hint.to_owned()),
    }
}

/// A question's file and the topic whose folder it is in.
#[derive(Debug, Clone)]
pub struct QuestionFile {
    pub topic: TopicId,
    pub file: SourceFile,
    /// The embedded question that this one replaces, and that serves when this one is broken.
    pub beneath: Option<Box<QuestionFile>>,
}

impl QuestionFile {
    /// This file, and those that it lies over.
    pub fn with_beneath(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |question| question.beneath.as_deref())
    }
}

/// All files of the site's content, overlay applied.
#[derive(Debug)]
pub struct Sources {
    /// The overlay's file first, then the embedded one, which serves when that is broken.
    pub topics: Vec<SourceFile>,
    pub synonyms: Vec<SourceFile>,
    /// Presets of mock interviews, each like the two lists above.
    pub blueprints: BTreeMap<BlueprintId, Vec<SourceFile>>,
    pub questions: BTreeMap<QuestionId, QuestionFile>,
    pub labs: BTreeSet<LabId>,
    /// Files that stand in the wrong place or have an impossible name.
    pub problems: Vec<Diagnostic>,
}

impl Sources {
    /// Lists the embedded files and lays `overlay` over them. Reads names, not files.
    ///
    /// # Errors
    ///
    /// When the overlay folder does not exist or cannot be listed.
    pub fn find(overlay: Option<&Path>) -> Result<Self, OverlayError> {
        let embedded = embedded::CONTENT.iter().map(|&(path, text)| {
            let name = format!("content/{path}");
            (path.to_owned(), SourceFile { name, place: Place::Embedded(text) })
        });
        let mut sources = Self {
            topics: Vec::new(),
            synonyms: Vec::new(),
            blueprints: BTreeMap::new(),
            questions: BTreeMap::new(),
            labs: BTreeSet::new(),
            problems: Vec::new(),
        };
        sources.lay_over(embedded);
        if let Some(folder) = overlay {
            let files = list(folder)?.into_iter().map(|(path, place)| {
                let name = place.display().to_string();
                (path, SourceFile { name, place: Place::Disk(place) })
            });
            sources.lay_over(files);
        }
        Ok(sources)
    }

    fn lay_over(&mut self, files: impl Iterator<Item = (String, SourceFile)>) {
        let mut layer: BTreeMap<QuestionId, QuestionFile> = BTreeMap::new();
        for (path, file) in files {
            let parts: Vec<&str> = path.split('/').collect();
            match parts.as_slice() {
                ["topics.toml"] => self.topics.insert(0, file),
                ["synonyms.toml"] => self.synonyms.insert(0, file),
                ["questions", topic, name] => match name.strip_suffix(".md") {
                    Some(stem) => self.add_question(topic, stem, file, &mut layer),
                    None => self.leave_out(&file, "a question's file is questions/{topic}/{id}.md"),
                },
                ["questions", name] if name.ends_with(".md") => {
                    let hint = "a question's file is questions/{topic}/{id}.md";
                    self.problems.push(problem(
                        &file.name,
                        "the question stands in no topic's folder".to_owned(),
                        hint,
                    ));
                }
                ["blueprints", name] => match name.strip_suffix(".toml") {
                    Some(stem) => self.add_blueprint(stem, file),
                    None => self.leave_out(&file, "a preset's file is blueprints/{id}.toml"),
                },
                ["labs", id, ..] => {
                    if let Ok(id) = id.parse() {
                        self.labs.insert(id);
                    }
                }
                // what the licence says, and parts that this version does not read
                ["LICENSE" | "README.md"] | ["roles", ..] => {}
                _ => self.leave_out(
                    &file,
                    "content is topics.toml, synonyms.toml, blueprints/, questions/ and labs/",
                ),
            }
        }
        for (id, mut question) in layer {
            question.beneath = self.questions.remove(&id).map(Box::new);
            self.questions.insert(id, question);
        }
    }

    fn leave_out(&mut self, file: &SourceFile, hint: &str) {
        let problem = problem(&file.name, "this is no content and is left out".to_owned(), hint);
        self.problems.push(Diagnostic { severity: Severity::Warning, ..problem });
    }

    fn add_blueprint(&mut self, stem: &str, file: SourceFile) {
        match stem.parse::<BlueprintId>() {
            Ok(id) => self.blueprints.entry(id).or_default().insert(0, file),
            Err(error) => {
                let hint = "rename the file: blueprints/{id}.toml";
                self.problems.push(problem(&file.name, error.to_string(), hint));
            }
        }
    }

    fn add_question(
        &mut self,
        topic: &str,
        stem: &str,
        file: SourceFile,
        layer: &mut BTreeMap<QuestionId, QuestionFile>,
    ) {
        let (id, topic) = match (stem.parse::<QuestionId>(), topic.parse::<TopicId>()) {
            (Ok(id), Ok(topic)) => (id, topic),
            (Err(error), _) | (_, Err(error)) => {
                let hint = "rename the file or its folder: questions/{topic}/{id}.md";
                self.problems.push(problem(&file.name, error.to_string(), hint));
                return;
            }
        };
        if let Some(other) = layer.get(&id) {
            let message = format!("the id `{id}` is also the name of {}", other.file.name);
            self.problems.push(problem(&file.name, message, "an id is unique over all topics: rename one"));
            return;
        }
        layer.insert(id, QuestionFile { topic, file, beneath: None });
    }
}

/// The files of an overlay that can matter, with their paths below it.
fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>, OverlayError> {
    let mut found = Vec::new();
    for (name, path) in entries(folder)? {
        match name.as_str() {
            "questions" | "labs" if path.is_dir() => {
                for (topic, path) in entries(&path)? {
                    if path.is_dir() {
                        // a folder that cannot be opened is left out like a file that cannot be read
                        match entries(&path) {
                            Ok(files) => found.extend(
                                files
                                    .into_iter()
                                    .map(|(file, path)| (format!("{name}/{topic}/{file}"), path)),
                            ),
                            Err(_) => found.push((format!("{name}/{topic}"), path)),
                        }
                    } else {
                        found.push((format!("{name}/{topic}"), path));
                    }
                }
            }
            "blueprints" if path.is_dir() => match entries(&path) {
                Ok(files) => {
                    found.extend(files.into_iter().map(|(file, path)| (format!("{name}/{file}"), path)));
                }
                Err(_) => found.push((name, path)),
            },
            _ => found.push((name, path)),
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, OverlayError> {
    let unreadable = |error| OverlayError::Unreadable(folder.to_owned(), error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // editors leave hidden files and backups behind
        if !name.starts_with('.') && !name.ends_with('~') {
            found.push((name, entry.path()));
        }
    }
    Ok(found)
}
