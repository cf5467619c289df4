//! Tables of cases: what a figure is, and how it is shown.

use super::*;

#[test]
fn money_is_in_cents() {
    for (micros, expected) in [
        (0, "$0.00"),
        (1, "<$0.01"),
        (9_999, "<$0.01"),
        (10_000, "$0.01"),
        (14_999, "$0.01"),
        (15_000, "$0.02"),
        (3_412_070_000, "$3,412.07"),
        (999_995_000, "$1,000.00"),
        (1_234_567_890_000, "$1,234,567.89"),
        (-2_500_000, "-$2.50"),
        (i64::MAX, "$9,223,372,036,854.78"),
    ] {
        assert_eq!(cost(micros), expected, "{micros}");
    }
}

#[test]
fn money_at_an_axis_is_short() {
    for (micros, expected) in [
        (0, "$0"),
        (2_500, "$0.002"),
        (10_000, "$0.01"),
        (250_000, "$0.25"),
        (500_000, "$0.50"),
        (1_000_000, "$1"),
        (2_500_000, "$2.50"),
        (250_000_000, "$250"),
        (1_000_000_000, "$1k"),
        (1_250_000_000, "$1.2k"),
        (2_500_000_000_000, "$2.5M"),
    ] {
        assert_eq!(axis_cost(micros), expected, "{micros}");
    }
}

#[test]
fn counts_are_exact_and_then_short() {
    for (value, expected, whole) in [
        (0, "0", true),
        (7, "7", true),
        (1_234, "1,234", true),
        (99_999, "99,999", true),
        (100_000, "100k", false),
        (412_345, "412k", false),
        (999_499, "999k", false),
        (999_500, "1.00M", false),
        (1_204_000, "1.20M", false),
        (9_994_999, "9.99M", false),
        (9_995_000, "10.0M", false),
        (18_249_000_000, "18.2B", false),
        (1_500_000_000_000, "1.50T", false),
        (-412_345, "-412k", false),
    ] {
        let shown = count(value);
        assert_eq!(shown.text, expected, "{value}");
        assert_eq!(shown.exact, (!whole).then(|| exact(value)), "{value}");
    }
}

#[test]
fn a_column_has_one_unit_and_one_number_of_decimals() {
    for (values, expected) in [
        (vec![99_999, 5, 0], vec!["99,999", "5", "0"]),
        (vec![1_204_000, 412_345, 499], vec!["1,204k", "412k", "<1k"]),
        (vec![18_249_000, 412_345, 0], vec!["18.2M", "0.4M", "0"]),
        (vec![1_204_000_000, 180_000_000, 1], vec!["1,204M", "180M", "<1M"]),
        (vec![12_040_000_000, 950_000_000], vec!["12.0B", "1.0B"]),
    ] {
        let column = CountColumn::of(values.iter().copied());
        let shown: Vec<String> = values.iter().map(|value| column.show(*value).text).collect();
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_share_of_few_is_counted() {
    for (part, whole, expected) in [
        (0, 0, "–"),
        (3, 4, "3 of 4"),
        (19, 19, "19 of 19"),
        (13, 16, "13 of 16"),
        (16, 20, "80.0%"),
        (813, 1000, "81.3%"),
        (1, 100_000, "<0.1%"),
        (99_999, 100_000, ">99.9%"),
        (0, 100, "0.0%"),
        (100, 100, "100.0%"),
    ] {
        assert_eq!(share(part, whole), expected, "{part} of {whole}");
    }
}

#[test]
fn a_change_is_said_with_its_sign() {
    for (before, now, expected) in [
        (0, 5, None),
        (100, 112, Some("+12.0%")),
        (1000, 999, Some("−0.1%")),
        (100, 100, Some("±0.0%")),
        (100, 0, Some("−100.0%")),
        (1, 101, Some("+10,000.0%")),
    ] {
        assert_eq!(change(before, now).as_deref(), expected, "{before} to {now}");
    }
}

#[test]
fn a_duration_has_two_units_at_most() {
    for (micros, expected) in [
        (-5, "0.0 s"),
        (3_140_000, "3.1 s"),
        (59_990_000, "59.9 s"),
        (60_000_000, "1 min"),
        (2_880_000_000, "48 min"),
        (4_320_000_000, "1 h 12 min"),
        (273_600_000_000, "3 d 4 h"),
    ] {
        assert_eq!(duration(micros), expected, "{micros}");
    }
}

#[test]
fn a_rounded_figure_carries_the_exact_one() {
    assert_eq!(count(412_345).render().into_string(), r#"<span title="412,345">412k</span>"#);
}
