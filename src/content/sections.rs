//! The five fixed sections of a question file, its steps and its follow-ups, cut out of the parsed Markdown.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::diagnostic::Reporter;
use super::document::{FollowUp, Step};
use super::markdown::{MarkdownRenderer, Prose, Spot, slugify};
use crate::ids::PartId;

/// The sections in their order, as they are headed in a file.
const TITLES: [&str; 5] =
    ["Answer", "Technical explanation", "Hands-on example", "Common mistakes", "Follow-up questions"];

/// The events of each section, without its heading.
pub struct Sections<'e, 'a> {
    pub answer: Section<'e, 'a>,
    pub explanation: Section<'e, 'a>,
    pub hands_on: Section<'e, 'a>,
    pub mistakes: Section<'e, 'a>,
    pub follow_ups: Section<'e, 'a>,
}

/// One section: its events, and where its heading stands.
#[derive(Clone)]
pub struct Section<'e, 'a> {
    pub events: &'e [Spot<'a>],
    pub heading: Range<usize>,
}

/// Cuts a body into its sections; `None` when one is missing, which is reported like everything else that is off.
pub fn split<'e, 'a>(
    events: &'e [Spot<'a>],
    end: usize,
    reporter: &mut Reporter<'_>,
) -> Option<Sections<'e, 'a>> {
    let mut found: [Option<Section<'e, 'a>>; 5] = [const { None }; 5];
    let mut last = 0;
    let starts = section_headings(events);
    report_stray_start(&events[..starts.first().copied().unwrap_or(events.len())], reporter);
    for (n, &start) in starts.iter().enumerate() {
        let stop = starts.get(n + 1).copied().unwrap_or(events.len());
        let title_length = events[start..stop]
            .iter()
            .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))))
            .count();
        let title: String = events[start..start + title_length]
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let heading = events[start].1.clone();
        let Some(index) = TITLES.iter().position(|known| known.eq_ignore_ascii_case(title.trim())) else {
            let message = format!("unknown section `{}`", title.trim());
            reporter.error(
                heading,
                message,
                format!("the sections are: {}; use ### inside them", TITLES.join(", ")),
            );
            continue;
        };
        if found[index].is_some() {
            reporter.error(heading, format!("a second section `{}`", TITLES[index]), "join the two");
            continue;
        }
        if index < last {
            let message = format!("the section `{}` stands too late", TITLES[index]);
            reporter.error(heading.clone(), message, format!("the order is: {}", TITLES.join(", ")));
        }
        last = last.max(index);
        let inside = &events[(start + title_length + 1).min(stop)..stop];
        if inside.is_empty() {
            let message = format!("the section `{}` is empty", TITLES[index]);
            reporter.error(heading.clone(), message, "write it, or the page has a hole");
        }
        found[index] = Some(Section { events: inside, heading });
    }
    for (section, title) in found.iter().zip(TITLES) {
        if section.is_none() {
            let message = format!("the section `{title}` is missing");
            reporter.error(
                end..end,
                message,
                format!("add `## {title}`; the order is: {}", TITLES.join(", ")),
            );
        }
    }
    let [answer, explanation, hands_on, mistakes, follow_ups] = found;
    Some(Sections {
        answer: answer?,
        explanation: explanation?,
        hands_on: hands_on?,
        mistakes: mistakes?,
        follow_ups: follow_ups?,
    })
}

/// Where the sections begin. A heading inside a list or a quote begins none: a cut there would split what is around it.
fn section_headings(events: &[Spot<'_>]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(tag) => {
                if depth == 0
                    && matches!(tag, Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. })
                {
                    found.push(at);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

fn report_stray_start(before: &[Spot<'_>], reporter: &mut Reporter<'_>) {
    if let Some((_, span)) = before.first() {
        reporter.error(
            span.clone(),
            "text before the first section",
            "move it into `## Answer`; the title comes from the front matter",
        );
    }
}

/// What comes before the steps, and the steps: the items of the section's numbered list.
pub fn steps(
    section: &Section<'_, '_>,
    renderer: &mut MarkdownRenderer<'_>,
    reporter: &mut Reporter<'_>,
) -> (Prose, Vec<Step<'static>>) {
    let events = section.events;
    let Some(list) = events.iter().position(|(event, _)| matches!(event, Event::Start(Tag::List(Some(_)))))
    else {
        reporter.error(
            section.heading.clone(),
            "the hands-on example has no numbered steps",
            "write them as one numbered list; the first line of each ends with its id: `1. Build it {#build}`",
        );
        return (renderer.blocks(events, reporter), Vec::new());
    };
    let list_end = list + matching_end(&events[list..]);
    let intro = renderer.blocks(&events[..list], reporter);
    let mut steps: Vec<Step<'static>> = Vec::new();
    for (item, span) in items(&events[list + 1..list_end]) {
        if let Some(step) = parse_step(item, &span, renderer, reporter) {
            if steps.iter().any(|earlier| earlier.id == step.id) {
                let message = format!("a second step with the id `{}`", step.id);
                reporter.error(span, message, "an id names one step for good: choose another");
            }
            steps.push(step);
        }
    }
    if let Some((_, span)) = events.get(list_end + 1) {
        reporter.error(
            span.clone(),
            "text after the steps",
            "indent it by three spaces so that it belongs to a step, or move it before the list",
        );
    }
    (intro, steps)
}

/// Cuts an item into its title, the part before `{#id}`, and the body after it.
fn parse_step(
    item: &[Spot<'_>],
    span: &Range<usize>,
    renderer: &mut MarkdownRenderer<'_>,
    reporter: &mut Reporter<'_>,
) -> Option<Step<'static>> {
    let in_paragraph = matches!(item.first(), Some((Event::Start(Tag::Paragraph), _)));
    let inline = &item[usize::from(in_paragraph)..];
    let first_block = inline
        .iter()
        .take_while(|(event, _)| {
            !matches!(
                event,
                Event::End(TagEnd::Paragraph)
                    | Event::Start(Tag::List(_) | Tag::CodeBlock(_) | Tag::Paragraph)
            )
        })
        .count();
    let marker = inline[..first_block].iter().enumerate().find_map(|(at, (event, _))| match event {
        Event::Text(text) => {
            let (before, rest) = text.split_once("{#")?;
            let (id, after) = rest.split_once('}')?;
            Some((at, before.trim_end().to_owned(), id.to_owned(), after.trim_start().to_owned()))
        }
        _ => None,
    });
    let Some((at, before, id, after)) = marker else {
        let line = span.start..inline.first().map_or(span.end, |(_, span)| span.end);
        reporter.error(
            line,
            "the step has no id",
            "end its first line with a permanent id such as `{#build}`: ticked steps are remembered by it",
        );
        return None;
    };
    let id: PartId = match id.parse() {
        Ok(id) => id,
        Err(error) => {
            let error: crate::ids::InvalidSlug = error;
            reporter.error(inline[at].1.clone(), error.to_string(), "an id looks like `{#build}`");
            return None;
        }
    };
    let mut title: Vec<Spot<'_>> = inline[..at].to_vec();
    title.push((Event::Text(before.into()), inline[at].1.clone()));
    let (title_html, title) = renderer.inline_events(&title, reporter);
    if title.is_empty() {
        reporter.error(
            span.clone(),
            "the step has no title",
            "say in a few words what the step does, before its id",
        );
        return None;
    }

    // what follows the marker in the same paragraph belongs to the body
    let rest: Vec<Spot<'_>> = inline[at + 1..first_block]
        .iter()
        .skip_while(|(event, _)| after.is_empty() && matches!(event, Event::SoftBreak | Event::HardBreak))
        .cloned()
        .collect();
    let mut body: Vec<Spot<'_>> = Vec::with_capacity(item.len());
    if !after.is_empty() || !rest.is_empty() {
        body.push((Event::Start(Tag::Paragraph), span.clone()));
        body.push((Event::Text(after.into()), span.clone()));
        body.extend(rest);
        body.push((Event::End(TagEnd::Paragraph), span.clone()));
    }
    let after_block = first_block + usize::from(in_paragraph);
    body.extend(inline.get(after_block..).unwrap_or_default().iter().cloned());
    let html = renderer.blocks(&body, reporter).html;
    Some(Step { id, title: title.into(), title_html: title_html.into(), html: html.into() })
}

/// The section's `### Question? {#id}` headings, each with the answer below it.
pub fn follow_ups(
    section: &Section<'_, '_>,
    renderer: &mut MarkdownRenderer<'_>,
    reporter: &mut Reporter<'_>,
) -> Vec<FollowUp<'static>> {
    let events = section.events;
    let is_question =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H3, .. }));
    let starts: Vec<usize> = (0..events.len()).filter(|&at| is_question(&events[at].0)).collect();
    if starts.first() != Some(&0) {
        reporter.error(
            section.heading.clone(),
            "the section must begin with a follow-up question",
            "write each as `### Question? {#id}` with its answer below",
        );
    }
    let mut found: Vec<FollowUp<'static>> = Vec::new();
    for (n, &start) in starts.iter().enumerate() {
        let (Event::Start(Tag::Heading { id, .. }), span) = &events[start] else { continue };
        let stop = starts.get(n + 1).copied().unwrap_or(events.len());
        let title_length = events[start..stop]
            .iter()
            .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))))
            .count();
        let (ask_html, ask) = renderer.inline_events(&events[start + 1..start + title_length], reporter);
        let answer = renderer.blocks(&events[start + title_length + 1..stop], reporter);
        if answer.text.is_empty() {
            reporter.error(
                span.clone(),
                "the follow-up question has no answer",
                "add a short model answer below it",
            );
        }
        let id = match id {
            Some(id) => id.to_string(),
            None => {
                let guess = slugify(&ask);
                let message = "the follow-up question has no id";
                reporter.error(
                    span.clone(),
                    message,
                    format!("end the line with a permanent id such as `{{#{guess}}}`"),
                );
                continue;
            }
        };
        match id.parse::<PartId>() {
            Ok(id) if found.iter().any(|earlier| earlier.id == id) => {
                let message = format!("a second follow-up question with the id `{id}`");
                reporter.error(span.clone(), message, "an id names one question for good: choose another");
            }
            Ok(id) => found.push(FollowUp {
                id,
                ask: ask.into(),
                ask_html: ask_html.into(),
                answer_html: answer.html.into(),
            }),
            Err(error) => reporter.error(span.clone(), error.to_string(), "an id looks like `{#retries}`"),
        }
    }
    found
}

/// The index of the event that ends what the first one starts.
fn matching_end(events: &[Spot<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    events.len().saturating_sub(1)
}

/// The insides of a list's items, with the place of each.
fn items<'e, 'a>(list: &'e [Spot<'a>]) -> Vec<(&'e [Spot<'a>], Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < list.len() {
        let length = matching_end(&list[at..]);
        found.push((&list[at + 1..at + length], list[at].1.clone()));
        at += length + 1;
    }
    found
}

#[cfg(test)]
mod tests;
