use chainrule::Tensors;

#[derive(Tensors)]
#[repr(C)]
pub enum Scale<T = f32> {
    One(T),
}

fn main() {}
