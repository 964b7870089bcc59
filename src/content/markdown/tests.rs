use scraper::{Html, Selector};

use super::*;
use crate::content::Severity;
use crate::content::sample::{QUESTION, assert_problems, parse as parse_question};

fn render(source: &str) -> (Prose, Vec<String>) {
    let mut colours = CodeColours::new();
    let mut reporter = Reporter::new("x.md", source);
    let prose = MarkdownRenderer::new(&mut colours).blocks(&parse(source, 0), &mut reporter);
    (prose, reporter.finish().iter().map(ToString::to_string).collect())
}

/// Renders what has no problem, for a look with CSS selectors.
fn page(source: &str) -> (Html, Prose) {
    let (prose, problems) = render(source);
    assert_eq!(problems, [] as [&str; 0], "{source}");
    (Html::parse_fragment(&prose.html), prose)
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    html.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

fn attribute<'a>(html: &'a Html, selector: &str, name: &str) -> Option<&'a str> {
    let selector = Selector::parse(selector).expect("a selector");
    html.select(&selector).next()?.value().attr(name)
}

#[test]
fn a_callout_is_a_quote_with_the_class_of_its_kind() {
    for kind in ["note", "tip", "important", "warning", "caution"] {
        let (html, prose) = page(&format!("> [!{}]\n> Mind the *gap*.\n", kind.to_uppercase()));
        assert_eq!(
            texts(&html, &format!("blockquote.markdown-alert-{kind} > p")),
            ["Mind the gap."],
            "{}",
            prose.html
        );
        assert!(!prose.html.contains("[!"), "{}", prose.html);
    }
}

#[test]
fn a_table_has_a_head_and_a_frame_that_scrolls_by_keyboard() {
    let (html, prose) = page("| status | ran |\n| --- | ---: |\n| 429 | no |\n| 504 | *maybe* |\n");
    assert_eq!(texts(&html, "div.table-frame[tabindex='0'] > table > thead th"), ["status", "ran"]);
    assert_eq!(texts(&html, "tbody td"), ["429", "no", "504", "maybe"]);
    assert_eq!(attribute(&html, ".table-frame", "role"), Some("region"));
    assert_eq!(texts(&html, "tbody td.align-right"), ["no", "maybe"]);
    assert!(!prose.html.contains("style="), "{}", prose.html);
    assert_eq!(prose.text, "status\nran\n429\nno\n504\nmaybe");
}

#[test]
fn the_empty_corner_of_a_table_is_not_announced_as_a_heading() {
    let (html, _) = page("| | Region | Zone |\n| --- | --- | --- |\n| count | many | more |\n");
    assert_eq!(texts(&html, "thead th"), ["Region", "Zone"]);
    assert_eq!(texts(&html, "thead tr > *"), ["", "Region", "Zone"]);
}

#[test]
fn a_footnote_links_to_its_text() {
    let (html, _) = page("Retries happen.[^aws]\n\n[^aws]: At least once.\n");
    let href = attribute(&html, "sup.footnote-reference a", "href").expect("a link to the note");
    assert_eq!(href, "#fn-aws");
    assert!(texts(&html, "#fn-aws")[0].contains("At least once."));
}

#[test]
fn code_is_coloured_by_elements_or_classes_and_escaped() {
    let languages = [
        ("bash", "for x in a b; do echo \"$x < 3\"; done"),
        ("hcl", "resource \"aws_vpc\" \"main\" { cidr_block = \"10.0.0.0/16\" }"),
        ("javascript", "export const handler = async () => \"<b>\";"),
        ("json", "{\"a\": [1, \"<b>\"]}"),
        ("python", "def handler(event): return \"<b>\""),
        ("yaml", "Type: AWS::Lambda::Function # <b>"),
    ];
    for (language, code) in languages {
        let (html, prose) = page(&format!("```{language}\n{code}\n```\n"));
        assert_eq!(
            texts(&html, &format!("div.code[data-language={language}] > pre[tabindex='0'] > code")),
            [code]
        );
        assert!(!texts(&html, "code span[class]").is_empty(), "{language} has colours: {}", prose.html);
        assert!(!prose.html.contains("style="), "{}", prose.html);
        assert_eq!(prose.text, "", "code is not said aloud");
    }
    let (html, prose) = page("```brainfuck\n+[<>]&\n```\n");
    assert_eq!(texts(&html, "div.code pre code"), ["+[<>]&"]);
    assert!(prose.html.contains("+[&lt;&gt;]&amp;"), "{}", prose.html);
    let (html, _) = page("```\"><script>\nx\n```\n");
    assert_eq!(texts(&html, "script"), [] as [&str; 0]);
    let (html, _) = page("    indented <code>\n");
    assert_eq!(texts(&html, "div.code pre code"), ["indented <code>"]);
}

#[test]
fn links_to_other_sites_are_marked_and_links_inside_are_not() {
    let (html, _) = page("[docs](https://docs.aws.amazon.com/?a=1&b=\"2\") [top](#answer) [home](/)");
    assert_eq!(texts(&html, "a.external[rel=noopener]"), ["docs"]);
    assert_eq!(attribute(&html, "a.external", "href"), Some("https://docs.aws.amazon.com/?a=1&b=\"2\""));
    assert_eq!(texts(&html, "a:not(.external)"), ["top", "home"]);
}

#[test]
fn what_the_site_does_not_print_is_an_error_at_its_place() {
    let passage = "Each version has an id of its own.";
    let image = "images are not supported";
    let html = "raw HTML is not allowed in content";
    assert_problems(
        Severity::Error,
        &[
            (passage, "Each ▸<b>version▸</b> has an id.", &[(html, "`backticks`"), (html, "`backticks`")]),
            (passage, "Before.\n\n▸<script>alert(1)</script>\n\nAfter.", &[(html, "write Markdown")]),
            (passage, "Look: ▸![a picture](https://example.com/x.png)", &[(image, "```diagram block")]),
            (
                passage,
                "See ▸[above](#nowhere).",
                &[("the page has no anchor `#nowhere`", "joined by hyphens")],
            ),
            (
                passage,
                "Go ▸[there](/\\example.com).",
                &[("the link `/\\example.com` leads nowhere on this site", "https://…")],
            ),
            (passage, "▸Kept for long.[^2]", &[("a footnote without its text", "[^name]: …")]),
            (passage, "> ▸[!NOPE]\n> Words.", &[("an unknown kind of callout", "CAUTION")]),
            (passage, "- ▸[ ] Do it.", &[("task lists are not supported", "plain steps")]),
            (
                passage,
                "▸[run](javascript:alert(1))",
                &[("the link `javascript:alert(1)` leads nowhere on this site", "https://…")],
            ),
            (passage, "▸[run](//example.com)", &[("the link `//example.com` leads nowhere", "https://…")]),
            (passage, "▸[run](data:text/html,x)", &[("leads nowhere", "https://…")]),
            (passage, "▸[run](other.md)", &[("the link `other.md` leads nowhere", "/questions/{id}")]),
            (passage, "▸[run](/questions/nowhere#answer)", &[("unknown question `nowhere`", "without .md")]),
            (
                "say: \"Versioning keeps every",
                "say: ▸▸\"<i>Versioning</i> keeps every",
                &[(html, ""), (html, "")],
            ),
        ],
    );
}

#[test]
fn anchors_are_unique_on_the_page_whatever_the_headings_are() {
    let headings = [
        "Limits",
        "Limits",
        "limits!",
        "Answer",
        "Quiz",
        "Help",
        "Toast",
        "On this page",
        "Step turn on",
        "Key point lifecycle",
        "Follow-up replication",
        "Quiz deleted",
        "Diagram 1",
        "Header search",
        "!!!",
        "I search",
        "Title {#x\"onclick=\"y}",
        "Other {#Über_Eck}",
    ];
    let nasty: String = headings.iter().map(|heading| format!("### {heading}\n\nWords.\n\n")).collect();
    let text = QUESTION.replace("### What it does not do\n", &format!("{nasty}### What it does not do\n"));
    let (entry, problems) = parse_question(&text, Severity::Warning);
    let entry = entry.unwrap_or_else(|| panic!("{problems:#?}"));
    let ids: Vec<&str> = entry.explanation.headings.iter().map(|heading| heading.id.as_ref()).collect();
    insta::assert_snapshot!(ids.join("\n"), @"
    limits
    limits-2
    limits-3
    answer-2
    quiz-2
    help-2
    toast-2
    on-this-page-2
    about-step-turn-on
    about-key-point-lifecycle
    about-follow-up-replication
    about-quiz-deleted
    about-diagram-1
    header-search-2
    section
    about-i-search
    x-onclick-y
    über-eck
    what-it-does-not-do
    ");
    let html = Html::parse_fragment(&entry.explanation.html);
    assert_eq!(texts(&html, "script"), [] as [&str; 0]);
    assert_eq!(attribute(&html, "h3#limits > a", "href"), Some("#limits"));
}

#[test]
fn a_diagram_has_a_title_a_description_and_no_style() {
    let (entry, _) = parse_question(QUESTION, Severity::Warning);
    let html = entry.expect("no problem").explanation.html;
    let page = Html::parse_fragment(&html);
    assert_eq!(texts(&page, "figure.diagram > figcaption"), ["A key with three versions"]);
    assert_eq!(texts(&page, "figure.diagram svg > title"), ["A key with three versions"]);
    assert_eq!(
        texts(&page, "figure.diagram svg > desc"),
        ["A key points at a delete marker, below which two older versions are kept."]
    );
    assert_eq!(attribute(&page, "svg", "role"), Some("img"));
    assert!(texts(&page, "svg text").iter().any(|text| text.contains("Delete marker")), "{html}");
    assert!(!html.contains("style="), "{html}");
}

#[test]
fn a_broken_diagram_is_an_error_on_its_line() {
    assert_problems(
        Severity::Error,
        &[
            (
                "  key([Key]) --> marker[Delete marker]:::muted\n",
                "▸  key([Key]) --> marker[Delete marker]:::purple\n",
                &[("diagram: unknown class", ":::accent")],
            ),
            ("flowchart TB\n", "▸sequenceDiagram\n", &[("diagram: ", "flowchart")]),
            (
                "```diagram title=\"A key with three versions\" description",
                "▸```diagram caption=\"A key\" description",
                &[("diagram: unknown attribute \"caption\"", "title=\"…\"")],
            ),
            (
                "```diagram title=\"A key with three versions\" description=\"A key points at a delete marker, below which two older versions are kept.\"",
                "▸```diagram title=\"A key\"",
                &[("diagram: the info line has no description", "description=\"…\"")],
            ),
        ],
    );
}
