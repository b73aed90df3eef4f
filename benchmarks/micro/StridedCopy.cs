using BenchmarkDotNet.Attributes;

namespace Pth.Benchmarks.Micro;

/// <summary>Copying a view out in row-major order, against copying the same bytes where they lie so already.</summary>
public class StridedCopy
{
    private const int Size = 2_048;
    private readonly byte[] _destination = new byte[Size * Size * sizeof(float)];
    private TensorView _matrix = null!;
    private TensorView _transposed = null!;

    [GlobalSetup]
    public void Setup()
    {
        _matrix = TensorView.FromArray<float>(new float[Size * Size], [Size, Size]);
        _transposed = _matrix.Transpose(0, 1);
    }

    [Benchmark(Baseline = true)]
    public void Contiguous() => _matrix.CopyTo(_destination);

    [Benchmark]
    public void Transposed() => _transposed.CopyTo(_destination);
}
