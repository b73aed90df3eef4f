using System.Globalization;
using BenchmarkDotNet.Attributes;

namespace Pth.Benchmarks.Micro;

/// <summary>What the pickle machine and the zip directory cost: many tensors of four floats, in memory.</summary>
[MemoryDiagnoser]
public class SmallTensors
{
    private StateDict _state = null!;
    private byte[] _file = null!;

    [Params(1_000, 20_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _state = [];
        for (int i = 0; i < Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"layers.{i}.weight");
            _state.Add(name, TensorView.FromArray<float>([i, i, i, i], [2, 2]));
        }
        using var stream = new MemoryStream();
        Checkpoint.Save(stream, _state);
        _file = stream.ToArray();
    }

    [Benchmark]
    public long Save()
    {
        using var stream = new MemoryStream(_file.Length);
        Checkpoint.Save(stream, _state);
        return stream.Length;
    }

    [Benchmark]
    public int Open()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_file);
        return checkpoint.StateDict.Count;
    }
}
