/// Returns whether `name` is a misspelling of `known`, with at most two letters, and a third of
/// them, wrong. Names as short as `Elu` are excluded, since too many others are similar.
pub(crate) fn is_like(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_lowercase(), known.to_lowercase());
    let letters = name.chars().count().max(known.chars().count());
    letters > 3 && strsim::damerau_levenshtein(&name, &known) <= (letters / 3).min(2)
}
