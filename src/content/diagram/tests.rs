use quick_xml::Reader;
use quick_xml::events::Event;

use super::sizes::{GROUP_PADDING, GROUP_TITLE_HEIGHT, title_width};
use super::*;

const META: DiagramMeta<'static> = DiagramMeta {
    title: "A <b>VPC</b> & its \"subnets\"",
    description: "Two zones, each with a public and a private subnet.",
    id_prefix: "vpc-core-1",
};

const VPC: &str = "\
flowchart BT
  %% routes climb towards the internet
  net([Internet])
  subgraph vpc [VPC 10.0.0.0/16]
    igw[Internet gateway]:::accent
    subgraph aza [Availability Zone A]
      subgraph puba [Public 10.0.0.0/24]
        nata[NAT gateway]
      end
      subgraph pria [Private 10.0.10.0/24]
        appa[App servers]
      end
    end
    subgraph azb [Availability Zone B]
      subgraph pubb [Public 10.0.1.0/24]
        natb[NAT gateway]
      end
      subgraph prib [Private 10.0.11.0/24]
        appb[App servers]
      end
    end
  end
  appa -->|0.0.0.0/0| nata
  appb -->|0.0.0.0/0| natb
  nata -->|0.0.0.0/0| igw
  natb -->|0.0.0.0/0| igw
  igw <--> net
";

const REQUEST: &str = "\
flowchart TB
  client([Client])
  subgraph api [API Gateway]
    auth[Authoriser]
    throttle[Throttle]
  end
  fn[\"Lambda (arm64)\"]:::accent
  q[(Orders queue)]
  old{Old path?}:::muted
  client -->|HTTPS| auth --> throttle ==> fn
  fn -->|SendMessage| q
  q -.->|\"after 5 receives | or so\"| dlq[(Dead-letter<br>queue)]
  q --- old
";

/// Every element of a well-formed document, as its name and its attributes.
fn elements(svg: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(svg);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let attributes = tag
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.expect("a well-formed attribute");
                        let key = attribute.key.as_ref().to_owned();
                        (key, attribute.value.into_owned())
                    })
                    .collect();
                found.push((name, attributes));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn values<'e>(
    elements: &'e [(String, Vec<(String, String)>)],
    attribute: &'e str,
) -> impl Iterator<Item = &'e str> {
    elements
        .iter()
        .flat_map(|(_, attributes)| attributes)
        .filter(move |(key, _)| key == attribute)
        .map(|(_, value)| value.as_str())
}

fn failure(source: &str) -> DiagramError {
    render(source, &META).expect_err("the source is broken")
}

#[test]
fn pictures_follow_the_theme_and_carry_no_code() {
    for source in [VPC, REQUEST] {
        let elements = elements(&render(source, &META).expect("a valid diagram"));
        let allowed = ["svg", "title", "desc", "g", "rect", "path", "text"];
        assert!(elements.iter().all(|(name, _)| allowed.contains(&name.as_str())));
        assert_eq!(values(&elements, "style").count(), 0);
        let colours: Vec<_> = values(&elements, "fill").chain(values(&elements, "stroke")).collect();
        assert!(colours.iter().all(|colour| ["none", "currentColor"].contains(colour)));
        assert!(values(&elements, "class").all(|class| class.starts_with("dg")));
    }
}

#[test]
fn pictures_are_named_and_described() {
    let svg = render(VPC, &META).expect("a valid diagram");
    assert!(svg.contains("role=\"img\""));
    assert!(svg.contains("viewBox=\"0 0 "));
    assert!(svg.contains("A &lt;b&gt;VPC&lt;/b&gt; &amp; its"));
    assert!(svg.contains(META.description));

    let elements = elements(&svg);
    let ids: Vec<_> = values(&elements, "id").collect();
    assert_eq!(ids, ["vpc-core-1-title", "vpc-core-1-desc"]);
    assert_eq!(values(&elements, "aria-labelledby").collect::<Vec<_>>(), [ids[0]]);
    assert_eq!(values(&elements, "aria-describedby").collect::<Vec<_>>(), [ids[1]]);
}

#[test]
fn every_part_of_the_source_is_drawn() {
    let svg = render(VPC, &META).expect("a valid diagram");
    assert_eq!(svg.matches("class=\"dg-group\"").count(), 7);
    assert_eq!(svg.matches("class=\"dg-node").count(), 6);
    assert_eq!(svg.matches("class=\"dg-node dg-accent\"").count(), 1);
    assert_eq!(svg.matches("class=\"dg-edge\"").count(), 5);
    assert_eq!(svg.matches("class=\"dg-arrow\"").count(), 6);
    assert_eq!(svg.matches(">0.0.0.0/0<").count(), 4);

    let svg = render(REQUEST, &META).expect("a valid diagram");
    for words in
        [">Lambda (arm64)<", ">Dead-letter<", ">queue<", ">after 5 receives | or so<", ">API Gateway<"]
    {
        assert!(svg.contains(words), "{words} is missing");
    }
    for class in ["dg-edge dg-accent", "dg-edge dg-dashed", "dg-node dg-muted"] {
        assert_eq!(svg.matches(class).count(), 1, "{class}");
    }
}

#[test]
fn groups_enclose_what_belongs_to_them() {
    let mut diagram = Parser::parse(VPC).expect("valid");
    diagram.lay_out().expect("a layout");
    diagram.make_room();
    for index in 0..diagram.groups.len() {
        let inside = diagram.content_box(index);
        let group = &diagram.groups[index];
        assert!(inside.left - group.left >= GROUP_PADDING - 0.2, "{}", group.id);
        assert!(group.right - inside.right >= GROUP_PADDING - 0.2, "{}", group.id);
        assert!(group.bottom - inside.bottom >= GROUP_PADDING - 0.2, "{}", group.id);
        assert!(inside.top - group.top >= GROUP_TITLE_HEIGHT - 0.2, "{}", group.id);
        assert!(group.right - group.left >= title_width(&group.title), "{}", group.id);
    }
    for (index, a) in diagram.nodes.iter().enumerate() {
        for b in &diagram.nodes[index + 1..] {
            let apart_x = (a.centre.x - b.centre.x).abs() >= f64::midpoint(a.width, b.width);
            let apart_y = (a.centre.y - b.centre.y).abs() >= f64::midpoint(a.height, b.height);
            assert!(apart_x || apart_y, "{} and {} overlap", a.id, b.id);
        }
    }
}

#[test]
fn the_same_source_gives_the_same_picture() {
    for source in [VPC, REQUEST] {
        let first = render(source, &META).expect("valid");
        assert!((0..10).all(|_| render(source, &META).as_ref() == Ok(&first)));
    }
}

#[test]
fn errors_name_the_line() {
    let cases = [
        ("", 1, "empty"),
        ("graph TB\na[A]", 1, "starts with"),
        ("%% words\n\nflowchart XX", 3, "starts with"),
        ("flowchart TB", 1, "no nodes"),
        ("flowchart TB\na[A]\na --> b", 3, "b has no label"),
        ("flowchart TB\na[A]\na[B]", 3, "label already"),
        ("flowchart TB\na[A", 2, "not closed"),
        ("flowchart TB\na[\"A]", 2, "not closed"),
        ("flowchart TB\na[A (b)]", 2, "inside a label"),
        ("flowchart TB\na[ <br> ]", 2, "empty"),
        ("flowchart TB\na[A] ->> b[B]", 2, "expected an edge"),
        ("flowchart TB\na[A] -->", 2, "leads nowhere"),
        ("flowchart TB\na[A] --> a", 2, "itself"),
        ("flowchart TB\n--> a[A]", 2, "expected an id"),
        ("flowchart TB\na[A]:::red", 2, "unknown class"),
        ("flowchart TB\na[A]\nend", 3, "end without"),
        ("flowchart TB\nsubgraph g [G]\na[A]", 2, "not closed"),
        ("flowchart TB\na[A]\nsubgraph g [G]\nend", 3, "is empty"),
        ("flowchart TB\nsubgraph g\na[A]\nend", 2, "no title"),
        ("flowchart TB\nsubgraph g [G]\na[A]\nend\nb[B] --> g", 5, "g is a group"),
        ("flowchart TB\na[A]\nstyle a fill:red", 3, "not part of"),
        ("flowchart TB\na[A\u{7}]", 2, "control character"),
    ];
    for (source, line, message) in cases {
        let error = failure(source);
        assert_eq!(error.line, Some(line), "{source:?}: {error}");
        assert!(error.message.contains(message), "{source:?}: {error}");
        assert!(!error.hint.is_empty());
        assert!(error.to_string().starts_with(&format!("line {line}: ")));
    }
}

#[test]
fn work_is_bounded() {
    let long = format!("flowchart TB\na[A]\n{}", "%% words\n".repeat(1_000));
    assert!(failure(&long).message.contains("bytes"));

    let nodes: Vec<_> = (0..=MAX_NODES).map(|n| format!("n{n}[N]")).collect();
    assert!(failure(&format!("flowchart TB\n{}", nodes.join("\n"))).message.contains("too many nodes"));

    let edges = "a --> b\n".repeat(MAX_EDGES + 1);
    assert!(failure(&format!("flowchart TB\na[A]\nb[B]\n{edges}")).message.contains("too many edges"));

    let deep: Vec<_> = (0..=MAX_DEPTH).map(|n| format!("subgraph g{n} [G]")).collect();
    assert!(failure(&format!("flowchart TB\n{}", deep.join("\n"))).message.contains("too many groups"));

    let label = "x".repeat(MAX_LABEL + 1);
    assert!(failure(&format!("flowchart TB\na[{label}]")).message.contains("characters long"));
}

#[test]
fn the_largest_diagram_fits_the_budget() {
    let mut lines = vec!["flowchart TB".to_owned()];
    for node in 0..MAX_NODES {
        // Ten groups in five pairs, one inside the other, with four nodes each.
        if node % 4 == 0 {
            lines.push(format!("subgraph g{node} [Group {node}]"));
        }
        lines.push(format!("n{node}[Node {node}]"));
        if node % 8 == 7 {
            lines.extend(["end".to_owned(), "end".to_owned()]);
        }
    }
    for edge in 0..MAX_EDGES {
        let (from, to) = (edge * 7 % MAX_NODES, (edge * 11 + 3) % MAX_NODES);
        if from != to {
            lines.push(format!("n{from} -->|e{edge}| n{to}"));
        }
    }
    render(&lines.join("\n"), &META).expect("a large diagram");
}

#[test]
fn no_input_panics() {
    // Every prefix, and every single character left out or replaced.
    for source in [VPC, REQUEST] {
        let cuts: Vec<_> = source.char_indices().map(|(at, _)| at).collect();
        for (step, &at) in cuts.iter().enumerate() {
            if step % 5 == 0 {
                let _ = render(&source[..at], &META);
                for put in ["", "]", "\"", "é", "-->", "\nend\n"] {
                    let _ = render(&format!("{}{put}{}", &source[..at], &source[at + 1..]), &META);
                }
            }
        }
    }
}

#[test]
fn names_and_ids_are_checked() {
    for meta in [
        DiagramMeta { title: " ", ..META },
        DiagramMeta { description: "", ..META },
        DiagramMeta { title: "a\u{0}b", ..META },
        DiagramMeta { id_prefix: "", ..META },
        DiagramMeta { id_prefix: "1a", ..META },
        DiagramMeta { id_prefix: "a\"b", ..META },
    ] {
        assert_eq!(render(VPC, &meta).expect_err("unusable").line, None);
    }
}

#[test]
fn the_info_line_gives_title_and_description() {
    assert_eq!(DiagramInfo::parse("bash"), Ok(None));
    assert_eq!(DiagramInfo::parse("diagrams title=\"x\""), Ok(None));
    let info = DiagramInfo::parse("diagram  title=\"A VPC\" description=\"Two zones, a=b.\" ");
    let expected = DiagramInfo { title: "A VPC".to_owned(), description: "Two zones, a=b.".to_owned() };
    assert_eq!(info, Ok(Some(expected)));
    for broken in [
        "diagram",
        "diagram title=\"x\"",
        "diagram title=x description=\"y\"",
        "diagram title=\"x\" title=\"y\"",
        "diagram title=\"x\" description=\"y",
        "diagram title=\"x\" width=\"3\" description=\"y\"",
    ] {
        assert!(DiagramInfo::parse(broken).is_err(), "{broken}");
    }
}
