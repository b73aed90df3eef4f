using System.Globalization;
using Pth.Tests.Oracles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class GradientClippingTests(TorchOracles oracles)
{
    private static readonly double[] First = [3, -4, 0.5, 12];
    private static readonly double[] Second = [-1.5, 7];

    [Theory]
    [Trait("Category", "Live")]
    [InlineData("1.13.1", 1.0, 2.0)]
    [InlineData("2.14.1", 1.0, 2.0)]
    [InlineData("2.14.1", 5.0, 1.0)]
    [InlineData("2.14.1", 2.0, 3.0)]
    [InlineData("2.14.1", 2.0, double.PositiveInfinity)]
    [InlineData("2.14.1", 100.0, 2.0)]
    public void Gradients_are_clipped_as_PyTorch_clips_them(string version, double maxNorm, double normType)
    {
        string answer = oracles
            .Get(version)
            .Run(
                """
                tensors = [torch.nn.Parameter(torch.zeros(4, dtype=torch.float64)), torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))]
                tensors[0].grad = torch.tensor([3, -4, 0.5, 12], dtype=torch.float64)
                tensors[1].grad = torch.tensor([-1.5, 7], dtype=torch.float64)
                norm = torch.nn.utils.clip_grad_norm_(tensors, float(args[0]), float(args[1]))
                print(float(norm), *[repr(x) for t in tensors for x in t.grad.tolist()])
                """,
                maxNorm.ToString(CultureInfo.InvariantCulture),
                double.IsInfinity(normType) ? "inf" : normType.ToString(CultureInfo.InvariantCulture)
            );
        double[] expected =
        [
            .. answer
                .Split()
                .Where(word => word.Length > 0)
                .Select(word => double.Parse(word, CultureInfo.InvariantCulture)),
        ];
        using Parameter first = With(First);
        using Parameter second = With(Second);
        using var without = new Parameter(zeros(3));

        double norm = GradientClipping.ClipGradNorm([first, without, second], maxNorm, normType);

        double[] found = [norm, .. first.grad!.data<double>(), .. second.grad!.data<double>()];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 12));
    }

    [Fact]
    public void Parts_of_several_ranks_have_one_norm() =>
        ProcessGroup.Threads(
            2,
            group =>
            {
                using Parameter mine = With(group.Rank == 0 ? First : Second);
                double norm = GradientClipping.ClipGradNorm(group, [mine], 1);
                double expected = Math.Sqrt(First.Concat(Second).Sum(value => value * value));
                Assert.Equal(expected, norm, 12);
                Assert.Equal(
                    (group.Rank == 0 ? First : Second)[0] / (expected + 1e-6),
                    mine.grad!.data<double>()[0],
                    12
                );
            }
        );

    [Fact]
    public void What_is_no_number_is_an_error_if_it_is_asked_to_be()
    {
        using Parameter parameter = With([double.NaN, 1]);
        Assert.Throws<InvalidOperationException>(() =>
            GradientClipping.ClipGradNorm([parameter], 1, errorIfNonfinite: true)
        );
        Assert.True(double.IsNaN(GradientClipping.ClipGradNorm([parameter], 1)));
    }

    private static Parameter With(double[] gradient) =>
        new(zeros(gradient.Length, dtype: ScalarType.Float64)) { grad = tensor(gradient) };
}
