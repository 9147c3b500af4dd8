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
    struct Net1 = Input(4) -> layer_1: Glu(4, 5) -> BatchNorm -> Elu -> Affine(N4) -> layer_1 => Huber;
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
    struct Net4 = Input(5) -> Affine(2) -> layer_1: Dropout(0.25) -> map Softsign => IdentityWithLoss;
}

network! {
    struct Net5Inner0Inner0 {
        input x0: [5];
        let v0 = concat(x0, x0, x0) -> layer_1: Affine(15);
        (v0 -> Affine(6), (v0 + (x0 -> Affine(15))) -> Affine(3), concat(v0, v0, x0) -> Relu -> Affine(35, 15) -> layer_1 -> Affine(3)) => IdentityWithLoss
    }
}

network! {
    struct Net5Inner0 = Input(3) -> Affine(5) -> net_1: Net5Inner0Inner0 -> Affine(12, 5) -> Relu -> net_2: Net5Inner0Inner0 -> layer_3: Affine(12) -> Affine(N5) -> net_2 => Huber;
}

network! {
    struct Net5 = Input(2) -> Affine(2, 3) -> net_1: Net5Inner0 -> LayerNorm -> Affine(12, 3) -> net_1 => Huber;
}

network! {
    struct Net6Inner0Inner0 {
        input x0: [3];
        let v0 = (x0 * x0) -> Softplus -> PRelu(3);
        let v1 = (v0 * v0) -> layer_1: Glu(N3, 5) -> Affine(N5, 5) -> Affine(3) -> layer_1;
        let v2 = (v1 -> Affine(3)) -> Softplus;
        (v2 -> Elu -> Glu(3, 4) -> layer_2: LayerNorm, (v0 * x0 + (v1 -> Affine(3))) -> LayerNorm, (x0 * (v1 -> Affine(5, 3))) -> layer_3: Relu -> Affine(5)) => IdentityWithLoss
    }
}

network! {
    struct Net6Inner0 = Input(5) -> Affine(2) -> Reshape(1, 2) -> HardTanh -> GlobalAvgPool -> Affine(1, N3) -> net_1: Net6Inner0Inner0 -> Affine(3) -> net_2: Net6Inner0Inner0 -> Affine(12, 3) -> net_3: Net6Inner0Inner0 -> Affine(12, 3) => IdentityWithLoss;
}

network! {
    struct Net6Inner1 {
        input x0: [6];
        input x1: [6];
        input x2: [3];
        let v0 = (x2 * (x2 -> Affine(3)) + (x1 -> Affine(N6, 3))) -> Affine(6) -> Reshape(1, 2, 3) -> MaxPool2d(2, stride = 2) -> Flatten;
        let v1 = (v0 + v0) -> BatchNorm;
        let v2 = (x2 + x2) -> Softplus -> layer_1: BatchNorm -> layer_1;
        let v3 = v2 -> Affine(6) -> Affine(6, N6);
        let v4 = (v1 + v1) -> Sigmoid -> Dropout(0.25) -> Affine(3) -> layer_1;
        concat(x0, v3, v4) -> Affine(3) -> layer_1 -> LeakyRelu => SoftmaxWithLoss
    }
}

network! {
    struct Net6 {
        input x0: [2];
        input x1: [3];
        input x2: [3];
        let v0 = (x1 * x2 + x1) -> Affine(3, 2);
        let v1 = ((x2 -> Affine(3, 2)) * (v0 -> Affine(2, 2))) -> layer_1: Affine(2, 3) -> Affine(2) -> Affine(3);
        let v2 = (x1 * x1) -> Affine(3, 15) -> net_2: Net6Inner1;
        let v3 = concat(x0, (v0 -> Affine(N2, 3) -> Sigmoid), x2) -> Affine(5) -> net_3: Net6Inner0 -> layer_4: LayerNorm;
        concat(v1, v2, v3) -> repeat 2 { turn_5: Affine(9) -> LeakyRelu(0.3) } -> Glu(9, 2) => SoftmaxWithLoss(smoothing = 0.2)
    }
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
    struct Net8 = Input(3) -> layer_1: LayerNorm -> repeat 1 { turn_2: Affine(3, 3) -> Gelu -> layer_1 } -> layer_1 => SoftmaxWithLoss(smoothing = 0.2);
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
        let v2 = v1 -> Affine(6) -> Reshape(1, 2, 3) -> Conv2d(3, 2, stride = 1, padding = 0, groups = 1, bias = false) -> Conv2d(3, 1, stride = 2, padding = 1, groups = 3) -> Flatten -> layer_2: Affine(12, 12) -> layer_3: Glu(12, 4);
        let v3 = ((v1 -> Affine(4)) * v2 + v1) -> HardTanh -> layer_4: Relu;
        let v4 = ((v3 -> Affine(N5)) * (v0 -> Affine(5) -> LeakyRelu) + (v2 -> Affine(5) -> LeakyRelu)) -> repeat 3 { Affine(5) -> LeakyRelu };
        v4 -> Relu => SoftmaxWithLoss(smoothing = 0.2)
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
    struct Net14Inner0 {
        input x0: [6];
        input x1: [3];
        input x2: [6];
        let v0 = (x2 + (x2 -> Affine(6))) -> Sigmoid;
        let v1 = (x1 + (v0 -> Affine(6, N3))) -> layer_1: Affine(3);
        (x0 -> Affine(6), v1 -> Affine(6) -> Affine(6, N3) -> layer_1, x2 -> layer_2: Glu(6, 6) -> layer_3: Affine(6) -> repeat 2 { Affine(6, 6) -> Elu(0.6) -> layer_2 }) => Huber(0.4)
    }
}

network! {
    struct Net14 {
        input x0: [6];
        let v0 = x0 -> Relu;
        let v1 = (v0 * v0) -> Affine(12) -> Reshape(3, 2, 2) -> MaxPool2d(2, stride = 2) -> LayerNorm -> image_1: Conv2d(3, 3, padding = same) -> Gelu -> image_1 -> Flatten -> Affine(3, 15) -> net_2: Net14Inner0 -> HardTanh;
        let v2 = (x0 + x0) -> Affine(2);
        let v3 = v1 -> layer_3: Affine(15, 4) -> Affine(4);
        concat(v2, v3) -> Affine(15) -> layer_3 => IdentityWithLoss
    }
}

network! {
    struct Net15 = Input(6) -> layer_1: LayerNorm -> layer_1 -> Affine(6) -> layer_2: BatchNorm => BinaryCrossEntropy;
}

network! {
    struct Net16 {
        input x0: [4];
        input x1: [3];
        input x2: [6];
        let v0 = (x2 * (x2 -> Affine(6, N6))) -> layer_1: Glu(6, 4);
        let v1 = (x1 * x1) -> Affine(6) -> PRelu(6);
        concat(x0, v0, v1) -> Relu => BinaryCrossEntropy
    }
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
        (v0 -> Elu -> layer_3: Affine(5) -> Affine(5, 6), v0 -> Affine(6, 5) -> Affine(6) -> repeat 1 { turn_4: Affine(6) -> Sigmoid -> layer_2 }, v0 -> layer_2 -> map Softsign -> BatchNorm) => IdentityWithLoss
    }
}

network! {
    struct Net19 = Input(2) -> layer_1: BatchNorm -> Glu(2, 2) -> Affine(2) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net20 {
        input x0: [3];
        input x1: [3];
        let v0 = x1 -> Affine(3) -> Reshape(1, 3) -> GroupNorm(1) -> Flatten -> layer_1: Glu(3, 4) -> Affine(3) -> layer_1;
        let v1 = (x0 * x0) -> Affine(3, 4) -> Affine(3) -> Glu(N3, 4);
        let v2 = ((x1 -> Affine(4) -> Elu(0.6)) * (v1 -> Affine(4))) -> layer_2: Affine(4, 3);
        concat(v0, v2) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net21Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = (x0 + x2) -> layer_1: BatchNorm -> layer_1;
        let v1 = (x0 + (x0 -> Affine(4) -> Gelu)) -> layer_1;
        let v2 = (x1 * v1 + (x2 -> Affine(4) -> Tanh)) -> Tanh -> Affine(4);
        let v3 = concat(x0, x0) -> layer_2: Glu(8, 4) -> layer_1;
        (v0 + v2 + v3) -> layer_3: Affine(4) -> layer_3 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net21 {
        input x0: [4];
        let v0 = (x0 * (x0 -> Affine(4))) -> Affine(N12) -> net_1: Net21Inner0 -> Affine(12) -> net_1 -> Glu(4, 4);
        v0 -> Affine(4, 2) => IdentityWithLoss
    }
}

network! {
    struct Net22 = Input(3) -> Elu -> HardTanh -> Affine(5) -> LeakyRelu -> layer_1: Affine(3) -> Affine(3, 5) -> layer_1 => Huber;
}

network! {
    struct Net23 {
        input x0: [2];
        input x1: [6];
        input x2: [6];
        let v0 = (x2 * x1) -> Affine(6) -> Reshape(2, 3) -> Conv1d(1, 3, stride = 2, padding = 0, groups = 1) -> GlobalAvgPool;
        let v1 = v0 -> layer_1: BatchNorm -> PRelu(1);
        (x0 -> layer_2: BatchNorm -> layer_3: BatchNorm -> map Softsign, v1 -> Affine(2) -> Affine(N2, 4) -> Reshape(1, 2, 2) -> Upsample(2) -> MaxPool2d(2, stride = 1) -> ConvTranspose2d(2, 2, stride = 1, output_padding = 0, groups = 1) -> GlobalAvgPool) => Huber
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
        input x0: [6];
        let v0 = ((x0 -> Affine(6) -> Dropout(0.25)) * x0) -> Silu -> layer_1: Softplus;
        let v1 = (v0 * v0 + (v0 -> Affine(6, 6))) -> layer_1 -> layer_2: LayerNorm -> layer_1;
        let v2 = (v0 -> Affine(N6, N6)) -> layer_2 -> layer_2 -> layer_2;
        concat(v1, v2) -> layer_3: BatchNorm => Huber(0.4)
    }
}

network! {
    struct Net27 {
        input x0: [4];
        let v0 = x0 -> Affine(N4, 2) -> BatchNorm -> Affine(4);
        let v1 = x0 -> layer_1: Affine(4, 4);
        let v2 = v0 -> Affine(6) -> repeat 3 { Affine(6) -> HardTanh };
        (v1 -> layer_2: BatchNorm, v2 -> net_3: Net27Inner0 -> Affine(4) -> layer_2) => Huber(0.4)
    }
}

network! {
    struct Net28Inner0Inner0 {
        input x0: [4];
        let v0 = (x0 * x0 + x0) -> Relu -> Affine(6) -> Affine(6, 6);
        v0 -> Affine(6, N4) => BinaryCrossEntropy
    }
}

network! {
    struct Net28Inner0Inner1 {
        input x0: [2];
        let v0 = (x0 * x0 + x0) -> Affine(2) -> layer_1: LeakyRelu;
        let v1 = (v0 -> Affine(N2, 4) -> Sigmoid) -> layer_2: LayerNorm -> Affine(N4, 2) -> layer_3: BatchNorm;
        let v2 = (x0 * (v0 -> Affine(N2))) -> layer_4: Silu;
        concat(v1, v2) => Huber
    }
}

network! {
    struct Net28Inner0 {
        input x0: [4];
        input x1: [3];
        input x2: [3];
        let v0 = x0 -> net_1: Net28Inner0Inner0 -> repeat 3 { Affine(N4) -> Silu -> net_1 } -> Affine(4);
        let v1 = (x0 + v0) -> Elu;
        let v2 = (x2 + x2) -> Affine(3, 4) -> net_2: Net28Inner0Inner0 -> Elu -> Affine(3);
        (concat(x1, v2) -> repeat 1 { Affine(6, 6) -> Relu }, v1 -> Affine(2) -> net_3: Net28Inner0Inner1 -> Affine(N4, N3)) => IdentityWithLoss
    }
}

network! {
    struct Net28 = Input(6) -> Affine(6, 10) -> net_1: Net28Inner0 -> Affine(N6) -> Tanh -> Affine(10) -> net_2: Net28Inner0 -> Affine(6) => IdentityWithLoss;
}

network! {
    struct Net29Inner0 = Input(6) -> layer_1: Softplus -> LeakyRelu(0.3) => BinaryCrossEntropy;
}

network! {
    struct Net29 = Input(5) -> Tanh -> repeat 2 { turn_1: Affine(5) -> HardTanh } -> Affine(18) -> Reshape(3, 2, 3) -> BatchNorm -> MaxPool2d(2, stride = 2) -> LeakyRelu(0.3) -> Flatten -> Tanh -> Affine(6) -> net_2: Net29Inner0 => Huber(0.4);
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
    struct Net32 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = (x2 + x2) -> Elu(0.6);
        concat(x0, x1, v0) -> layer_1: Affine(4) -> Affine(4, 12) -> layer_1 => Huber
    }
}

network! {
    struct Net33 {
        input x0: [4];
        let v0 = x0 -> Affine(4) -> layer_1: Sigmoid -> Affine(6) -> Reshape(1, 2, 3) -> Conv2d(2, 1, stride = 2, padding = 0, groups = 1) -> Dropout2d(0.25) -> LayerNorm -> GlobalAvgPool;
        let v1 = x0 -> Elu -> Tanh -> BatchNorm;
        let v2 = (x0 -> Affine(4)) -> HardTanh -> layer_1 -> Affine(6) -> Reshape(1, 3, 2) -> ConvTranspose2d(2, 2, stride = 1, output_padding = 0, groups = 1) -> AvgPool2d(2, stride = 2) -> Flatten;
        let v3 = (v0 -> Affine(4)) -> layer_1 -> layer_1 -> Affine(4, 18) -> Reshape(3, 2, 3) -> GroupNorm(1) -> LayerNorm -> MaxPool2d(2, stride = 2) -> Relu -> Flatten;
        let v4 = concat(v0, v3, v3) -> Affine(8, 4) -> layer_1 -> LayerNorm -> layer_1;
        (v1 + v2 + v4) => Huber(0.4)
    }
}

network! {
    struct Net34Inner1 = Input(4) -> layer_1: Affine(4) -> layer_1 -> layer_1 -> layer_2: LayerNorm => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net34 {
        input x0: [2];
        let v0 = (x0 + (x0 -> Affine(2, 2))) -> layer_1: BatchNorm;
        let v1 = x0 -> Affine(4) -> net_2: Net34Inner1 -> net_2;
        let v2 = ((x0 -> Affine(2, 2)) + (v1 -> Affine(4, 2) -> Silu)) -> BatchNorm -> repeat 3 { turn_3: Affine(2, 2) -> Gelu -> layer_1 };
        (v0 + v2) -> layer_4: Dropout(0.25) => Huber(0.4)
    }
}

network! {
    struct Net35 = Input(4) -> layer_1: BatchNorm -> Affine(6) -> layer_2: LayerNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]);
}

network! {
    struct Net36 {
        input x0: [6];
        input x1: [5];
        let v0 = (x1 + x1) -> layer_1: LayerNorm;
        let v1 = x1 -> layer_2: PRelu(5) -> Affine(N5) -> Affine(12) -> Reshape(3, 2, 2) -> Upsample(2) -> Conv2d(6 * 1, 3, stride = 1, padding = 1, groups = 3) -> LayerNorm -> Flatten;
        let v2 = (x1 -> Affine(3)) -> repeat 3 { turn_3: Affine(3, 3) -> HardTanh } -> BatchNorm -> Tanh;
        let v3 = (x0 * (v2 -> Affine(6) -> Softplus) + (v2 -> Affine(6) -> map Softsign)) -> LayerNorm -> Affine(6, 18) -> Reshape(3, 2, 3) -> Conv2d(2, 2, stride = 2, padding = 0, groups = 1) -> Flatten;
        concat(v0, v1, v3) -> Affine(8) -> Reshape(2, 2, 2) -> MaxPool2d(2, stride = 1) -> GlobalAvgPool => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net37Inner1 {
        input x0: [5];
        input x1: [5];
        let v0 = (x0 -> Affine(5) -> Elu(0.6)) -> Affine(6);
        let v1 = v0 -> layer_1: Affine(6);
        let v2 = v0 -> LayerNorm;
        let v3 = concat(v1, v2, v2) -> Glu(18, 6);
        let v4 = ((v0 -> Affine(6, 6) -> LeakyRelu) * v2 + v0) -> layer_1 -> PRelu(6) -> repeat 1 { turn_2: Affine(6, 6) -> Elu -> layer_1 };
        concat(x1, v3, v4) -> Silu => BinaryCrossEntropy
    }
}

network! {
    struct Net37 = Input(5) -> layer_1: Affine(N2) -> repeat 2 { turn_2: Affine(2) -> Softplus } -> Affine(5) -> layer_1 -> Affine(10) -> net_3: Net37Inner1 => Huber;
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
    struct Net39Inner1 {
        input x0: [3];
        let v0 = x0 -> layer_1: Glu(3, 4) -> layer_2: Affine(4);
        let v1 = (x0 * x0 + x0) -> layer_3: Affine(3, 3);
        let v2 = (v0 + (x0 -> Affine(3, N4) -> LeakyRelu(0.3))) -> Affine(4);
        let v3 = v2 -> Affine(12) -> Reshape(3, 2, 2) -> Conv2d(4 * 1, 2, stride = 2, padding = 1, groups = 1) -> image_4: Conv2d(4 * 1, 3, padding = same) -> Tanh -> image_4 -> Conv2d(3, 1, stride = 1, padding = 1, groups = 1) -> Flatten -> Affine(3) -> Reshape(1, 3) -> Conv1d(4 * 1, 3, stride = 1, padding = 0, groups = 1) -> Conv1d(4, 1, stride = 2, padding = 0, groups = 4, bias = false) -> Elu(0.6) -> Flatten -> layer_5: Affine(N4);
        let v4 = (v3 * (v1 -> Affine(3, N4) -> Gelu)) -> Affine(8) -> Reshape(2, 2, 2) -> AvgPool2d(2, stride = 1) -> GlobalAvgPool -> BatchNorm -> repeat 1 { Affine(2) -> Gelu };
        v4 -> Affine(3) => BinaryCrossEntropy
    }
}

network! {
    struct Net39 {
        input x0: [2];
        input x1: [4];
        let v0 = ((x0 -> Affine(4)) * (x1 -> Affine(4) -> LeakyRelu(0.3)) + x1) -> Softplus;
        let v1 = ((v0 -> Affine(6) -> Softplus) * (v0 -> Affine(4, 6))) -> LayerNorm -> layer_1: BatchNorm;
        let v2 = v1 -> layer_1 -> Sigmoid;
        let v3 = ((v0 -> Affine(4) -> Silu) * v0 + (v1 -> Affine(4) -> Tanh)) -> Affine(3) -> net_2: Net39Inner1 -> BatchNorm -> Affine(6) -> layer_1;
        let v4 = v3 -> layer_3: Affine(N6, 4);
        concat(v2, v4) => SoftmaxWithLoss(smoothing = 0.2)
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
    struct Net43Inner0Inner0 {
        input x0: [4];
        let v0 = (x0 + x0) -> layer_1: Affine(4);
        let v1 = concat(x0, v0) -> Affine(4) -> layer_1;
        let v2 = concat(v1, x0, v1) -> Affine(12, 12) -> Reshape(3, 2, 2) -> AvgPool2d(2, stride = 1) -> ConvTranspose2d(2, 3, stride = 1, output_padding = 0, groups = 1) -> BatchNorm -> Conv2d(1, 2, stride = 2, padding = 0, groups = 1) -> Flatten -> Affine(1, 4) -> layer_1;
        let v3 = (v2 * v1) -> Elu(0.6);
        v3 -> layer_2: BatchNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net43Inner0 {
        input x0: [5];
        let v0 = (x0 * x0) -> layer_1: BatchNorm -> Affine(4) -> net_2: Net43Inner0Inner0;
        let v1 = (v0 -> Affine(4, 4)) -> Affine(4) -> Affine(6) -> Elu(0.6);
        v1 -> Affine(6) => BinaryCrossEntropy
    }
}

network! {
    struct Net43 {
        input x0: [4];
        input x1: [4];
        let v0 = (x0 -> Affine(4)) -> PRelu(4) -> Affine(4, 4);
        let v1 = x1 -> Affine(4, N12) -> Reshape(2, 2, 3) -> Dropout2d(0.25) -> Flatten -> Affine(N12, 5) -> net_1: Net43Inner0 -> Affine(5) -> net_1;
        let v2 = x1 -> PRelu(4);
        let v3 = (v1 * v1) -> Affine(6, 4);
        let v4 = v3 -> Affine(5) -> net_2: Net43Inner0 -> Affine(5);
        concat(v0, v2, v4) => BinaryCrossEntropy
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
    struct Net45 = Input(2) -> layer_1: Glu(2, 2) -> Elu(0.6) => Huber(0.4);
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
    struct Net48 {
        input x0: [5];
        input x1: [5];
        input x2: [2];
        let v0 = ((x0 -> Affine(5) -> map Softsign) + x0) -> Elu;
        let v1 = (x1 * (v0 -> Affine(5, 5)) + (x1 -> Affine(5))) -> layer_1: PRelu(5) -> layer_1 -> Affine(5);
        let v2 = (x0 * x1 + v1) -> layer_2: BatchNorm -> layer_1 -> layer_3: Affine(5, 5);
        concat(x2, v2) -> map Softsign => IdentityWithLoss
    }
}

network! {
    struct Net49 = Input(5) -> layer_1: LayerNorm -> Elu -> Affine(5, 6) -> Reshape(3, 2) -> BatchNorm -> MaxPool1d(2, stride = 1) -> GroupNorm(1) -> GlobalAvgPool => SoftmaxWithLoss(smoothing = 0.2);
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
    struct Net56 = Input(6) -> Sigmoid -> repeat 2 { turn_1: Affine(N6) -> map Softsign } -> Affine(6, N5) -> BatchNorm -> Affine(5) -> Dropout(0.25) -> Gelu => SoftmaxWithLoss;
}

network! {
    struct Net57Inner0 {
        input x0: [5];
        let v0 = (x0 -> Affine(5, 6) -> LeakyRelu) -> Affine(6, 12) -> Reshape(2, 2, 3) -> LayerNorm -> image_1: Conv2d(2 * 1, 3, padding = same) -> Sigmoid -> image_1 -> image_2: Conv2d(2, 3, padding = same) -> HardTanh -> image_2 -> HardTanh -> Flatten -> layer_3: Affine(N12, 5);
        v0 -> Affine(12) -> layer_3 -> Affine(12) -> layer_3 => Huber(0.4)
    }
}

network! {
    struct Net57 {
        input x0: [3];
        let v0 = x0 -> layer_1: LayerNorm;
        let v1 = v0 -> Affine(3) -> Glu(3, 6) -> LeakyRelu(0.3);
        let v2 = v0 -> Affine(N3, 5) -> net_2: Net57Inner0 -> Affine(4);
        let v3 = (v1 + v1) -> Affine(3) -> layer_1 -> layer_3: Affine(3);
        concat(v2, v3) -> layer_4: Affine(7) => BinaryCrossEntropy
    }
}

network! {
    struct Net58 = Input(6) -> layer_1: Dropout(0.25) -> layer_1 -> layer_2: Affine(6) => Huber(0.4);
}

network! {
    struct Net59 {
        input x0: [5];
        let v0 = ((x0 -> Affine(N5)) * x0 + x0) -> layer_1: LayerNorm;
        let v1 = ((x0 -> Affine(5, 5) -> Sigmoid) * (x0 -> Affine(5) -> Relu) + x0) -> layer_2: LeakyRelu -> Sigmoid -> layer_3: PRelu(N5);
        let v2 = (x0 * v1 + (v1 -> Affine(N5, 5) -> Silu)) -> layer_1 -> layer_4: Glu(N5, 6) -> Softplus;
        let v3 = v2 -> Affine(5) -> layer_4 -> layer_5: Glu(N6, 5) -> repeat 2 { Affine(5) -> LeakyRelu(0.3) -> layer_1 };
        let v4 = (v3 + x0) -> Affine(6) -> Reshape(1, 2, 3) -> MaxPool2d(2, stride = 2) -> Flatten -> Affine(6) -> Reshape(1, 2, 3) -> image_6: Conv2d(1, 3, padding = same) -> Relu -> image_6 -> Flatten -> Affine(N5) -> layer_4;
        concat(v0, v4) -> Elu(0.6) -> Affine(6) => IdentityWithLoss
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
        let v1 = (v0 * v0) -> Affine(4, 18) -> Reshape(2, 3, 3) -> MaxPool2d(2, stride = 2) -> Conv2d(4 * 1, 1, stride = 2, padding = 0, groups = 1, bias = false) -> GlobalAvgPool -> Affine(4);
        let v2 = v1 -> layer_1: Glu(4, 4) -> LayerNorm -> Affine(4, 4);
        let v3 = (v1 -> Affine(3)) -> Glu(3, 3) -> layer_2: PRelu(3) -> repeat 1 { Affine(3) -> Tanh -> layer_2 };
        concat(v2, v3) -> Affine(3) -> layer_2 -> layer_2 => BinaryCrossEntropy
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
        (x0 -> repeat 3 { turn_4: Affine(5) -> Tanh -> layer_3 } -> layer_5: BatchNorm, v0 -> layer_6: Relu) => IdentityWithLoss
    }
}

network! {
    struct Net68 {
        input x0: [3];
        let v0 = x0 -> Affine(6);
        let v1 = (v0 + v0) -> Affine(6, N3);
        v1 -> layer_1: LayerNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5])
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
        let v3 = v0 -> Affine(N3, 18) -> Reshape(3, 2, 3) -> ConvTranspose2d(6, 3, stride = 1, output_padding = 0, groups = 3) -> Conv2d(3, 1, stride = 2, padding = 1, groups = 1) -> BatchNorm -> Flatten;
        let v4 = v3 -> Glu(36, 3) -> repeat 2 { turn_4: Affine(3) -> Tanh -> layer_1 } -> layer_5: BatchNorm;
        concat(v1, v2, v4) -> layer_6: Affine(N12, N6) -> Affine(6, 12) -> layer_6 => BinaryCrossEntropy
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
    struct Net74 = Input(4) -> layer_1: LeakyRelu(0.3) -> layer_2: BatchNorm -> layer_3: PRelu(4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]);
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
        (v3 -> Glu(3, 6) -> Affine(6, 5) -> net_3: Net78Inner0 -> Glu(N6, 6), v4 -> layer_4: Affine(3) -> Affine(27) -> Reshape(3, 3, 3) -> AvgPool2d(2, stride = 2) -> ConvTranspose2d(1, 3, stride = 2, output_padding = 1, groups = 1) -> ConvTranspose2d(2, 2, stride = 2, output_padding = 0, groups = 1) -> Flatten, (v1 + x0) -> layer_2 -> Softplus -> Dropout(0.25)) => IdentityWithLoss
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
        (x0 -> layer_1 -> layer_2: Affine(4), v0 -> PRelu(4) -> Affine(6) -> net_3: Net79Inner1, (v0 + x1) -> Affine(4, 6) -> net_3 -> Affine(5, 4)) => Huber
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
        Case { name: "Net4", is_same_in_prediction: false, passes: Passes::of::<Net4<f64>>() },
        Case { name: "Net5", is_same_in_prediction: true, passes: Passes::of::<Net5<f64>>() },
        Case { name: "Net6", is_same_in_prediction: false, passes: Passes::of::<Net6<f64>>() },
        Case { name: "Net7", is_same_in_prediction: true, passes: Passes::of::<Net7<f64>>() },
        Case { name: "Net8", is_same_in_prediction: true, passes: Passes::of::<Net8<f64>>() },
        Case { name: "Net9", is_same_in_prediction: false, passes: Passes::of::<Net9<f64>>() },
        Case { name: "Net10", is_same_in_prediction: true, passes: Passes::of::<Net10<f64>>() },
        Case { name: "Net11", is_same_in_prediction: false, passes: Passes::of::<Net11<f64>>() },
        Case { name: "Net12", is_same_in_prediction: false, passes: Passes::of::<Net12<f64>>() },
        Case { name: "Net13", is_same_in_prediction: false, passes: Passes::of::<Net13<f64>>() },
        Case { name: "Net14", is_same_in_prediction: true, passes: Passes::of::<Net14<f64>>() },
        Case { name: "Net15", is_same_in_prediction: false, passes: Passes::of::<Net15<f64>>() },
        Case { name: "Net16", is_same_in_prediction: true, passes: Passes::of::<Net16<f64>>() },
        Case { name: "Net17", is_same_in_prediction: true, passes: Passes::of::<Net17<f64>>() },
        Case { name: "Net18", is_same_in_prediction: false, passes: Passes::of::<Net18<f64>>() },
        Case { name: "Net19", is_same_in_prediction: false, passes: Passes::of::<Net19<f64>>() },
        Case { name: "Net20", is_same_in_prediction: true, passes: Passes::of::<Net20<f64>>() },
        Case { name: "Net21", is_same_in_prediction: false, passes: Passes::of::<Net21<f64>>() },
        Case { name: "Net22", is_same_in_prediction: true, passes: Passes::of::<Net22<f64>>() },
        Case { name: "Net23", is_same_in_prediction: false, passes: Passes::of::<Net23<f64>>() },
        Case { name: "Net24", is_same_in_prediction: false, passes: Passes::of::<Net24<f64>>() },
        Case { name: "Net25", is_same_in_prediction: true, passes: Passes::of::<Net25<f64>>() },
        Case { name: "Net26", is_same_in_prediction: true, passes: Passes::of::<Net26<f64>>() },
        Case { name: "Net27", is_same_in_prediction: false, passes: Passes::of::<Net27<f64>>() },
        Case { name: "Net28", is_same_in_prediction: false, passes: Passes::of::<Net28<f64>>() },
        Case { name: "Net29", is_same_in_prediction: false, passes: Passes::of::<Net29<f64>>() },
        Case { name: "Net30", is_same_in_prediction: true, passes: Passes::of::<Net30<f64>>() },
        Case { name: "Net31", is_same_in_prediction: false, passes: Passes::of::<Net31<f64>>() },
        Case { name: "Net32", is_same_in_prediction: true, passes: Passes::of::<Net32<f64>>() },
        Case { name: "Net33", is_same_in_prediction: false, passes: Passes::of::<Net33<f64>>() },
        Case { name: "Net34", is_same_in_prediction: false, passes: Passes::of::<Net34<f64>>() },
        Case { name: "Net35", is_same_in_prediction: false, passes: Passes::of::<Net35<f64>>() },
        Case { name: "Net36", is_same_in_prediction: false, passes: Passes::of::<Net36<f64>>() },
        Case { name: "Net37", is_same_in_prediction: true, passes: Passes::of::<Net37<f64>>() },
        Case { name: "Net38", is_same_in_prediction: true, passes: Passes::of::<Net38<f64>>() },
        Case { name: "Net39", is_same_in_prediction: false, passes: Passes::of::<Net39<f64>>() },
        Case { name: "Net40", is_same_in_prediction: false, passes: Passes::of::<Net40<f64>>() },
        Case { name: "Net41", is_same_in_prediction: true, passes: Passes::of::<Net41<f64>>() },
        Case { name: "Net42", is_same_in_prediction: true, passes: Passes::of::<Net42<f64>>() },
        Case { name: "Net43", is_same_in_prediction: false, passes: Passes::of::<Net43<f64>>() },
        Case { name: "Net44", is_same_in_prediction: false, passes: Passes::of::<Net44<f64>>() },
        Case { name: "Net45", is_same_in_prediction: true, passes: Passes::of::<Net45<f64>>() },
        Case { name: "Net46", is_same_in_prediction: true, passes: Passes::of::<Net46<f64>>() },
        Case { name: "Net47", is_same_in_prediction: true, passes: Passes::of::<Net47<f64>>() },
        Case { name: "Net48", is_same_in_prediction: false, passes: Passes::of::<Net48<f64>>() },
        Case { name: "Net49", is_same_in_prediction: false, passes: Passes::of::<Net49<f64>>() },
        Case { name: "Net50", is_same_in_prediction: false, passes: Passes::of::<Net50<f64>>() },
        Case { name: "Net51", is_same_in_prediction: true, passes: Passes::of::<Net51<f64>>() },
        Case { name: "Net52", is_same_in_prediction: true, passes: Passes::of::<Net52<f64>>() },
        Case { name: "Net53", is_same_in_prediction: true, passes: Passes::of::<Net53<f64>>() },
        Case { name: "Net54", is_same_in_prediction: false, passes: Passes::of::<Net54<f64>>() },
        Case { name: "Net55", is_same_in_prediction: false, passes: Passes::of::<Net55<f64>>() },
        Case { name: "Net56", is_same_in_prediction: false, passes: Passes::of::<Net56<f64>>() },
        Case { name: "Net57", is_same_in_prediction: true, passes: Passes::of::<Net57<f64>>() },
        Case { name: "Net58", is_same_in_prediction: false, passes: Passes::of::<Net58<f64>>() },
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
