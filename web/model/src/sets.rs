//! The digits to train on, and those held out.

use crate::digits::{self, Digits};
use crate::error::Error;
use crate::image::{Image, from_bytes};

/// Images and the digits in them.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    pub images: Vec<Image>,
    pub labels: Vec<u8>,
}

impl From<Digits> for Samples {
    fn from(digits: Digits) -> Samples {
        Samples { images: digits.pixels.iter().map(from_bytes).collect(), labels: digits.labels }
    }
}

/// The digits to train on (1,437), and those held out (360).
#[derive(Clone, Debug, Default)]
pub struct Sets {
    pub training: Samples,
    pub held_out: Samples,
}

impl Sets {
    /// Unpacks all digits.
    ///
    /// # Errors
    ///
    /// [`Error::Shipped`] if they were damaged when the page was built.
    pub fn load() -> Result<Sets, Error> {
        let (training, held_out) = digits::load()?;
        Ok(Sets { training: training.into(), held_out: held_out.into() })
    }
}
