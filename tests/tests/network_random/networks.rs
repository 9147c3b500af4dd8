//! Random networks, written by `generator.rs`: see `network_random.rs`.

use chainrule::network;

use super::my::{Glu, PRelu};
use super::{Case, Passes, Softsign};

const N2: usize = 2;
const N3: usize = 3;
const N4: usize = 4;
const N5: usize = 5;
const N6: usize = 6;
const N9: usize = 9;
const N10: usize = 10;
const N11: usize = 11;
const N12: usize = 12;

network! {
    struct Net0Inner0 = Input(4) -> PRelu(4) -> Elu(0.6) -> layer_1: PRelu(4) -> layer_2: Affine(4, 6) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]);
}

network! {
    struct Net0 {
        input x0: [4];
        let v0 = concat(x0, x0, (x0 -> Affine(4, 5))) -> layer_1: Affine(13);
        let v1 = x0 -> Affine(5) -> Elu(0.6) -> Affine(5, 4) -> net_2: Net0Inner0;
        let v2 = concat((v1 -> Affine(N5)), (x0 -> Affine(N4, 5) -> Sigmoid)) -> layer_3: Glu(10, 4);
        let v3 = (v2 -> Affine(4) -> Elu) -> net_2 -> repeat 1 { Affine(6, 6) -> HardTanh };
        let v4 = concat(v2, v2, v0) -> Affine(4) -> net_2 -> Affine(6, 4) -> net_4: Net0Inner0;
        (v3 + v4) -> Gelu -> Affine(5) => Huber
    }
}

network! {
    struct Net1Inner1Inner1 {
        input x0: [2];
        input x1: [3];
        input x2: [2];
        let v0 = x0 -> layer_1: BatchNorm -> layer_1;
        let v1 = (x0 * v0 + (x2 -> Affine(2, 2))) -> PRelu(N2);
        let v2 = concat(x0, x2, x0) -> Affine(N4);
        let v3 = (v1 * x0) -> Glu(2, 4) -> Glu(4, 4);
        let v4 = concat((v1 -> Affine(2)), v3, x0) -> Affine(2) -> layer_1 -> BatchNorm -> layer_2: BatchNorm;
        concat(x1, v2, v4) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net1Inner1 {
        input x0: [3];
        input x1: [6];
        let v0 = (x0 -> Affine(N3) -> HardTanh) -> BatchNorm -> layer_1: LayerNorm;
        let v1 = concat(x1, v0) -> Sigmoid;
        let v2 = (x0 -> Affine(N3, 3)) -> layer_2: LayerNorm -> Affine(3, 7) -> net_3: Net1Inner1Inner1 -> Affine(3);
        let v3 = ((x0 -> Affine(3) -> Elu(0.6)) * v2 + x0) -> Gelu -> LayerNorm -> Affine(3, 3);
        (v1 -> HardTanh -> layer_4: LayerNorm, v3 -> PRelu(3)) => (0.5 * Huber(0.4), Huber)
    }
}

network! {
    struct Net1 = Input(5) -> Affine(5, 9) -> net_1: Net1Inner1 -> LayerNorm -> Affine(9) -> net_1 -> Affine(N12, 9) -> net_1 -> Silu -> Affine(2) -> layer_2: Glu(2, 5) => BinaryCrossEntropy;
}

network! {
    struct Net2Inner0Inner0 = Input(6) -> repeat 1 { Affine(6) -> Elu(0.6) } -> layer_1: LayerNorm -> Affine(6, 6) -> map Softsign -> layer_2: PRelu(6) -> layer_2 -> layer_2 => Huber;
}

network! {
    struct Net2Inner0Inner1 = Input(5) -> Glu(5, 3) -> repeat 2 { Affine(3) -> LeakyRelu } => BinaryCrossEntropy;
}

network! {
    struct Net2Inner0 {
        input x0: [2];
        let v0 = (x0 * x0) -> Elu -> Sigmoid -> Affine(2, 5) -> net_1: Net2Inner0Inner1;
        let v1 = (x0 * (v0 -> Affine(2) -> Elu(0.6)) + x0) -> layer_2: BatchNorm -> Affine(N6) -> net_3: Net2Inner0Inner0 -> Affine(2) -> layer_2;
        v1 -> Affine(2, 2) => BinaryCrossEntropy
    }
}

network! {
    struct Net2 {
        input x0: [5];
        input x1: [6];
        input x2: [5];
        let v0 = ((x1 -> Affine(6, 6) -> HardTanh) * x1) -> Affine(6) -> PRelu(6) -> Affine(5);
        let v1 = x2 -> layer_1: Affine(N5, 6) -> Affine(2) -> net_2: Net2Inner0;
        let v2 = (x1 * x1) -> layer_3: Affine(6, 6) -> Affine(5) -> Affine(N6) -> layer_3;
        let v3 = v0 -> layer_4: Affine(6);
        concat(x0, v1, v2, v3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net3 = Input(6) -> LayerNorm -> Affine(3) => BinaryCrossEntropy;
}

network! {
    struct Net4 = Input(4) -> layer_1: Glu(4, 2) -> Affine(2, 4) -> layer_2: HardTanh -> layer_2 -> Silu => BinaryCrossEntropy;
}

network! {
    struct Net5 {
        input x0: [6];
        input x1: [2];
        let v0 = concat(x1, x1, x0) -> layer_1: Affine(10, 10) -> Softplus -> layer_1;
        (v0 -> layer_2: BatchNorm, ((v0 -> Affine(6)) * x0 + (x0 -> Affine(6) -> Gelu)) -> Affine(10) -> layer_1 -> layer_2, x0 -> Tanh -> PRelu(6) -> Dropout(0.25)) => (0.5 * BinaryCrossEntropy, 0.5 * Huber(0.4), IdentityWithLoss)
    }
}

network! {
    struct Net6Inner0 {
        input x0: [4];
        let v0 = (x0 + x0) -> Gelu -> layer_1: PRelu(4);
        let v1 = v0 -> layer_2: PRelu(4);
        v1 -> Affine(2) => IdentityWithLoss
    }
}

network! {
    struct Net6Inner1Inner0 {
        input x0: [6];
        let v0 = x0 -> LayerNorm -> layer_1: BatchNorm;
        let v1 = concat((x0 -> Affine(6) -> Elu), x0, x0) -> layer_2: Glu(18, 5) -> Affine(6) -> layer_1 -> Softplus;
        concat(v0, v1) => SoftmaxWithLoss
    }
}

network! {
    struct Net6Inner1 {
        input x0: [3];
        input x1: [6];
        let v0 = (x1 * x1 + x1) -> Affine(6, 6) -> Affine(6, N6);
        let v1 = v0 -> layer_1: Affine(4) -> LeakyRelu;
        let v2 = ((x0 -> Affine(4)) * v1) -> Affine(4, N6) -> layer_1 -> Affine(6) -> layer_1;
        let v3 = (x0 + (v0 -> Affine(N3))) -> layer_2: LayerNorm -> Affine(3, 6) -> net_3: Net6Inner1Inner0 -> Affine(12, 9) -> Reshape(3, 3) -> Conv1d(3, 1, stride = 1, padding = 1, groups = 1) -> LayerNorm -> BatchNorm -> Flatten;
        concat(v2, v3) => Huber
    }
}

network! {
    struct Net6 = Input(4) -> layer_1: Affine(5) -> Affine(4) -> net_2: Net6Inner0 -> BatchNorm -> Affine(9) -> net_3: Net6Inner1 -> Affine(N4) -> layer_1 => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net7 {
        input x0: [3];
        let v0 = concat(x0, (x0 -> Affine(N6)), x0) -> Affine(5) -> Affine(5, 6);
        let v1 = ((x0 -> Affine(N3, 6)) * v0) -> layer_1: LayerNorm -> Affine(N6, 6);
        let v2 = ((v1 -> Affine(5) -> Tanh) + (v1 -> Affine(6, 5) -> map Softsign)) -> Affine(6);
        v2 -> Elu(0.6) => Huber(0.4)
    }
}

network! {
    struct Net8Inner0Inner1 {
        input x0: [6];
        let v0 = (x0 * (x0 -> Affine(6))) -> Affine(6, 2);
        let v1 = (v0 -> Affine(6) -> LeakyRelu(0.3)) -> Affine(6, 2) -> Reshape(1, 2) -> Conv1d(3, 2, stride = 2, padding = 0, groups = 1) -> Flatten -> layer_1: Glu(3, 6) -> layer_2: Glu(6, 6);
        let v2 = (v0 * (x0 -> Affine(2) -> Gelu) + v0) -> Affine(3) -> layer_1 -> layer_3: LayerNorm -> Gelu;
        let v3 = concat((v2 -> Affine(6) -> LeakyRelu), v0, v0) -> layer_4: Glu(10, 6) -> Affine(6);
        let v4 = (v3 + (v3 -> Affine(N6, 6) -> Softplus)) -> Affine(6, N10) -> layer_4;
        concat(v1, v4) -> Affine(12, 6) -> Affine(2) => IdentityWithLoss
    }
}

network! {
    struct Net8Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [5];
        let v0 = concat(x2, x1) -> layer_1: Affine(2) -> Affine(9) -> layer_1;
        concat(x0, v0) -> Affine(2) -> Affine(2, 6) -> net_2: Net8Inner0Inner1 => Huber(0.4)
    }
}

network! {
    struct Net8 {
        input x0: [2];
        input x1: [2];
        input x2: [6];
        let v0 = ((x2 -> Affine(2) -> Silu) * x1) -> LeakyRelu(0.3) -> Affine(13) -> net_1: Net8Inner0;
        (x0 -> Affine(N6), v0 -> Affine(13) -> net_1, x0 -> repeat 1 { turn_2: Affine(2, 2) -> Gelu } -> Affine(13) -> net_1) => IdentityWithLoss
    }
}

network! {
    struct Net9 {
        input x0: [3];
        input x1: [2];
        let v0 = (x0 * x0) -> BatchNorm -> layer_1: Affine(3);
        let v1 = x0 -> layer_2: Affine(4);
        let v2 = (x0 + (x1 -> Affine(2, 3) -> Sigmoid)) -> Affine(3, 4);
        let v3 = ((v2 -> Affine(4) -> Softplus) * v1) -> Affine(N2) -> layer_3: BatchNorm;
        (v0 -> Affine(3) -> Affine(4) -> Silu, v3 -> Affine(3) -> repeat 2 { turn_4: Affine(3) -> HardTanh -> layer_1 } -> layer_1, v0 -> map Softsign -> LayerNorm) => IdentityWithLoss
    }
}

network! {
    struct Net10 = Input(2) -> Affine(2) -> layer_1: Affine(2) => SoftmaxWithLoss;
}

network! {
    struct Net11 {
        input x0: [2];
        input x1: [2];
        let v0 = (x1 * x1) -> layer_1: BatchNorm;
        (x0 + v0) -> Affine(2, 2) => SoftmaxWithLoss(weights = [0.5, 1.5])
    }
}

network! {
    struct Net12 {
        input x0: [5];
        let v0 = x0 -> Affine(5, 4) -> BatchNorm;
        let v1 = v0 -> layer_1: Affine(4, 4);
        let v2 = v1 -> Affine(6) -> Reshape(1, 2, 3) -> Conv2d(3, 2, stride = 2, padding = 1, groups = 1) -> ConvTranspose2d(6, 3, stride = 1, output_padding = 0, groups = 3) -> AvgPool2d(2, stride = 2) -> Dropout2d(0.25) -> Flatten -> Affine(24, 4) -> LayerNorm;
        let v3 = v2 -> layer_2: Affine(4, N4);
        let v4 = (v0 * v3) -> Affine(5) -> layer_3: Relu -> layer_4: LayerNorm;
        (v4 -> Glu(5, N4) -> layer_5: PRelu(4), v2 -> LeakyRelu(0.3) -> layer_6: Relu -> Elu, v2 -> Affine(N4)) => (0.5 * SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]), 2 * Huber, IdentityWithLoss)
    }
}

network! {
    struct Net13Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = x0 -> layer_1: Affine(4, 4) -> layer_2: Affine(4, 4);
        let v1 = x2 -> layer_2;
        let v2 = v0 -> layer_2 -> Dropout(0.25) -> layer_3: Affine(3);
        let v3 = ((v1 -> Affine(4, 3)) + v2) -> layer_4: Elu(0.6) -> Affine(N3);
        let v4 = concat(x1, (v0 -> Affine(4)), v3) -> layer_5: Affine(11) -> layer_6: BatchNorm -> Affine(11, 3);
        v4 -> Affine(4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net13 {
        input x0: [2];
        input x1: [4];
        let v0 = (x0 * x0) -> Affine(4) -> Affine(12) -> net_1: Net13Inner0 -> layer_2: LayerNorm;
        let v1 = (v0 + x1) -> Affine(12) -> net_3: Net13Inner0 -> layer_4: Affine(4);
        let v2 = (x1 -> Affine(4, 4) -> Gelu) -> Glu(4, 2);
        let v3 = ((x1 -> Affine(4, 2) -> HardTanh) + v2) -> layer_5: Affine(2) -> layer_5;
        let v4 = concat(v2, v1) -> repeat 2 { turn_6: Affine(6, 6) -> Relu };
        concat(v3, v4) -> layer_7: Softplus -> Affine(8, 12) -> net_3 => SoftmaxWithLoss
    }
}

network! {
    struct Net14 {
        input x0: [6];
        let v0 = x0 -> Affine(2) -> Affine(N6) -> Reshape(1, 3, 2) -> Conv2d(1 * 1, 1, stride = 1, padding = 0, groups = 1) -> GroupNorm(1) -> MaxPool2d(2, stride = 1) -> Flatten;
        let v1 = (v0 * (x0 -> Affine(N6, 2) -> map Softsign)) -> LeakyRelu;
        let v2 = (v0 -> Affine(2, 2) -> Sigmoid) -> Affine(N6) -> PRelu(6) -> Affine(N4) -> Reshape(1, 2, 2) -> Conv2d(2, 1, stride = 2, padding = 1, groups = 1, bias = false) -> LayerNorm -> GlobalAvgPool;
        (v1 + v2) => Huber(0.4)
    }
}

network! {
    struct Net15 {
        input x0: [5];
        let v0 = (x0 * x0 + x0) -> layer_1: HardTanh;
        v0 -> layer_1 => IdentityWithLoss
    }
}

network! {
    struct Net16 = Input(6) -> layer_1: Glu(6, 6) -> Glu(6, 5) -> Affine(4) -> Reshape(2, 2) -> Conv1d(1, 1, stride = 2, padding = 0, groups = 1) -> Relu -> Relu -> Tanh -> Flatten => Huber;
}

network! {
    struct Net17 {
        input x0: [3];
        input x1: [3];
        let v0 = (x0 -> Affine(3, 3)) -> layer_1: Affine(5);
        concat(x1, v0) -> Affine(3) -> layer_1 -> LayerNorm => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net18 {
        input x0: [5];
        let v0 = ((x0 -> Affine(6)) * (x0 -> Affine(6) -> LeakyRelu)) -> repeat 3 { turn_1: Affine(6) -> map Softsign } -> layer_2: Affine(6);
        (v0 -> Elu -> layer_3: Affine(5) -> Affine(5, 6), v0 -> Affine(6, 5) -> Affine(6) -> repeat 1 { turn_4: Affine(6) -> Sigmoid -> layer_2 }, v0 -> layer_2 -> map Softsign -> BatchNorm) => BinaryCrossEntropy
    }
}

network! {
    struct Net19 = Input(2) -> layer_1: BatchNorm -> Glu(2, 2) -> Affine(2) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net20 {
        input x0: [3];
        input x1: [3];
        let v0 = x1 -> Affine(3) -> Reshape(1, 3) -> Conv1d(4, 1, stride = 2, padding = 0, groups = 1) -> image_1: Conv1d(4, 3, padding = same) -> Dropout(0.25) -> image_1 -> Flatten -> layer_2: LayerNorm -> layer_3: LayerNorm;
        let v1 = x0 -> Affine(3, 8) -> layer_3;
        let v2 = ((v1 -> Affine(8, 3)) * (x1 -> Affine(3) -> map Softsign)) -> layer_4: BatchNorm -> repeat 3 { turn_5: Affine(N3) -> Softplus -> layer_4 };
        concat(v0, v2) -> Glu(N11, 3) -> Affine(3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5])
    }
}

network! {
    struct Net21 {
        input x0: [2];
        let v0 = concat(x0, x0) -> layer_1: Glu(4, 4) -> layer_1;
        let v1 = x0 -> Affine(4) -> layer_1 -> layer_1 -> layer_1;
        let v2 = (v1 * v0) -> Dropout(0.25);
        let v3 = (v0 -> Affine(4, 4)) -> repeat 3 { turn_2: Affine(4) -> Elu(0.6) -> layer_1 } -> Glu(4, 2);
        concat(v2, v3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
    }
}

network! {
    struct Net22 {
        input x0: [2];
        let v0 = (x0 * x0) -> Silu -> layer_1: Silu -> layer_1;
        v0 -> layer_2: BatchNorm => Huber(0.4)
    }
}

network! {
    struct Net23Inner0 {
        input x0: [6];
        input x1: [6];
        let v0 = x0 -> Affine(N6) -> Reshape(2, 3) -> Conv1d(3, 1, stride = 2, padding = 0, groups = 1, bias = false) -> Conv1d(1, 1, stride = 1, padding = 0, groups = 1) -> Conv1d(2, 2, stride = 2, padding = 0, groups = 1) -> Upsample(2) -> GlobalAvgPool -> Affine(18) -> Reshape(3, 3, 2) -> Conv2d(4, 1, stride = 2, padding = 1, groups = 1) -> Conv2d(4, 1, stride = 1, padding = 0, groups = 4) -> GlobalAvgPool -> layer_1: Glu(4, N6);
        let v1 = ((v0 -> Affine(6)) + x1) -> Affine(4) -> layer_1;
        v1 -> Affine(6, 4) -> layer_1 => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
    }
}

network! {
    struct Net23 {
        input x0: [2];
        let v0 = x0 -> layer_1: PRelu(2);
        let v1 = (v0 * x0 + x0) -> Dropout(0.25) -> repeat 2 { turn_2: Affine(2, 2) -> Tanh -> layer_1 } -> layer_3: Affine(2, 3);
        let v2 = (v1 * v1) -> Affine(3, 2) -> Relu;
        let v3 = (x0 * (v1 -> Affine(2) -> Softplus)) -> layer_3 -> Affine(3, 2) -> layer_1;
        (v2 -> Affine(3), v3 -> Affine(N3) -> Affine(N12) -> net_4: Net23Inner0 -> Affine(12) -> Reshape(3, 2, 2) -> Conv2d(6, 2, stride = 1, padding = 1, groups = 3) -> Flatten, concat((v1 -> Affine(3) -> Sigmoid), v1) -> Affine(6, 2) -> layer_1 -> Silu -> Affine(12) -> net_5: Net23Inner0) => (2 * Huber(0.4), Huber(0.4), 2 * BinaryCrossEntropy)
    }
}

network! {
    struct Net24 {
        input x0: [2];
        input x1: [2];
        let v0 = x0 -> layer_1: BatchNorm -> BatchNorm -> layer_2: PRelu(2);
        let v1 = ((x1 -> Affine(N5)) + (v0 -> Affine(2, N5))) -> Affine(2) -> layer_2 -> layer_3: Affine(2, 2);
        v1 -> Affine(2, N2) -> Affine(5) => SoftmaxWithLoss
    }
}

network! {
    struct Net25 = Input(6) -> layer_1: Glu(6, 2) -> Affine(2) -> Affine(2, 3) -> repeat 3 { Affine(3) -> Elu } -> Affine(3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5]);
}

network! {
    struct Net26 = Input(2) -> layer_1: Affine(2) -> layer_2: map Softsign => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net27Inner0 {
        input x0: [2];
        let v0 = (x0 + x0) -> layer_1: Softplus -> Tanh;
        let v1 = v0 -> layer_2: Elu(0.6) -> layer_2 -> layer_1;
        let v2 = v0 -> repeat 2 { Affine(2) -> HardTanh -> layer_1 } -> Affine(2);
        let v3 = x0 -> layer_2;
        let v4 = ((v2 -> Affine(4)) * (v0 -> Affine(2, 4) -> LeakyRelu(0.3)) + (v1 -> Affine(2, 4))) -> Affine(2) -> layer_1;
        (v3 -> layer_1, v4 -> Affine(2, 4), (v3 * v0) -> Affine(N4) -> layer_3: PRelu(4)) => Huber
    }
}

network! {
    struct Net27 {
        input x0: [4];
        input x1: [5];
        input x2: [4];
        let v0 = (x2 -> Affine(N5)) -> map Softsign -> Affine(2) -> net_1: Net27Inner0;
        (x0 -> Affine(6) -> layer_2: Glu(6, 6) -> Affine(4), x1 -> Affine(4) -> Affine(N4, N9) -> Reshape(1, 3, 3) -> Conv2d(3, 3, stride = 2, padding = 0, groups = 1) -> GlobalAvgPool, v0 -> Affine(6) -> Affine(2) -> net_3: Net27Inner0 -> Affine(6) -> layer_2) => (SoftmaxWithLoss(smoothing = 0.2), Huber, 0.5 * Huber)
    }
}

network! {
    struct Net28 {
        input x0: [4];
        input x1: [6];
        input x2: [6];
        let v0 = (x1 + (x1 -> Affine(6))) -> layer_1: BatchNorm;
        let v1 = (x0 * x0 + x0) -> Affine(4);
        concat(x2, v0, v1) => SoftmaxWithLoss
    }
}

network! {
    struct Net29Inner0 {
        input x0: [4];
        input x1: [4];
        let v0 = (x0 + (x1 -> Affine(4))) -> layer_1: PRelu(4) -> layer_2: Affine(4) -> Affine(4, 4);
        let v1 = concat(x1, v0) -> Affine(8, 4) -> layer_1;
        let v2 = (x1 * x0 + v1) -> Affine(3) -> layer_3: Glu(3, 3);
        let v3 = x0 -> Affine(4, 4);
        (v2 -> Softplus -> Affine(3, N4) -> layer_2, v3 -> LeakyRelu) => (2 * Huber(0.4), BinaryCrossEntropy)
    }
}

network! {
    struct Net29 = Input(2) -> BatchNorm -> layer_1: Affine(2) -> Affine(18) -> Reshape(3, 2, 3) -> Conv2d(6 * 1, 2, stride = 1, padding = 1, groups = 3) -> Conv2d(12 * 1, 3, stride = 2, padding = 0, groups = 6) -> Upsample(2) -> GlobalAvgPool -> layer_2: Affine(N12) -> Tanh -> Affine(8) -> net_3: Net29Inner0 => BinaryCrossEntropy;
}

network! {
    struct Net30 = Input(4) -> layer_1: Glu(4, 6) -> layer_2: Affine(6) -> Affine(4) -> Affine(4) => BinaryCrossEntropy;
}

network! {
    struct Net31 {
        input x0: [2];
        let v0 = concat(x0, x0, x0) -> Affine(2);
        let v1 = concat((x0 -> Affine(N5)), (x0 -> Affine(N5))) -> Elu(0.6);
        let v2 = (x0 * v0) -> Affine(2) -> layer_1: Affine(2);
        concat(v1, v2) -> Dropout(0.25) -> Affine(5) => IdentityWithLoss
    }
}

network! {
    struct Net32Inner0Inner1 {
        input x0: [5];
        input x1: [3];
        input x2: [3];
        let v0 = (x0 * x0) -> layer_1: Affine(4) -> layer_2: BatchNorm -> Elu(0.6);
        (concat(x1, v0) -> Affine(3), x2 -> Glu(3, 4) -> Affine(4, 5) -> layer_1) => IdentityWithLoss
    }
}

network! {
    struct Net32Inner0 {
        input x0: [6];
        let v0 = concat(x0, x0) -> Silu -> Relu -> layer_1: BatchNorm;
        let v1 = v0 -> BatchNorm -> Affine(11) -> net_2: Net32Inner0Inner1;
        v1 -> Affine(7, N4) => SoftmaxWithLoss
    }
}

network! {
    struct Net32 {
        input x0: [3];
        let v0 = x0 -> Affine(3, 6) -> net_1: Net32Inner0 -> Affine(6) -> Reshape(2, 3) -> Conv1d(4, 3, stride = 1, padding = 1, groups = 1) -> AvgPool1d(2, stride = 2) -> Silu -> Flatten;
        v0 -> Affine(4, 6) -> net_1 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net33 {
        input x0: [4];
        let v0 = x0 -> Affine(4) -> layer_1: Sigmoid -> Affine(6) -> Reshape(1, 2, 3) -> Conv2d(2, 1, stride = 1, padding = 0, groups = 1) -> Flatten;
        let v1 = x0 -> Affine(5);
        let v2 = (v1 * (v0 -> Affine(5) -> Softplus)) -> Affine(5, 6) -> Reshape(1, 2, 3) -> Conv2d(1 * 1, 2, stride = 2, padding = 0, groups = 1) -> ConvTranspose2d(2, 2, stride = 1, output_padding = 0, groups = 1) -> Flatten -> Affine(4) -> layer_1 -> layer_2: LayerNorm;
        let v3 = (x0 * x0 + (v1 -> Affine(4) -> Gelu)) -> layer_3: Affine(5);
        let v4 = (v3 * v1) -> LeakyRelu -> layer_4: BatchNorm -> Tanh;
        concat(v2, v4) -> layer_5: Affine(9) -> Affine(4) -> layer_3 => BinaryCrossEntropy
    }
}

network! {
    struct Net34Inner1 = Input(5) -> Glu(5, 4) -> Sigmoid -> LeakyRelu => Huber(0.4);
}

network! {
    struct Net34 {
        input x0: [4];
        input x1: [3];
        let v0 = x0 -> Affine(4, 2);
        let v1 = (x1 * x1 + (x0 -> Affine(3))) -> layer_1: LayerNorm;
        let v2 = v0 -> Affine(3) -> Affine(3, N5) -> net_2: Net34Inner1;
        let v3 = (v0 -> Affine(3) -> Elu(0.6)) -> Affine(2) -> Reshape(1, 2) -> Conv1d(1 * 1, 1, stride = 2, padding = 1, groups = 1, bias = false) -> Flatten;
        let v4 = concat(v3, v2) -> repeat 3 { Affine(6) -> LeakyRelu };
        concat(v1, v4) -> Affine(N9, 2) -> Affine(N5) -> net_2 => SoftmaxWithLoss
    }
}

network! {
    struct Net35 = Input(4) -> layer_1: BatchNorm -> Affine(6) -> layer_2: LayerNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]);
}

network! {
    struct Net36Inner1 = Input(2) -> Affine(N3) -> layer_1: PRelu(N3) -> repeat 1 { turn_2: Affine(3) -> Gelu -> layer_1 } => Huber(0.4);
}

network! {
    struct Net36 {
        input x0: [5];
        input x1: [4];
        let v0 = (x0 * x0 + x0) -> Affine(2) -> Reshape(1, 2) -> Conv1d(4, 2, stride = 1, padding = 0, groups = 1) -> GlobalAvgPool;
        let v1 = (x0 + x0) -> Affine(5, 4) -> layer_1: Affine(4) -> Elu;
        (x1 -> Affine(4) -> Dropout(0.25) -> repeat 1 { turn_2: Affine(4) -> Silu -> layer_1 }, v0 -> layer_1 -> Affine(2) -> net_3: Net36Inner1, v1 -> layer_1 -> layer_1) => (2 * Huber(0.4), Huber(0.4), SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]))
    }
}

network! {
    struct Net37Inner1 {
        input x0: [4];
        let v0 = x0 -> LayerNorm;
        let v1 = concat(v0, x0, v0) -> Glu(12, 5);
        v1 -> Affine(4) -> Reshape(1, 2, 2) -> Conv2d(1, 1, stride = 1, padding = 1, groups = 1) -> image_1: Conv2d(1 * 1, 3, padding = same) -> Sigmoid -> image_1 -> ConvTranspose2d(1, 2, stride = 1, output_padding = 0, groups = 1) -> Flatten -> Silu => BinaryCrossEntropy
    }
}

network! {
    struct Net37 = Input(5) -> layer_1: Affine(N2) -> repeat 2 { turn_2: Affine(2) -> Softplus } -> Affine(5) -> layer_1 -> Affine(4) -> net_3: Net37Inner1 => Huber;
}

network! {
    struct Net38 {
        input x0: [5];
        input x1: [5];
        input x2: [5];
        let v0 = x0 -> layer_1: Affine(5);
        let v1 = x0 -> Affine(4) -> Affine(4, 5) -> layer_2: Affine(5, 5);
        let v2 = x1 -> Relu;
        let v3 = v1 -> LeakyRelu(0.3) -> layer_3: PRelu(5);
        let v4 = concat(v1, x1) -> Softplus -> Affine(10, 5) -> layer_2;
        concat(x2, v0, v2, v3, v4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net39 {
        input x0: [2];
        let v0 = (x0 + x0) -> PRelu(2) -> LeakyRelu(0.3) -> BatchNorm;
        let v1 = (x0 * v0) -> repeat 1 { Affine(2) -> Gelu } -> Affine(2);
        let v2 = (v1 -> Affine(6)) -> Affine(6) -> Affine(2);
        v2 -> Affine(2) -> layer_1: BatchNorm => SoftmaxWithLoss
    }
}

network! {
    struct Net40Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = (x0 * x0) -> Dropout(0.25) -> layer_1: Affine(6);
        let v1 = (x1 + x0) -> Glu(N4, 6);
        concat(x2, v0, v1) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net40 {
        input x0: [3];
        let v0 = (x0 * (x0 -> Affine(3) -> Elu(0.6))) -> Affine(12) -> net_1: Net40Inner0 -> Affine(12) -> net_1;
        let v1 = x0 -> layer_2: BatchNorm;
        let v2 = (x0 * x0) -> layer_2;
        let v3 = v1 -> Softplus -> Affine(12) -> net_3: Net40Inner0 -> layer_4: Affine(6);
        let v4 = ((v3 -> Affine(6) -> Silu) + (v3 -> Affine(6) -> HardTanh)) -> Affine(N6, 16) -> layer_4 -> LeakyRelu(0.3);
        concat(v0, v2, v4) => Huber(0.4)
    }
}

network! {
    struct Net41 {
        input x0: [2];
        input x1: [2];
        let v0 = (x0 + x0) -> Affine(4) -> layer_1: Affine(4, N4);
        let v1 = ((x1 -> Affine(6)) + (x1 -> Affine(6))) -> Affine(6);
        let v2 = concat(v0, (v0 -> Affine(4, 6) -> Sigmoid)) -> Affine(10, 4) -> Sigmoid;
        concat(v1, v2) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net42Inner0Inner0 = Input(6) -> layer_1: LeakyRelu(0.3) -> Glu(6, 2) -> Affine(2, N6) -> layer_1 -> layer_2: Affine(2) => BinaryCrossEntropy;
}

network! {
    struct Net42Inner0 {
        input x0: [3];
        input x1: [3];
        let v0 = (x0 * x1 + x1) -> Affine(6) -> net_1: Net42Inner0Inner0 -> Affine(N3) -> Affine(6) -> net_1;
        let v1 = (x1 * (x0 -> Affine(3) -> Sigmoid) + x0) -> Affine(3, 3) -> layer_2: PRelu(3) -> layer_2;
        let v2 = (v1 -> Affine(3) -> map Softsign) -> layer_2;
        let v3 = v2 -> layer_2 -> Affine(3);
        concat(v0, v3) -> Affine(N6) -> net_1 -> Affine(4) => SoftmaxWithLoss
    }
}

network! {
    struct Net42 {
        input x0: [6];
        let v0 = x0 -> layer_1: Affine(6) -> net_2: Net42Inner0;
        let v1 = concat((x0 -> Affine(2) -> HardTanh), x0, v0) -> layer_3: Affine(12, 12) -> Affine(6) -> net_2;
        let v2 = concat((v1 -> Affine(4, 6)), (v1 -> Affine(2)), (x0 -> Affine(6, N2) -> LeakyRelu)) -> layer_4: Glu(10, 6) -> Affine(6, N10) -> layer_4;
        let v3 = (v2 * v2) -> Affine(6, 6) -> net_2;
        v3 -> Affine(4, 6) -> net_5: Net42Inner0 -> Glu(4, 4) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net43 {
        input x0: [3];
        let v0 = concat(x0, x0, x0) -> layer_1: Affine(9, 9);
        (v0 -> LeakyRelu -> Silu -> LayerNorm, (v0 + v0) -> Affine(6) -> Reshape(3, 2) -> Conv1d(3, 2, stride = 2, padding = 0, groups = 3) -> Upsample(2) -> Flatten -> layer_2: LayerNorm) => IdentityWithLoss
    }
}

network! {
    struct Net44 {
        input x0: [4];
        input x1: [2];
        input x2: [4];
        let v0 = (x1 * x1) -> Silu;
        let v1 = (x1 * v0) -> layer_1: BatchNorm;
        let v2 = (x2 -> Affine(2)) -> repeat 2 { turn_2: Affine(2, 2) -> HardTanh -> layer_1 } -> LeakyRelu(0.3);
        let v3 = concat(v0, x0, x2) -> repeat 3 { Affine(10) -> Relu } -> Affine(10, 2) -> layer_1;
        concat(v1, v2, v3) -> layer_3: PRelu(6) => SoftmaxWithLoss
    }
}

network! {
    struct Net45Inner0 = Input(2) -> layer_1: BatchNorm -> layer_2: Affine(2) -> Elu(0.6) -> Affine(5) -> layer_3: Glu(5, 5) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5]);
}

network! {
    struct Net45 {
        input x0: [6];
        input x1: [6];
        let v0 = x0 -> Affine(6, 6);
        let v1 = v0 -> layer_1: LayerNorm -> HardTanh -> layer_2: PRelu(N6);
        let v2 = x0 -> PRelu(6) -> map Softsign -> Affine(3) -> Reshape(1, 3) -> Conv1d(2, 3, stride = 1, padding = 0, groups = 1, bias = false) -> Elu -> Flatten;
        let v3 = x1 -> Affine(3) -> Affine(3, N2) -> net_3: Net45Inner0 -> layer_4: Gelu;
        concat(v1, v2, v3) -> Silu -> layer_5: Affine(13, 13) => Huber
    }
}

network! {
    struct Net46 {
        input x0: [6];
        input x1: [2];
        let v0 = (x1 -> Affine(6) -> LeakyRelu(0.3)) -> layer_1: Glu(6, 5);
        let v1 = v0 -> Affine(5, 2) -> Affine(6) -> layer_1 -> Affine(5, 6) -> layer_1;
        concat(x0, v1) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net47 = Input(3) -> layer_1: PRelu(3) -> layer_2: Glu(3, 6) -> layer_3: PRelu(6) -> layer_4: Gelu -> Affine(6, 3) => Huber;
}

network! {
    struct Net48 = Input(3) -> Affine(3, 6) -> layer_1: Dropout(0.25) -> layer_1 -> Affine(6) => BinaryCrossEntropy;
}

network! {
    struct Net49 = Input(5) -> layer_1: LayerNorm -> Elu -> Affine(5, 6) -> Reshape(3, 2) -> Conv1d(1, 1, stride = 2, padding = 1, groups = 1, bias = false) -> Conv1d(1, 2, stride = 1, padding = 0, groups = 1, bias = false) -> Flatten => IdentityWithLoss;
}

network! {
    struct Net50 {
        input x0: [5];
        let v0 = x0 -> repeat 1 { turn_1: Affine(5) -> Elu(0.6) } -> layer_2: BatchNorm -> Glu(5, 5);
        let v1 = (x0 -> Affine(5, 5)) -> LayerNorm -> Affine(5);
        let v2 = ((v0 -> Affine(5, 6)) * (v1 -> Affine(6)) + (v1 -> Affine(N6) -> map Softsign)) -> Affine(6, 4) -> Affine(N4) -> Affine(4, 5);
        let v3 = ((v1 -> Affine(5, 4) -> Relu) * (v0 -> Affine(4) -> map Softsign)) -> Affine(5) -> layer_2 -> layer_2;
        let v4 = concat(v0, x0, x0) -> Elu -> Dropout(0.25) -> LayerNorm;
        concat(v2, v3, v4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net51 {
        input x0: [3];
        input x1: [3];
        input x2: [3];
        let v0 = x1 -> repeat 2 { Affine(3, 3) -> map Softsign } -> layer_1: LayerNorm;
        (x0 + x2 + v0) -> layer_1 => Huber(0.4)
    }
}

network! {
    struct Net52 = Input(6) -> Affine(6, N2) -> layer_1: Affine(2, 6) -> Softplus -> Affine(2) -> layer_1 -> Gelu -> Affine(6, 3) => SoftmaxWithLoss;
}

network! {
    struct Net53Inner0 {
        input x0: [5];
        let v0 = (x0 + x0) -> layer_1: PRelu(5) -> Glu(5, 5);
        v0 -> layer_1 -> Relu => Huber(0.4)
    }
}

network! {
    struct Net53 = Input(4) -> repeat 1 { Affine(4) -> Relu } -> Affine(5) -> net_1: Net53Inner0 -> Affine(4) -> Affine(4, 5) -> net_1 => Huber;
}

network! {
    struct Net54 {
        input x0: [3];
        let v0 = (x0 * x0) -> layer_1: BatchNorm -> layer_2: LayerNorm;
        let v1 = concat(v0, v0, x0) -> Affine(N9, 2);
        let v2 = (v1 -> Affine(6)) -> LayerNorm -> Affine(6, 3) -> Affine(3, N3);
        let v3 = (v1 * v1) -> Affine(3) -> LayerNorm;
        let v4 = (v0 * v0 + v0) -> Affine(3, 3) -> layer_1;
        concat(v2, v3, v4) -> Affine(3) -> layer_1 => SoftmaxWithLoss
    }
}

network! {
    struct Net55 = Input(2) -> layer_1: PRelu(2) -> BatchNorm -> layer_2: BatchNorm -> layer_2 -> layer_2 -> BatchNorm => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net56 {
        input x0: [6];
        let v0 = concat(x0, x0) -> layer_1: PRelu(12) -> PRelu(12) -> repeat 3 { turn_2: Affine(N12, 12) -> Dropout(0.25) -> layer_1 };
        let v1 = concat(v0, v0, v0) -> Affine(36, 6) -> Reshape(1, 3, 2) -> Conv2d(2, 2, stride = 2, padding = 1, groups = 1, bias = false) -> Sigmoid -> GlobalAvgPool -> Affine(2, 27) -> Reshape(3, 3, 3) -> Conv2d(3, 3, stride = 1, padding = 0, groups = 1, bias = false) -> LeakyRelu -> GroupNorm(1) -> Flatten -> Affine(3, 12) -> layer_1;
        let v2 = (x0 * (x0 -> Affine(6))) -> Affine(12) -> layer_1 -> layer_3: Glu(12, 6);
        let v3 = (x0 + v2) -> Affine(N12) -> layer_3;
        let v4 = (v2 * v2) -> Affine(12) -> layer_3 -> LayerNorm;
        concat(v1, v3, v4) -> Glu(24, 4) -> Affine(12) -> layer_3 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net57 = Input(4) -> Affine(N4) -> Elu(0.6) -> layer_1: Affine(4) -> layer_1 -> Affine(4) -> Affine(N4, 3) -> Affine(3) => Huber;
}

network! {
    struct Net58 {
        input x0: [6];
        input x1: [6];
        input x2: [6];
        let v0 = (x2 -> Affine(6, 5)) -> layer_1: Affine(6) -> Affine(12) -> Reshape(3, 2, 2) -> Conv2d(3 * 1, 2, stride = 2, padding = 1, groups = 1) -> GlobalAvgPool;
        let v1 = (x2 * x1) -> layer_2: Glu(6, 6) -> Silu -> PRelu(6);
        let v2 = (x2 + x0) -> Relu -> PRelu(6);
        concat(v0, v1, v2) -> Elu -> Affine(N6) => BinaryCrossEntropy
    }
}

network! {
    struct Net59 {
        input x0: [5];
        let v0 = ((x0 -> Affine(N5)) * x0 + x0) -> layer_1: LayerNorm;
        let v1 = ((x0 -> Affine(5, 5) -> Sigmoid) * (x0 -> Affine(5) -> Relu) + x0) -> layer_2: LeakyRelu -> Sigmoid -> layer_3: PRelu(N5);
        let v2 = (x0 * v1 + (v1 -> Affine(N5, 5) -> Silu)) -> layer_1 -> layer_4: Glu(N5, 6) -> Softplus;
        let v3 = v2 -> Affine(5) -> layer_4 -> layer_5: Glu(N6, 5) -> repeat 2 { Affine(5) -> LeakyRelu(0.3) -> layer_1 };
        let v4 = (v3 + x0) -> Affine(6) -> Reshape(1, 2, 3) -> Conv2d(4, 1, stride = 2, padding = 0, groups = 1) -> LeakyRelu(0.3) -> Conv2d(4, 1, stride = 2, padding = 0, groups = 4) -> Flatten -> Affine(5) -> layer_4 -> Elu(0.6);
        concat(v0, v4) -> Affine(N5) -> layer_3 -> PRelu(5) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net60 {
        input x0: [2];
        input x1: [2];
        let v0 = (x0 * x1 + x0) -> layer_1: Affine(2, 4) -> layer_2: Sigmoid;
        let v1 = concat(x0, (v0 -> Affine(5) -> HardTanh)) -> Affine(2) -> repeat 3 { Affine(2) -> LeakyRelu(0.3) };
        v1 -> BatchNorm => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net61 {
        input x0: [4];
        let v0 = x0 -> BatchNorm;
        let v1 = (v0 * v0) -> Affine(4, 18) -> Reshape(2, 3, 3) -> Conv2d(1, 1, stride = 2, padding = 1, groups = 1, bias = false) -> Upsample(2) -> Flatten -> layer_1: LayerNorm;
        let v2 = (v0 * v0) -> layer_2: Glu(4, 4) -> LayerNorm -> Affine(4, 4);
        let v3 = (v1 -> Affine(3)) -> Glu(3, 3) -> layer_3: PRelu(3) -> repeat 1 { Affine(3) -> Tanh -> layer_3 };
        concat(v2, v3) -> Affine(4) -> layer_2 -> layer_2 => BinaryCrossEntropy
    }
}

network! {
    struct Net62 = Input(4) -> layer_1: PRelu(N4) -> Affine(6) -> layer_2: Affine(N6, 6) -> layer_2 => IdentityWithLoss;
}

network! {
    struct Net63 = Input(6) -> Affine(6) -> LeakyRelu(0.3) => Huber;
}

network! {
    struct Net64Inner0 {
        input x0: [6];
        let v0 = x0 -> Affine(6, 5) -> Dropout(0.25) -> layer_1: LayerNorm;
        let v1 = (x0 + (v0 -> Affine(5, 6) -> Elu)) -> Affine(6);
        let v2 = x0 -> Affine(6, 5) -> layer_1;
        let v3 = (x0 * x0 + x0) -> Affine(N6, 6) -> Affine(6, 5) -> layer_1;
        let v4 = (x0 * (v1 -> Affine(6, 6))) -> Affine(6) -> Affine(6) -> Affine(5) -> layer_1;
        (v2 + v3 + v4) -> Glu(5, 3) -> Affine(5) -> layer_1 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net64 {
        input x0: [5];
        let v0 = (x0 * x0) -> Affine(5, 6) -> net_1: Net64Inner0 -> Affine(6) -> net_1;
        let v1 = x0 -> Affine(6) -> net_1 -> Silu -> Glu(N5, 5);
        let v2 = (x0 * x0 + v1) -> Affine(5, 5) -> Affine(N6) -> net_2: Net64Inner0 -> Affine(5, 6) -> net_1;
        let v3 = (v0 * v2) -> Affine(5, 6) -> net_1 -> layer_3: Affine(5) -> Gelu;
        v3 -> Affine(2) => Huber(0.4)
    }
}

network! {
    struct Net65 {
        input x0: [3];
        input x1: [4];
        input x2: [3];
        let v0 = x0 -> BatchNorm;
        let v1 = (x0 + x2) -> Affine(6) -> layer_1: Glu(6, 4) -> layer_2: BatchNorm;
        concat(x1, v0, v1) => Huber(0.4)
    }
}

network! {
    struct Net66 {
        input x0: [6];
        let v0 = x0 -> layer_1: Affine(6);
        let v1 = x0 -> layer_1 -> layer_1;
        let v2 = (x0 + v0) -> layer_1 -> layer_2: Glu(N6, 4);
        let v3 = (v2 * v2) -> Affine(4, 6) -> layer_1 -> layer_2 -> Affine(4, 4);
        let v4 = (v0 * v0 + x0) -> layer_3: Affine(N2);
        concat(v1, v3, v4) -> Affine(6) -> layer_1 => SoftmaxWithLoss
    }
}

network! {
    struct Net67 {
        input x0: [5];
        input x1: [3];
        let v0 = x1 -> layer_1: BatchNorm -> layer_2: Glu(3, 5) -> layer_3: Affine(5);
        (x0 -> repeat 3 { turn_4: Affine(5) -> Tanh -> layer_3 } -> layer_5: BatchNorm, v0 -> layer_6: Relu) => (Huber(0.4), BinaryCrossEntropy)
    }
}

network! {
    struct Net68Inner0 {
        input x0: [6];
        input x1: [5];
        input x2: [5];
        let v0 = concat(x0, x0) -> HardTanh;
        concat(x1, x2, v0) => SoftmaxWithLoss
    }
}

network! {
    struct Net68 {
        input x0: [3];
        let v0 = (x0 + (x0 -> Affine(3) -> Gelu)) -> Affine(4);
        (v0 -> layer_1: PRelu(N4) -> Affine(16) -> net_2: Net68Inner0, (v0 * (x0 -> Affine(4)) + v0) -> Affine(N4, 16) -> net_2) => BinaryCrossEntropy
    }
}

network! {
    struct Net69 {
        input x0: [3];
        input x1: [3];
        input x2: [4];
        let v0 = (x1 * x0) -> Affine(N3);
        concat(x2, v0) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net70 {
        input x0: [3];
        input x1: [3];
        let v0 = x0 -> Glu(N3, N3) -> BatchNorm;
        let v1 = v0 -> layer_1: LayerNorm -> Affine(3) -> layer_2: Glu(3, 3);
        let v2 = (v0 + x1) -> layer_3: BatchNorm -> Affine(6);
        let v3 = v0 -> Affine(N3, 18) -> Reshape(3, 2, 3) -> Conv2d(1, 1, stride = 1, padding = 1, groups = 1, bias = false) -> GlobalAvgPool;
        let v4 = v0 -> layer_1;
        concat(v1, v2, v3, v4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net71 {
        input x0: [4];
        let v0 = ((x0 -> Affine(3) -> Tanh) * (x0 -> Affine(3) -> Silu) + (x0 -> Affine(3) -> Relu)) -> Affine(3, 5) -> Sigmoid -> Silu;
        v0 -> Affine(4) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net72 {
        input x0: [4];
        input x1: [6];
        input x2: [6];
        let v0 = concat(x0, x1, (x2 -> Affine(4))) -> layer_1: PRelu(14) -> layer_2: Glu(14, 4) -> layer_3: BatchNorm;
        v0 -> Affine(6) => SoftmaxWithLoss
    }
}

network! {
    struct Net73 {
        input x0: [2];
        let v0 = (x0 * (x0 -> Affine(2) -> LeakyRelu(0.3)) + x0) -> Affine(2, 4) -> layer_1: Affine(4, 4) -> repeat 1 { Affine(4) -> LeakyRelu(0.3) -> layer_1 };
        let v1 = ((x0 -> Affine(2, 6) -> LeakyRelu(0.3)) * (x0 -> Affine(2, 6) -> Gelu) + (v0 -> Affine(4, 6))) -> LayerNorm;
        let v2 = v1 -> Affine(6, 6) -> Affine(4) -> layer_1;
        v2 -> Affine(4, 4) => SoftmaxWithLoss
    }
}

network! {
    struct Net74Inner0 {
        input x0: [2];
        input x1: [4];
        let v0 = concat(x1, x0, x1) -> repeat 3 { Affine(10) -> Softplus } -> layer_1: Affine(6) -> Affine(2);
        let v1 = (x1 -> Affine(6)) -> Affine(10) -> layer_1 -> layer_2: BatchNorm;
        let v2 = v0 -> Affine(10) -> layer_1 -> Affine(6) -> Affine(2);
        concat(v1, v2) -> PRelu(8) => IdentityWithLoss
    }
}

network! {
    struct Net74 {
        input x0: [4];
        input x1: [4];
        let v0 = ((x0 -> Affine(4, N4) -> Softplus) + x0) -> layer_1: Affine(4, 4) -> layer_1;
        let v1 = (x0 -> Affine(4) -> Dropout(0.25)) -> Affine(4, 6) -> net_2: Net74Inner0 -> layer_3: LayerNorm;
        let v2 = (v1 * v1) -> layer_4: Elu -> Affine(6) -> net_2;
        concat(x1, v0, v2) => Huber
    }
}

network! {
    struct Net75 = Input(3) -> layer_1: PRelu(3) -> layer_1 -> layer_1 -> Glu(3, 2) => SoftmaxWithLoss(weights = [0.5, 1.5]);
}

network! {
    struct Net76 = Input(5) -> Elu -> Gelu => Huber;
}

network! {
    struct Net77 = Input(3) -> layer_1: Affine(3, N2) -> layer_2: Affine(2) => BinaryCrossEntropy;
}

network! {
    struct Net78Inner0Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [6];
        let v0 = x0 -> Softplus -> LeakyRelu;
        let v1 = v0 -> Gelu;
        let v2 = (x2 * x2 + (v1 -> Affine(6) -> Tanh)) -> layer_1: Affine(N6, 6) -> Silu -> Affine(4);
        (x1 + v2) -> Affine(4, 6) -> layer_1 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net78Inner0 {
        input x0: [5];
        let v0 = (x0 * x0 + x0) -> Sigmoid;
        let v1 = v0 -> Affine(4) -> Affine(14) -> net_1: Net78Inner0Inner0;
        let v2 = ((v0 -> Affine(5)) + (x0 -> Affine(5))) -> Affine(5, 5) -> Affine(14) -> net_1 -> Gelu;
        (v1 + v2) => SoftmaxWithLoss
    }
}

network! {
    struct Net78 {
        input x0: [3];
        let v0 = ((x0 -> Affine(3)) * x0) -> layer_1: Affine(3, 3) -> layer_2: BatchNorm;
        let v1 = (v0 -> Affine(3) -> Tanh) -> layer_2;
        let v2 = ((x0 -> Affine(3, 3) -> Softplus) + v1) -> PRelu(3) -> layer_1 -> Glu(N3, 6);
        let v3 = (v0 * x0) -> BatchNorm;
        let v4 = concat(v2, x0) -> Affine(N3) -> layer_2 -> Affine(3);
        (v3 -> Glu(3, 6) -> Affine(6, 5) -> net_3: Net78Inner0 -> Glu(N6, 6), v4 -> layer_4: Affine(3) -> Affine(27) -> Reshape(3, 3, 3) -> Conv2d(4, 3, stride = 2, padding = 0, groups = 1) -> Conv2d(1, 1, stride = 2, padding = 1, groups = 1) -> Flatten, (v1 + x0) -> layer_2 -> Softplus -> Dropout(0.25)) => (2 * BinaryCrossEntropy, 0.5 * SoftmaxWithLoss, 2 * SoftmaxWithLoss(weights = [0.5, 1.5, 2.5]))
    }
}

network! {
    struct Net79Inner1Inner1 {
        input x0: [2];
        let v0 = (x0 -> Affine(2, 5)) -> layer_1: PRelu(5);
        let v1 = v0 -> layer_2: BatchNorm;
        let v2 = concat((v1 -> Affine(6)), x0, v1) -> Affine(13, 6);
        v2 -> Affine(5) -> Affine(2) => SoftmaxWithLoss(weights = [0.5, 1.5])
    }
}

network! {
    struct Net79Inner1 {
        input x0: [3];
        input x1: [3];
        let v0 = x0 -> layer_1: Glu(3, 3) -> layer_2: Glu(N3, 3) -> Affine(2) -> net_3: Net79Inner1Inner1;
        concat(x1, v0) => SoftmaxWithLoss
    }
}

network! {
    struct Net79 {
        input x0: [4];
        input x1: [4];
        let v0 = x1 -> layer_1: PRelu(4) -> repeat 1 { Affine(4, N4) -> Silu -> layer_1 };
        (x0 -> layer_1 -> layer_2: Affine(4), v0 -> PRelu(4) -> Affine(6) -> net_3: Net79Inner1, (v0 + x1) -> Affine(4, 6) -> net_3 -> Affine(5, 4)) => IdentityWithLoss
    }
}

/// All networks.
#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case { name: "Net0", is_same_in_prediction: true, passes: Passes::of::<Net0<f64>>() },
        Case { name: "Net1", is_same_in_prediction: false, passes: Passes::of::<Net1<f64>>() },
        Case { name: "Net2", is_same_in_prediction: false, passes: Passes::of::<Net2<f64>>() },
        Case { name: "Net3", is_same_in_prediction: true, passes: Passes::of::<Net3<f64>>() },
        Case { name: "Net4", is_same_in_prediction: true, passes: Passes::of::<Net4<f64>>() },
        Case { name: "Net5", is_same_in_prediction: false, passes: Passes::of::<Net5<f64>>() },
        Case { name: "Net6", is_same_in_prediction: false, passes: Passes::of::<Net6<f64>>() },
        Case { name: "Net7", is_same_in_prediction: true, passes: Passes::of::<Net7<f64>>() },
        Case { name: "Net8", is_same_in_prediction: true, passes: Passes::of::<Net8<f64>>() },
        Case { name: "Net9", is_same_in_prediction: false, passes: Passes::of::<Net9<f64>>() },
        Case { name: "Net10", is_same_in_prediction: true, passes: Passes::of::<Net10<f64>>() },
        Case { name: "Net11", is_same_in_prediction: false, passes: Passes::of::<Net11<f64>>() },
        Case { name: "Net12", is_same_in_prediction: false, passes: Passes::of::<Net12<f64>>() },
        Case { name: "Net13", is_same_in_prediction: false, passes: Passes::of::<Net13<f64>>() },
        Case { name: "Net14", is_same_in_prediction: true, passes: Passes::of::<Net14<f64>>() },
        Case { name: "Net15", is_same_in_prediction: true, passes: Passes::of::<Net15<f64>>() },
        Case { name: "Net16", is_same_in_prediction: true, passes: Passes::of::<Net16<f64>>() },
        Case { name: "Net17", is_same_in_prediction: true, passes: Passes::of::<Net17<f64>>() },
        Case { name: "Net18", is_same_in_prediction: false, passes: Passes::of::<Net18<f64>>() },
        Case { name: "Net19", is_same_in_prediction: false, passes: Passes::of::<Net19<f64>>() },
        Case { name: "Net20", is_same_in_prediction: false, passes: Passes::of::<Net20<f64>>() },
        Case { name: "Net21", is_same_in_prediction: false, passes: Passes::of::<Net21<f64>>() },
        Case { name: "Net22", is_same_in_prediction: false, passes: Passes::of::<Net22<f64>>() },
        Case { name: "Net23", is_same_in_prediction: false, passes: Passes::of::<Net23<f64>>() },
        Case { name: "Net24", is_same_in_prediction: false, passes: Passes::of::<Net24<f64>>() },
        Case { name: "Net25", is_same_in_prediction: true, passes: Passes::of::<Net25<f64>>() },
        Case { name: "Net26", is_same_in_prediction: true, passes: Passes::of::<Net26<f64>>() },
        Case { name: "Net27", is_same_in_prediction: true, passes: Passes::of::<Net27<f64>>() },
        Case { name: "Net28", is_same_in_prediction: false, passes: Passes::of::<Net28<f64>>() },
        Case { name: "Net29", is_same_in_prediction: false, passes: Passes::of::<Net29<f64>>() },
        Case { name: "Net30", is_same_in_prediction: true, passes: Passes::of::<Net30<f64>>() },
        Case { name: "Net31", is_same_in_prediction: false, passes: Passes::of::<Net31<f64>>() },
        Case { name: "Net32", is_same_in_prediction: false, passes: Passes::of::<Net32<f64>>() },
        Case { name: "Net33", is_same_in_prediction: false, passes: Passes::of::<Net33<f64>>() },
        Case { name: "Net34", is_same_in_prediction: true, passes: Passes::of::<Net34<f64>>() },
        Case { name: "Net35", is_same_in_prediction: false, passes: Passes::of::<Net35<f64>>() },
        Case { name: "Net36", is_same_in_prediction: false, passes: Passes::of::<Net36<f64>>() },
        Case { name: "Net37", is_same_in_prediction: true, passes: Passes::of::<Net37<f64>>() },
        Case { name: "Net38", is_same_in_prediction: true, passes: Passes::of::<Net38<f64>>() },
        Case { name: "Net39", is_same_in_prediction: false, passes: Passes::of::<Net39<f64>>() },
        Case { name: "Net40", is_same_in_prediction: false, passes: Passes::of::<Net40<f64>>() },
        Case { name: "Net41", is_same_in_prediction: true, passes: Passes::of::<Net41<f64>>() },
        Case { name: "Net42", is_same_in_prediction: true, passes: Passes::of::<Net42<f64>>() },
        Case { name: "Net43", is_same_in_prediction: true, passes: Passes::of::<Net43<f64>>() },
        Case { name: "Net44", is_same_in_prediction: false, passes: Passes::of::<Net44<f64>>() },
        Case { name: "Net45", is_same_in_prediction: false, passes: Passes::of::<Net45<f64>>() },
        Case { name: "Net46", is_same_in_prediction: true, passes: Passes::of::<Net46<f64>>() },
        Case { name: "Net47", is_same_in_prediction: true, passes: Passes::of::<Net47<f64>>() },
        Case { name: "Net48", is_same_in_prediction: false, passes: Passes::of::<Net48<f64>>() },
        Case { name: "Net49", is_same_in_prediction: true, passes: Passes::of::<Net49<f64>>() },
        Case { name: "Net50", is_same_in_prediction: false, passes: Passes::of::<Net50<f64>>() },
        Case { name: "Net51", is_same_in_prediction: true, passes: Passes::of::<Net51<f64>>() },
        Case { name: "Net52", is_same_in_prediction: true, passes: Passes::of::<Net52<f64>>() },
        Case { name: "Net53", is_same_in_prediction: true, passes: Passes::of::<Net53<f64>>() },
        Case { name: "Net54", is_same_in_prediction: false, passes: Passes::of::<Net54<f64>>() },
        Case { name: "Net55", is_same_in_prediction: false, passes: Passes::of::<Net55<f64>>() },
        Case { name: "Net56", is_same_in_prediction: false, passes: Passes::of::<Net56<f64>>() },
        Case { name: "Net57", is_same_in_prediction: true, passes: Passes::of::<Net57<f64>>() },
        Case { name: "Net58", is_same_in_prediction: true, passes: Passes::of::<Net58<f64>>() },
        Case { name: "Net59", is_same_in_prediction: true, passes: Passes::of::<Net59<f64>>() },
        Case { name: "Net60", is_same_in_prediction: false, passes: Passes::of::<Net60<f64>>() },
        Case { name: "Net61", is_same_in_prediction: false, passes: Passes::of::<Net61<f64>>() },
        Case { name: "Net62", is_same_in_prediction: true, passes: Passes::of::<Net62<f64>>() },
        Case { name: "Net63", is_same_in_prediction: true, passes: Passes::of::<Net63<f64>>() },
        Case { name: "Net64", is_same_in_prediction: false, passes: Passes::of::<Net64<f64>>() },
        Case { name: "Net65", is_same_in_prediction: false, passes: Passes::of::<Net65<f64>>() },
        Case { name: "Net66", is_same_in_prediction: true, passes: Passes::of::<Net66<f64>>() },
        Case { name: "Net67", is_same_in_prediction: false, passes: Passes::of::<Net67<f64>>() },
        Case { name: "Net68", is_same_in_prediction: true, passes: Passes::of::<Net68<f64>>() },
        Case { name: "Net69", is_same_in_prediction: true, passes: Passes::of::<Net69<f64>>() },
        Case { name: "Net70", is_same_in_prediction: false, passes: Passes::of::<Net70<f64>>() },
        Case { name: "Net71", is_same_in_prediction: true, passes: Passes::of::<Net71<f64>>() },
        Case { name: "Net72", is_same_in_prediction: false, passes: Passes::of::<Net72<f64>>() },
        Case { name: "Net73", is_same_in_prediction: true, passes: Passes::of::<Net73<f64>>() },
        Case { name: "Net74", is_same_in_prediction: false, passes: Passes::of::<Net74<f64>>() },
        Case { name: "Net75", is_same_in_prediction: true, passes: Passes::of::<Net75<f64>>() },
        Case { name: "Net76", is_same_in_prediction: true, passes: Passes::of::<Net76<f64>>() },
        Case { name: "Net77", is_same_in_prediction: true, passes: Passes::of::<Net77<f64>>() },
        Case { name: "Net78", is_same_in_prediction: false, passes: Passes::of::<Net78<f64>>() },
        Case { name: "Net79", is_same_in_prediction: false, passes: Passes::of::<Net79<f64>>() },
    ]
}
