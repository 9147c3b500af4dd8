use chainrule::Tensors;

#[derive(Tensors)]
#[repr(C)]
pub struct Scale<T, U> {
    pub factors: [T; 3],
    pub others: [U; 3],
}

fn main() {}
