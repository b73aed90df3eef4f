using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Loading;

/// <summary>The networks of <c>Live/load_cases.py</c>.</summary>
internal static class Networks
{
    public static nn.Module Create(string name) =>
        name switch
        {
            "net" => new Net(),
            "wide" => new Wide(),
            "tied" => new Tied(),
            "typed" => new Typed(),
            "instance" => nn.Sequential(("norm", nn.InstanceNorm2d(2, affine: true))),
            _ => throw new ArgumentException(name, nameof(name)),
        };

    public sealed class Net : nn.Module
    {
        private readonly Conv2d conv = nn.Conv2d(1, 2, 3);
        private readonly BatchNorm2d bn = nn.BatchNorm2d(2);
        private readonly Sequential inner = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 3, hasBias: false));

        public Net()
            : base(nameof(Net))
        {
            register_buffer("scale", tensor(2.5f));
            register_buffer("hidden", ones(2), persistent: false);
            RegisterComponents();
        }

        public Conv2d Conv => conv;

        public BatchNorm2d Bn => bn;

        public Sequential Inner => inner;
    }

    public sealed class Wide : nn.Module
    {
        public Wide(ScalarType type = ScalarType.Float32, Device? device = null)
            : base(nameof(Wide))
        {
            register_parameter("weight", new Parameter(zeros(8, 4, type, device)));
            register_parameter("bias", new Parameter(zeros(8, type, device)));
        }

        public Parameter Weight => get_parameter("weight")!;

        public Parameter Bias => get_parameter("bias")!;
    }

    public sealed class Tied : nn.Module
    {
        private readonly Linear first = nn.Linear(2, 2, hasBias: false);
        private readonly Linear second = nn.Linear(2, 2, hasBias: false);

        public Tied()
            : base(nameof(Tied))
        {
            second.weight = first.weight;
            RegisterComponents();
        }

        public Linear First => first;

        public Linear Second => second;
    }

    public sealed class Typed : nn.Module
    {
        public Typed()
            : base(nameof(Typed))
        {
            (string, ScalarType)[] types =
            [
                ("t_uint8", ScalarType.Byte),
                ("t_int8", ScalarType.Int8),
                ("t_int16", ScalarType.Int16),
                ("t_int32", ScalarType.Int32),
                ("t_int64", ScalarType.Int64),
                ("t_float16", ScalarType.Float16),
                ("t_float32", ScalarType.Float32),
                ("t_float64", ScalarType.Float64),
                ("t_complex64", ScalarType.ComplexFloat32),
                ("t_complex128", ScalarType.ComplexFloat64),
                ("t_bool", ScalarType.Bool),
                ("t_bfloat16", ScalarType.BFloat16),
            ];
            foreach ((string name, ScalarType type) in types)
            {
                register_parameter(name, new Parameter(zeros(2, 3, type), requires_grad: false));
            }
        }
    }
}
