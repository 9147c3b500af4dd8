/// Returns whether `name` is a misspelling of `known`, with at most two letters, and a third of
/// them, wrong. Names as short as `Elu` are excluded, since too many others are similar.
pub(crate) fn is_like(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_lowercase(), known.to_lowercase());
    let letters = name.chars().count().max(known.chars().count());
    letters > 3 && distance(&name, &known) <= (letters / 3).min(2)
}

/// How many letters are wrong at least: missing, too many, replaced, or exchanged with the next
/// (the optimal string alignment distance). A cell of the table compares two beginnings.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            table[i][j] = match (i, j) {
                (0, length) | (length, 0) => length,
                _ => {
                    let replaced = table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                    let exchanged = match i > 1 && j > 1 {
                        true if one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] => {
                            table[i - 2][j - 2] + 1
                        }
                        _ => replaced,
                    };
                    replaced.min(exchanged).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                }
            };
        }
    }
    table[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_are_those_of_strsim() {
        let names = [
            "",
            "a",
            "ab",
            "ba",
            "abc",
            "cab",
            "affine",
            "afifne",
            "affien",
            "afine",
            "relu",
            "rleu",
            "sigmoid",
            "sigmod",
            "softmaxwithloss",
            "softmaxloss",
            "größe",
            "grösse",
        ];
        for one in names {
            for other in names {
                assert_eq!(
                    distance(one, other),
                    strsim::osa_distance(one, other),
                    "{one}, {other}"
                );
            }
        }
    }
}
