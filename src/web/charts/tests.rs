use askama::Template;
use jiff::civil::date;
use proptest::prelude::*;
use scraper::{Html, Selector};

use super::*;
use crate::ids::TopicId;
use crate::practice::day::StudyDay;
use crate::practice::progress::{
    DueOn, Forecast, Month, MonthOfAnswers, MonthOfRetention, ReviewedOn, Share, TopicStrength, Year,
};

/// A page with all the charts.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "components/charts.html" as charts %}
{% call charts::year_chart(year) %}{% endcall %}
{% call charts::bar_chart(retention) %}{% endcall %}
{% call charts::bar_chart(times) %}{% endcall %}
{% call charts::bar_chart(forecast) %}{% endcall %}
{% call charts::strength_chart(strength) %}{% endcall %}"#
)]
struct Page {
    year: CalendarChart,
    retention: BarChart,
    times: BarChart,
    forecast: BarChart,
    strength: StrengthChart,
}

const TODAY: StudyDay = StudyDay(20_779); // 22 November 2026

fn busy_year() -> Year {
    let start = StudyDay::of(date(2026, 1, 1));
    let days = (0..365).map(|n| ReviewedOn { day: start.plus(n), answers: if n < 325 { n % 9 } else { 0 } });
    Year { year: 2026, days: days.collect() }
}

fn page() -> Page {
    let month = |month, young: (u32, u32), mature: (u32, u32)| MonthOfRetention {
        month: Month { year: 2026, month },
        young: Share { recalled: young.0, of: young.1 },
        mature: Share { recalled: mature.0, of: mature.1 },
    };
    let months = [month(9, (41, 50), (9, 10)), month(10, (0, 0), (0, 0)), month(11, (30, 40), (57, 60))];
    let times =
        [(9, Some(42_000), 60), (10, None, 0), (11, Some(31_400), 100)].map(|(month, median_ms, answers)| {
            MonthOfAnswers { month: Month { year: 2026, month }, median_ms, answers }
        });
    let days = (0..30).map(|n| DueOn { day: TODAY.plus(n), cards: (n * 7) % 13 }).collect();
    let (networking, storage) = ("networking".parse::<TopicId>(), "storage".parse::<TopicId>());
    let (networking, storage) = (networking.unwrap(), storage.unwrap());
    let strengths = [
        TopicStrength { topic: &storage, recall: 0.618, cards: 4 },
        TopicStrength { topic: &networking, recall: 0.934, cards: 17 },
    ];
    Page {
        year: year_chart(&busy_year(), TODAY),
        retention: retention_chart(&months, 0.9),
        times: answer_time_chart(&times),
        forecast: forecast_chart(&Forecast { overdue: 6, days, later: 40 }),
        strength: strength_chart(&strengths, |topic| format!("<{topic}>")),
    }
}

fn all(html: &Html, selector: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap())
        .map(|element| element.text().collect::<String>().trim().to_owned())
        .collect()
}

#[test]
fn every_chart_is_a_figure_with_a_picture_a_sentence_and_a_table() {
    let markup = page().render().unwrap();
    let html = Html::parse_fragment(&markup);
    let titles = ["The year", "True retention", "Time per answer", "What comes due", "Strength by topic"];
    assert_eq!(all(&html, "figure.chart > figcaption .chart-title"), titles);
    assert_eq!(all(&html, "figure.chart > details table").len(), titles.len());
    // a picture says what it is by the words beside it
    let images = Selector::parse("svg[role=img]").unwrap();
    for svg in html.select(&images) {
        for attribute in ["aria-labelledby", "aria-describedby"] {
            let id = svg.attr(attribute).unwrap();
            assert_eq!(all(&html, &format!("#{id}")).len(), 1, "{id}");
        }
    }
    assert_eq!(html.select(&images).count(), 4);
}

#[test]
fn no_chart_carries_a_style_that_the_content_security_policy_forbids() {
    let markup = page().render().unwrap();
    let html = Html::parse_fragment(&markup);
    assert!(all(&html, "[style], style, script, [fill], [stroke]").is_empty());
    // and words are escaped
    assert!(markup.contains("&#60;storage&#62;"), "{markup}");
}

#[test]
fn retention_shows_its_bars_the_target_and_the_same_numbers_in_words() {
    let page = page();
    let html = Html::parse_fragment(&page.render().unwrap());
    assert_eq!(
        all(&html, "#retention rect title"),
        ["Sep 2026, young: 82%", "Sep 2026, mature: 90%", "Nov 2026, young: 75%", "Nov 2026, mature: 95%"]
    );
    assert_eq!(
        all(&html, "#retention tbody tr:nth-child(3) > *"),
        ["Nov 2026", "75%", "40", "95%", "60", "87%"]
    );
    assert_eq!(all(&html, "#retention tbody tr:nth-child(2) > *")[1..], ["–", "0", "–", "0", "–"]);
    assert_eq!(
        all(&html, "#retention-summary"),
        ["In Nov 2026 you recalled 87% of 100 reviews; the target is 90%."]
    );
    // September's mature cards end at the target line
    let target = page.retention.target.unwrap();
    assert_eq!(page.retention.bars[1].y, target.y);
    assert!(page.retention.bars[0].y > target.y && page.retention.bars[3].y < target.y);
}

#[test]
fn the_forecast_puts_what_is_overdue_on_today() {
    let page = page();
    let html = Html::parse_fragment(&page.render().unwrap());
    let rows = all(&html, "#forecast tbody td");
    assert_eq!((rows.len(), rows[0].as_str(), rows[1].as_str()), (30, "6", "7"));
    let sum: u32 = rows.iter().map(|cards| cards.parse::<u32>().unwrap()).sum();
    assert!(page.forecast.caption.summary.starts_with(&format!("{sum} cards due in the next 30 days, 6 of")));
    assert_eq!(all(&html, "#forecast .chart-label")[..2], ["22 Nov", "27 Nov"]);
}

#[test]
fn the_year_has_a_square_a_day_and_a_number_in_the_table_for_each() {
    let page = page();
    let html = Html::parse_fragment(&page.render().unwrap());
    assert_eq!(all(&html, "#year svg[role=img] rect").len(), 365);
    assert_eq!(all(&html, "#year .day-future").len(), 39);
    let numbers = all(&html, "#year tbody td:not(:last-child)");
    let sum: u32 = numbers.iter().filter_map(|number| number.parse::<u32>().ok()).sum();
    assert_eq!(sum, busy_year().answers());
    // 2026 begins on a Thursday; Monday the 5th opens the second column
    let (first, fifth) = (&page.year.cells[0], &page.year.cells[4]);
    assert_eq!((first.x, first.y), (32, 18 + 3 * 13));
    assert_eq!((fifth.x, fifth.y), (45, 18));
    assert_eq!(
        page.year.cells[8],
        Cell { x: 45, y: 18 + 4 * 13, level: 4, future: false, text: "9 Jan: 8 answers".into() }
    );
}

#[test]
fn a_person_without_a_history_reads_so_instead_of_an_empty_picture() {
    let nothing = Forecast { overdue: 0, days: vec![DueOn { day: TODAY, cards: 0 }], later: 0 };
    let page = Page {
        year: year_chart(&Year { year: 2026, days: Vec::new() }, TODAY),
        retention: retention_chart(&[], 0.85),
        times: answer_time_chart(&[]),
        forecast: forecast_chart(&nothing),
        strength: strength_chart(&[], |topic| topic.to_string()),
    };
    let html = Html::parse_fragment(&page.render().unwrap());
    assert!(all(&html, "#retention svg, #answer-time svg, #forecast svg, #strength svg").is_empty());
    assert_eq!(all(&html, "#retention-summary"), ["No question has come back yet. The target is 85%."]);
    assert_eq!(all(&html, "#strength-summary"), ["No topic was practised yet."]);
}

proptest! {
    #[test]
    fn bars_stay_inside_their_picture(counts in prop::collection::vec(0_u32..100_000, 1..40), overdue in 0_u32..5_000) {
        let days = (0..).zip(&counts).map(|(n, &cards)| DueOn { day: TODAY.plus(n), cards }).collect();
        let chart = forecast_chart(&Forecast { overdue, days, later: 0 });
        for bar in &chart.bars {
            prop_assert!(bar.x >= chart.left && bar.x + bar.width <= chart.right);
            prop_assert!(bar.y >= 0.0 && (bar.y + bar.height - chart.floor).abs() < 0.2);
        }
        prop_assert!(chart.right <= chart.width && chart.floor < chart.height);
    }
}
