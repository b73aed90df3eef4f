namespace Pth.Benchmarks.Ddp;

/// <summary>The vector instructions that all contenders may use.</summary>
/// <param name="ATen">What libtorch's own kernels use. A root folder without /proc keeps PyTorch from finding out, so all are told.</param>
/// <param name="OneDnn">The most that oneDNN (convolutions) uses; null for what the processor has.</param>
internal sealed record Instructions(string ATen, string? OneDnn)
{
    /// <summary>The default: with AVX-512, libtorch 2.10 computes wrong gradients now and then (docs/distributed.md).</summary>
    public static Instructions Avx2 { get; } = new("avx2", "AVX2");

    public static Instructions Avx512 { get; } = new("avx512", null);

    public void Apply(IDictionary<string, string?> environment)
    {
        environment["ATEN_CPU_CAPABILITY"] = ATen;
        if (OneDnn is not null)
        {
            environment["ONEDNN_MAX_CPU_ISA"] = OneDnn;
        }
    }
}
