//! Classes as names, labels and one-hot rows.

use ndarray::Array2;

use super::error::Error;
use crate::kernels::scalar::Scalar;
use crate::network::input::Label;

/// Returns a one-hot row for each label, `samples × classes`: 1 for its class, 0 for the others.
///
/// A softmax takes labels as they are. Other losses need rows.
///
/// ```
/// use chainrule::data::one_hot;
/// use chainrule::ndarray::array;
///
/// assert_eq!(one_hot::<f32, _>(&[2, 0], 3)?, array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
/// # Ok::<(), chainrule::data::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Label`] for a label that is negative or not below `classes`.
pub fn one_hot<'t, T: Scalar, L: Label + 't>(
    labels: impl IntoIterator<Item = &'t L, IntoIter: ExactSizeIterator>,
    classes: usize,
) -> Result<Array2<T>, Error> {
    let labels = labels.into_iter();
    let mut rows = Array2::zeros((labels.len(), classes));
    for (sample, label) in labels.enumerate() {
        let label = label.class();
        match usize::try_from(label) {
            Ok(class) if class < classes => rows[(sample, class)] = T::one(),
            _ => return Err(Error::Label { sample, label, classes }),
        }
    }
    Ok(rows)
}

/// The names of classes in alphabetical order. The label of a class is its position, as with
/// scikit-learn's `LabelEncoder`.
///
/// ```
/// use chainrule::data::ClassNames;
///
/// let cultivars = ["Grignolino", "Barolo", "Grignolino", "Barbera"];
/// let names = ClassNames::of(&cultivars);
/// assert_eq!(names.as_slice(), ["Barbera", "Barolo", "Grignolino"]);
/// assert_eq!(names.encode(&cultivars)?, [2, 1, 2, 0]);
/// assert_eq!(names.name(1), Some("Barolo"));
/// # Ok::<(), chainrule::data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassNames(Vec<String>);

impl ClassNames {
    /// The different names among `names`, sorted by their code points.
    pub fn of(names: impl IntoIterator<Item = impl AsRef<str>>) -> ClassNames {
        let mut names: Vec<String> =
            names.into_iter().map(|name| name.as_ref().to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        ClassNames(names)
    }

    /// The label of each of `names`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownClass`] for a name that is not among the classes.
    pub fn encode(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<usize>, Error> {
        let label = |(sample, name): (usize, _)| self.label(sample, AsRef::as_ref(&name));
        names.into_iter().enumerate().map(label).collect()
    }

    fn label(&self, sample: usize, name: &str) -> Result<usize, Error> {
        let found = self.0.binary_search_by(|class| class.as_str().cmp(name));
        found.map_err(|_| Error::UnknownClass {
            sample,
            name: name.to_owned(),
            known: self.0.clone(),
        })
    }

    /// The name of a class, if there is one with this label.
    pub fn name(&self, label: usize) -> Option<&str> {
        self.0.get(label).map(String::as_str)
    }

    /// All names, by label.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// The number of classes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no classes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_out_of_range_are_errors() {
        let error = |label: i64, classes| one_hot::<f64, _>(&[0, label], classes).unwrap_err();
        assert_eq!(error(3, 3).to_string(), "expected a label below 3 for sample 1, found 3");
        assert!(matches!(error(-1, 3), Error::Label { sample: 1, label: -1, classes: 3 }));
        assert!(matches!(error(0, 0), Error::Label { sample: 0, label: 0, classes: 0 }));
        assert_eq!(one_hot::<f32, u8>(&[], 2).unwrap().dim(), (0, 2));
    }

    #[test]
    fn names_are_sorted_as_scikit_learn_sorts_them() {
        // LabelEncoder().fit(["b", "B", "ä", "a", "b", "", "10", "9"]).classes_
        let names = ClassNames::of(["b", "B", "ä", "a", "b", "", "10", "9"]);
        assert_eq!(names.as_slice(), ["", "10", "9", "B", "a", "b", "ä"]);
        let labels = names.encode(names.as_slice()).unwrap();
        assert!(labels.into_iter().eq(0..names.len()));
        assert_eq!((names.name(3), names.name(7)), (Some("B"), None));
        assert!(ClassNames::of([""; 0]).is_empty());
    }

    #[test]
    fn unknown_names_are_errors() {
        let names = ClassNames::of(["a", "b", "c", "d", "e", "f"]);
        assert_eq!(
            names.encode(["a", "x"]).unwrap_err().to_string(),
            "expected one of the class names `a`, `b`, `c`, `d`, `e`, …, found `x` for sample 1"
        );
        let names = ClassNames::of(["a", "b"]);
        assert_eq!(
            names.encode(["A"]).unwrap_err().to_string(),
            "expected one of the class names `a`, `b`, found `A` for sample 0"
        );
    }
}
