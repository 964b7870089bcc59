//! What Anki keeps as JSON: the note type, decks, the options of decks, the collection's configuration; and the HTML on
//! cards.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

use crate::practice::day::Calendar;
use crate::practice::learner::Learner;

/// The number of our note type, for good: Anki knows it again by it. Milliseconds, as Anki numbers things.
pub(super) const NOTE_TYPE: i64 = 1_795_305_600_000;
/// The deck above those of the topics. Anki knows decks by their names; the numbers hold within a package.
pub(super) const FIRST_DECK: i64 = 1_795_305_600_000;
/// The number of the options of our decks, for good.
const OPTIONS: i64 = 1_795_305_600_000;
/// When the note type was last changed, in seconds since 1970. Anki takes a newer one in the place of the one it has.
const NOTE_TYPE_CHANGED_AT_S: i64 = 1_795_305_600;

const NAME: &str = "Dryrun";
const FIELDS: [&str; 7] = ["Question", "Answer", "Key points", "Topic", "Level", "Id", "Link"];
const FRONT: &str = include_str!("front.html");
const BACK: &str = include_str!("back.html");
const STYLE: &str = include_str!("card.css");

pub(super) fn note_types() -> Value {
    let fields: Vec<Value> = (0..)
        .zip(FIELDS)
        .map(|(ord, name): (usize, _)| {
            json!({
                "name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20, "media": [],
                "description": "", "plainText": false, "collapsed": false, "excludeFromSearch": false
            })
        })
        .collect();
    let card = json!({
        "name": "Card 1", "ord": 0, "qfmt": FRONT, "afmt": BACK, "bqfmt": "", "bafmt": "", "did": null, "bfont": "",
        "bsize": 0
    });
    let note_type = json!({
        "id": NOTE_TYPE, "name": NAME, "type": 0, "mod": NOTE_TYPE_CHANGED_AT_S, "usn": -1, "sortf": 0, "did": null,
        "tmpls": [card], "flds": fields, "css": STYLE, "latexPre": "", "latexPost": "", "latexsvg": false,
        "req": [[0, "any", [0]]], "tags": [], "vers": []
    });
    keyed([(NOTE_TYPE, note_type)])
}

/// The number of the deck of a topic, by its place among those of the package.
pub(super) fn topic_deck(place: usize) -> i64 {
    i64::try_from(place).map_or(FIRST_DECK, |place| FIRST_DECK + 1 + place)
}

/// "Dryrun" and one deck below it for each topic.
pub(super) fn decks<'t>(topics: impl Iterator<Item = &'t str>, now: Timestamp) -> Value {
    let deck = |id: i64, name: &str, options: i64| {
        json!({
            "id": id, "name": name, "mod": now.as_second(), "usn": -1, "lrnToday": [0, 0], "revToday": [0, 0],
            "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false, "browserCollapsed": false, "desc": "",
            "dyn": 0, "conf": options, "extendNew": 0, "extendRev": 0
        })
    };
    // every collection has a deck 1, and here nothing is in it
    let fixed = [(1, deck(1, "Default", 1)), (FIRST_DECK, deck(FIRST_DECK, NAME, OPTIONS))];
    let of_topics = (0..).zip(topics).map(|(place, title): (usize, _)| {
        // two colons would make a deck below a deck
        let name = format!("{NAME}::{}", title.replace("::", ":").replace('"', "'"));
        (topic_deck(place), deck(topic_deck(place), &name, OPTIONS))
    });
    keyed(fixed.into_iter().chain(of_topics))
}

/// The options of our decks: a person's settings, no learning steps (the first grade goes through FSRS), and as many
/// reviews as are due.
pub(super) fn options(learner: &Learner) -> Value {
    let settings = &learner.settings;
    let of = |id: i64, name: &str, steps: &Value, fsrs: &[f64]| {
        json!({
            "id": id, "name": name, "mod": 0, "usn": -1, "maxTaken": 600, "autoplay": true, "timer": 0,
            "replayq": true, "dyn": false,
            "new": {
                "bury": false, "delays": steps, "initialFactor": 2500, "ints": [1, 4, 0], "order": 1,
                "perDay": learner.new_per_day
            },
            "rev": {
                "bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": settings.maximum_interval(), "perDay": 9999,
                "hardFactor": 1.2, "fuzz": 0.05, "minSpace": 1
            },
            "lapse": {"delays": steps, "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
            "fsrsParams6": fsrs, "desiredRetention": plain(settings.desired_retention())
        })
    };
    let parameters: Vec<f64> = settings.parameters().iter().copied().map(plain).collect();
    keyed([
        (1, of(1, "Default", &json!([1.0, 10.0]), &[])),
        (OPTIONS, of(OPTIONS, NAME, &json!([]), &parameters)),
    ])
}

/// The configuration from which Anki counts the collection's days as the person's calendar does.
pub(super) fn configuration(calendar: &Calendar, created: Timestamp) -> Value {
    json!({
        "activeDecks": [1], "curDeck": 1, "curModel": NOTE_TYPE, "newSpread": 0, "collapseTime": 1200, "timeLim": 0,
        "estTimes": true, "dueCounts": true, "nextPos": 1, "sortType": "noteFld", "sortBackwards": false,
        "addToCur": true, "dayLearnFirst": false, "schedVer": 2, "sched2021": true, "fsrs": true,
        "creationOffset": calendar.minutes_west(created), "rollover": calendar.start_hour()
    })
}

/// A number as it reads, without the digits that only its binary form has.
pub(super) fn plain(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

fn keyed(items: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Object(items.into_iter().map(|(id, item)| (id.to_string(), item)).collect::<Map<_, _>>())
}

/// Plain text as HTML.
pub(super) fn as_html(text: &str) -> String {
    ammonia::clean_text(text).replace("&#32;", " ")
}

/// HTML of the site for a place outside of it: without pictures, classes and ids; links that lead within the site lead
/// to where it is, or nowhere when that is not known.
pub(super) fn standing_alone(html: &str, site: Option<&Url>) -> String {
    let relative = match site {
        Some(site) => ammonia::UrlRelative::RewriteWithBase(site.clone()),
        None => ammonia::UrlRelative::Deny,
    };
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .url_relative(relative)
        .rm_tags(["img", "map", "area"])
        .add_clean_content_tags(["svg"])
        .link_rel(Some("noopener noreferrer"));
    cleaner.clean(html).to_string().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_keeps_what_it_says_and_loses_what_only_the_site_has() {
        let html = "<p>See <a href=\"/questions/vpc#answer\" class=\"x\">VPC</a> <code>a&lt;b</code></p><figure><svg><text>box</text></svg></figure>\n";
        let site: Url = "https://dryrun.example.org".parse().unwrap();
        assert_eq!(
            standing_alone(html, Some(&site)),
            "<p>See <a href=\"https://dryrun.example.org/questions/vpc#answer\" rel=\"noopener noreferrer\">VPC</a> <code>a&lt;b</code></p><figure></figure>"
        );
        assert!(standing_alone(html, None).contains("<a rel=\"noopener noreferrer\">VPC</a>"));
        assert_eq!(
            as_html("Is 1 < 2 & \"so\"?").replace("&#34;", "&quot;"),
            "Is 1 &lt; 2 &amp; &quot;so&quot;?"
        );
    }
}
