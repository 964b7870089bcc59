//! The presets of mock interviews: those of the repository, and an operator's over them.

use dryrun::content::Mode;
use dryrun::ids::{BlueprintId, PersonId};
use dryrun::interview::session::Pace;
use dryrun::interview::sit::{self, Created, NewInterview, What};
use dryrun::interview::{Bank, Blueprint, Blueprints, store};
use dryrun::questions::Catalogue;
use dryrun::questions::search::Synonyms;

use crate::overlay::Overlay;
use crate::test_site::{Setup, TestSite, noon};

const OWN: &str =
    "title = \"Ours\"\nsummary = \"As we ask.\"\nminutes = 20\nquestions = 4\ntopics = [\"networking\"]\n";

fn id(text: &str) -> BlueprintId {
    text.parse().expect("an id")
}

fn find<'s>(site: &'s TestSite, name: &str) -> &'s Blueprint {
    site.synced
        .blueprints
        .iter()
        .find(|blueprint| blueprint.id == id(name))
        .unwrap_or_else(|| panic!("{name} is there"))
}

#[tokio::test]
async fn every_preset_makes_an_interview_from_the_bank_of_the_repository() {
    let site = TestSite::start().await;
    let blueprints = Blueprints::new(site.synced.blueprints.clone());
    let offered: Vec<(&str, u16)> =
        blueprints.iter().map(|blueprint| (blueprint.id.as_str(), blueprint.minutes)).collect();
    assert_eq!(
        offered,
        [
            ("warm-up", 10),
            ("serverless-screen", 15),
            ("networking", 30),
            ("devops-engineer", 45),
            ("solutions-architect", 45),
            ("weakest", 20)
        ]
    );
    site.behind_its_back("insert into people (id, created_at_s, seen_at_s) values (1, 0, 0)").await;
    let now_ms = u64::try_from(noon().as_millisecond()).expect("after 1970");
    let catalogue =
        Catalogue::load(&mut site.db().reader().await.expect("a reader")).await.expect("a catalogue");
    let synonyms = Synonyms::load(&mut site.db().reader().await.expect("a reader")).await.expect("synonyms");
    let synonyms = synonyms.for_coverage().expect("phrases with letters");
    let bank = Bank { catalogue: &catalogue, synonyms: &synonyms };
    for blueprint in blueprints.iter() {
        let mut tx = site.db().write().await.expect("the writer");
        let what = What::Preset(blueprint.clone());
        let new = NewInterview { what, mode: None, pace: Pace::Standard, seed: None };
        let created = sit::create(&mut tx, bank, PersonId(1), &new, now_ms).await;
        let Ok(Created::New(interview)) = created else { panic!("{}: {created:?}", blueprint.id) };
        let found =
            store::find(&mut tx, PersonId(1), interview, now_ms).await.expect("rows").expect("it is there");
        assert_eq!(found.sitting.terms().limit_ms, Some(u64::from(blueprint.minutes) * 60_000));
        assert_eq!((found.mode(), found.preset.as_ref()), (blueprint.mode, Some(&blueprint.id)));
        assert_eq!(found.is_shortened(), found.rounds.len() < usize::from(blueprint.questions));
        tx.commit().await.expect("a commit");
    }
}

#[tokio::test]
async fn a_folder_adds_presets_and_a_broken_one_makes_room_for_the_built_in_one() {
    let overlay = Overlay::new();
    overlay.write("blueprints/ours.toml", OWN);
    overlay.write(
        "blueprints/networking.toml",
        OWN.replace("questions = 4", "questions = 5\nmode = \"practice\""),
    );
    overlay.write("blueprints/warm-up.toml", OWN.replace("networking", "wires"));
    overlay.write("blueprints/Bad Name.toml", OWN);
    overlay.write("blueprints/notes.txt", "words");
    let site = Setup::new().overlay(&overlay).start().await;
    assert_eq!(find(&site, "ours").mode, Mode::Exam);
    assert_eq!((find(&site, "networking").questions, find(&site, "networking").mode), (5, Mode::Practice));
    assert_eq!(find(&site, "warm-up").title, "10-minute warm-up");
    let told: Vec<String> = site.synced.problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    let place = overlay.file("blueprints/warm-up.toml").display().to_string();
    for expected in [
        "Bad Name.toml:1:1: error: `Bad Name` is not a valid blueprint id",
        "notes.txt:1:1: warning: this is no content and is left out",
        &format!("{place}:5:11: error: unknown topic `wires`"),
    ] {
        assert!(told.iter().any(|problem| problem.contains(expected)), "{expected} in {told:#?}");
    }
    // nothing changed since, and they are there again
    let site = site.restart(Some(&overlay)).await;
    assert_eq!((site.synced.written, site.synced.problems.len()), (0, 3));
    assert_eq!(find(&site, "ours").minutes, 20);
}
