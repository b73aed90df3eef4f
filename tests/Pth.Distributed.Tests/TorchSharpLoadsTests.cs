using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class TorchSharpLoadsTests
{
    [Fact]
    public void The_native_library_loads_on_this_system()
    {
        using Tensor sum = ones(2, 3).sum();
        Assert.Equal(6, sum.item<float>());
    }
}
