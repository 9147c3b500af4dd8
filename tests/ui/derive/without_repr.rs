use chainrule::Tensors;

#[derive(Tensors)]
pub struct Scale<const N: usize, T = f32> {
    pub factors: [T; N],
}

fn main() {}
