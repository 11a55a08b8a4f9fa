//! Several values of one figure.

/// Median, least and most, with two digits behind the point.
#[must_use]
pub fn summary(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.as_slice() {
        [] => "-".to_owned(),
        [one] => format!("{one:.2}"),
        [least, .., most] => format!("{:.2} ({least:.2}–{most:.2})", median(&sorted)),
    }
}

/// The median of sorted values.
#[must_use]
pub fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted {
        [] => f64::NAN,
        _ if sorted.len() % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}
