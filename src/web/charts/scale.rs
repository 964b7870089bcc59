//! From numbers to positions.

/// A vertical axis from zero up.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The number at the top.
    pub top: f64,
    /// Between two ticks.
    pub step: f64,
    height: f64,
}

impl Scale {
    pub fn new(top: f64, step: f64, height: f64) -> Self {
        Self { top, step, height }
    }

    /// An axis that reaches a number in at most four steps of 1, 2 or 5 times a power of ten.
    pub fn reaching(most: f64, height: f64) -> Self {
        let rough = (most / 4.0).max(1.0);
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * power);
        Self { top: step * (most / step).ceil().max(1.0), step, height }
    }

    /// How high a number reaches, in pixels; at most to the top.
    pub fn length(&self, number: f64) -> f64 {
        tenth(self.height * (number / self.top).clamp(0.0, 1.0))
    }

    /// The numbers to mark, zero among them.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let Self { top, step, .. } = *self;
        (0..).map(move |n| f64::from(n) * step).take_while(move |tick| *tick <= top + step / 1000.0)
    }
}

/// To a tenth of a pixel: finer is not seen and makes pages longer.
pub fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_numbers() {
        let ticks = |most| Scale::reaching(most, 100.0).ticks().collect::<Vec<f64>>();
        assert_eq!(ticks(0.0), [0.0, 1.0]);
        assert_eq!(ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(31.0), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(ticks(1234.0), [0.0, 500.0, 1000.0, 1500.0]);
    }

    proptest! {
        #[test]
        fn every_number_fits_and_few_ticks_are_enough(most in 0_u32..5_000_000, part in 0.0_f64..1.0) {
            let scale = Scale::reaching(f64::from(most), 160.0);
            prop_assert!(scale.top >= f64::from(most));
            prop_assert!((2..=5).contains(&scale.ticks().count()));
            prop_assert!((0.0..=160.0).contains(&scale.length(f64::from(most) * part)));
        }
    }
}
