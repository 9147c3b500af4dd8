use chainrule::Tensors;

#[derive(Tensors)]
#[repr(C)]
pub struct Scale<const N: usize, T = f32> {
    pub factors: [T; N],
    pub name: String,
}

fn main() {}
