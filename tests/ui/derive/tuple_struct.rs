use chainrule::Tensors;

#[derive(Tensors)]
#[repr(C)]
pub struct Scale<const N: usize, T = f32>([T; N]);

fn main() {}
