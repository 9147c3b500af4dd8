//! Data for all programs here: noise from which the class can be learned.

pub const SAMPLES: usize = 1000;
pub const FEATURES: usize = 784;
pub const CLASSES: usize = 10;

/// Samples, concatenated, and their classes.
pub fn samples() -> (Vec<f32>, Vec<u8>) {
    let labels: Vec<u8> = (0..SAMPLES).map(|sample| (sample % CLASSES) as u8).collect();
    let mut noise = Noise(1);
    let mut samples = Vec::with_capacity(SAMPLES * FEATURES);
    for &label in &labels {
        let signal = |feature| if feature % CLASSES == usize::from(label) { 0.2 } else { 0.0 };
        samples.extend((0..FEATURES).map(|feature| noise.next() + signal(feature)));
    }
    (samples, labels)
}

/// A linear congruential generator, so that no program depends on a crate for it.
struct Noise(u64);

impl Noise {
    /// A number from 0 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }
}
