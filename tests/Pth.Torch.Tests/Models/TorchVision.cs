using Pth.Tests.Oracles;

namespace Pth.Torch.Tests.Models;

/// <summary>torchvision 0.14.1 beside PyTorch 1.13.1.</summary>
internal static class TorchVision
{
    /// <summary>The PyTorch that has it. The test that asks is skipped where it is missing.</summary>
    public static TorchOracle Get(TorchOracles oracles)
    {
        TorchOracle torch = oracles.Get("1.13.1");
        string found = torch.Run("import importlib.util; print(importlib.util.find_spec('torchvision') is not None)");
        Assert.SkipWhen(found.Trim() != "True", "torchvision is not here");
        return torch;
    }
}
