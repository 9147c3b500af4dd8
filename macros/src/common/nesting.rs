use proc_macro2::{TokenStream, TokenTree};

/// Returns whether an expression is so long or so deep that parsing it could overflow the stack.
pub(crate) fn is_too_long(stream: TokenStream) -> bool {
    const MOST_TOKENS: usize = 1000;
    const DEEPEST: usize = 50;
    let mut count = 0;
    let mut open = vec![(stream, 0)];
    while let Some((stream, depth)) = open.pop() {
        for tree in stream {
            count += 1;
            if count > MOST_TOKENS || depth > DEEPEST {
                return true;
            }
            if let TokenTree::Group(group) = tree {
                open.push((group.stream(), depth + 1));
            }
        }
    }
    false
}
