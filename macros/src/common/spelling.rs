/// Whether `name` is `known` with a few letters wrong, a third at most. Of names
/// as short as `Elu` there are too many others.
pub(crate) fn is_like(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_lowercase(), known.to_lowercase());
    let letters = name.chars().count().max(known.chars().count());
    letters > 3 && 3 * strsim::damerau_levenshtein(&name, &known) <= letters
}
