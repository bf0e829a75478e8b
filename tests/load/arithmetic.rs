//! The little arithmetic that figures are made with.

/// The middle value; of an even count, the mean of the two in the middle; 0 of none.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len() % 2 == 1 || values.is_empty() { at(middle) } else { f64::midpoint(at(middle - 1), at(middle)) }
}

/// A quotient, 0 when there is nothing to divide by.
pub(crate) fn per(value: f64, by: f64) -> f64 {
    if by > 0.0 { value / by } else { 0.0 }
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts and microseconds here are far below 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{median, per};

    #[test]
    fn the_median_is_the_middle() {
        for (values, expected) in
            [(vec![], 0.0), (vec![3.0], 3.0), (vec![9.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0, 2.0, 9.0], 3.0)]
        {
            assert!((median(values.into_iter()) - expected).abs() < f64::EPSILON);
        }
        assert!(per(1.0, 0.0).abs() < f64::EPSILON);
    }
}
